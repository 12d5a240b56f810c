"""The vendors' own vectors, read where ``shared/specs`` lies beside the repository: they are not in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

import tertulia

SPECS = Path(tertulia.__file__).resolve().parents[3] / "shared" / "specs"


def vendor_file(path: str) -> Path:
    """The file, or the test is skipped and says so."""
    if not (SPECS / path).exists():
        pytest.skip(f"NOT CHECKED against the vendor's {path}: shared/specs is not beside the repository")
    return SPECS / path


def twitter_text(name: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """A file of X's vectors: groups of cases with ``text`` and ``expected``."""
    told: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load(vendor_file(f"x/twitter-text/{name}.yml").read_text("utf-8"))["tests"]
    return told
