"""The vendor's description of Graph against what was asked of a fake: every edge, parameter, type, value and field.

The description is not in the repository: it is read where ``shared/specs`` lies beside it.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import tertulia
from tertulia.kit.tests.loopback import Asked

SPEC = Path(tertulia.__file__).resolve().parents[3] / "shared" / "specs" / "meta" / "graph-api-v25.0.json"
#: Of every node or of the whole of Graph, and so in no node's description.
OF_ALL = {"fields", "limit", "after", "appsecret_proof", "source"}
#: Not of a node's: a batch, several ids, the exchange of a token. Users are not in the trimmed description.
OUTSIDE = {"", "oauth/access_token", "me/accounts", "me"}
#: The nodes that the trimmed description lacks: messages.
UNKNOWN = {"UnifiedMessage"}
_LOOKS: Mapping[str, str] = {
    "bool": "true|false", "int": r"-?\d+", "unsigned int": r"\d+", "datetime": r"\d{4}-\d\d-\d\dT.*|\d+", "string": "(?s).*"}


@functools.cache
def _read() -> tuple[Mapping[str, Any], Mapping[str, list[str]]]:
    told = json.loads(SPEC.read_text("utf-8"))
    return told["nodes"], {one["name"]: one["values"] for one in told["enum_types"]}


def wrong(asked: Asked, page: str) -> str:
    """What the description has against a request; empty if nothing. ``page``: the id of the Page."""
    path = asked.path.removeprefix("/v25.0").strip("/")
    if path in OUTSIDE:
        return ""
    name, _, edge = path.partition("/")
    told = _told(asked)
    calls = [call for node in _nodes(name, edge, page, told) for call in _read()[0][node]["apis"]
             if (call["method"], call.get("endpoint", "")) == (asked.method, edge)]
    if not calls:
        return f"{asked.method} {path}: no such edge"
    faults = [next(_faults(told, call), "") for call in calls]
    return "" if "" in faults else f"{asked.method} {path}: {faults[0]}"


def _nodes(name: str, edge: str, page: str, told: Mapping[str, str]) -> list[str]:
    if name.startswith("t_"):
        return ["UnifiedThread"]
    if name.startswith(f"{page}_"):
        return ["PagePost"]
    if "_" in name:
        return ["Comment", "PagePost"]  # what others wrote on the Page has an id of the same form
    return ["Photo"] if "alt_text_custom" in told.get("fields", "") else ["Page"]


def _faults(told: Mapping[str, str], call: Mapping[str, Any]) -> Iterator[str]:
    """What a call has against what it was told."""
    known = {one["name"]: one for one in call["params"]}
    for name, value in told.items():
        if name == "fields":
            yield from _unknown(value, str(call["return"]))
        elif name not in known and name not in OF_ALL:
            yield f"no parameter {name}"
        elif name in known and not _fits(value, known[name]["type"]):
            yield f"{name}={value[:60]} is no {known[name]['type']}"
    yield from (f"{name} is required" for name, one in known.items() if one.get("required") and name not in told)


def _fits(value: str, kind: str) -> bool:
    enums = _read()[1]
    if kind in enums:
        return value in enums[kind]
    if kind in _LOOKS:
        return re.fullmatch(_LOOKS[kind], value) is not None
    try:
        read = json.loads(value)
    except ValueError:
        return False
    if kind.startswith("list"):
        inside = kind.removeprefix("list").strip("<>")
        return isinstance(read, list) and all(_fits(one if isinstance(one, str) else json.dumps(one), inside or "string") for one in read)
    return isinstance(read, dict)


def _unknown(fields: str, node: str) -> Iterator[str]:
    """The fields that a node has not, edges with their parameters among them."""
    if node in UNKNOWN:
        return
    nodes = _read()[0]
    known = {one["name"] for one in nodes[node]["fields"]}
    edges = {call["endpoint"]: call for call in nodes[node]["apis"] if call["method"] == "GET" and call.get("endpoint")}
    for field in _parted(fields):
        name = re.match(r"\w*", field)[0]  # type: ignore[index]
        if name not in known | edges.keys() | {"id"}:
            yield f"{node} has no field {name}"
        for parameter, value in re.findall(r"\.(\w+)\((\w+)\)", field):
            of = {one["name"]: one["type"] for one in edges.get(name, {"params": []})["params"]}
            if parameter not in of.keys() | {"limit", "summary"} or (parameter in of and not _fits(value, of[parameter])):
                yield f"{node}.{name} takes no {parameter}({value})"


def _parted(fields: str) -> list[str]:
    """``a,b{c,d}`` → ``a``, ``b``."""
    plain = fields
    while "{" in plain:
        plain = re.sub(r"\{[^{}]*\}", "", plain)
    return plain.split(",")


def _told(asked: Asked) -> dict[str, str]:
    """The parameters, in the address and in the body, as text."""
    told = {name: values[0] for name, values in asked.query.items()}
    kind = asked.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        told |= dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
    elif kind.startswith("multipart/form-data"):
        whole = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + asked.body)
        for part in whole.get_payload():
            content = part.get_payload(decode=True)  # type: ignore[union-attr]
            told[str(part.get_param("name", header="content-disposition"))] = content.decode("latin-1")  # type: ignore[union-attr]
    return told
