"""Names are searched in profiles: persons are written whenever they speak, and an index of letters would be written with them."""

import django.contrib.postgres.indexes
from django.db import migrations, models

FILL = """
update people_profile profile set folded = person.folded from people_person person where person.id = profile.person_id;
alter table people_profile set (fillfactor = 85);
"""


class Migration(migrations.Migration):
    """Moves what is searched; leaves room on the pages of profiles, so that counting what they say writes no index."""

    dependencies = [("people", "0003_customers")]
    operations = [
        migrations.RemoveIndex("person", "person_called"),
        migrations.RemoveIndex("person", "person_tags"),
        migrations.AddField("profile", "folded", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveField("person", "folded"),
        migrations.AddIndex("person", django.contrib.postgres.indexes.GinIndex(
            fields=["brand", "tags"], condition=~models.Q(tags=[]), name="person_tags")),
        migrations.AddIndex("profile", django.contrib.postgres.indexes.GinIndex(
            models.F("brand"), django.contrib.postgres.indexes.OpClass("folded", name="gin_trgm_ops"), name="profile_found"))]
