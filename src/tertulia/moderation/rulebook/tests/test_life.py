"""A rule's life: draft, shadow, in force, capped, broken, expired; what it does and what it never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox.models import Conversation, Message, Note
from tertulia.journal.facts import Happened
from tertulia.journal.models import Fact
from tertulia.kit import clock
from tertulia.moderation import actions as justice
from tertulia.moderation.automatic.tree import WordList as ListTree
from tertulia.moderation.models import Case, HouseRule, Verdict
from tertulia.moderation.rulebook import actions, applying, queries, reactions
from tertulia.moderation.rulebook.facts import RuleTripped
from tertulia.moderation.rulebook.models import Match, Outcome, Rule, RuleState, Trip, WordList
from tertulia.notices.models import Notice
from tertulia.people.facts import PersonErased
from tertulia.site.tests import cast
from tertulia.triage import actions as triage
from tertulia.triage.facts import MessageRead

pytestmark = pytest.mark.django_db
INSULT = 'regla insultos {{\n  si contiene "ladrones"\n  entonces {acts}\n{more}}}\n'


def written(brand: Brand, acts: str = "ocultar por norma 1", more: str = "", state: str = "live", name: str = "insultos") -> Rule:
    """A rule against one word, in a state."""
    found = actions.write(brand, INSULT.format(acts=acts, more=more).replace("insultos", name, 1), None, by="x")
    if state == "shadow":
        actions.shadow(found, by="x")
    elif state == "live":
        actions.start(found, by="x")
    found.refresh_from_db()
    return found


def judge(*messages: Message) -> list[str]:
    """The outcomes of what the rules say of these messages."""
    with transaction.atomic():
        applying.judge([one.pk for one in messages], by="sistema")
    return list(Match.objects.filter(message__in=messages).order_by("pk").values_list("outcome", flat=True))


def test_a_rule_in_force_hides_with_its_version_spans_and_reasons(brand: Brand, rule: HouseRule, message: Message) -> None:
    found = written(brand)
    assert judge(message) == [Outcome.DONE]
    verdict = Verdict.objects.get(message=message)
    assert (verdict.act, verdict.rule, verdict.member, verdict.by) == ("hide", rule, None, found.key)
    assert verdict.spans == [[10, 18]]
    assert message.text[10:18] == "ladrones"
    assert (verdict.match["name"], verdict.match["version"]) == ("insultos", 1)
    assert verdict.match["whys"][0]["said"] == "dice «ladrones»: «ladrones»"
    assert verdict.dispatch is not None


def test_a_message_is_judged_once_by_a_version_however_often_it_is_read(brand: Brand, rule: HouseRule, message: Message) -> None:
    written(brand)
    assert judge(message) == judge(message) == [Outcome.DONE]
    assert Verdict.objects.count() == 1
    assert Fact.objects.filter(name="RuleMatched").count() == 1


def test_in_the_shadow_nothing_is_done_and_all_is_noted(brand: Brand, rule: HouseRule, message: Message) -> None:
    written(brand, state="shadow")
    assert judge(message) == [Outcome.SHADOW]
    assert not Verdict.objects.exists()
    assert not Case.objects.exists()


def test_a_draft_judges_nothing(brand: Brand, rule: HouseRule, message: Message) -> None:
    written(brand, state="draft")
    assert judge(message) == []


def test_labels_notes_and_the_queue(brand: Brand, rule: HouseRule, message: Message) -> None:
    written(brand, acts='etiquetar "ojo", anotar "Viene de fuera", revisar')
    assert judge(message) == [Outcome.DONE]
    assert Conversation.objects.get(pk=message.conversation_id).labels == ["ojo"]
    assert Note.objects.get().text == "Viene de fuera"
    assert Case.objects.get().message == message
    assert not Verdict.objects.exists()


def test_what_several_rules_want_is_done_once(brand: Brand, rule: HouseRule, message: Message) -> None:
    written(brand, acts='ocultar por norma 1, etiquetar "ojo"', name="aa")
    written(brand, acts="ocultar por norma 1", name="bb")
    written(brand, acts='etiquetar "ojo", revisar', name="cc")
    assert judge(message) == [Outcome.DONE, Outcome.ALSO, Outcome.DONE]
    assert Verdict.objects.get().match["name"] == "aa"
    assert Case.objects.count() == 1


def test_at_its_cap_people_decide_and_the_owners_are_told_once(brand: Brand, rule: HouseRule, channel: Channel) -> None:
    written(brand, more="  tope 2 al día\n")
    said = [cast.conversation(channel, f"ladrones {at}", key=f"m{at}").messages.get() for at in range(5)]
    assert judge(*said) == [Outcome.DONE] * 2 + [Outcome.CAPPED] * 3
    assert Case.objects.count() == 3
    assert Trip.objects.count() == 1
    assert Fact.objects.filter(name="RuleTripped").count() == 1
    assert judge(cast.conversation(channel, "ladrones otra vez", key="m9").messages.get()) == [Outcome.CAPPED]
    assert Trip.objects.count() == 1


def test_at_the_brands_cap_no_rule_hides_any_more(brand: Brand, rule: HouseRule, channel: Channel) -> None:
    actions.set_brake(brand, 1, by="x")
    written(brand, acts='ocultar por norma 1, etiquetar "ojo"')
    said = [cast.conversation(channel, f"ladrones {at}", key=f"m{at}").messages.get() for at in range(3)]
    assert judge(*said) == [Outcome.DONE, Outcome.CAPPED, Outcome.CAPPED]
    assert Case.objects.count() == 2
    assert Trip.objects.get().rule is None


def test_what_a_person_decided_stands(brand: Brand, rule: HouseRule, message: Message, ana: Member) -> None:
    justice.keep(message, ana, by=ana.key)
    written(brand)
    assert judge(message) == [Outcome.KEPT]
    assert not Verdict.objects.filter(act="hide").exists()


def test_an_edited_message_is_judged_as_it_is_now(brand: Brand, rule: HouseRule, channel: Channel, ana: Member) -> None:
    one = cast.conversation(channel, "Muy bien todo", key="e1").messages.get()
    written(brand)
    assert judge(one) == []
    justice.keep(one, ana, by=ana.key)
    Message.objects.filter(pk=one.pk).update(text="Sois unos ladrones", edited_at=clock.now())
    assert judge(one) == [Outcome.DONE]
    justice.show(one, ana, by=ana.key)
    assert judge(one) == [Outcome.DONE]
    Message.objects.filter(pk=one.pk).update(text="¡Que sois unos ladrones!", edited_at=clock.now())
    assert judge(one) == [Outcome.DONE]
    assert Match.objects.get().whys[0]["spans"] == [[15, 23]]
    assert Verdict.objects.filter(act="hide").count() == 2


def test_an_old_message_goes_to_people(brand: Brand, rule: HouseRule, channel: Channel) -> None:
    written(brand)
    old = cast.conversation(channel, "ladrones", key="o1", at=clock.now() - timedelta(days=30)).messages.get()
    assert judge(old) == [Outcome.LATE]
    assert Case.objects.get().message == old


def test_what_the_network_does_not_allow_goes_to_people(brand: Brand, rule: HouseRule, channel: Channel) -> None:
    written(brand)
    private = cast.conversation(channel, "ladrones", key="p1", kind="direct").messages.get()
    assert judge(private) == [Outcome.CANNOT]
    assert "privado" in Case.objects.get().reasons[0]["because"]


def test_a_norm_that_was_retired_hides_nothing_and_people_see_it(brand: Brand, rule: HouseRule, message: Message) -> None:
    written(brand)
    justice.retire_house_rule(rule, by="x")
    assert judge(message) == [Outcome.CANNOT]
    assert Case.objects.exists()


def test_a_rule_that_breaks_is_shown_and_the_others_go_on(brand: Brand, rule: HouseRule, message: Message) -> None:
    good, bad = written(brand), written(brand, name="rota")
    Rule.objects.filter(pk=bad.pk).update(text="regla rota { si contiene lista nada entonces revisar }")
    WordList.objects.create(brand=brand, name="otra", entries=[], written_at=clock.now())
    Rule.objects.filter(pk=bad.pk).update(state="shadow")  # another stamp: compiled anew
    assert judge(message) == [Outcome.DONE]
    bad.refresh_from_db()
    good.refresh_from_db()
    assert bad.broken_at
    assert "nada" in bad.error
    assert good.broken_at is None
    assert Fact.objects.filter(name="RuleBroke").count() == 1
    actions.mend(bad, by="x")
    bad.refresh_from_db()
    assert bad.broken_at is None


def test_a_rule_that_raises_at_a_message_gives_it_to_people(brand: Brand, rule: HouseRule, message: Message) -> None:
    found = actions.write(brand, "regla rara { si sentimiento es negativo entonces ocultar por norma 1 }", None, by="x")
    actions.start(found, by="x")
    Message.objects.filter(pk=message.pk).update(reading={"sentiment": {"sure": True, "label": "negative", "p": "mucho"}})
    assert judge(message) == []
    found.refresh_from_db()
    assert "TypeError" in found.error
    assert "no pudo juzgarlo" in Case.objects.get().reasons[0]["because"]


def test_its_last_day_ends_it(brand: Brand, rule: HouseRule, message: Message) -> None:
    found = written(brand, more=f"  caduca {clock.now().date() + timedelta(days=3):%Y-%m-%d}\n")
    Rule.objects.filter(pk=found.pk).update(expires=clock.now().date() - timedelta(days=1))
    assert judge(message) == []
    assert actions.expire(brand, by="x") == 1
    found.refresh_from_db()
    assert found.state == RuleState.EXPIRED
    assert Fact.objects.filter(name="RuleExpired").exists()


def test_one_version_is_in_force_at_a_time(brand: Brand, rule: HouseRule) -> None:
    first = written(brand)
    second = actions.write(brand, INSULT.format(acts="revisar", more=""), None, by="x")
    assert (second.version, second.state) == (2, RuleState.DRAFT)
    actions.start(second, by="x")
    first.refresh_from_db()
    assert first.state == RuleState.RETIRED
    with pytest.raises(IntegrityError), transaction.atomic():
        Rule.objects.filter(pk=first.pk).update(state=RuleState.LIVE)


def test_writing_the_same_writes_nothing_and_a_draft_is_one(brand: Brand, rule: HouseRule) -> None:
    found = written(brand, state="draft")
    assert written(brand, state="draft") == found
    changed = written(brand, acts="revisar", state="draft")
    assert changed == found
    assert "revisar" in changed.text
    actions.start(changed, by="x")
    assert written(brand, acts="revisar", state="draft").version == 1


def test_a_draft_may_be_called_otherwise(brand: Brand, rule: HouseRule) -> None:
    found = written(brand, state="draft")
    renamed = actions.write(brand, found.text.replace("insultos", "groserias", 1), None, by="x", was="insultos")
    assert renamed == found
    assert renamed.name == "groserias"


def test_what_a_rule_names_must_be_there(brand: Brand, rule: HouseRule) -> None:
    for text, told in (("si contiene lista nada entonces revisar", "ninguna lista"),
                       ("si contiene enlace entonces ocultar por norma 9", "norma 9")):
        with pytest.raises(actions.Wrong, match=told):
            actions.write(brand, f"regla a {{ {text} }}", None, by="x")


def test_an_older_version_can_be_had_again(brand: Brand, rule: HouseRule) -> None:
    first = written(brand)
    written(brand, acts="revisar")
    again = actions.restore(Rule.objects.get(pk=first.pk), None, by="x")
    assert (again.version, again.state, again.text) == (3, RuleState.DRAFT, first.text)


def test_a_list_that_changes_is_in_force_at_once(brand: Brand, rule: HouseRule, channel: Channel) -> None:
    actions.write_list(brand, ListTree("malas", ("feo",)), None, by="x")
    found = actions.write(brand, "regla l { si contiene lista malas entonces revisar }", None, by="x")
    actions.start(found, by="x")
    one = cast.conversation(channel, "Qué sinvergüenzas", key="l1").messages.get()
    assert judge(one) == []
    actions.write_list(brand, ListTree("malas", ("feo", "sinvergüenz*")), None, by="x")
    assert judge(one) == [Outcome.DONE]
    assert Match.objects.get().lists == {"malas": 2}
    with pytest.raises(actions.Refused, match="usa la regla"):
        actions.drop_list(queries.list_of(brand, "malas"), by="x")


def test_a_brands_rules_are_one_file_that_comes_back_the_same(brand: Brand, rule: HouseRule) -> None:
    text = 'lista malas {\n  feo\n}\n\nregla l {\n  si contiene lista malas\n  entonces revisar\n}\n'
    brought = actions.bring_in(brand, text, None, by="x")
    assert (list(brought.rules), list(brought.lists), brought.same) == (["l"], ["malas"], 0)
    assert actions.bring_in(brand, text, None, by="x").same == 2
    with pytest.raises(actions.Wrong, match="ninguna lista"):
        actions.bring_in(brand, "regla z { si contiene lista nada entonces revisar }\nlista b { x1 }", None, by="x")
    assert not WordList.objects.filter(name="b").exists()


def test_who_writes_much_or_the_same_as_others_is_counted(brand: Brand, rule: HouseRule, channel: Channel) -> None:
    for name, condition in (("mucho", "mensajes en 10 minutos >= 3"), ("igual", "cuentas con lo mismo en 1 hora >= 3"),
                            ("nuevo", "mensajes anteriores < 1 y ofensas anteriores = 0 y faltas = 0")):
        actions.start(actions.write(brand, f"regla {name} {{ si {condition} entonces revisar }}", None, by="x"), by="x")
    same = [cast.conversation(channel, "Comprad seguidores baratos en mi perfil ahora mismo", key=f"s{at}", who=f"bot{at}", name=f"B{at}")
            .messages.get() for at in range(3)]
    much = [cast.conversation(channel, f"Mensaje número {at}", key=f"t{at}", who="pesado", name="P").messages.get() for at in range(3)]
    triage.read([one.pk for one in same + much], by="x")
    judge(*same, *much)
    found: dict[str, set[str]] = {}
    for name, key in Match.objects.values_list("rule__name", "message__external_id"):
        found.setdefault(name, set()).add(key)
    assert found["mucho"] == {"t2"}
    assert found["igual"] == {"s2"}
    assert found["nuevo"] == {"s0", "s1", "s2", "t0"}


def test_rules_hear_of_messages_that_were_read(brand: Brand, rule: HouseRule, message: Message) -> None:
    written(brand)
    what = MessageRead(brand_id=brand.pk, message_id=message.pk, conversation_id=message.conversation_id)
    reactions.on_message_to_judge([Happened(id=1, at=clock.now(), by="x", because="", what=what)] * 2)
    assert Match.objects.get().message == message


def test_owners_are_told_that_a_cap_was_reached(brand: Brand, rule: HouseRule, ana: Member) -> None:
    found = written(brand, more="  tope 1 al día\n")
    what = RuleTripped(brand_id=brand.pk, rule_id=found.pk)
    for _ in range(2):
        reactions.on_rule_in_trouble([Happened(id=7, at=clock.now(), by="x", because="", what=what)])
    told = Notice.objects.get()
    assert (told.member, told.kind) == (ana, "moderation.rule_tripped")


def test_what_was_quoted_of_somebody_erased_goes(brand: Brand, rule: HouseRule, message: Message) -> None:
    written(brand)
    judge(message)
    what = PersonErased(brand_id=brand.pk, person_id=1, profile_ids=[message.author_id])
    reactions.on_person_erased_from_matches([Happened(id=1, at=clock.now(), by="x", because="", what=what)])
    assert Match.objects.get().whys == []
