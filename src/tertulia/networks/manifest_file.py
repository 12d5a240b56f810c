"""Reads a network's ``manifest.toml`` into a ``Manifest``; a missing or misspelt fact is an error at import."""

import tomllib
from pathlib import Path

from tertulia.networks.contract import Field, Limits, Manifest, Pace, Quota, Window


def read(path: Path) -> Manifest:
    """The manifest in ``path``; ``KeyError`` or ``TypeError`` names what is wrong with it."""
    facts = tomllib.loads(path.read_text("utf-8"))
    limits = facts.pop("limits")
    limits["picture_types"] = tuple(limits["picture_types"])
    return Manifest(
        name=path.parent.name,
        limits=Limits(**limits),
        fields=tuple(Field(**box) for box in facts.pop("fields", [])),
        scopes={verb: tuple(names) for verb, names in facts.pop("scopes", {}).items()},
        oauth=facts.pop("oauth", False),
        notes=" ".join(facts.pop("notes", "").split()),
        pace=tuple(Pace(**{**one, "verbs": tuple(one.get("verbs", ()))}) for one in facts.pop("pace", [])),
        quota=Quota(used=0, **quota) if (quota := facts.pop("quota", None)) else None,
        window=tuple(Window(**one) for one in facts.pop("window", [])),
        narrower={verb: facts.pop(verb) for verb in ("reply", "message") if verb in facts},
        **facts,
    )
