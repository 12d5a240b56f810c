"""The only five ways in which a call to a network can fail, and the codes that say why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal


class Outcome(Exception):
    """Why a call did not end well. ``reason`` is a code (see ``Reason``), ``detail`` the network's own words."""

    def __init__(self, reason: str = "", detail: str = "", evidence: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{type(self).__name__}: {reason} {detail}".strip())
        self.reason, self.detail, self.evidence = reason, detail[:2000], dict(evidence or {})


class TryLater(Outcome):
    """Nothing happened on the network, for certain; it may work after ``after`` seconds (None: not said).

    ``scope`` says whose limit was hit: the account's, the app's, or nobody's (the server was away).
    """

    def __init__(self, reason: str = "busy", detail: str = "", *, after: float | None = None,
                 scope: Literal["account", "app", "none"] = "none", evidence: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason, detail, evidence)
        self.after, self.scope = after, scope


class Reconnect(Outcome):
    """The credentials no longer serve: a person must connect the channel again."""


class Refused(Outcome):
    """The network said no, for good; nothing happened."""


class Gone(Outcome):
    """What we spoke of is not on the network any more."""


class Unsure(Outcome):
    """We sent something that creates, and cannot know whether it was done. Never repeated blindly."""


#: Codes of ``Outcome.reason`` that pages know how to explain; a network may not invent others.
Reason = Literal[
    "busy", "limited", "unreachable", "timeout", "reset", "server_error", "not_json", "too_big_answer",
    "bad_credentials", "expired", "missing_scope", "suspended",
    "too_long", "empty", "bad_media", "too_many_media", "bad_reference", "duplicate", "forbidden", "invalid",
    "not_found", "unsupported", "blocked_address", "quota", "processing",
]
