"""The index of the search knows a brand by its slices alone, the widest of them all there is."""

from django.db import migrations

WORDS = """
drop index if exists message_words;
create index message_words on inbox_message using gin (
    ((brand_id << 32) | (id >> 40)), ((brand_id << 32) | (id >> 20)), ((brand_id << 32) | (id >> 16)),
    to_tsvector('spanish'::regconfig, coalesce(folded, ''))
) with (gin_pending_list_limit = 1024);
"""


class Migration(migrations.Migration):
    """Makes it anew."""

    dependencies = [("inbox", "0011_draft_asked")]
    operations = [migrations.RunSQL(WORDS, migrations.RunSQL.noop)]
