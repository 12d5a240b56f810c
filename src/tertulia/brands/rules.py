"""Who may do what."""

import hashlib

from tertulia.brands.facts import Role

#: What each role may do; ``may`` is the only reader.
_MAY: dict[str, frozenset[str]] = {
    Role.OWNER: frozenset({"see", "answer", "moderate", "publish", "connect", "manage"}),
    Role.EDITOR: frozenset({"see", "answer", "moderate", "publish", "connect"}),
    Role.AGENT: frozenset({"see", "answer", "moderate"}),
    Role.VIEWER: frozenset({"see"}),
}

#: What a token may be allowed, and what its bearer must be allowed for it.
SCOPES = {"read": "see", "answer": "answer", "moderate": "moderate", "publish": "publish"}


def may(role: str, what: str) -> bool:
    """Whether ``role`` may ``what``: see, answer, moderate, publish, connect or manage."""
    return what in _MAY.get(role, frozenset())


def signature(signing: str, initials: str) -> str:
    """What follows an answer whose author signs it: `` · AB`` or `` ^AB``; without initials, nothing."""
    return f" {'^' if signing == 'caret' else '· '}{initials}" if initials else ""


def hash_of(secret: str) -> str:
    """What is kept of a secret with enough randomness of its own."""
    return hashlib.sha256(secret.encode()).hexdigest()
