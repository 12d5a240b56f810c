"""The demo: three invented brands with two weeks behind them, a team, and a public that goes on talking.

Comments, answers and hidings really go through the plaza's API and the product's own actions; only the hours of what
the team did are put back to when it would have done it, and the posts of before are written as if sent from here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Replace

from tertulia.brands import actions as brands
from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.channels import actions as channels
from tertulia.channels.models import Channel
from tertulia.inbox import actions as inbox
from tertulia.inbox.models import Conversation, Message, Subject
from tertulia.journal.actions import SYSTEM
from tertulia.kit import clock, jobs
from tertulia.moderation import actions as moderation
from tertulia.moderation.models import HouseRule
from tertulia.outbox.models import Attempt, Dispatch, DispatchState
from tertulia.outbox.payloads import to_say
from tertulia.people.models import Profile
from tertulia.plaza import public
from tertulia.plaza.actions import set_fault, settle
from tertulia.plaza.furnishing import furnish, hand_some_over
from tertulia.plaza.models import Fault, Neighbour, Utterance
from tertulia.plaza.posters import poster
from tertulia.plaza.serving import served
from tertulia.publishing import actions as publishing
from tertulia.publishing import repeating
from tertulia.publishing.models import Post, PostState, Variant
from tertulia.publishing.recurring import Rule

DAYS = 14
SEED = "demo"
Script = Mapping[str, Any]


def seed() -> str:
    """Sets the demo up, once; afterwards only tells the channels where the plaza is now. Who may sign in, by mail address."""
    script: Script = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    email = str(script["members"][0]["email"])
    if not Brand.objects.filter(name=script["brands"][-1]["name"]).exists():
        with served() as address:
            _set_up(script, address)
    _move_in(settings.PUBLIC_URL)
    return email


#: Where addresses of the plaza are kept.
_ADDRESSES = ((Profile, "avatar_url"), (Profile, "url"), (Message, "url"), (Subject, "url"), (Dispatch, "url"),
              (Channel, "avatar_url"), (Channel, "url"), (Channel, "base_url"))


def _move_in(address: str) -> None:
    """The plaza lives where the web does, and that may be another port than last time: its addresses move with it."""
    olds = Channel.objects.filter(network="plaza").exclude(base_url=address).values_list("base_url", flat=True)
    for old in set(olds):
        for model, field in _ADDRESSES:
            rows = model._default_manager.filter(**{f"{field}__startswith": old})
            rows.update(**{field: Replace(field, Value(old), Value(address))})


def _set_up(script: Script, address: str) -> None:
    team = [Member.objects.filter(email=one["email"]).first() or Member.objects.create_user(**one) for one in script["members"]]
    chance = Random(SEED)
    for sheet in script["brands"]:
        brand = _brand(sheet, team, script, address)
        furnish(brand, team, script["house"])
        jobs.drain(skip="plaza.")
        _past_work(brand, team, {**script, "zeal": sheet["zeal"]}, chance)
        jobs.drain(skip="plaza.")
        _age(brand, chance)
        _past_posts(brand, team[0])
        hand_some_over(brand, team, script["house"])
    _plan(Brand.objects.get(name=script["brands"][0]["name"]), team[0], script)


def _brand(sheet: Script, team: Sequence[Member], script: Script, address: str) -> Brand:
    about = {name: sheet[name] for name in ("color", "about", "voice")}
    brand = brands.create_brand(sheet["name"], team[0], by=SYSTEM, because="demo", **about)
    for member, role in zip(team[1:], (Role.EDITOR, Role.AGENT), strict=True):
        brands.set_role(brand, member, role, by=team[0].key, because="demo")
    for one in script["house_rules"]:
        moderation.write_house_rule(brand, one["title"], one["text"], by=team[0].key, because="demo")
    for account in sheet["accounts"]:
        answers = {"base_url": address, "token": _moved_in(account)}
        channels.connect(brand, "plaza", answers, by=team[0].key, because="demo")
    return brand


def _moved_in(account: Script) -> str:
    """The token of an account of the plaza: with a past if it has a theme, else new."""
    if "theme" in account:
        return public.populate(account["handle"], account["theme"], DAYS, SEED, clock.now())[1]
    return settle(handle=account["handle"], name=account["name"], now=clock.now(), is_brand=True)[1]


# --------------------------------------------------------------------------- what the team did before


def _past_work(brand: Brand, team: Sequence[Member], script: Script, chance: Random) -> None:
    """Answers most of what is over a day old, hides what the rules forbid, closes thanks; leaves the rest for you."""
    yesterday = clock.now() - timedelta(hours=26)
    rules = list(HouseRule.objects.filter(brand=brand).order_by("number"))
    for conversation in Conversation.objects.filter(brand=brand).order_by("first_at"):
        message = conversation.messages.filter(ours=False).order_by("at").first()
        if message is None or message.at > yesterday:
            continue
        _deal_with(conversation, message, chance.choice(team), rules, script, chance)
    waiting = Conversation.objects.filter(brand=brand, state="open").order_by("-last_at")
    for conversation, member in zip(waiting[:3], team, strict=False):
        inbox.assign(conversation, member, by=team[0].key, because="demo")
    if last := waiting.first():
        inbox.write_note(last, script["notes"][0]["text"], team[1], by=team[1].key, because="demo")


def _deal_with(conversation: Conversation, message: Message, member: Member, rules: Sequence[HouseRule], script: Script,
               chance: Random) -> None:
    handle = message.author.handle if message.author else ""
    if handle in script["hidden"] and conversation.kind == "comment":
        moderation.hide(message, rules[script["hidden"][handle] - 1], member, by=member.key)
        inbox.close(conversation, by=member.key, because="hidden")
    elif handle in script["hidden"] or (conversation.sentiment == "positive" and chance.random() < 0.3):
        inbox.close(conversation, by=member.key, because="nothing to answer")
    elif chance.random() < script["zeal"]:
        known = [one for one in conversation.intents if one in script["answers"]]
        words = chance.choice(script["answers"][known[0] if known else "other"])
        name = (message.author.name or message.author.handle).split()[0] if message.author else ""
        inbox.reply(message, words.replace("{name}", name), member, by=member.key)


def _age(brand: Brand, chance: Random) -> None:
    """Puts the hours of the team's work back to when it would have been done: minutes to hours after what it answers."""
    for mine in Message.objects.filter(brand=brand, ours=True).select_related("conversation"):
        conversation = mine.conversation
        at = conversation.first_at + timedelta(minutes=chance.choice([4, 9, 16, 25, 40, 70, 130, 300]))
        Message.objects.filter(pk=mine.pk).update(at=at, received_at=at)
        Dispatch.objects.filter(message=mine).update(created_at=at, due_at=at, sent_at=at + timedelta(seconds=2))
        Conversation.objects.filter(pk=conversation.pk).update(first_answer_at=at, last_at=at)
    for hidden in Message.objects.filter(brand=brand, hidden_at__isnull=False):
        at = hidden.at + timedelta(minutes=chance.randint(3, 90))
        Message.objects.filter(pk=hidden.pk).update(hidden_at=at)
        for verdict in hidden.verdicts.all():
            type(verdict).objects.filter(pk=verdict.pk).update(at=at)
            Dispatch.objects.filter(verdict=verdict).update(created_at=at, due_at=at, sent_at=at)


# --------------------------------------------------------------------------- what is planned


def _plan(brand: Brand, author: Member, script: Script) -> None:
    accounts = list(brand.channels.order_by("pk"))
    today = clock.now().astimezone(ZoneInfo(brand.time_zone)).date()
    for one in script["posts"]:
        local = datetime.combine(today + timedelta(days=one["day"]), time.fromisoformat(one["hour"]))
        chosen = accounts if one.get("both") else accounts[:1]
        post = _draft(brand, author, one, [account.pk for account in chosen])
        if local.replace(tzinfo=ZoneInfo(brand.time_zone)) > clock.now():
            publishing.schedule(post, local, seen=post.version, by=author.key, because="demo")
    for one in script["drafts"]:
        _draft(brand, author, one, [accounts[0].pk])
    weekly = script["weekly"]
    post = _draft(brand, author, weekly, [account.pk for account in accounts])
    repeating.repeat(post, Rule("week", today, (weekly["weekday"],)), time.fromisoformat(weekly["hour"]), seen=post.version,
                     by=author.key, because="demo")
    _something_refused(_draft(brand, author, script["refused"], [accounts[1].pk]), author)


def _something_refused(post: Post, author: Member) -> None:
    """One post that the network refuses, so that Envíos has something to ask of you."""
    account = Neighbour.objects.get(handle=post.variants.get().channel.handle)
    set_fault(Fault(effect=Fault.Effect.REFUSE, method="POST", path="utterances", account=account, times=1))
    publishing.schedule(post, None, seen=post.version, by=author.key, because="demo")
    jobs.drain(skip="plaza.")


def _past_posts(brand: Brand, author: Member) -> None:
    """What the brand published before, as rows that publishing would have left: the calendar and the report begin full."""
    zone = ZoneInfo(brand.time_zone)
    for channel in brand.channels.all():
        for said in Utterance.objects.filter(author__handle=channel.handle, parent=None, to=None):
            at = said.created_at
            dispatch = Dispatch.objects.create(
                brand=brand, channel=channel, verb="publish", payload=to_say(said.text), created_at=at, created_by=author.key,
                due_at=at, try_at=at, expires_at=at, state=DispatchState.SENT, version=1, external_id=str(said.pk),
                url=f"{channel.base_url}/plaza/{said.pk}/", sent_at=at + timedelta(seconds=1))
            Attempt.objects.create(dispatch=dispatch, version=1, started_at=at, ended_at=at + timedelta(seconds=1), worker="demo",
                                   outcome="sent")
            local = at.astimezone(zone)
            post = Post.objects.create(brand=brand, author=author, text=said.text, state=PostState.SCHEDULED, zone=brand.time_zone,
                                       local_date=local.date(), local_time=local.time().replace(second=0), due_at=at,
                                       created_at=at, changed_at=at)
            Variant.objects.create(post=post, channel=channel, dispatch=dispatch)


def _draft(brand: Brand, author: Member, one: Script, chosen: Sequence[int]) -> Post:
    pictures = []
    if "picture" in one:
        stored = brands.add_picture(brand, poster(one["picture"]), alt=one["alt"], by=author.key, because="demo")
        pictures = [(stored.pk, one["alt"])]
    post = publishing.draft(brand, author, by=author.key, because="demo")
    return publishing.edit(post, seen=post.version, text=one["text"], variants=dict.fromkeys(chosen, ""), pictures=pictures,
                           by=author.key, because="demo")
