"""Readings know whose they are, and when it was said."""

import django.db.models.deletion
from django.db import migrations, models

_FILL = """
    update triage_reading set brand_id = message.brand_id, author_id = message.author_id, said_at = message.at
    from inbox_message message where message.id = triage_reading.message_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ("brands", "0001_initial"),
        ("inbox", "0001_initial"),
        ("people", "0001_initial"),
        ("triage", "0001_initial"),
    ]

    operations = [
        migrations.AlterField("reading", "model", models.CharField(max_length=60)),
        migrations.AddField("reading", "brand", models.ForeignKey(
            null=True, db_index=False, on_delete=django.db.models.deletion.CASCADE, to="brands.brand")),
        migrations.AddField("reading", "author", models.ForeignKey(
            null=True, db_index=False, on_delete=django.db.models.deletion.CASCADE, to="people.profile")),
        migrations.AddField("reading", "said_at", models.DateTimeField(null=True)),
        migrations.AddField("reading", "echo", models.BigIntegerField(null=True)),
        migrations.AddField("reading", "offends", models.BooleanField(default=False)),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
