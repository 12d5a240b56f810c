"""The fake as the stage of the shared suite, behind the layer of faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import httpx

from tertulia.kit.tests.loopback import PAGE, Asked, Loopback, Told, said
from tertulia.networks.contract import Account, Author, Draft, Key, Picture, Receipt, Ref
from tertulia.networks.faults import Faults
from tertulia.networks.instagram import Instagram, translate
from tertulia.networks.instagram.tests.fake import TOKEN, Fake
from tertulia.networks.stage import Break

JPEG = b"\xff\xd8\xff\xe0 a picture, that nobody opens \xff\xd9"
PICTURE = Picture(JPEG, "image/jpeg", "", 1080, 1080, "https://tertulia.example/imagen/1.jpg?firma=x")

_BUSY = said({"error": {"message": "There have been too many calls", "type": "OAuthException", "code": 80002}}, 400,
             X_Business_Use_Case_Usage='{"1": [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 3}]}')
DIALECT = {
    "refuse": said({"error": {"message": "Invalid parameter", "type": "OAuthException", "code": 100}}, 400), "limit": _BUSY,
    "dead": said({"error": {"message": "Error validating access token", "type": "OAuthException", "code": 190}}, 400),
    "blocked": said({"error": {"message": "Application request limit reached", "type": "OAuthException", "code": 4,
                               "error_subcode": 2207051, "error_user_msg": "We restrict certain activity"}}, 403)}
_FAULTS: Mapping[str, str] = {"error": "error_before", "lost": "reset_after"}


def kind_of(asked: Asked) -> str:
    """What a request is, in the words of a plan of faults."""
    last = asked.path.rpartition("/")[2]
    if asked.method == "POST":
        return {"media": "container", "media_publish": "publish", "replies": "publish", "comments": "publish",
                "messages": "publish", "mentions": "publish"}.get(last, "")
    if "status_code,status" in asked.query.get("fields", []):
        return "status"
    return {"tags": "collect", "media": "look"}.get(last, "")


class Pictured(Instagram):
    """Instagram for a suite that writes posts without pictures: it gives them one, and JPEG and an address to all."""

    settles = timedelta(0)  # the fake has done whatever it does before it answers

    def publish(self, draft: Draft, key: Key) -> Receipt:
        return super().publish(_pictured(draft), key)

    def find(self, draft: Draft, key: Key) -> Receipt | None:
        return super().find(_pictured(draft), key)


def _pictured(draft: Draft) -> Draft:
    if draft.reply_to or draft.to:
        return draft
    pictures = tuple(replace(one, mime="image/jpeg", url=PICTURE.url) for one in draft.pictures)
    return replace(draft, pictures=pictures or (PICTURE,))


class FakePerson:
    """Somebody of the fake, known to us by name until they write to us."""

    def __init__(self, fake: Fake, name: str) -> None:
        self._fake, self._name = fake, name
        self.author: Author = translate.author({}, name)

    def comment(self, on: Ref, text: str) -> str:
        if on.extra.get("kind") == "comment":
            raise NotImplementedError("threads of Instagram have one level: an answer to an answer joins the first comment")
        return self._fake.say(self._name, on.external_id, text)

    def mention(self, text: str) -> str:
        return self._fake.tag(self._name, text)

    def message(self, text: str) -> str:
        return self._fake.write(self._name, text)

    def delete(self, external_id: str) -> None:
        self._fake.remove(external_id)

    def received(self) -> list[str]:
        return [one["message"] for one in self._fake.talks[self._name] if one["from"]["username"] == "panaderia"]


class FakeStage:
    """The bakery's account on a fake. Its people have written to it today, so that it may write to them."""

    patience, burst = 0.0, 120

    def __init__(self, fake: Fake, http: httpx.Client, server: Loopback, faults: Faults) -> None:
        self.fake, self.http, self.faults, self.server = fake, http, faults, server
        for name in fake.people:
            fake.write(name, "¿Hola?")
        self.account: Account = Instagram.connect({"base_url": f"{server.url}/v25.0", "token": TOKEN}, http)
        self.kept: list[Mapping[str, Any]] = []

    def asked(self) -> list[Asked]:
        return list(self.server.asked)

    def network(self) -> Instagram:
        return Pictured(self.account, self.http, self.kept.append)

    def strict(self) -> Instagram:
        """As it is, with its true patience and only the pictures it is given."""
        return Instagram(self.account, self.http, self.kept.append)

    def public(self, number: int = 0) -> FakePerson:
        return FakePerson(self.fake, ("ana", "berto")[number])

    def break_next(self, how: Break, verb: Literal["publish", "collect"] = "publish") -> None:
        self.faults.plan.setdefault(verb, []).append(_FAULTS.get(how, how))

    def seen(self) -> list[str]:
        return [str(one["caption"]) for one in self.fake.shown()]


def cut_at(stage: FakeStage, wanted: int, how: str) -> Callable[[], int]:
    """The request number ``wanted`` from now ends badly; gives how many there were."""
    plain, seen = stage.server.answer, [0]

    def answer(asked: Asked) -> Told:
        seen[0] += 1
        if seen[0] != wanted:
            return plain(asked)
        if how == "reset before":
            return Told(manner="reset")
        if how == "error before":
            return said({"error": {"message": "boom", "code": 2, "type": "OAuthException", "is_transient": True}}, 500)
        told = plain(asked)
        return {"reset after": Told(manner="reset"), "page after": PAGE, "nonsense after": said({"hello": ["world"]}),
                "error after": said({"error": {"message": "An unknown error", "code": 1, "type": "OAuthException"}}, 500),
                "blocked after": said({"error": {"message": "blocked", "code": 4, "error_subcode": 2207051}}, 403)
                if asked.path.endswith("media_publish") else told}[how]

    stage.server.answer = answer
    return lambda: seen[0]
