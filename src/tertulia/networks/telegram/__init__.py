"""Telegram: a brand's channel and its discussion group, served by a bot."""

from tertulia.networks.telegram.client import Telegram

NETWORK = Telegram
