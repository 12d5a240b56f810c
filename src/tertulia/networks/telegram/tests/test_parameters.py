"""The tables of parameters are the vendor's, as a community keeps them in a file (MIT); and whatever is asked of a fake holds.

The file is not in the repository: it is read where ``shared/specs`` lies beside it. See also ``conftest``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import tertulia
from tertulia.networks.telegram.collecting import UPDATES
from tertulia.networks.telegram.tests.parameters import METHODS, TYPES
from tertulia.networks.telegram.translate import MARKS

SPEC = Path(tertulia.__file__).resolve().parents[3] / "shared" / "specs" / "telegram" / "bot-api.json"
#: Our short names of the types that are one of several.
SEVERAL = {"Chat": {"Integer", "String"}, "InputFile": {"InputFile", "String"}}


@pytest.fixture(scope="module")
def spec() -> Mapping[str, Any]:
    if not SPEC.exists():
        pytest.skip("NOT CHECKED against the description of the Bot API: shared/specs is not beside the repository")
    told: Mapping[str, Any] = json.loads(SPEC.read_text("utf-8"))
    return told


def must_agree(known: Mapping[str, str], described: Mapping[str, Any], where: str) -> None:
    fields = {one["name"]: one for one in described.get("fields", ())}
    for name, kind in known.items():
        field = fields.get(name.rstrip("!"))
        assert field is not None, f"{where}.{name} is not in the description"
        assert field["required"] is name.endswith("!"), f"{where}.{name}"
        ours = SEVERAL.get(kind, {kind})
        assert ours == set(field["types"]) or (kind.startswith("Array of ") and ours <= set(field["types"])), f"{where}.{name}: {kind}"
    required = {name for name, one in fields.items() if one["required"]}
    assert required <= {name.rstrip("!") for name in known}, f"{where} lacks {required}"


@pytest.mark.parametrize("method", METHODS)
def test_the_parameters_of_a_method_are_those_described(spec: Mapping[str, Any], method: str) -> None:
    must_agree(METHODS[method], spec["methods"][method], method)


@pytest.mark.parametrize("kind", TYPES)
def test_the_fields_of_a_type_are_those_described(spec: Mapping[str, Any], kind: str) -> None:
    must_agree(TYPES[kind], spec["types"][kind], kind)


def test_the_updates_and_the_fields_that_we_read_are_those_described(spec: Mapping[str, Any]) -> None:
    def fields(kind: str) -> set[str]:
        return {one["name"] for one in spec["types"][kind]["fields"]}

    assert set(UPDATES) <= fields("Update")
    assert set(MARKS) <= fields("Message")
    assert {"message_id", "date", "chat", "from", "sender_chat", "text", "caption", "entities", "caption_entities", "reply_to_message",
            "message_thread_id", "is_automatic_forward", "forward_origin", "media_group_id", "migrate_to_chat_id"} <= fields("Message")
    assert {"chat", "message_id"} <= fields("MessageOriginChannel")
    assert {"retry_after", "migrate_to_chat_id"} <= fields("ResponseParameters")
    assert {"linked_chat_id", "description", "username", "title"} <= fields("ChatFullInfo")
    assert {"can_post_messages", "can_restrict_members", "status"} <= fields("ChatMemberAdministrator")
    assert {"can_send_messages", "is_member"} <= fields("ChatMemberRestricted")
    assert "can_read_all_group_messages" in fields("User")
