"""The calls to the Bot API, and what its refusals mean.

The token is part of every address. It never is part of the address that ``httpx`` knows, which ends in its log and in
its errors: it goes into the request line only. What a server says back is cleaned of it before anybody looks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from tertulia.networks import calls
from tertulia.networks.contract import Gone, Outcome, Reconnect, Refused, TryLater, Unsure

# Words of the vendor's server and of tdlib's, in lower case; the first that is found decides. Read 2026-11-22.
_REFUSALS: tuple[tuple[str, type[Outcome], str], ...] = (
    ("is too long", Refused, "too_long"),
    ("text is empty", Refused, "empty"), ("text must be non-empty", Refused, "empty"),
    ("replied not found", Gone, "not_found"), ("reply message not found", Gone, "not_found"),
    ("replied message not found", Gone, "not_found"), ("message to delete not found", Gone, "not_found"),
    ("message can't be deleted", Refused, "forbidden"), ("message_delete_forbidden", Refused, "forbidden"),
    ("rights", Refused, "forbidden"), ("_forbidden", Refused, "forbidden"), ("admin_required", Refused, "forbidden"),
    ("user is an administrator", Refused, "forbidden"), ("can't remove chat owner", Refused, "forbidden"),
    ("member list is inaccessible", Reconnect, "missing_scope"),
    ("photo_", Refused, "bad_media"), ("image_", Refused, "bad_media"), ("media_", Refused, "bad_media"),
    ("file", Refused, "bad_media"), ("entity too large", Refused, "bad_media"),
    ("chat not found", Refused, "not_found"), ("not found", Refused, "bad_reference"), ("_id_invalid", Refused, "bad_reference"),
)
TAKEN = ("Otro programa lee lo que llega a este bot, o el bot tiene un webhook: páralo o quítaselo, "
         "o usa en Tertulia un bot que no use nadie más.")
TOO_OLD = "Telegram solo deja borrar lo que se envió hace menos de 48 horas, y a quien tiene permiso."


Files = Mapping[str, tuple[str, bytes, str]]  # field of the form → file name, bytes, type


@contextmanager
def understood() -> Iterator[None]:
    """JSON that is not what the Bot API describes is a server that is not well; nothing of it is believed."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, OverflowError) as error:
        raise TryLater("not_json", f"not what the Bot API answers: {type(error).__name__}") from error


def listed(value: object) -> list[Any]:
    """``value`` if it is a list."""
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return value


class Bot:
    """A bot, by its token (number, colon, secret)."""

    def __init__(self, http: httpx.Client, base_url: str, token: str) -> None:
        self._http, self._base_url, self._token = http, base_url, token
        self._secret = token.rpartition(":")[2]

    def call(self, method: str, parameters: Mapping[str, Any] | None = None, *, creates: bool = False,
             files: Files | None = None) -> Any:
        """The ``result`` of a method. ``creates``: twice would do it twice. A group that became a supergroup is followed."""
        parameters = parameters or {}
        told = self._ask(method, parameters, creates, files)
        moved = None if told["ok"] else _parameter(told, "migrate_to_chat_id")
        if moved and "chat_id" in parameters:  # a clear no: nothing was done
            told = self._ask(method, {**parameters, "chat_id": moved}, creates, files)
        if told["ok"]:
            return told["result"]
        raise _refusal(told, creates=creates)

    def _ask(self, method: str, parameters: Mapping[str, Any], creates: bool, files: Files | None) -> dict[str, Any]:
        """The whole answer, if it is one of the Bot API (``ok``, and ``result`` or ``error_code``); else an outcome."""
        how: dict[str, Any] = {"json": parameters}
        if files:
            how = {"files": files, "data": {
                name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}}
        # see the module: the token is in the request line and in nothing that is kept
        how["extensions"] = {"target": f"/bot{self._token}/{method}".encode("ascii")}
        try:
            response = self._clean(calls.send(self._http, "POST", f"{self._base_url}/bot/{method}", creates=creates, **how))
        except Outcome as outcome:
            outcome.detail = outcome.detail.replace(self._secret, "***")
            outcome.args = tuple(str(one).replace(self._secret, "***") for one in outcome.args)
            raise outcome from None
        return _told(response, creates)

    def _clean(self, response: httpx.Response) -> httpx.Response:
        """The same without the secret, which a page of error or a redirection may repeat."""
        secret = self._secret.encode("ascii")
        headers = [(name, value.replace(secret, b"***")) for name, value in response.headers.raw
                   if name.lower() != b"content-length"]
        return httpx.Response(response.status_code, headers=headers, content=response.content.replace(secret, b"***"))


def _told(response: httpx.Response, creates: bool) -> dict[str, Any]:
    try:
        told = response.json()
    except ValueError:
        told = None
    if isinstance(told, dict) and told.get("ok") is False and isinstance(told.get("error_code"), int):
        return told
    if response.status_code == 404:
        raise Refused("unsupported", "no Bot API at this address", {"status": 404, "body": response.text[:500]})
    if response.status_code >= 300:
        raise calls.failure(response, creates=creates)
    if isinstance(told, dict) and told.get("ok") is True and "result" in told:
        return told
    lost = Unsure if creates else TryLater
    raise lost("not_json", "not an answer of the Bot API", evidence={"status": response.status_code, "body": response.text[:500]})


def _refusal(told: Mapping[str, Any], *, creates: bool) -> Outcome:
    """The outcome that an answer with ``ok: false`` stands for."""
    code, words = told["error_code"], str(told.get("description") or "")
    evidence = {"error_code": code, "description": words[:500]}
    if code == 429:
        return TryLater("limited", words, after=_parameter(told, "retry_after"), scope="account", evidence=evidence)
    if code in (401, 404):  # 404: what was sent cannot be a token
        return Reconnect("bad_credentials", words, evidence)
    if code == 409:
        return TryLater("duplicate", f"{TAKEN} ({words})", evidence=evidence)
    if code >= 500:
        return Unsure("server_error", words, evidence) if creates else TryLater("server_error", words, evidence=evidence)
    if "channel chat" in words and any(part in words for part in ("kicked", "not a member", "administrator rights")):
        return Reconnect("missing_scope", words, evidence)
    if code == 403:
        return Refused("forbidden", words, evidence)
    for part, outcome, reason in _REFUSALS:
        if part in words.lower():
            return outcome(reason, f"{TOO_OLD} ({words})" if "delete" in part and outcome is Refused else words, evidence)
    return Refused("invalid", words, evidence)


def _parameter(told: Mapping[str, Any], name: str) -> int | None:
    """One of the numbers that may come with a refusal."""
    parameters = told.get("parameters")
    value = parameters.get(name) if isinstance(parameters, dict) else None
    return value if isinstance(value, int) else None
