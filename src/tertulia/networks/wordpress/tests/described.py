"""WordPress's description of its own API (6.6) against what was asked of a fake: routes, parameters, types, values.

The description is not in the repository: it is read where ``shared/specs`` lies beside it.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import tertulia
from tertulia.kit.tests.loopback import Asked

SPEC = Path(tertulia.__file__).resolve().parents[3] / "shared" / "specs" / "wordpress" / "wp-rest-6.6.json"
#: Of every route, which the description leaves out.
OF_ALL = {"_fields", "rest_route"}
#: Said to be objects, and taken as plain text too; source of WordPress 6.1, read 2026-11-22.
WRITTEN = {"title", "content", "excerpt", "caption"}
Json = Mapping[str, Any]


@functools.cache
def routes() -> Json:
    told: Json = json.loads(SPEC.read_text("utf-8"))["routes"]
    return told


def endpoint(path: str, method: str) -> Json | None:
    """The parameters of a route by its path (``/wp/v2/…``)."""
    for pattern, route in routes().items():
        if re.fullmatch(pattern, path):
            for one in route["endpoints"]:
                if method in one["methods"]:
                    told: Json = one["args"] or {}
                    return told
    return None


def wrong(asked: Asked) -> str:
    """What the description has against a request; empty if nothing, or if it speaks to no API (who connects tries where it is)."""
    path = asked.query.get("rest_route", [""])[0] or asked.path.partition("/wp-json")[2]
    if not path:
        return ""
    known = endpoint(path, asked.method)
    if known is None:
        return f"{asked.method} {path} is not in the description"
    return next((f"{asked.method} {path}: {fault}" for fault in _faults(asked, known)), "")


def _faults(asked: Asked, known: Json) -> Iterator[str]:
    told: dict[str, Any] = {name: values[0] for name, values in asked.query.items() if name not in OF_ALL}
    if asked.headers.get("content-type", "").startswith("application/json"):
        told |= asked.json()
    for name, value in told.items():
        if name not in known:
            yield f"no parameter {name}"
        elif not (name in WRITTEN and isinstance(value, str)) and not _fits(value, known[name], asked_for=name in asked.query):
            yield f"{name}={value!r} is no {known[name].get('type')}"
    if asked.headers.get("content-type", "").startswith("multipart/form-data"):
        names = {one.decode() for one in re.findall(rb'form-data; name="([^"]+)"', asked.body)} - {"file"}
        yield from (f"no parameter {name}" for name in sorted(names - known.keys()))
    yield from (f"{name} is required" for name, one in known.items() if one.get("required") and name not in told and name != "id")


def _fits(value: Any, kind: Json, *, asked_for: bool) -> bool:
    """``asked_for``: in the address, where everything is text and a list is parted by commas."""
    if isinstance(kind.get("type"), list):
        return any(_fits(value, {**kind, "type": one}, asked_for=asked_for) for one in kind["type"])
    if kind.get("type") == "array":
        parts = str(value).split(",") if asked_for else value
        return isinstance(parts, list) and all(_fits(one, kind.get("items", {}), asked_for=asked_for) for one in parts)
    if kind.get("enum") and value not in kind["enum"]:
        return False
    if kind.get("type") == "integer":
        number = value if type(value) is int else int(value) if asked_for and re.fullmatch(r"-?\d+", value) else None
        return number is not None and kind.get("minimum", number) <= number <= kind.get("maximum", number)
    if kind.get("type") == "boolean":
        return value in ("true", "false") if asked_for else isinstance(value, bool)
    if kind.get("format") == "date-time":
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    return isinstance(value, dict if kind.get("type") == "object" else str)
