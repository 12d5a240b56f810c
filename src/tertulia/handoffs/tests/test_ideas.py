"""What people propose is grouped by what they ask for, and they hear what became of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.handoffs import ideas, reactions
from tertulia.handoffs.models import Idea, Suggestion
from tertulia.handoffs.suggesting import note_suggestions
from tertulia.inbox import actions as inbox
from tertulia.inbox.facts import ReplyWritten
from tertulia.inbox.models import Draft, Message
from tertulia.journal.facts import Happened
from tertulia.kit import clock
from tertulia.site.tests import cast
from tertulia.triage.models import Correction

pytestmark = pytest.mark.django_db(transaction=True)

SUNDAYS = ["Estaría genial que abrierais los domingos por la mañana", "Ojalá abrieseis también los domingos",
           "Podríais abrir los domingos, os lo agradeceríamos mucho", "¿Por qué no abrís los domingos? Muchos trabajamos entre semana"]
CLUB = ["Deberíais poner un club de lectura para niños", "Sería buena idea organizar un club de lectura infantil"]


def _said(channel: Channel, texts: list[str], prefix: str) -> list[Message]:
    return [cast.conversation(channel, text, f"{prefix}{n}", who=f"{prefix}{n}", name=f"Persona {prefix.title()}{n}").messages.get()
            for n, text in enumerate(texts)]


def test_the_same_in_other_words_is_one_idea(brand: Brand, channel: Channel) -> None:
    note_suggestions(_said(channel, SUNDAYS, "dom") + _said(channel, CLUB, "club"), by=cast.BY)
    found = list(ideas.ideas(brand))
    assert [(one.people, one.times) for one in found] == [(4, 4), (2, 2)]  # type: ignore[attr-defined]
    assert found[0].title == SUNDAYS[0]


def test_noted_twice_is_noted_once(channel: Channel) -> None:
    messages = _said(channel, SUNDAYS[:1], "dom")
    assert len(note_suggestions(messages, by=cast.BY)) == 1 and not note_suggestions(messages, by=cast.BY)


def test_joined_and_split_and_back(brand: Brand, ana: Member, channel: Channel) -> None:
    note_suggestions(_said(channel, SUNDAYS[:2], "dom") + _said(channel, CLUB, "club"), by=cast.BY)
    sundays, club = ideas.ideas(brand).order_by("pk")
    moved = ideas.join(club, sundays, ana, by=cast.BY)
    assert moved and sundays.suggestions.count() == 4 and list(ideas.ideas(brand)) == [sundays]
    assert ideas.join(club, sundays, ana, by=cast.BY) is None
    assert ideas.undo(moved, by=cast.BY) and not ideas.undo(moved, by=cast.BY)
    assert ideas.ideas(brand).count() == 2 and club.suggestions.count() == 2
    apart = ideas.split(sundays, [sundays.suggestions.first().pk], ana, by=cast.BY)  # type: ignore[union-attr]
    assert apart and apart.target.suggestions.count() == 1
    assert ideas.split(sundays, list(sundays.suggestions.values_list("pk", flat=True)), ana, by=cast.BY) is None


def test_those_who_proposed_it_get_a_draft_that_a_person_sends(brand: Brand, ana: Member, channel: Channel) -> None:
    note_suggestions(_said(channel, SUNDAYS, "dom"), by=cast.BY)
    idea = ideas.ideas(brand).get()
    with pytest.raises(ideas.NothingToTell):
        ideas.prepare(idea, by=cast.BY)
    ideas.change(idea, state="shipped", news="Ya está: desde el domingo abrimos de 10 a 14.", owner=ana, by=cast.BY)
    assert ideas.prepare(idea, by=cast.BY) == 4 and ideas.prepare(idea, by=cast.BY) == 0
    draft = Draft.objects.order_by("pk").first()
    assert draft and draft.text == "Hola, Persona. Ya está: desde el domingo abrimos de 10 a 14." and draft.state == "brought"
    assert draft.answering
    sent = inbox.reply(draft.answering, draft.text, ana, by=ana.key, draft=draft)
    told = ReplyWritten(brand_id=brand.pk, message_id=sent.pk, conversation_id=sent.conversation_id, dispatch_id=sent.dispatch_id or 0)
    reactions.on_reply_written([Happened(1, clock.now(), ana.key, "", told)])
    assert ideas.idea_of(brand, idea.pk).answered == 1  # type: ignore[attr-defined]


def test_what_is_over_takes_no_more(brand: Brand, channel: Channel) -> None:
    note_suggestions(_said(channel, SUNDAYS[:1], "dom"), by=cast.BY)
    ideas.change(ideas.ideas(brand).get(), state="shipped", news="Ya", by=cast.BY)
    note_suggestions(_said(channel, SUNDAYS[1:2], "otra"), by=cast.BY)
    assert Idea.objects.count() == 2 and Suggestion.objects.count() == 2


def test_the_pages_do_it_all(client: Client, brand: Brand, ana: Member, channel: Channel) -> None:
    note_suggestions(_said(channel, SUNDAYS[:2], "dom") + _said(channel, CLUB, "club"), by=cast.BY)
    sundays, club = ideas.ideas(brand).order_by("pk")
    page = client.get(reverse("handoffs:ideas", args=[brand.slug])).content.decode()
    assert SUNDAYS[0] in page and "Propuesta 2 veces" in page
    one = reverse("handoffs:idea", args=[brand.slug, sundays.pk])
    assert "La proponen 2 personas" in client.get(one).content.decode()
    client.post(one, {"title": "Abrir en domingo", "state": "shipped", "owner": ana.pk, "news": "¡Ya está!"})
    client.post(reverse("handoffs:prepare_answers", args=[brand.slug, sundays.pk]))
    assert Draft.objects.count() == 2 and Idea.objects.get(pk=sundays.pk).owner == ana
    client.post(reverse("handoffs:join_ideas", args=[brand.slug, sundays.pk]), {"with": club.pk})
    assert ideas.idea_of(brand, sundays.pk).times == 4  # type: ignore[attr-defined]


def test_what_proposes_nothing_counts_no_more_and_is_learned(client: Client, brand: Brand, ana: Member, channel: Channel) -> None:
    messages = _said(channel, SUNDAYS[:2], "dom")
    messages[0].reading = {"intent": {"labels": [{"label": "suggestion", "p": 0.9}, {"label": "question", "p": 0.6}], "sure": True}}
    messages[0].save(update_fields=["reading"])
    note_suggestions(messages, by=cast.BY)
    idea = ideas.ideas(brand).get()
    chosen = Suggestion.objects.get(message=messages[0])
    gone = client.post(reverse("handoffs:drop_suggestions", args=[brand.slug, idea.pk]), {"suggestions": [chosen.pk]})
    assert gone.status_code == 302 and ideas.idea_of(brand, idea.pk).times == 1  # type: ignore[attr-defined]
    assert Correction.objects.get(message=messages[0], head="intent").right == ["question"]
    assert not note_suggestions(messages, by=cast.BY)  # read again, it stays out
    client.post(reverse("handoffs:keep_suggestions", args=[brand.slug, str(chosen.pk)]))
    assert ideas.idea_of(brand, idea.pk).times == 2  # type: ignore[attr-defined]


def test_a_message_is_noted_from_the_dialog_without_asking_anybody(client: Client, brand: Brand, channel: Channel) -> None:
    (message,) = _said(channel, CLUB[:1], "club")
    address = reverse("handoffs:note_suggestion", args=[brand.slug, message.pk])
    assert client.post(address, HTTP_HX_REQUEST="true").status_code == 204 and client.post(address).status_code == 302
    assert Suggestion.objects.get().message == message
