"""What a person asked to be erased is marked; what one person said is found at once, newest first."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the mark, and an index that serves more than the one it takes the place of."""

    dependencies = [("inbox", "0005_summed_up"), ("people", "0002_one_person")]
    operations = [
        migrations.AddField("message", "erased_at", models.DateTimeField(null=True)),
        migrations.AlterField("message", "author", models.ForeignKey(
            db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="people.profile")),
        migrations.AddIndex("message", models.Index(fields=["author", "-at", "-id"], name="message_of_author")),
    ]
