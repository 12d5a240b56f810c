"""What a person says of a reading is shown at once, learned soon, for this brand alone, and can be taken back."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Conversation, Message
from tertulia.journal.models import Fact
from tertulia.kit.jobs import drain
from tertulia.language.learning import Example, learn
from tertulia.language.read import shipped
from tertulia.site.tests import cast
from tertulia.triage import actions, queries
from tertulia.triage.models import BrandModel, Correction, Reading
from tertulia.triage.reactions import brands_to_learn_anew
from tertulia.triage.rules import NotALabel, told
from tertulia.triage.taught import taught_by

pytestmark = pytest.mark.django_db

WHEELS = "¿Para cuándo estará lista la rueda que os dejé el lunes?"
SAME = "para cuando estara lista la rueda que os deje el martes??"
OTHER = "Enhorabuena por la carrera del domingo, lo pasamos genial."


def house(name: str = "Bicis Ruiz") -> tuple[Brand, Member]:
    """A brand and its owner."""
    owner = cast.member("Ana")
    return cast.brand(owner, name), owner


def said(brand: Brand, *texts: str) -> list[Message]:
    """Messages of the brand, read; each a conversation of its own."""
    channel = cast.channel(brand, handle=f"c{brand.pk}-{Message.objects.count()}")
    first = Message.objects.count()
    messages = cast.arrive(channel, *(cast.item(f"m{first + n}", text) for n, text in enumerate(texts)))
    actions.read([one.pk for one in messages], by="test")
    return messages


def shown(message: Message, head: str) -> tuple[str, ...]:
    """What is told of the message now."""
    message.refresh_from_db()
    return told(message.reading, head).labels


def test_a_persons_word_is_shown_at_once_and_summed_up() -> None:
    brand, owner = house()
    message, = said(brand, WHEELS)
    actions.correct(message, "intent", ["incident", "question"], owner, by=owner.key)
    assert shown(message, "intent") == ("question", "incident")
    assert message.reading and message.reading["intent"]["person"] and message.reading["intent"]["sure"]
    assert Conversation.objects.get(pk=message.conversation_id).intents == ["question", "incident"]
    assert told(Reading.objects.get(message=message).heads, "intent").labels != ("question", "incident")
    fact = Fact.objects.get(name="ReadingCorrected")
    assert fact.brand_id == brand.pk and fact.by == owner.key and fact.data["confirmed"] is False


def test_reading_again_never_overwrites_a_person() -> None:
    brand, owner = house()
    message, = said(brand, WHEELS)
    actions.correct(message, "sentiment", ["positive"], owner, by=owner.key)
    actions.read([message.pk], by="test")
    assert shown(message, "sentiment") == ("positive",)


def test_what_was_said_of_an_old_text_does_not_stand_over_the_edited_one() -> None:
    brand, owner = house()
    message, = said(brand, WHEELS)
    actions.correct(message, "sentiment", ["positive"], owner, by=owner.key)
    Message.objects.filter(pk=message.pk).update(text="Sois lo peor, dais asco.")
    actions.read([message.pk], by="test")
    assert shown(message, "sentiment") != ("positive",)


def test_one_correction_moves_a_near_copy_and_nothing_else() -> None:
    brand, owner = house()
    message, copy, other = said(brand, WHEELS, SAME, OTHER)
    before = {head: shown(other, head) for head in ("intent", "sentiment")}
    actions.correct(message, "intent", ["incident"], owner, by=owner.key)
    actions.correct(message, "department", ["technical"], owner, by=owner.key)
    assert actions.learn(brand.pk, by="test")
    actions.read_again(brand, by="test")
    assert shown(copy, "intent") == ("incident",) and shown(copy, "department") == ("technical",)
    assert copy.reading and copy.reading["version"].endswith("+" + BrandModel.objects.get(brand=brand).version)
    assert {head: shown(other, head) for head in before} == before


def test_two_brands_never_mix() -> None:
    (one, ana), (two, _) = house(), house("Otra casa")
    message, = said(one, WHEELS)
    stranger, = said(two, WHEELS)
    before = Reading.objects.get(message=stranger).heads
    actions.correct(message, "intent", ["spam"], ana, by=ana.key)
    actions.learn(one.pk, by="test")
    assert not actions.learn(two.pk, by="test")
    actions.read([message.pk, stranger.pk], by="test")
    assert Reading.objects.get(message=stranger).heads == before
    assert told(Reading.objects.get(message=message).heads, "intent").labels == ("spam",)
    assert not queries.scores(two) and not queries.worst(two)


def test_undoing_really_undoes() -> None:
    brand, owner = house()
    message, copy, other = said(brand, WHEELS, SAME, OTHER)
    plain = shown(copy, "sentiment")
    first = actions.correct(other, "sentiment", ["neutral"], owner, by=owner.key)
    actions.learn(brand.pk, by="test")
    before = bytes(BrandModel.objects.get(brand=brand).content)
    second = actions.correct(message, "sentiment", ["positive"], owner, by=owner.key)
    actions.learn(brand.pk, by="test")
    assert bytes(BrandModel.objects.get(brand=brand).content) != before
    assert actions.undo(second, owner, by=owner.key)
    assert actions.learn(brand.pk, by="test")
    assert bytes(BrandModel.objects.get(brand=brand).content) == before
    actions.read_again(brand, by="test")
    assert shown(copy, "sentiment") == plain == shown(message, "sentiment")
    assert actions.undo(first, owner, by=owner.key) and not actions.undo(first, owner, by=owner.key)
    assert actions.learn(brand.pk, by="test") and not BrandModel.objects.filter(brand=brand).exists()
    assert Fact.objects.filter(name="CorrectionUndone").count() == 2


def test_saying_it_twice_is_saying_it_once_and_saying_otherwise_takes_the_first_back() -> None:
    brand, owner = house()
    message, = said(brand, WHEELS)
    first = actions.correct(message, "sentiment", ["positive"], owner, by=owner.key)
    assert actions.correct(message, "sentiment", ["positive"], owner, by=owner.key) == first
    actions.learn(brand.pk, by="test")
    actions.read([message.pk], by="test")
    second = actions.correct(message, "sentiment", ["negative"], owner, by=owner.key)
    first.refresh_from_db()
    assert first.undone_at and first.undone_by == owner
    # by then the model had learned the first: what counts is what was told before anybody said anything
    assert (second.said, second.version) == (first.said, first.version)
    with pytest.raises(IntegrityError), transaction.atomic():
        second.pk = None
        second.save(force_insert=True)


def test_a_confirmation_is_a_correction_that_says_the_same() -> None:
    brand, owner = house()
    message, = said(brand, "Gracias, un trato estupendo, volveré.")
    right = shown(message, "sentiment")
    told_so = actions.confirm(message, "sentiment", owner, by=owner.key)
    assert told_so.confirms and tuple(told_so.right) == right and Fact.objects.get(name="ReadingCorrected").data["confirmed"]
    with pytest.raises(actions.NothingToConfirm):
        actions.confirm(cast.arrive(cast.channel(brand), cast.item("x", "hola"))[0], "sentiment", owner, by=owner.key)


@pytest.mark.parametrize(("head", "right"), [
    ("mood", ["good"]), ("sentiment", ["angry"]), ("sentiment", ["negative", "positive"]), ("sentiment", []), ("urgency", ["4"])])
def test_what_is_no_label_is_not_kept(head: str, right: list[str]) -> None:
    brand, owner = house()
    message, = said(brand, WHEELS)
    with pytest.raises(NotALabel):
        actions.correct(message, head, right, owner, by=owner.key)
    assert not Correction.objects.exists()


def test_levels_are_shown_and_taken_over_by_near_copies() -> None:
    brand, owner = house()
    message, copy = said(brand, WHEELS, SAME)
    actions.correct(message, "urgency", ["3"], owner, by=owner.key)
    message.refresh_from_db()
    assert message.reading and message.reading["urgency"]["level"] == 3
    actions.learn(brand.pk, by="test")
    actions.read_again(brand, by="test")
    assert shown(copy, "urgency") in (("3",), ())  # nothing, where no rules give levels


def test_a_deleted_message_leaves_what_it_taught() -> None:
    brand, owner = house()
    message, copy = said(brand, WHEELS, SAME)
    actions.correct(message, "intent", ["incident"], owner, by=owner.key)
    Message.objects.filter(pk=message.pk).delete()
    kept = Correction.objects.get()
    assert kept.message is None and kept.text == WHEELS
    actions.learn(brand.pk, by="test")
    actions.read_again(brand, by="test")
    assert shown(copy, "intent") == ("incident",)
    assert actions.undo(kept, owner, by=owner.key)


@pytest.mark.django_db(transaction=True)
def test_what_many_say_is_learned_once_and_read_again() -> None:
    brand, owner = house()
    message, copy, other = said(brand, WHEELS, SAME, OTHER)
    for head, right in (("intent", "incident"), ("sentiment", "neutral"), ("emotion", "others")):
        actions.correct(message, head, [right], owner, by=owner.key)
    drain(skip="inbox.describe")
    assert Fact.objects.filter(name="BrandTaught").count() == 1
    assert BrandModel.objects.get(brand=brand).made_from == 3
    assert shown(copy, "intent") == ("incident",)
    again = Fact.objects.filter(name="MessageRead", because="BrandTaught").values_list("data__message_id", flat=True)
    assert copy.pk in again and other.pk not in again


def test_what_was_taught_survives_a_new_general_model() -> None:
    brand, owner = house()
    message, copy = said(brand, WHEELS, SAME)
    actions.correct(message, "intent", ["suggestion"], owner, by=owner.key)
    actions.learn(brand.pk, by="test")
    BrandModel.objects.filter(brand=brand).update(general="an older one")
    actions.read([copy.pk], by="test")
    assert shown(copy, "intent") != ("suggestion",)  # it stands on nothing, so nobody reads with it
    wake, = brands_to_learn_anew()
    wake.job.func(**wake.arguments)
    actions.read([copy.pk], by="test")
    assert shown(copy, "intent") == ("suggestion",) and not brands_to_learn_anew()


def test_a_process_that_kept_the_model_sees_that_another_one_learned() -> None:
    brand, owner = house()
    message, copy = said(brand, WHEELS, SAME)
    actions.correct(message, "intent", ["suggestion"], owner, by=owner.key)
    actions.learn(brand.pk, by="test")
    general = shipped().version
    first = taught_by([brand.pk], general)[brand.pk]
    assert taught_by([brand.pk], general)[brand.pk] is first
    other = learn([Example(SAME, "intent", ("praise",))], shipped())
    BrandModel.objects.filter(brand=brand).update(content=other.to_bytes(), version=other.version)
    assert taught_by([brand.pk], general)[brand.pk].version == other.version
    BrandModel.objects.filter(brand=brand).update(content=b"spoilt", version="other")
    actions.read([copy.pk], by="test")
    assert copy.pk and brand.pk not in taught_by([brand.pk], general)
