from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0002_renewing'),
    ]

    operations = [
        migrations.AddField(
            model_name='channel',
            name='renew_failures',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='channel',
            name='warned_of',
            field=models.DateTimeField(null=True),
        ),
    ]
