"""``recorded.json``: answers of Bluesky's own PDS 0.5 and AppView on loopback, of invented people, 2026-11-22.
``richtext-vectors.json``: the vendor's test vectors (bluesky-social/atproto, MIT or Apache-2.0; licence beside it)."""

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def recorded(name: str) -> Any:
    """The body of one recorded answer."""
    return json.loads((_HERE / "recorded.json").read_text("utf-8"))[name]["body"]


def status(name: str) -> int:
    """The status of one recorded answer."""
    return int(json.loads((_HERE / "recorded.json").read_text("utf-8"))[name]["status"])


def vectors(name: str) -> list[dict[str, Any]]:
    """One list of the vendor's vectors."""
    return list(json.loads((_HERE / "richtext-vectors.json").read_text("utf-8"))[name])
