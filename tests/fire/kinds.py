"""The kinds of network that the fire burns under, by what they offer to whoever must not post twice; one fake server each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tertulia.kit.tests.loopback import Asked, Told
from tertulia.networks.faults import FAULTS, OF_SHOWING

Json = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """``join``: a new account on the fake at an address → ``{"answers": …}`` for the form, or ``{"account": …}`` as connected."""

    name: str
    network: str
    make: Callable[[], Any]
    join: Callable[[Any, str, str], Json]
    texts: Callable[[Any], list[str]]           # everything the accounts said that is on the network, seen or not
    creates: Callable[[Asked], bool]            # the one request that makes the thing be there
    dialect: Callable[[], Mapping[str, Told]] = dict
    without: Sequence[str] = OF_SHOWING         # faults that this fake cannot do, or that would prove nothing here
    pictures: int = 0                           # of each post, at most
    burns: Callable[[Any], None] = lambda fake: None  # what else the fake is told when the fire begins

    def kind_of(self, asked: Asked) -> str:
        """In the words of ``networks.faults``: create, step (any other that changes something) or look."""
        if self.creates(asked):
            return "create"
        return "look" if asked.method == "GET" else "step"

    def faults(self) -> list[str]:
        """What may befall a request here."""
        return [one for one in FAULTS if one not in self.without]


def _mastodon(honours: bool) -> Callable[[], Any]:
    def make() -> Any:
        from tertulia.networks.mastodon.tests.fake import Fake

        fake = Fake()
        fake.honours = honours
        return fake

    return make


def _join_mastodon(fake: Any, name: str, url: str) -> Json:
    fake.url = url
    fake.join(name)
    return {"answers": {"address": url, "token": f"token-of-{name}"}}


def _said_on_mastodon(fake: Any) -> list[str]:
    from tertulia.networks.mastodon import text

    return [text.plain(one["content"]) for one in fake.statuses.values()]


def _posts_a_status(asked: Asked) -> bool:
    return asked.method == "POST" and asked.path == "/api/v1/statuses"


def _pds() -> Any:
    from tertulia.networks.bluesky.tests.pds import FakePds

    return FakePds()


def _join_facebook(fake: Any, name: str, url: str) -> Json:
    from tertulia.networks.facebook.tests.fake import PAGE, SCOPES, SECRET, TOKEN

    return {"account": {"network": "facebook", "external_id": PAGE, "handle": "panaderia", "base_url": url, "scopes": SCOPES,
                        "secrets": {"token": TOKEN, "app_secret": SECRET}}}


def _facebook() -> Any:
    from tertulia.networks.facebook.tests.fake import Fake

    return Fake()


def _graph_dialect() -> Mapping[str, Told]:
    from tertulia.networks.facebook.tests.fake import Fake

    return Fake.dialect()


def _telegram() -> Any:
    from tertulia.networks.telegram.tests.fake import Fake

    return Fake()


def _join_telegram(fake: Any, name: str, url: str) -> Json:
    from tertulia.networks.telegram.tests.fake import TOKEN

    return {"answers": {"token": TOKEN, "handle": "@panaderia", "base_url": url}}


def _said_on_telegram(fake: Any) -> list[str]:
    from tertulia.networks.telegram.tests.fake import CHANNEL

    return [one.get("text", "") for one in fake.messages[CHANNEL].values()]


def _wordpress() -> Any:
    from tertulia.networks.wordpress.tests.fake import Fake

    return Fake()


def _join_wordpress(fake: Any, name: str, url: str) -> Json:
    from tertulia.networks.wordpress.tests.fake import PASSWORD

    fake.url = f"{url}/blog"
    return {"answers": {"address": fake.url, "user": "panaderia", "password": PASSWORD}}


def _instagram() -> Any:
    from tertulia.networks.instagram.tests.fake import Fake

    fake = Fake()
    fake.lax, fake.quota = True, 1_000_000  # it publishes as often as it is asked
    return fake


def _takes_its_time(fake: Any) -> None:
    """Pictures are not ready when they are first asked about: each dispatch needs several attempts."""
    fake.questions = 1


def _join_instagram(fake: Any, name: str, url: str) -> Json:
    from tertulia.networks.instagram.tests.fake import OWN, SCOPES, TOKEN

    return {"account": {"network": "instagram", "external_id": OWN, "handle": "panaderia", "base_url": f"{url}/v25.0",
                        "scopes": list(SCOPES), "secrets": {"token": TOKEN}}}


def _instagram_dialect() -> Mapping[str, Told]:
    from tertulia.networks.instagram.tests.stages import DIALECT

    return DIALECT


KINDS: dict[str, Kind] = {one.name: one for one in (
    Kind("honours the key", "mastodon", _mastodon(True), _join_mastodon, _said_on_mastodon, _posts_a_status),
    Kind("ignores the key", "mastodon", _mastodon(False), _join_mastodon, _said_on_mastodon, _posts_a_status),
    Kind("record key of ours", "bluesky", _pds, lambda fake, name, url: {"answers": {**fake.join(name), "server": url}},
         lambda fake: fake.texts(), lambda asked: asked.path.endswith(".putRecord")),
    Kind("slug of ours", "wordpress", _wordpress, _join_wordpress,
         lambda fake: [f"{one['title']['raw']} {one['content']['raw']}" for one in fake.posts.values()],
         lambda asked: asked.method == "POST" and asked.path.endswith("/wp/v2/posts")),
    Kind("read back, shown late", "facebook", _facebook, _join_facebook, lambda fake: [one["message"] for one in fake.ours()],
         lambda asked: asked.method == "POST" and asked.path.endswith("/feed"), _graph_dialect, without=()),
    Kind("several steps", "instagram", _instagram, _join_instagram, lambda fake: [one["caption"] for one in fake.media.values()],
         lambda asked: asked.path.endswith("/media_publish"), _instagram_dialect, pictures=2, burns=_takes_its_time),
    Kind("nothing", "telegram", _telegram, _join_telegram, _said_on_telegram, lambda asked: asked.path.endswith("/sendMessage")),
)}
