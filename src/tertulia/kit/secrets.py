"""Secrets at rest: keys in the data folder (mode 600) or the environment, values encrypted with Fernet.

Keys are per purpose; ``TERTULIA_KEY`` (any text of 32 characters or more) derives them all, for installations
that keep no files. Losing the key loses the networks' tokens, not the data.
"""

import base64
import hashlib
import json
import os
import secrets as random
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from tertulia.kit.database import data_folder


class Unreadable(Exception):
    """What is stored was encrypted with another key."""


@cache
def key(purpose: str) -> str:
    """The installation's key for ``purpose``: made once, the same ever after."""
    if given := os.environ.get("TERTULIA_KEY"):
        return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{given}".encode()).digest()).decode()
    path = data_folder() / f"{purpose}.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_made(path)
    with os.fdopen(descriptor, "w") as file:
        file.write(made := base64.urlsafe_b64encode(random.token_bytes(32)).decode())
    return made


def _read_made(path: Path) -> str:
    # another process may have created it an instant ago and not yet written it
    for _ in range(1000):
        if text := path.read_text().strip():
            return text
    raise Unreadable(f"{path} is empty")


def seal(value: Any) -> bytes:
    """``value`` as JSON, encrypted."""
    return Fernet(key("secrets")).encrypt(json.dumps(value).encode())


def unseal(sealed: bytes | memoryview) -> Any:
    """What ``seal`` was given; ``Unreadable`` if the key is another."""
    try:
        return json.loads(Fernet(key("secrets")).decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise Unreadable("the key of this installation does not open this secret") from error
