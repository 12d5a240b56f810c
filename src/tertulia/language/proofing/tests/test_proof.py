"""Everything together: the lists of planted faults and of clean texts, the brand's dictionary, any text whatever."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.language import proof as exported
from tertulia.language.finding import Finding, Kind, Profile, Severity
from tertulia.language.proofing import measure
from tertulia.language.proofing.proof import proof

PIECES = st.sampled_from([
    "tu decides", "¿", "?", "!", "¡¡", "«", "»", '"', " , ", "\n", "@marca", "#Promo", "https://ejemplo.es/a?b=c", "👩‍👩‍👧", "🇪🇸",
    "\ud800", "\x00", "\u200d", "n\u0303", "ﬁn", "ESTABA", "vos querés", "usted", "os", "haber si", "1.000,50 €", "_", "a_b", "-", "...",
    "q", "xq", "jajaja", "ayer gano", "el chef preparo", "\t", "İ", "ß", "{nombre}", "muj3res", "ñandú", "日本",
])


ANY = Profile()


def rules(text: str, profile: Profile = ANY) -> set[str]:
    return {finding.rule for finding in proof(text, profile)}


@pytest.mark.parametrize("part", ["open", "held"])
def test_nearly_all_planted_faults_are_found_and_no_clean_text_is_flagged(part: str) -> None:
    score = measure.score(part)
    assert score.found >= 0.95 * score.planted
    assert score.flagged <= (0 if part == "open" else 0.02 * score.clean)


def test_the_lists_are_long_enough_and_say_where_the_faults_are() -> None:
    faults = measure.planted("open") + measure.planted("held")
    assert len(faults) >= 300
    assert len({text for _, text in measure.clean("open") + measure.clean("held")}) >= 300
    assert all(0 <= fault.start <= fault.end <= len(fault.text) for fault in faults)


def test_findings_stand_where_they_say_and_in_order() -> None:
    text = "👩‍👩‍👧 Hola.\nHaber si vienes , que te esta esperando.\nVamos!"
    findings = proof(text)
    assert [text[finding.start:finding.end] for finding in findings] == [finding.text for finding in findings]
    assert [finding.start for finding in findings] == sorted(finding.start for finding in findings)
    assert {"Haber si", " ,", "esta", ""} <= {finding.text for finding in findings}


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=9).map("".join), st.lists(PIECES, max_size=9).map(" ".join)),
       st.sampled_from(["es-ES", "es-MX", "es-AR"]), st.sampled_from(["", "tu", "usted", "vos"]))
def test_no_text_is_too_strange(text: str, variety: str, address: str) -> None:
    for finding in proof(text, Profile(variety=variety, address=address)):
        assert text[finding.start:finding.end] == finding.text
        assert finding.why


@pytest.mark.parametrize(("text", "word"), [
    ("Prueba nuestra Xurrita hoy.", "Xurrita"), ("Las XURRITAS vuelan.", "Xurrita"), ("Un zenko, dos zenkos.", "zenko"),
    ("Hoy fluxeamos contigo.", "fluxear"), ("Ven a Kasa Tu Pan.", "Kasa Tu Pan"),
])
def test_the_brands_words_are_right_in_any_case_and_form(text: str, word: str) -> None:
    assert not [finding for finding in proof(text, Profile(dictionary=frozenset({word}))) if finding.kind is Kind.SPELLING]


def test_the_dictionary_forgives_no_lost_accent() -> None:
    assert "ortografia" in rules("Ven al cafe.", Profile(dictionary=frozenset({"café"})))


@pytest.mark.parametrize("text", [
    "jajajaja 😂", "¡GOOOL! ⚽", "Link en bio 👉 https://ejemplo.es/ruta-larga?x=1", "@marca_es #BlackFriday #vuelvenlasofertas",
    "Stories, reels y newsletter.", "2x1 en XL a 9,95 €", "- pan\n- queso\n- vino",
])
def test_what_is_written_in_networks_is_no_fault(text: str) -> None:
    assert [finding.rule for finding in proof(text) if finding.severity is not Severity.HINT] == []


@pytest.mark.parametrize(("text", "at", "sign"), [
    ("Hola, Teresa, nos das tu número?", 14, "¿"), ("Y tú, qué pides?", 6, "¿"), ("Ya está. Vienes?", 9, "¿"), ("🎉 Vamos!", 2, "¡"),
    ("¿Vienes mañana", 14, "?"),
])
def test_a_sign_that_is_missing_is_put_where_it_belongs(text: str, at: int, sign: str) -> None:
    assert (at, at, (sign,)) in [(finding.start, finding.end, finding.fixes) for finding in proof(text)]


@pytest.mark.parametrize(("text", "variety", "address", "expected"), [
    ("Cuéntanos qué pasó.", "es-AR", "vos", ("Cuéntanos", "Contanos")),
    ("Contanos qué pasó.", "es-ES", "", ("Contanos", "Cuéntanos")),
    ("¿Tienes dudas?", "es-ES", "usted", ("Tienes", "Tiene")),
    ("Escríbanos cuando quiera.", "es-ES", "tu", ("Escríbanos", "Escríbenos")),
    ("¿Queréis más?", "es-MX", "", ("Queréis", "Quieren")),
    ("Descubre la carta y dígame cuál prefiere.", "es-ES", "tu", ("dígame", "dime")),
    ("¿Vos querés? Tú decides.", "es-AR", "", ("Tú", "Vos")),
])
def test_who_is_spoken_to_is_one_and_the_brands(text: str, variety: str, address: str, expected: tuple[str, str]) -> None:
    found = [finding for finding in proof(text, Profile(variety=variety, address=address)) if finding.kind is Kind.ADDRESS]
    assert expected in [(finding.text, finding.fixes[0]) for finding in found if finding.fixes]


@pytest.mark.parametrize(("text", "variety"), [
    ("Mi abuela dice: «Usted no sabe». Y tú, ¿qué dices?", "es-ES"), ("Dile a tu madre que traiga a su perro.", "es-ES"),
    ("Vos sabés que te esperamos.", "es-AR"), ("Los esperamos. ¿Ustedes qué prefieren? Cuéntanos tu plan.", "es-MX"),
    ("Pase lo que pase, aquí nos tienes.", "es-ES"), ("El actor firmará su libro. Ven a verlo.", "es-ES"),
])
def test_who_speaks_of_others_mixes_nothing(text: str, variety: str) -> None:
    assert [finding for finding in proof(text, Profile(variety=variety)) if finding.kind is Kind.ADDRESS] == []


def test_of_two_that_overlap_the_surer_is_kept() -> None:
    found = [finding for finding in proof("Haber si vienes.") if finding.kind in (Kind.SPELLING, Kind.GRAMMAR)]
    assert len(found) == 1


def test_the_same_finding_of_two_sentences_is_told_twice() -> None:
    found: list[Finding] = [finding for finding in proof("Quiero mas. Quiero mas.") if finding.text == "mas"]
    assert [finding.start for finding in found] == [7, 19]


def test_proof_is_handed_out_by_the_part() -> None:
    assert exported is proof
