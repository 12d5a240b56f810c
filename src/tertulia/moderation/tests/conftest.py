"""The same cast as the inbox's tests."""

from tertulia.inbox.tests.conftest import ana, brand, channel, client

__all__ = ["ana", "brand", "channel", "client"]
