"""Rules as text, as a tree, as a form and as a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tertulia.moderation.automatic.faults import Fault
from tertulia.moderation.automatic.files import parse_all, parse_list
from tertulia.moderation.automatic.parsing import parse_condition, parse_rule
from tertulia.moderation.automatic.printing import print_all, print_list, print_rule
from tertulia.moderation.automatic.rows import Row, split_terms, to_condition, to_rows
from tertulia.moderation.automatic.saying import say_rule
from tertulia.moderation.automatic.tests.strategies import conditions, rules
from tertulia.moderation.automatic.tree import Rule, WordList

WHOLE = '''regla enlaces-de-desconocidos {
  para "Enlaces de quien acaba de llegar"
  si contiene enlace
    y mensajes anteriores < 3
    y no perfil en lista amigos
    y (juicio es troll con 90 % o contiene patrón /a\\/b+/)
  entonces ocultar por norma 4, etiquetar "posible spam"
  tope 20 al día
  caduca 2027-03-01
}
'''


def test_a_rule_is_printed_as_it_was_written() -> None:
    assert print_rule(parse_rule(WHOLE)) == WHOLE


def test_accents_capitals_and_layout_do_not_matter_when_it_is_read() -> None:
    loose = WHOLE.replace("patrón", "PATRON").replace("día", "dia").replace("\n", " ").replace("  ", " ")
    assert parse_rule(loose) == parse_rule(WHOLE)


@settings(max_examples=150, deadline=None)
@given(rules)
def test_text_and_tree_say_the_same(rule: Rule) -> None:
    text = print_rule(rule)
    assert parse_rule(text) == rule
    assert print_rule(parse_rule(text)) == text
    assert say_rule(rule).startswith("Si el mensaje ")


@settings(max_examples=150, deadline=None)
@given(conditions)
def test_form_and_tree_say_the_same(condition) -> None:  # type: ignore[no-untyped-def]
    assert to_condition(to_rows(condition)) == condition


def test_a_file_has_lists_and_rules_by_name_whatever_their_order() -> None:
    found, lists, faults = parse_all(
        "lista z {\n  a b\n}\n" + WHOLE + "regla aa { si contiene enlace entonces revisar }\nlista b { uno, dos }")
    assert not faults
    text = print_all(found, lists)
    assert [line for line in text.splitlines() if line.startswith(("regla", "lista"))] == [
        "lista b {", "lista z {", "regla aa {", "regla enlaces-de-desconocidos {"]
    assert print_all(*parse_all(text)[:2]) == text


def test_what_is_wrong_in_a_file_does_not_hide_the_rest() -> None:
    found, lists, faults = parse_all("regal x { }\nregla a { si nada entonces revisar }\nlista c { x* }\n" + WHOLE)
    assert [one.name for one in found] == ["enlaces-de-desconocidos"]
    assert [(fault.line, fault.instead) for fault in faults] == [(1, "regla"), (2, ""), (3, "")]
    assert not lists


WRONG = [
    ("regla A {", "Los nombres", "A", "a"),
    ("regla a { si contien enlace entonces revisar }", "No conozco", "contien enlace", "contiene enlace"),
    ("regla a { si contiene enlase entonces revisar }", "No conozco", "enlase", "contiene enlace"),
    ("regla a { si contiene «x» entonces revisar }", "comillas rectas", "«", '"'),
    ('regla a { si contiene "a" entonces revisar }', "demasiado corta", '"a"', ""),
    ('regla a { si contiene "ab*" entonces revisar }', "al menos 3 letras", '"ab*"', ""),
    ('regla a { si contiene "a*b" entonces revisar }', "al final de una palabra", '"a*b"', ""),
    ("regla a { si contiene enlace entonces borrar }", "se puede deshacer", "borrar", "revisar"),
    ("regla a { si contiene enlace entonces bloquear }", "se puede deshacer", "bloquear", "revisar"),
    ("regla a { si contiene enlace entonces revizar }", "lo que se hace", "revizar", "revisar"),
    ("regla a { si contiene enlace entoces revisar }", "entonces", "entoces", "entonces"),
    ("regla a { si contiene patrón /(?=a)/ entonces revisar }", "hacia delante", "/(?=a)/", ""),
    ("regla a { si contiene patrón /(a)\\1/ entonces revisar }", "no repiten", "/(a)\\1/", ""),
    ("regla a { si contiene patrón /a*/ entonces revisar }", "cualquier texto", "/a*/", ""),
    ("regla a { si contiene patrón /Hola/ entonces revisar }", "minúsculas", "/Hola/", ""),
    ("regla a { si contiene patrón /(a/ entonces revisar }", "paréntesis", "/(a/", ""),
    ("regla a { si juicio es trol entonces revisar }", "una de estas", "trol", "troll"),
    ("regla a { si juicio es troll con 0 % entonces revisar }", "1 a 100", "0", ""),
    ("regla a { si (contiene enlace entonces revisar }", "no se cierra", "(", ""),
    ("regla a { si mensajes en 3 siglos > 3 entonces revisar }", "minutos, horas o días", "siglos", ""),
    ("regla a { si mensajes en 8 días > 3 entonces revisar }", "7 días", "8", ""),
    ("regla a { si seguidores 3 entonces revisar }", "comparación", "3", ""),
    ("regla a { si mayúsculas > 101 % entonces revisar }", "De 100 no pasa", None, ""),
    ("regla a { si hora entre 25:00 y 08:00 entonces revisar }", "no existe", "25:00", ""),
    ("regla a { si contiene enlace entonces revisar caduca 2027-02-30 }", "no existe", "2027-02-30", ""),
    ("regla a { si contiene enlace entonces revisar tope 0 al día }", "1 a 10000", "0", ""),
    ("regla a { si contiene enlace entonces revisar, revisar }", "ya está dicho", "revisar", ""),
    ("regla a { si contiene enlace entonces revisar } y más", "sobra", "y", ""),
    ('regla a { si contiene "hola entonces revisar }', "comillas del final", None, ""),
    ("regla a { # nota\n si contiene enlace entonces revisar }", "comentarios", "# nota", ""),
    ("regla a { si " + "(" * 12 + "contiene enlace entonces revisar }", "demasiados paréntesis", None, ""),
    ("regla a { si " + " y ".join(["contiene enlace"] * 61) + " entonces revisar }", "más de 60", None, ""),
]


@pytest.mark.parametrize(("text", "told", "where", "instead"), WRONG)
def test_what_is_wrong_is_refused_with_its_place_and_a_hint(text: str, told: str, where: str | None, instead: str) -> None:
    with pytest.raises(Fault) as caught:
        parse_rule(text)
    fault = caught.value
    assert told in fault.message
    assert fault.instead == instead
    if where is not None:
        assert text[fault.start:fault.end] == where
    assert (fault.line, fault.column) == (text.count("\n", 0, fault.start) + 1, fault.start - text.rfind("\n", 0, fault.start))


@pytest.mark.parametrize("act", ["borrar", "eliminar", "bloquear", "expulsar", "silenciar", "responder", "denunciar"])
def test_what_cannot_be_undone_cannot_be_written(act: str) -> None:
    with pytest.raises(Fault, match="una persona"):
        parse_rule(f"regla a {{ si contiene enlace entonces {act} }}")


def test_a_list_has_an_entry_a_line_and_each_once() -> None:
    found = parse_list("lista x {\n  uno,  dos   tres\n  uno\n}\n")
    assert found == WordList("x", ("uno", "dos tres"))
    assert print_list(found) == "lista x {\n  uno\n  dos tres\n}\n"


def test_terms_of_a_form_may_have_commas_between_quotes() -> None:
    assert split_terms('uno, "dos, tres", "cua\\"tro",,uno') == ["uno", "dos, tres", 'cua"tro']


def test_a_wrong_row_is_told_by_its_number() -> None:
    with pytest.raises(Fault) as caught:
        to_condition([Row("all"), Row("link", 1), Row("before", 1, op="<", said="tres")])
    assert caught.value.line == 2


def test_a_form_without_conditions_is_no_rule() -> None:
    with pytest.raises(Fault, match="valdría para todo"):
        to_condition([Row("all"), Row("any", 1)])


def test_groups_are_flat_and_twice_not_is_nothing() -> None:
    assert parse_condition("contiene enlace y (contiene mención y solo emojis)") == parse_condition(
        "contiene enlace y contiene mención y solo emojis")
    assert parse_condition("no no contiene enlace") == parse_condition("contiene enlace")


def test_a_rule_says_in_a_sentence_what_it_does() -> None:
    assert say_rule(parse_rule(WHOLE)) == (
        "Si el mensaje lleva un enlace, lo escribe alguien con menos de 3 mensajes anteriores, no lo escribe alguien de la lista «amigos» "
        "y (se lee como troll (juicio) con al menos un 90 % de seguridad o encaja en el patrón /a/b+/), se oculta por la norma 4 y se "
        "etiqueta «posible spam». Como mucho 20 veces al día: a partir de ahí, decide una persona. Deja de valer el 1 de marzo de 2027.")
