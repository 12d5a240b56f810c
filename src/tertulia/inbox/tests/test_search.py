"""Searching what was said, in Spanish, and who said it."""

from __future__ import annotations

import pytest
from django.db import connection

from tertulia.brands.models import Brand, Member
from tertulia.inbox import lists, searching
from tertulia.inbox.lists import Filters
from tertulia.inbox.models import Conversation, Message
from tertulia.inbox.rules import around, found_in, words_of
from tertulia.kit.folding import fold
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Member:
    return cast.member("Ana")


@pytest.fixture
def brand(ana: Member) -> Brand:
    return cast.brand(ana)


def found(brand: Brand, member: Member, words: str) -> list[str]:
    filters = Filters(view="all", words=words)
    texts = sorted(one.excerpt for one in lists.page_of(brand, member, filters).rows)
    assert len(lists.ids_of(brand, member, filters, 100)[0]) == len(texts) == len(
        lists.inside(brand, member, filters, list(Conversation.objects.values_list("pk", flat=True))))
    return texts


@pytest.mark.parametrize(("asked", "said"), [
    ("suscripcion", "Quiero la suscripción"), ("suscripción", "Las suscripciones son caras"), ("SUSCRIPCIONES", "mi suscripcion"),
    ("suscrip", "Quiero la suscripción"), ("devolucion", "¿Aceptáis devoluciones?"), ("devoluciones", "Una devolución"),
    ("pedido", "Mis pedidos"), ("año", "¡Feliz año!"), ("envio", "¿Hacéis envíos?"), ("cancelar", "Lo he cancelado"),
    ("camion azul", "Un camión muy grande y azul"), ("мир", "Мир всем"), ("مرحبا", "مرحبا يا أصدقاء"),
    ('"pan de molde"', "¿Tenéis pan de molde?"),
])
def test_words_are_found_in_any_form_with_and_without_accents(brand: Brand, ana: Member, asked: str, said: str) -> None:
    channel = cast.channel(brand)
    cast.conversation(channel, said, who="a")
    cast.conversation(channel, "Otra cosa distinta", who="b")
    assert found(brand, ana, asked) == [said]


@pytest.mark.parametrize("asked", ["ano", "camion verde", "zzzz"])
def test_other_words_are_not_found(brand: Brand, ana: Member, asked: str) -> None:
    channel = cast.channel(brand)
    cast.conversation(channel, "¡Feliz año!", who="a")
    cast.conversation(channel, "Un camión azul", who="b")
    assert found(brand, ana, asked) == []


@pytest.mark.parametrize("asked", ["Mencía", "mencia", "MENCIA Ló", "@mencia_l", "encia_"])
def test_people_are_found_by_any_part_of_their_name(brand: Brand, ana: Member, asked: str) -> None:
    channel = cast.channel(brand)
    cast.conversation(channel, "Hola", who="mencia_l", name="Mencía López")
    cast.conversation(channel, "Adiós", who="otro", name="Otro")
    assert found(brand, ana, asked) == ["Hola"]


@pytest.mark.parametrize("asked", ["%", "_", "\\", "'", "((", "a & b | !c", ":*", "-", '"', "[", "x" * 200, "de la que"])
def test_signs_mean_nothing_and_break_nothing(brand: Brand, ana: Member, asked: str) -> None:
    cast.conversation(cast.channel(brand), "Hola")
    assert found(brand, ana, asked) == []


def test_another_brands_words_and_people_are_not_found(brand: Brand, ana: Member) -> None:
    other = cast.brand(cast.member("Otra"), "Otra")
    cast.conversation(cast.channel(other), "Un secreto", name="Mencía")
    assert found(brand, ana, "secreto") == found(brand, ana, "mencia") == []


def test_what_was_found_is_shown_and_marked(brand: Brand) -> None:
    text = "Buenas tardes. " * 20 + "Quería cancelar mi suscripción anual"
    piece = around(text, words_of("SUSCRIPCIÓN"))
    assert "suscripción" in piece and len(piece) < 200
    assert [text[a:b] for a, b in found_in(text, words_of("suscripciones"))] == ["suscripción"]


def test_the_search_reads_the_index_and_not_fifty_thousand_messages(brand: Brand, ana: Member) -> None:
    channel = cast.channel(brand)
    talk = cast.conversation(channel, "La suscripción", name="Mencía")
    Message.objects.bulk_create([
        Message(conversation=talk, brand=brand, channel=channel, external_id=f"x{n}", author_id=talk.person_id, kind="comment",
                text=text, folded=fold(text), at=talk.last_at, received_at=talk.last_at)
        for n in range(50_000) for text in [f"Comentario número {n} sobre el libro {n % 977}"]], batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("analyze inbox_message")
    query = searching.asking("suscripcion", loose=False)
    assert query
    plan = searching.saying(brand, query).explain(analyze=True)
    took = float(plan.rsplit("Execution Time: ", 1)[1].split()[0])
    assert "message_words" in plan and "Seq Scan on inbox_message" not in plan and took < 100, plan
    assert [one.pk for one in lists.page_of(brand, ana, Filters(view="all", words="suscripcion")).rows] == [talk.pk]
