"""The links of digests are signed: a recipient needs no secret of their own."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_initial'),
    ]

    operations = [
        migrations.RenameField(model_name='digestrecipient', old_name='lines', new_name='sections'),
        migrations.RemoveField(model_name='digestrecipient', name='secret'),
    ]
