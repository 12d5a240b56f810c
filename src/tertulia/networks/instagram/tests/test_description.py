"""What we ask and tell, held against the vendor's description, where ``shared/specs`` lies beside the repository."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

import tertulia
from tertulia.kit.tests.loopback import Asked
from tertulia.networks.contract import Author, Draft, Ref
from tertulia.networks.instagram.tests.fake import OWN
from tertulia.networks.instagram.tests.stages import PICTURE, FakeStage
from tertulia.networks.stage import drain, key

SPEC = Path(tertulia.__file__).resolve().parents[3] / "shared" / "specs" / "meta" / "graph-api-v25.0.json"
USER, MEDIA, COMMENT = ("IGUserForIGOnlyAPI", "IGUser"), ("IGMediaForIGOnlyAPI", "IGMedia"), ("IGComment",)
CONTAINER, TALK = ("ShadowIGMediaBuilder",), ("UnifiedThread",)
OF_EDGES = {"media": MEDIA, "tags": MEDIA, "comments": COMMENT, "replies": COMMENT, "conversations": TALK}
#: Of every edge and node: paging and the choice of fields are Graph's own.
ANYWHERE = {"fields", "limit", "after", "access_token"}


@pytest.fixture(scope="module")
def nodes() -> Mapping[str, Any]:
    if not SPEC.exists():
        pytest.skip("NOT TESTED against the vendor's description: shared/specs is not beside the repository")
    found: Mapping[str, Any] = json.loads(SPEC.read_text("utf-8"))["nodes"]
    return found


def everything(stage: FakeStage) -> None:
    """Every call we know how to make."""
    network = stage.network()
    post = network.publish(Draft("Pan", pictures=(PICTURE, PICTURE)), key()).ref
    comment = stage.public().comment(post, "¿Abrís?")
    reply = network.publish(Draft("Sí", reply_to=Ref(comment, extra={"kind": "comment"})), key()).ref
    network.publish(Draft("Hola", reply_to=post), key())
    tagged = stage.public().mention("Con @panaderia")
    network.publish(Draft("Gracias", reply_to=Ref(tagged, extra={"kind": "mention"})), key())
    network.message(Draft("Hola", to=Author("5550001", "ana")), key())
    drain(network, {})
    network.hide(Ref(comment))
    network.read(reply)
    network.measure([post])
    network.quota()
    network.profile()
    network.still_there([comment, post.external_id, tagged])
    network.delete(Ref(tagged))  # gone or never ours: no comment goes away, so that each request can be told


def asked_of(asked: Asked, stage: FakeStage) -> tuple[tuple[str, ...], str]:
    """The nodes of the description that a request speaks to, and its edge."""
    path = asked.path.removeprefix("/v25.0").strip("/").split("/")
    edge = path[1] if len(path) > 1 else ""
    if path[0] in (OWN, "me"):
        return USER, edge
    if path[0] in stage.fake.containers:
        return CONTAINER, edge
    if path[0].startswith("talk_"):
        return TALK, edge
    return (COMMENT if path[0] in stage.fake.comments else MEDIA), edge


def calls_of(nodes: Mapping[str, Any], names: tuple[str, ...], edge: str, method: str) -> Iterator[Mapping[str, Any]]:
    wanted = edge or {"GET": "#get", "POST": "#update", "DELETE": "#delete"}[method]
    for name in names:
        yield from (one for one in nodes[name]["apis"] if wanted in (one.get("endpoint"), one.get("name")) and one["method"] == method)


def test_every_call_and_parameter_is_in_the_description(stage: FakeStage, nodes: Mapping[str, Any]) -> None:
    everything(stage)
    seen = set()
    for asked in stage.asked():
        if asked.path == "/refresh_access_token":
            continue
        names, edge = asked_of(asked, stage)
        told = dict(parse_qsl(asked.body.decode())) if asked.method == "POST" else {name: one[0] for name, one in asked.query.items()}
        known = list(calls_of(nodes, names, edge, asked.method))
        assert known, f"{asked.method} {names} {edge}"
        allowed = {one["name"] for call in known for one in call["params"]} | (ANYWHERE if asked.method == "GET" else set())
        assert set(told) <= allowed, f"{asked.method} {names} {edge}: {set(told) - allowed}"
        needed = {one["name"] for one in known[0]["params"] if one.get("required")}
        assert needed <= set(told), f"{asked.method} {names} {edge}: {needed - set(told)}"
        seen.add((asked.method, names[0], edge))
    assert len(seen) > 18


def test_every_field_that_is_asked_for_is_in_the_description(stage: FakeStage, nodes: Mapping[str, Any]) -> None:
    everything(stage)
    for asked in stage.asked():
        names, edge = asked_of(asked, stage)
        if "fields" not in asked.query or edge in ("messages", "insights", "content_publishing_limit"):  # of nodes it lacks
            continue
        names = OF_EDGES.get(edge, names)
        known = {one["name"] for name in names for one in nodes[name]["fields"]}
        known |= {one["endpoint"] for name in names for one in nodes[name]["apis"] if one.get("endpoint")} | {"id"}
        plain = re.sub(r"\{[^{}]*\}", "", re.sub(r"\{[^{}]*\}", "", asked.query["fields"][0]))
        wanted = {re.sub(r"\..*", "", one) for one in plain.split(",")}
        assert wanted <= known, f"{names}: {wanted - known}"
