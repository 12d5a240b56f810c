"""A dispatch that was taken back may be wanted again: nothing of it ever left."""

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


def guard(moves: dict[str, str]) -> str:
    """The trigger's function for ``moves``."""
    pairs = ", ".join(f"('{before}', '{after}')" for before, afters in moves.items() for after in afters.split())
    return f"""
create or replace function outbox_guard() returns trigger language plpgsql as $$
begin
    if old.state <> new.state and (old.state, new.state) not in ({pairs}) then
        raise exception 'a dispatch cannot go from % to %', old.state, new.state using errcode = 'check_violation';
    end if;
    if old.key <> new.key or (old.version > 0 and old.payload is distinct from new.payload) then
        raise exception 'what was tried once is frozen' using errcode = 'check_violation';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):
    """Replaces the trigger's function."""

    dependencies = [("outbox", "0003_open")]
    operations = [migrations.RunSQL(guard({**MOVES, "cancelled": "waiting"}), guard(MOVES))]
