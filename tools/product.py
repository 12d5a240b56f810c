"""The product as the checks load it: its own settings, nothing of this user's data touched, no database asked."""

import os
import sys
from functools import cache

from tools import tree


@cache
def environment() -> dict[str, str]:
    """Variables under which the product can be loaded: its source on the path, a data folder of its own, no key file."""
    ours = {"PYTHONPATH": str(tree.ROOT / "src"), "TERTULIA_DATA": str(tree.ROOT / "var/checks"),
            "TERTULIA_KEY": "of the checks, not secret at all", "DJANGO_SETTINGS_MODULE": "tertulia.site.settings"}
    return {**os.environ, **ours}


@cache
def start() -> None:
    """Loads Django and every part, so that models, facts and reactions are known."""
    os.environ.update(environment())
    if (source := str(tree.ROOT / "src")) not in sys.path:
        sys.path.insert(0, source)
    import django
    django.setup()
