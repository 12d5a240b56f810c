"""The product's settings, over a throw-away data folder that the whole test run shares.

Nothing starts here: the server starts when the first test asks for the database (see the root `conftest.py`), which
also removes the folder at the end. Workers of pytest-xdist inherit the folder and share its one server, each with a
database of its own. With `DATABASE_URL` that server is used instead.
"""

import atexit
import os
from pathlib import Path

from tertulia.kit import database

if "TERTULIA_TEST_DATA" not in os.environ:
    _data = database.throwaway_folder()
    os.environ["TERTULIA_TEST_DATA"] = str(_data)
    atexit.register(database.discard, _data)

os.environ["TERTULIA_DATA"] = os.environ["TERTULIA_TEST_DATA"]
# A pool would keep connections open that stop the test database from being dropped.
os.environ["TERTULIA_NO_POOL"] = "1"

from tertulia.site.settings import *  # noqa: F403

DATA = Path(os.environ["TERTULIA_DATA"])
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""The true one is slow on purpose; no test measures it."""
