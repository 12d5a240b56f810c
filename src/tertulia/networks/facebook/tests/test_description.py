"""The fake knows no parameter and no field that the vendor's description has not; see also ``conftest``, for every request.

The description is not in the repository: where ``shared/specs`` lies beside it, the fake is held against it; and the
fake writes down whatever it does not know of what the client sends.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tertulia.kit.tests.loopback import Asked
from tertulia.networks.facebook.tests import described
from tertulia.networks.facebook.tests.described import SPEC
from tertulia.networks.facebook.tests.fake import FIELDS, PAGE, PARAMETERS

FORM = {"content-type": "application/x-www-form-urlencoded"}
NODES = {"page": "Page", "post": "PagePost", "comment": "Comment", "thread": "UnifiedThread", "photo": "Photo"}
#: Of every node or of the whole of Graph, and so in no node's description: the file of a photo, several ids, a batch.
OF_ALL = {"source", "ids", "batch", "include_headers"}


@pytest.fixture(scope="module")
def nodes() -> dict[str, Any]:
    if not SPEC.exists():
        pytest.skip("NOT TESTED against the vendor's description: shared/specs is not beside the repository")
    told: dict[str, Any] = json.loads(SPEC.read_text("utf-8"))["nodes"]
    return told


@pytest.mark.parametrize("edge", [one for one in PARAMETERS if one not in ("GET accounts", "POST access_token")])
def test_the_parameters_of_the_fake_are_those_described(nodes: dict[str, Any], edge: str) -> None:
    method, _, name = edge.partition(" ")
    described = [{one["name"] for one in call["params"]} for node in NODES.values() for call in nodes[node]["apis"]
                 if (call["method"], call.get("endpoint", "")) == (method, name)]
    assert described, f"no such edge: {edge}"
    assert PARAMETERS[edge] - OF_ALL <= set().union(*described)


@pytest.mark.parametrize("kind", NODES)
def test_the_fields_of_the_fake_are_those_described(nodes: dict[str, Any], kind: str) -> None:
    node = nodes[NODES[kind]]
    assert FIELDS[kind] <= {one["name"] for one in node["fields"]} | {call.get("endpoint") for call in node["apis"]}


@pytest.mark.parametrize(("asked", "fault"), [
    (Asked("POST", f"/v25.0/{PAGE}/feed", {}, FORM, b"message=Hola&attached_media=%5B%7B%22media_fbid%22%3A%221%22%7D%5D"), ""),
    (Asked("POST", f"/v25.0/{PAGE}/feed", {}, FORM, b"text=Hola"), "no parameter text"),
    (Asked("POST", f"/v25.0/{PAGE}/feed", {}, FORM, b"attached_media=1"), "attached_media=1 is no list<Object>"),
    (Asked("POST", f"/v25.0/{PAGE}/messages", {}, FORM, b"messaging_type=RESPONSE"), "recipient is required"),
    (Asked("POST", f"/v25.0/{PAGE}/messages", {}, FORM, b"recipient=%7B%7D&messaging_type=ANSWER"), "messaging_type=ANSWER is no"),
    (Asked("GET", f"/v25.0/{PAGE}/likers", {}, {}, b""), "no such edge"),
    (Asked("GET", f"/v25.0/{PAGE}/feed", {"fields": ["id,words"]}, {}, b""), "PagePost has no field words"),
    (Asked("GET", f"/v25.0/{PAGE}/feed", {"fields": ["id,comments.filter(all)"]}, {}, b""), "takes no filter(all)"),
])
def test_what_the_description_has_not_is_seen_in_any_test(nodes: dict[str, Any], asked: Asked, fault: str) -> None:
    assert fault in described.wrong(asked, PAGE)
    assert bool(fault) == bool(described.wrong(asked, PAGE))
