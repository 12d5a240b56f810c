"""The journal is append only: the database refuses to change or delete a fact."""

from django.db import migrations

REFUSE = """
create function journal_refuse() returns trigger language plpgsql as $$
begin raise exception 'the journal is append only'; end $$;
create trigger journal_append_only before update or delete on journal_fact
for each row execute function journal_refuse();
"""


class Migration(migrations.Migration):
    """Adds the trigger."""

    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(
        REFUSE, "drop trigger journal_append_only on journal_fact; drop function journal_refuse();")]
