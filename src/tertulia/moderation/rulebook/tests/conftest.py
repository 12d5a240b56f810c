"""The cast of moderation's tests."""

from __future__ import annotations

from tertulia.moderation.tests.conftest import ana, brand, channel, client, luis, message, rule

__all__ = ["ana", "brand", "channel", "client", "luis", "message", "rule"]
