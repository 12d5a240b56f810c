"""A blog of the brand's own on WordPress, by its REST API: publishing, comments and their moderation."""

from tertulia.networks.wordpress.client import WordPress

NETWORK = WordPress

__all__ = ["NETWORK", "WordPress"]
