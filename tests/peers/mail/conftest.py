"""The mail servers, once a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.conftest import _without
from tests.peers.mail.running import MailServers, missing


@pytest.fixture(scope="session")
def mail_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServers]:
    """Dovecot and OpenSMTPD; about two seconds to start."""
    if reason := missing():
        _without("Dovecot and OpenSMTPD", reason)
    folder: Path = tmp_path_factory.mktemp("mail")
    servers = MailServers(folder)
    servers.start()
    yield servers
    servers.stop()
