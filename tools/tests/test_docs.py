"""A stale document is found."""

import pytest

from tools import docs


def test_a_stale_document_is_found_with_the_command_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docs, "DOCUMENTS", {"docs/nothing.md": lambda: "x", "tools/__init__.py": lambda: "other"})
    stale = docs.check()
    assert [line.split(" ")[0] for line in stale] == ["docs/nothing.md", "tools/__init__.py"]
    assert all("python -m tools.docs write" in line for line in stale)
