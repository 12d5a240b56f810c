"""Sentences found, translated, checked and compiled."""

import gettext
from pathlib import Path

from tools import locale, sentences
from tools.sentences import Sentence

PAGE = """{% load i18n %}{% translate "Bandeja" %} {% translate "May" context "mes" %}
{% blocktranslate trimmed count n=total with who=author.name %}
  Un mensaje de {{ who }}
{% plural %}
  {{ n }} mensajes de {{ who }}
{% endblocktranslate %}
{% include "x.html" with title=_("Hoy") %}{{ x|default:_("Nada, d'Eus") }}{# translate "No" #}"""
PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
NAME = _("Una frase "
         "en dos líneas")
def f(n, label):
    return ngettext("Un día", "%(n)d días", n), pgettext("verbo", "Cierra"), _(label)
"""
MANIFEST = """
[[fields]]
name = "handle"
label = "Nombre de usuario"
help = "Como se ve en tu perfil"
[unsupported]
hide = "Aquí no se puede ocultar"
"""


def _within(name: str, source: str) -> set[Sentence]:
    return set(sentences.within(f"src/tertulia/{name}", source))


def test_sentences_of_a_template_are_found() -> None:
    assert _within("inbox/templates/inbox/tray.html", PAGE) == {
        Sentence("Bandeja"), Sentence("May", context="mes"), Sentence("Hoy"), Sentence("Nada, d'Eus"),
        Sentence("Un mensaje de %(who)s", "%(n)s mensajes de %(who)s"),
    }


def test_sentences_of_python_are_found() -> None:
    assert _within("inbox/views.py", PYTHON) == {
        Sentence("Una frase en dos líneas"), Sentence("Un día", "%(n)d días"), Sentence("Cierra", context="verbo"),
    }


def test_sentences_of_a_manifest_are_found() -> None:
    found = _within("networks/x/manifest.toml", MANIFEST)
    assert {one.one for one in found} == {"Nombre de usuario", "Como se ve en tu perfil", "Aquí no se puede ocultar"}


def test_a_catalogue_keeps_what_is_translated_and_drops_what_is_gone(tmp_path: Path) -> None:
    first = locale.merged(locale.read(tmp_path / "none.po"), {Sentence("Hoy"): ["a"], Sentence("Ayer"): ["a"]})
    assert locale.fill(first, {"Hoy": "Today", "Ayer": "Yesterday"}) == []
    locale.write(first, tmp_path / "en.po")
    again = locale.merged(locale.read(tmp_path / "en.po"), {Sentence("Hoy"): ["b"], Sentence("Un día", "%(n)d días"): ["b"]})
    assert [row["es"] for row in locale.missing(again)] == ["Un día"]
    assert again.get("Hoy").string == "Today"
    assert again.get("Ayer") is None


def test_writing_twice_gives_the_same_file(tmp_path: Path) -> None:
    found = {Sentence("Hoy"): ["b", "a"], Sentence("Un día", "%(n)d días"): ["a"], Sentence("May", context="mes"): ["a"]}
    one, two = tmp_path / "one.po", tmp_path / "two.po"
    locale.write(locale.merged(locale.read(one), found), one)
    locale.write(locale.merged(locale.read(one), found), two)
    assert one.read_text("utf-8") == two.read_text("utf-8")
    assert "Date" not in one.read_text("utf-8")


def test_a_faulty_translation_is_not_taken() -> None:
    catalogue = locale.merged(locale.read(Path("none")), {
        Sentence("Faltan %(n)d"): ["a"], Sentence("Un día", "%(n)d días"): ["a"], Sentence("<b>Sí</b>"): ["a"],
    })
    faulty = [{"es": "Faltan %(n)d", "en": "%(m)d left"}, {"es": "Un día", "en": "One day", "en_plural": "days"},
              {"es": "<b>Sí</b>", "en": "Yes"}, {"es": "No está", "en": "Not there"}]
    assert len(locale.fill(catalogue, faulty)) == 4
    assert len(locale.missing(catalogue)) == 3


def test_what_is_compiled_is_what_gettext_reads(tmp_path: Path) -> None:
    catalogue = locale.merged(locale.read(Path("none")), {
        Sentence("Un día", "%(n)d días"): ["a"], Sentence("May", context="mes"): ["a"],
    })
    filled = [{"es": "Un día", "en": "One day", "en_plural": "%(n)d days"}, {"es": "May", "context": "mes", "en": "May."}]
    assert locale.fill(catalogue, filled) == []
    po = tmp_path / "en/LC_MESSAGES/django.po"
    locale.write(catalogue, po)
    locale.compile_all(tmp_path)
    english = gettext.translation("django", tmp_path, ["en"])
    assert english.ngettext("Un día", "%(n)d días", 1) == "One day"
    assert english.ngettext("Un día", "%(n)d días", 3) == "%(n)d days"
    assert english.pgettext("mes", "May") == "May."
