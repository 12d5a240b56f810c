"""What was tried once is frozen, but for the right of a person to be erased: a transaction that wipes says so."""

from django.db import migrations

MOVES = {
    "waiting": "ready sending held cancelled expired",
    "ready": "waiting sending held cancelled expired",
    "sending": "waiting sent refused unsure held expired",
    "held": "waiting cancelled expired",
    "unsure": "sent waiting cancelled",
    "refused": "waiting cancelled",
    "expired": "waiting cancelled",
    "cancelled": "waiting",
}
_PAIRS = ", ".join(f"('{before}', '{after}')" for before, afters in MOVES.items() for after in afters.split())


def guard(unless: str) -> str:
    """The trigger's function, whose freeze does not hold where ``unless``."""
    return f"""
create or replace function outbox_guard() returns trigger language plpgsql as $$
begin
    if old.state <> new.state and (old.state, new.state) not in ({_PAIRS}) then
        raise exception 'a dispatch cannot go from % to %', old.state, new.state using errcode = 'check_violation';
    end if;
    if old.key <> new.key or (old.version > 0 and old.payload is distinct from new.payload and not ({unless})) then
        raise exception 'what was tried once is frozen' using errcode = 'check_violation';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):
    """Replaces the trigger's function."""

    dependencies = [("outbox", "0010_notices_leave")]
    operations = [migrations.RunSQL(guard("coalesce(current_setting('tertulia.wiping', true), '') = 'on'"), guard("false"))]
