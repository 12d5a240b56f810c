"""Who asks to be forgotten leaves numbers behind, and takes a copy along if they want."""

from __future__ import annotations

import json

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.journal.facts import Happened
from tertulia.kit import clock
from tertulia.moderation import actions, appeals, evidence, reactions, transparency
from tertulia.moderation.models import Appeal, HouseRule, Outcome, Strike, Verdict
from tertulia.people.facts import PersonErased
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


def test_the_words_go_and_the_numbers_stay(brand: Brand, channel: Channel, rule: HouseRule, ana: Member, luis: Member) -> None:
    said = cast.arrive(
        channel, cast.item("f1", "Mi nombre es Marta Gil", who="marta"), cast.item("f2", "Ladrones", who="pepe", parent="f1"))
    hers, his = (actions.hide(one, rule, ana, by=ana.key, note="Marta otra vez", match={"rule": 3, "text": "Marta", "spans": [[0, 2]]})
                 for one in said)
    made = appeals.make(hers, "Soy Marta y no estoy de acuerdo")
    appeals.answer(made, Outcome.UPHELD, "Marta, lo sentimos", luis, by=luis.key)
    before = transparency.figures(brand, transparency.this_month(brand))
    what = PersonErased(brand_id=brand.pk, person_id=1, profile_ids=[said[0].author_id])
    for _time in range(2):
        reactions.on_person_erased([Happened(id=1, at=clock.now(), by="x", because="", what=what)])
    kept = Verdict.objects.get(pk=hers.pk)
    everything = json.dumps([kept.evidence, kept.match, kept.spans, kept.note, *Appeal.objects.values_list("text", "answer"),
                             Verdict.objects.get(pk=his.pk).evidence["above"]])
    assert "Marta" not in everything and kept.evidence["erased"] and kept.match == {"rule": 3} and kept.rule == rule
    assert Verdict.objects.get(pk=his.pk).evidence["text"] == "Ladrones"
    assert transparency.figures(brand, transparency.this_month(brand)) == before and Strike.objects.count() == 2
    with pytest.raises(appeals.NotOpen):
        appeals.verdict_at(appeals.link_of(kept).rstrip("/").rpartition("/")[2])


def test_a_copy_says_what_was_decided_of_them(channel: Channel, rule: HouseRule, ana: Member) -> None:
    message = cast.conversation(channel, "Ladrones", who="pepe").messages.get()
    assert message.author and evidence.held([message.author]) == {}
    appeals.make(actions.hide(message, rule, ana, by=ana.key), "No es justo")
    told = evidence.held([message.author])
    assert told["verdicts"][0]["text"] == "Ladrones" and told["verdicts"][0]["appeal"] == "No es justo" and len(told["strikes"]) == 1
