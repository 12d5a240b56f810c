"""The API on a page: drawn here from its own description, for the usual viewers bring scripts from elsewhere."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tertulia.brands.rules import SCOPES
from tertulia.site.api import api


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: how, where, what for, what it takes."""

    method: str
    path: str
    about: str
    takes: list[tuple[str, str]]


@login_required
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation, by the noun it is about."""
    return render(request, "site/api_docs.html", {"groups": _groups(api.get_openapi_schema()), "scopes": list(SCOPES)})


def _groups(schema: Any) -> list[tuple[str, list[Operation]]]:
    groups: dict[str, list[Operation]] = defaultdict(list)
    for path, operations in schema["paths"].items():
        for method, told in operations.items():
            groups[told.get("tags", [""])[-1]].append(
                Operation(method.upper(), path, told.get("description", ""), _takes(schema, told)))
    return list(groups.items())


def _takes(schema: Any, told: Any) -> list[tuple[str, str]]:
    """Names and kinds of what the query and the body may carry."""
    found = [(one["name"], _kind(one["schema"])) for one in told.get("parameters", []) if one["in"] == "query"]
    if body := told.get("requestBody"):
        name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        shape = schema["components"]["schemas"][name]
        found += [(field, _kind(kind)) for field, kind in shape["properties"].items()]
    return found


def _kind(told: Any) -> str:
    if "enum" in told:
        return " | ".join(str(one) for one in told["enum"] if one != "")
    if "anyOf" in told:
        return " | ".join(_kind(one) for one in told["anyOf"] if one.get("type") != "null")
    return str(told.get("format") or told.get("const") or told.get("type") or "")
