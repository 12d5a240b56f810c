"""The fake knows no parameter and no field that the vendor's description has not.

The description is not in the repository: where ``shared/specs`` lies beside it, the fake is held against it; and the
fake writes down whatever it does not know of what the client sends.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import tertulia
from tertulia.networks.facebook.tests.fake import FIELDS, PARAMETERS

SPEC = Path(tertulia.__file__).resolve().parents[3] / "shared" / "specs" / "meta" / "graph-api-v25.0.json"
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
