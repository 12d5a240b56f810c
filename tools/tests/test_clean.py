"""Nothing of one machine."""

import pytest

from tools import clean

_SLASH = "/"


@pytest.mark.parametrize("line", [
    "https://" + "pypi" + ".org/simple", "--extra-index" + "-url x", f"open('{_SLASH}work/main/x')", f"{_SLASH}root/.cache",
    f"cd {_SLASH}tmp/build", f"see {_SLASH}home/ana/x",
])
def test_what_belongs_to_one_machine_is_found(line: str) -> None:
    assert list(clean.found(line))


@pytest.mark.parametrize("line", [
    "~/.local/share/tertulia", "../shared/corpus", "path('work/', view)", "https://example.org/home/ana", "{root}/x", "a/tmp/b",
    f"Path('{_SLASH}tmp')",
])
def test_what_belongs_to_all_passes(line: str) -> None:
    assert not list(clean.found(line))
