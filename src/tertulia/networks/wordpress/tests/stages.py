"""The fake as the stage of the shared suite. Its mentions are the links of other blogs (pingbacks)."""

from __future__ import annotations

from typing import Any, Literal

import httpx

from tertulia.kit.tests.loopback import Asked, Loopback
from tertulia.networks.contract import Account, Author, Ref
from tertulia.networks.stage import Break
from tertulia.networks.wordpress import WordPress, text, translate
from tertulia.networks.wordpress.tests.fake import PASSWORD, Fake, as_guest


class FakePerson:
    """A guest of the blog, or another blog of the same name."""

    def __init__(self, fake: Fake, name: str) -> None:
        self._fake, self._name = fake, name
        self.author: Author = translate.commenter(
            {"author": 0, "author_name": name, "author_email": "", "author_url": f"https://{name.lower()}.example/entrada"})

    def comment(self, on: Ref, text: str) -> str:
        thing, number = translate.numbered(on.external_id)
        post, parent = (number, 0) if thing == "post" else (self._fake.comments[number]["post"], number)
        said = self._fake.say(post, as_guest(text), parent=parent, guest=self._name)
        return translate.name("comment", said["id"])

    def mention(self, text: str) -> str:
        post = next(iter(self._fake.posts), 0) or self._fake.write(self._fake.users["panaderia"], {
            "title": "La de siempre", "status": "publish"})["id"]
        return translate.name("comment", self._fake.say(post, as_guest(text), guest=self._name, kind="pingback")["id"])

    def message(self, text: str) -> str:
        raise NotImplementedError("a blog has no private messages")

    def delete(self, external_id: str) -> None:
        del self._fake.comments[translate.numbered(external_id)[1]]

    def received(self) -> list[str]:
        return []


class FakeStage:
    """The bakery's account on a fake."""

    patience, burst = 0.0, 240

    def __init__(self, fake: Fake, http: httpx.Client, server: Loopback, user: str = "panaderia") -> None:
        self.fake, self.http, self._server = fake, http, server
        self.account: Account = WordPress.connect({"address": fake.url, "user": user, "password": PASSWORD}, http)

    def anew(self, user: str = "panaderia") -> FakeStage:
        """The same, connected again."""
        return FakeStage(self.fake, self.http, self._server, user)

    def asked(self) -> list[Asked]:
        """Every request so far."""
        return list(self._server.asked)

    def network(self) -> WordPress:
        return WordPress(self.account, self.http, self._keep)

    def public(self, number: int = 0) -> FakePerson:
        return FakePerson(self.fake, ("Ana", "Berto")[number])

    def break_next(self, how: Break, verb: Literal["publish", "collect"] = "publish") -> None:
        self.fake.faults[verb].append(how)

    def seen(self) -> list[str]:
        return [text.joined(text.read(post["title"]["raw"]).text, text.read(post["content"]["raw"]).text)
                for post in self.fake.posts.values() if post["status"] == "publish"]

    @staticmethod
    def _keep(secrets: Any) -> None:
        raise AssertionError("an application password does not change")
