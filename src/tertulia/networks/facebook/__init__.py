"""A Page of Facebook through Meta's Graph API: publishing, comments, posts of others on the Page, Messenger."""

from tertulia.networks.facebook.client import Facebook

NETWORK = Facebook
