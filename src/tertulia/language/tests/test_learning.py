"""A brand's corrections move what is like them, at once and no further; many of them move the brand's whole way of speaking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tertulia.language import corpora
from tertulia.language.learning import BadBrandModel, BrandModel, Example, HeldBack, learn
from tertulia.language.read import shipped
from tertulia.language.reading import Reading

# a workshop, and messages of any other kind
TOLD = "La cadena salta cuando meto el plato grande"
COPIES = ("la cadena saltaaa cuando meto el plato grande!!", "La cadena me salta cuando meto el plato grande",
          "LA CADENA SALTA CUANDO METO EL PLATO GRANDE 😡")
UNRELATED = ("¿Abrís el domingo?", "Gracias por todo, un abrazo", "Me habéis cobrado dos veces la cuota", "Vaya panda de vagos",
             "¿Hacéis envíos a Canarias?", "Qué foto más bonita", "Sorteo: gana un móvil aquí", "No puedo entrar en la web")


def labels(readings: Sequence[Reading], head: str) -> list[str]:
    """The first label of each."""
    found = []
    for one in readings:
        told = getattr(one, head)
        found.append(told.labels[0].label if head in ("intent", "touches") else told.label)
    return found


def test_without_lessons_nothing_changes() -> None:
    reader = shipped()
    nothing = learn([], reader)
    assert not nothing.heads
    plain = [one.as_dict() | {"version": ""} for one in reader.read_many(UNRELATED)]
    assert [one.as_dict() | {"version": ""} for one in reader.read_many(UNRELATED, brand=nothing)] == plain


@pytest.mark.parametrize(("head", "right"), [("sentiment", "positive"), ("intent", "suggestion"), ("offence", "OFP"),
                                             ("department", "jobs"), ("emotion", "joy")])
def test_one_correction_moves_its_copies_and_not_what_has_nothing_to_do(head: str, right: str) -> None:
    reader = shipped()
    brand = learn([Example(TOLD, head, (right,))], reader)
    readings = reader.read_many(COPIES, brand=brand)
    assert labels(readings, head) == [right] * len(COPIES)
    assert all(getattr(one, head).sure for one in readings)
    if getattr(reader.read_many([TOLD])[0], head) is not None:
        moved = [one != two for one, two in zip(labels(reader.read_many(UNRELATED), head),
                                                labels(reader.read_many(UNRELATED, brand=brand), head), strict=True)]
        assert sum(moved) <= 1


def test_several_intents_hold_at_once() -> None:
    reader = shipped()
    brand = learn([Example(TOLD, "intent", ("complaint", "incident"))], reader)
    told = reader.read_many([COPIES[0]], brand=brand)[0].intent
    assert told and {one.label for one in told.labels} == {"complaint", "incident"}


def test_departments_of_its_own_are_known_from_their_names_and_a_few_examples() -> None:
    reader = shipped()
    keys = ("taller", "tienda", "excursiones", "none")
    names = [Example("Taller. Reparaciones, averías y puesta a punto de bicicletas", "department", ("taller",), said=False),
             Example("Tienda. Precios, tallas y compra de bicis y ropa", "department", ("tienda",), said=False),
             Example("Excursiones. Salidas en grupo y rutas de fin de semana", "department", ("excursiones",), said=False)]
    asked = {"¿Cuánto tarda la reparación de mi bicicleta?": "taller", "¿Qué precio tiene esta bici y hay talla S?": "tienda",
             "¿Queda sitio en la ruta del fin de semana?": "excursiones"}
    brand = learn(names, reader, keys)
    assert labels(reader.read_many(list(asked), brand=brand), "department") == list(asked.values())
    assert brand.heads["department"].held_back == HeldBack(0, 0, 0)
    lessons = [*names, Example("Se me ha roto el cambio y no entra el piñón pequeño", "department", ("taller",)),
               Example("Mañana salgo con vosotros, ¿de dónde partimos?", "department", ("excursiones",))]
    brand = learn(lessons, reader, keys)
    more = {"No entra el piñón grande, se ha roto el cambio": "taller", "¿De dónde salimos mañana?": "excursiones"}
    assert labels(reader.read_many(list(more), brand=brand), "department") == list(more.values())


def test_levels_are_taken_over_by_copies_alone() -> None:
    brand = learn([Example(TOLD, "urgency", ("3",))], shipped())
    look = brand.look(shipped().see([*COPIES, *UNRELATED]))
    assert look.overrule("urgency") == [3] * len(COPIES) + [None] * len(UNRELATED)
    assert look.overrule("importance") == [None] * (len(COPIES) + len(UNRELATED))


def test_its_own_texts_come_with_what_was_said_of_them() -> None:
    brand = learn([Example(TOLD, "sentiment", ("negative",)), Example(TOLD, "intent", ("incident",)),
                   Example("Qué tienda más bonita", "sentiment", ("positive",))], shipped())
    near, far = brand.look(shipped().see([COPIES[0], "¿Abrís el domingo?"])).near()
    assert near[0].text == TOLD and not near[0].ours and near[0].likeness > 0.8
    assert near[0].labels == {"sentiment": ("negative",), "intent": ("incident",)}
    assert not far


def brand_that_disagrees(many: int) -> list[Example]:
    """Our own messages by a brand for which every incident is a complaint and every suggestion is chat."""
    other = {"incident": "complaint", "suggestion": "chat"}
    rows = [one for one in corpora.ours("intent", "test") if one.labels]
    order = np.random.default_rng(4).permutation(len(rows))[:many]
    return [Example(rows[at].text, "intent", tuple(sorted({other.get(one, one) for one in rows[at].labels}))) for at in order]


def test_hundreds_are_learned_and_measured_on_what_was_held_back() -> None:
    reader, lessons = shipped(), brand_that_disagrees(400)
    first = learn(lessons, reader)
    again = learn(lessons, reader, before=first)
    content = first.to_bytes()
    assert again.to_bytes() == content and BrandModel.from_bytes(content).to_bytes() == content
    held = first.heads["intent"].held_back
    assert held and held.of == len(lessons) and held.brand > held.general + 20


def test_taking_a_lesson_back_leaves_the_model_from_before() -> None:
    reader, lessons = shipped(), brand_that_disagrees(30)
    before = learn(lessons[:-1], reader)
    after = learn(lessons, reader, before=before)
    assert after.version != before.version
    assert learn(lessons[:-1], reader, before=after).to_bytes() == before.to_bytes()


def test_what_it_cannot_learn_it_leaves_out() -> None:
    brand = learn([Example("hola", "mood", ("good",)), Example("hola", "sentiment", ("angry",)), Example("hola", "sentiment", ()),
                   Example("hola", "department", ("taller",))], shipped())
    assert not brand.heads and not brand.texts


@pytest.mark.parametrize("text", ["", "   ", "😀", "\ud800", "\u0000", "a" * 100_000, "🏳️‍🌈" * 500])
def test_any_text_can_teach(text: str) -> None:
    reader = shipped()
    brand = learn([Example(text, "sentiment", ("positive",)), Example(TOLD, "sentiment", ("negative",))], reader)
    assert BrandModel.from_bytes(brand.to_bytes()).version == brand.version
    reader.read_many([text, TOLD], brand=brand)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nothing", b"\x80\x04pickle", bytes(100)])
def test_other_bytes_are_no_brand_model(content: bytes) -> None:
    with pytest.raises(BadBrandModel):
        BrandModel.from_bytes(content)
