"""Search inside a brand: Spanish stems of the folded text, and people by any part of their name."""

from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations

WORDS = """
create index message_words on inbox_message using gin (brand_id, to_tsvector('spanish'::regconfig, coalesce(folded, '')));
create index profile_called on people_profile using gin (upper(handle) gin_trgm_ops, upper(name) gin_trgm_ops);
"""


class Migration(migrations.Migration):
    """Adds the extensions and the indexes."""

    dependencies = [("inbox", "0001_initial"), ("people", "0001_initial")]
    operations = [
        BtreeGinExtension(), TrigramExtension(),
        migrations.RunSQL(WORDS, "drop index message_words; drop index profile_called;")]
