"""The import contracts of ``pyproject.toml``, on a small house built to break them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import tree

HOUSE = {
    "kit/clock.py": "", "networks/contract.py": "import tertulia.kit.clock", "language/reading.py": "", "journal/record.py": "",
    "brands/models.py": "import django.db.models", "channels/queries.py": "import tertulia.networks.contract",
    "inbox/models.py": "", "inbox/queries.py": "from tertulia.inbox import models", "inbox/rules.py": "",
    "inbox/actions.py": "from tertulia.inbox import queries, rules\nfrom tertulia.journal import record",
    "inbox/views.py": "from tertulia.inbox import actions\nfrom tertulia.channels import queries",
    "inbox/tests/__init__.py": "", "inbox/tests/test_views.py": "import tertulia.site.settings", "site/settings.py": "",
}
BREACHES = {
    "a part imports one above it": {"inbox/actions.py": "from tertulia.site import settings"},
    "strangers meet": {"networks/contract.py": "from tertulia.language import reading"},
    "a network knows Django": {"networks/x/__init__.py": "", "networks/x/client.py": "from django.http import HttpRequest"},
    "a rule reads the database": {"inbox/rules.py": "from tertulia.inbox import models"},
    "a query acts": {"inbox/queries.py": "from tertulia.inbox import actions"},
    "an action shows a page": {"inbox/actions.py": "from tertulia.inbox import views"},
    "a folder has no place": {"helpdesk/__init__.py": ""},
}


def _lint(folder: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    for name, source in {"__init__.py": "", **files}.items():
        path = folder / "tertulia" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
        for package in (path.parent, *path.parent.parents):
            if package != folder and package.is_relative_to(folder):
                (package / "__init__.py").touch()
    (folder / "pyproject.toml").write_text(tree.text("pyproject.toml"))
    program = "from importlinter.cli import lint_imports_command as run; run()"
    words = [sys.executable, "-c", program, "--no-cache", "--no-logo"]
    return subprocess.run(words, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True)


def test_a_house_in_order_passes(tmp_path: Path) -> None:
    done = _lint(tmp_path, HOUSE)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_found(tmp_path: Path, breach: str) -> None:
    done = _lint(tmp_path, HOUSE | BREACHES[breach])
    assert done.returncode == 1
    assert "1 broken" in done.stdout or "2 broken" in done.stdout, done.stdout + done.stderr
