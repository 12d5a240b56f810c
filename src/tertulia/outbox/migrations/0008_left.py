"""Whether an attempt came as far as its first request. Of those before, it is supposed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0007_readback'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='left_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL("update outbox_attempt set left_at = started_at where outcome = ''", migrations.RunSQL.noop),
    ]
