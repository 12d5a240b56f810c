"""Payloads recorded from mastodon_mock 0.6.1 on 2026-11-22 (names changed, preview cards
left out), made our values; and the vendor's word.

The vendor's OpenAPI description is not in the repository: where ``shared/specs`` lies beside it, what we send and
these payloads are held against it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import tertulia
from tertulia.networks.contract import Author, Draft, Picture, Ref, Refused
from tertulia.networks.mastodon import connecting, translate
from tertulia.networks.mastodon.client import Mastodon
from tertulia.networks.mastodon.tests.stages import FakeStage
from tertulia.networks.stage import drain, key, png

SPEC = Path(tertulia.__file__).resolve().parents[3] / "shared" / "specs" / "mastodon" / "openapi.json"
OWN = "1795316098016"

# What we do otherwise than the description, on purpose.
_OTHERWISE = {
    "/api/v1/apps": "redirect_uris as one string: servers before 4.3 know no list",
    "/oauth/token": "code_verifier only where the server knows it",
}


def payload(name: str) -> Any:
    return json.loads((Path(__file__).parent / "payloads" / f"{name}.json").read_text("utf-8"))


def test_a_status_with_a_picture_and_a_link() -> None:
    item = translate.item(payload("status"), OWN, "fediverso.example")
    assert item.text == "Hoy, pan de espelta: https://panaderia.example/carta?dia=lunes&mes=3 #pan"
    assert (item.kind, item.ours, item.parent_id, item.root_id) == ("post", True, "", item.external_id)
    assert [(one.kind, one.alt) for one in item.attachments] == [("image", "Una barra de pan")]
    assert item.language == "es"
    assert item.author == Author(
        "https://fediverso.example/@panaderia", "panaderia@fediverso.example", "Panadería La Espiga",
        "https://fediverso.example/@panaderia", item.author.avatar_url, 3, datetime(2026, 11, 22, 2, 54, 59, 672021, UTC))


def test_notifications_of_a_comment_and_a_message() -> None:
    comment, message = (translate.item(one["status"], OWN, "fediverso.example") for one in reversed(payload("notifications")))
    assert (comment.kind, comment.text) == ("comment", "@panaderia ¿A qué hora abrís?\n\n¡Gracias!")
    assert (comment.parent_id, comment.root_id) == (payload("status")["id"],) * 2
    assert (message.kind, message.extra) == ("direct", {"acct": "rosa", "visibility": "direct"})


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_what_an_instance_says_of_itself(version: str) -> None:
    server = payload(f"instance_{version}")
    kept = connecting.settings(payload("credential_account"), server, "fediverso.example", Mastodon.manifest.limits)
    assert connecting.domain_of(server, "https://x.example") == "fediverso.example"
    assert (kept["account_id"], kept["acct"], kept["limits"]["characters"]) == (OWN, "panaderia", 500)


def test_how_the_account_presents_itself() -> None:
    card = translate.card(payload("credential_account"))
    assert (card.name, card.bio) == ("Panadería La Espiga", "Pan de verdad, desde hace tres generaciones.")


# ---------------------------------------------------------------------- the vendor's word

@pytest.fixture(scope="module")
def spec() -> Mapping[str, Any]:
    if not SPEC.exists():
        pytest.skip("NOT TESTED against the vendor's description: shared/specs is not beside the repository")
    return json.loads(SPEC.read_text("utf-8"))  # type: ignore[no-any-return]


def faults(spec: Mapping[str, Any], schema: Mapping[str, Any], value: object) -> list[str]:
    validators = pytest.importorskip("jsonschema_rs", reason="NOT TESTED against the vendor's description: no validator")
    whole = validators.Draft202012Validator({**schema, "components": spec["components"]})
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message[:200]}" for error in whole.iter_errors(value)]


@pytest.mark.parametrize(("name", "schema"), [
    ("status", "Status"), ("credential_account", "CredentialAccount"), ("context", "Context"), ("media", "MediaAttachment"),
])
def test_the_recorded_payloads_are_what_the_vendor_describes(spec: Mapping[str, Any], name: str, schema: str) -> None:
    assert faults(spec, {"$ref": f"#/components/schemas/{schema}"}, payload(name)) == []


def test_all_we_ask_is_what_the_vendor_describes(spec: Mapping[str, Any], stage: FakeStage) -> None:
    tour(stage)
    patterns = {re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + "$"): path for path in spec["paths"]}
    for asked in stage.asked():
        # the exact path before the ones with a place in it: /accounts/lookup is no /accounts/{id}
        paths = sorted((path for known, path in patterns.items() if known.match(asked.path)), key=lambda path: "{" in path)
        assert paths, asked.path
        told = spec["paths"][paths[0]][asked.method.lower()]
        known = {one["name"] for one in told.get("parameters", ())}
        assert {name.removesuffix("[]") for name in asked.query} <= known, asked.path
        if asked.headers.get("content-type", "").startswith("application/json") and paths[0] not in _OTHERWISE:
            schema = told["requestBody"]["content"]["application/json"]["schema"]
            either = {"anyOf": schema["oneOf"]} if "oneOf" in schema else schema  # a status with pictures is two of them
            assert faults(spec, either, asked.json()) == []
            assert set(asked.json()) <= _properties(spec, schema), asked.path
    assert len({(asked.method, asked.path) for asked in stage.asked()}) > 15


def _properties(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> set[str]:
    """Every property that a schema or one of its parts names."""
    if "$ref" in schema:
        return _properties(spec, spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    parts = [part for word in ("oneOf", "anyOf", "allOf") for part in schema.get(word, ())]
    return set(schema.get("properties", ())).union(*(_properties(spec, part) for part in parts))


def tour(stage: FakeStage) -> None:
    """Every verb once."""
    begun = Mastodon.begin({"address": stage.fake.url}, "https://tertulia.example/vuelta", "S", stage.http)
    with pytest.raises(Exception, match="expired"):
        Mastodon.finish(begun.memory, "WRONG", stage.http)
    network, person = stage.network(), stage.public()
    post = network.publish(Draft("Foto", pictures=(Picture(png(), "image/png", "Pan"),)), key()).ref
    said = person.comment(post, "@panaderia ¿cuánto?")
    items, _ = drain(network, {})
    answer = Draft("Dos euros", reply_to=Ref(said, "", items[0].extra))
    network.publish(answer, key())
    network.find(answer, key())
    network.message(Draft("Te escribo", to=person.author), key())
    network.still_there([said])
    network.measure([post])
    network.profile()
    network.block(person.author)
    network.unblock(person.author)
    with pytest.raises(Refused):
        network.publish(Draft(""), key())
    network.delete(post)
