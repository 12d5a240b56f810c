"""Record keys of our own."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta, timezone

from tertulia.networks.bluesky import tid
from tertulia.networks.contract import Key

VALID = re.compile(r"^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$")  # atproto.com/specs/tid
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_a_key_gives_the_same_valid_record_key_for_ever() -> None:
    key = Key("0f8fad5bd9cb469fa16570867728950e", AT)
    assert tid.of_key(key) == tid.of_key(key) == "3n2ve77amejbm"
    assert tid.of_key(Key(key.value, AT.astimezone(timezone(timedelta(hours=2))))) == "3n2ve77amejbm"


def test_ten_thousand_dispatches_of_one_second_do_not_meet() -> None:
    made = {tid.of_key(Key(uuid.UUID(int=number).hex, AT)) for number in range(10_000)}
    assert len(made) == 10_000
    assert all(VALID.match(one) for one in made)


def test_record_keys_follow_time() -> None:
    made = [tid.of_key(Key(uuid.uuid4().hex, AT + timedelta(seconds=number))) for number in range(50)]
    assert made == sorted(made)


def test_a_subject_has_one_record() -> None:
    assert tid.of_subject("did:plc:ana") == tid.of_subject("did:plc:ana") != tid.of_subject("did:plc:leo")
    assert all(VALID.match(tid.of_subject(f"did:plc:{number}")) for number in range(1000))
