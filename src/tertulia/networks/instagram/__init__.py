"""Instagram's professional accounts, by Meta's API with Instagram Login: publishing, comments, mentions, private messages."""

from tertulia.networks.instagram.client import Instagram

NETWORK = Instagram
