"""The database refuses a dispatch any move that the graph in ``outbox.rules`` did not have on 2026-11-22."""

from django.db import migrations

MOVES = {
    "waiting": "ready sending held cancelled expired",
    "ready": "waiting sending held cancelled expired",
    "sending": "waiting sent refused unsure held expired",
    "held": "waiting cancelled expired",
    "unsure": "sent waiting cancelled",
    "refused": "waiting cancelled",
    "expired": "waiting cancelled",
}
_PAIRS = ", ".join(f"('{before}', '{after}')" for before, afters in MOVES.items() for after in afters.split())

GUARD = f"""
create function outbox_guard() returns trigger language plpgsql as $$
begin
    if old.state <> new.state and (old.state, new.state) not in ({_PAIRS}) then
        raise exception 'a dispatch cannot go from % to %', old.state, new.state using errcode = 'check_violation';
    end if;
    if old.key <> new.key or (old.version > 0 and old.payload is distinct from new.payload) then
        raise exception 'what was tried once is frozen' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger outbox_graph before update on outbox_dispatch for each row execute function outbox_guard();
"""


class Migration(migrations.Migration):
    """Adds the trigger."""

    dependencies = [("outbox", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, "drop trigger outbox_graph on outbox_dispatch; drop function outbox_guard();")]
