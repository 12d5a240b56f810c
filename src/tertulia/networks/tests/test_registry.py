"""The registry is the folder, and a manifest is read whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

import tertulia.networks
from tertulia.networks import manifest_file
from tertulia.networks.contract import VERBS, verbs_of

GOOD = """
title = "Prueba"
color = "#123456"
poll_seconds = 60
[limits]
characters = 500
pictures = 4
picture_bytes = 1000
picture_types = ["image/png"]
alt_characters = 100
[[fields]]
name = "token"
label = "Clave"
secret = true
[scopes]
publish = ["write"]
[unsupported]
hide = "No se puede."
[sources]
limits = "by hand; 2026-11-22"
"""


def write(folder: Path, text: str) -> Path:
    (folder / "prueba").mkdir()
    path = folder / "prueba" / "manifest.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_manifest_takes_its_name_from_its_folder(tmp_path: Path) -> None:
    manifest = manifest_file.read(write(tmp_path, GOOD))
    assert (manifest.name, manifest.title, manifest.oauth) == ("prueba", "Prueba", False)
    assert manifest.limits.picture_types == ("image/png",)
    assert (manifest.fields[0].name, manifest.fields[0].secret, manifest.fields[0].required) == ("token", True, True)
    assert manifest.scopes == {"publish": ("write",)}


@pytest.mark.parametrize(("change", "error"), [
    ('title = "Prueba"', TypeError), ("poll_seconds = 60", TypeError), ("characters = 500", TypeError),
    ('picture_types = ["image/png"]', KeyError), ('label = "Clave"', TypeError),
])
def test_a_missing_fact_is_an_error(tmp_path: Path, change: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        manifest_file.read(write(tmp_path, GOOD.replace(change, "")))


@pytest.mark.parametrize("line", ['colour = "#123456"', "poll = 3", 'name = "otro"'])
def test_a_misspelt_fact_is_an_error(tmp_path: Path, line: str) -> None:
    with pytest.raises(TypeError):
        manifest_file.read(write(tmp_path, f"{line}\n{GOOD}"))


def test_the_networks_are_the_folders_with_a_manifest() -> None:
    names = tertulia.networks.names()
    assert {"mastodon"} <= set(names)
    assert "tests" not in names
    assert list(names) == sorted(names)


def test_an_unknown_network_is_a_look_up_error() -> None:
    for name in ("nowhere", "tests", "", "../kit", "calls"):
        with pytest.raises(LookupError):
            tertulia.networks.load(name)


@pytest.mark.parametrize("name", tertulia.networks.names())
def test_every_network_loads_and_can_do_something(name: str) -> None:
    network = tertulia.networks.load(name)
    assert tertulia.networks.manifest(name) is network.manifest
    assert network.manifest.name == name
    assert verbs_of(network) <= set(VERBS)
    assert {"publish", "collect"} & verbs_of(network)
