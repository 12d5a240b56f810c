"""What can be pointed at in a message, and what it weighs by the rules."""

import pytest

from tertulia.language.folding import fold
from tertulia.language.groups import groups_in
from tertulia.language.languages import identify, languages_met
from tertulia.language.model_file import load
from tertulia.language.parts import Parts, parts_of, shown, tilt
from tertulia.language.phrases import Phrases
from tertulia.language.reading import Circumstances
from tertulia.language.weight import BadRules, rules_of, weigh


def said(text: str, known: Circumstances | None = None) -> dict[str, list[str]]:
    return {name: [span.text for span in spans] for name, spans in parts_of(text, fold(text), known).said.items()}


@pytest.mark.parametrize(
    ("text", "part", "places"),
    [
        ("Mi pedido 4839201 no ha llegado", "order", ["pedido", "4839201"]),
        ("el vuelo ZX3422 sale en 1 hora", "order", ["vuelo", "ZX3422"]),
        ("me cobraron 1.250 pesos de más", "amount", ["1.250 pesos"]),
        ("llevo 3 semanas esperando", "when", ["3 semanas"]),
        ("desde el lunes a las 17:40", "when", ["desde el lunes", "a las 17:40"]),
        ("Sois unos ladroooones", "insult_at_somebody", ["ladroooones"]),
        ("vaya gilipollas", "insult", ["gilipollas"]),
        ("quiero que me devuelvan el dinero", "request", ["quiero que", "devuelvan"]),
        ("mi abuela acabó en el hospital", "danger", ["hospital"]),
        ("os voy a denunciar a consumo", "law", ["denunciar", "consumo"]),
        ("NADIE CONTESTA NUNCA", "shouting", ["NADIE CONTESTA NUNCA"]),
        ("me doy de baja", "leaving", ["me doy de baja"]),
    ],
)
def test_a_part_is_where_it_stands_in_the_text(text: str, part: str, places: list[str]) -> None:
    assert said(text)[part] == places


@pytest.mark.parametrize("text", ["", "hola", "qué bonito día", "🎉🎉", "\ud800", "b" * 9000 + " ladrones"])
def test_where_there_is_nothing_nothing_is_found(text: str) -> None:
    assert said(text) == {}


def test_what_is_known_besides_tilts_the_judgement_and_says_so() -> None:
    text = "qué vergüenza"
    known = parts_of(text, fold(text), Circumstances(messages=4, offences=3, alike=6))
    assert tilt(known, "troll") > 1 > 0 > tilt(known, "important")
    assert tilt(parts_of(text, fold(text)), "troll") == 0
    assert [(part.name, part.count) for part in shown(known, "troll", lambda span: 0.0)] == [
        ("written_by_others", 6), ("offended_before", 3),
    ]


def test_groups_are_known_by_name_and_by_slur() -> None:
    assert groups_in(fold("fuera los moros y las sudacas")) == ("muslims", "migrants")
    assert groups_in(fold("Las MUJERES gitanas")) == ("women", "roma")
    assert groups_in(fold("buen servicio")) == ()


def test_an_open_phrase_that_would_match_everything_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        Phrases({"bad": ["a*"]})


@pytest.mark.parametrize(
    ("scale", "labels", "text", "known", "level", "rule"),
    [
        ("importance", [("intent", "praise")], "gracias", {}, 1, "rest"),
        ("importance", [("intent", "complaint"), ("judgement", "important")], "intoxicados tres", {}, 3, "danger"),
        ("importance", [("intent", "complaint"), ("judgement", "troll")], "intoxicados tres", {}, 1, "rest"),
        ("importance", [("intent", "presales")], "precio", {}, 2, "sale"),
        ("importance", [("intent", "complaint")], "mal", {"reach": 20_000}, 3, "heard"),
        ("importance", [("intent", "complaint")], "mal", {"reach": 19_999}, 1, "rest"),
        ("importance", [("intent", "question")], "hola", {"customer": True}, 2, "customer"),
        ("importance", [("intent", "spam")], "os denuncio", {}, 1, "spam"),
        ("urgency", [("intent", "incident")], "estoy en el aeropuerto", {}, 3, "now"),
        ("urgency", [("intent", "incident")], "no va bien", {}, 2, "fault"),
        ("urgency", [("intent", "chat")], "hoy", {"alike": 5}, 3, "wave"),
        ("urgency", [("intent", "chat")], "hola", {}, 1, "rest"),
    ],
)
def test_the_first_rule_that_holds_gives_the_level(
    scale: str, labels: list[tuple[str, str]], text: str, known: dict[str, int], level: int, rule: str
) -> None:
    circumstances = Circumstances(**known)
    told = weigh(scale, labels, parts_of(text, fold(text), circumstances), circumstances, {f"{scale}.{rule}": 0.8})
    assert (told.level, told.rule, told.p, told.sure) == (level, rule, 0.8, True)


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ('[[importance]]\nname="x"\nlevel=4\nwhen=[]', "no such level"),
        ('[[importance]]\nname="x"\nlevel=1\nwhen=["intent:nonsense"]', "no such condition"),
        ('[[importance]]\nname="x"\nlevel=1\nwhen=["part:nonsense"]', "no such condition"),
        ('[[importance]]\nname="x"\nlevel=1\nwhen=["reach:many"]', "no such condition"),
        ('[[importance]]\nname="x"\nlevel=1\nwhen=["customer"]', "last rule"),
        ("", "last rule"),
    ],
)
def test_rules_that_say_nothing_lawful_are_refused(rules: str, why: str) -> None:
    with pytest.raises(BadRules, match=why):
        rules_of(rules)


def test_no_parts_at_all_still_has_a_weight() -> None:
    assert weigh("urgency", [], Parts({}, {}), Circumstances(), {}).level == 1


def test_a_message_in_two_languages_tells_both() -> None:
    fit = load().language
    text = "Hola, no me va la aplicación. Please answer me as soon as possible, I paid yesterday."
    assert languages_met(text, identify(text, fit), fit) == ("en", "es")
    plain = "Me encanta la tienda, siempre que voy me atienden genial, el feedback es top."
    assert languages_met(plain, identify(plain, fit), fit) == ("es",)
