"""How names and handles are compared, and how names are taken out of texts."""

from __future__ import annotations

import pytest

from tertulia.people.rules import (
    ENOUGH,
    Face,
    Trace,
    alike,
    digest_of,
    handle_key,
    name_key,
    names_it,
    redacting,
    searched,
    tags_of,
)


@pytest.mark.parametrize(("handle", "key"), [
    ("marta_gil", "martagil"), ("@Marta.Gil", "martagil"), ("martagil@plaza.example", "martagil"), ("marta-gil.red.example", "martagil"),
    ("MartaGil82", "martagil"), ("Peñalara", "peñalara"), ("info", ""), ("ana", ""), ("2024", "2024"), ("", "")])
def test_handles_are_compared_without_server_separators_and_digits_at_the_end(handle: str, key: str) -> None:
    assert handle_key(handle) == key


@pytest.mark.parametrize(("name", "key"), [
    ("Marta Gil", "gil marta"), ("GIL, Marta 🌻", "gil marta"), ("Márta  Gíl", "gil marta"), ("Marta", ""), ("🌻", ""), ("Li Wu", "")])
def test_names_are_compared_by_their_words_and_one_word_says_nothing(name: str, key: str) -> None:
    assert name_key(name) == key


@pytest.mark.parametrize(("one", "other", "reasons"), [
    (Face("plaza", "martagil"), Face("red", "martagil.red.example"), ("handle",)),
    (Face("plaza", "martagil", "Marta Gil"), Face("red", "marta_gil_82", "Marta Gil"), ("name", "near_handle")),
    (Face("plaza", "mgil", "Marta Gil"), Face("red", "lamarta", "Gil, Marta"), ("name",)),
    (Face("plaza", "lamarta"), Face("red", "marta.example", url="https://marta.example/"), ()),
    (Face("plaza", "marta.example"), Face("red", "lamarta", url="https://www.marta.example/@lamarta"), ("domain",)),
    (Face("plaza", "uno", url="https://marta.example/yo/"), Face("red", "dos", url="http://marta.example/yo"), ("link",))])
def test_two_profiles_are_alike_by_reasons(one: Face, other: Face, reasons: tuple[str, ...]) -> None:
    found = alike(one, other)
    assert (found.reasons if found else ()) == reasons
    assert alike(other, one) == found, "whichever is looked at first"


def test_nothing_is_suggested_on_one_network_nor_by_what_many_share_nor_by_a_weak_reason_alone() -> None:
    marta = Face("plaza", "martagil", "Marta Gil")
    assert alike(marta, Face("plaza", "martagil2", "Marta Gil")) is None, "two accounts on one network"
    assert alike(marta, Face("red", "martagil", "Marta Gil"), sharing=7) is None, "a name that many have"
    assert alike(Face("plaza", "martagil"), Face("red", "marta_gil")) is None, "handles that are only near"
    surely, maybe = alike(marta, Face("red", "martagil", "Marta Gil")), alike(marta, Face("red", "martagil", "Marta Gil"), sharing=4)
    assert surely and surely.score > .7 and (maybe is None or maybe.score < surely.score)
    assert ENOUGH < 1


def test_what_is_searched_has_every_name_once_and_folded() -> None:
    assert searched(["Marta Núñez", "", "martita", "MARTITA"]) == "marta nuñez\nmartita"


def test_tags_are_cut_at_commas_and_said_once() -> None:
    assert tags_of(" vip,  club  de lectura ,VIP,,\nprensa") == ["VIP", "club de lectura", "prensa"]


def test_an_identity_is_remembered_by_a_digest_of_brand_and_network() -> None:
    told = digest_of("key", 1, "plaza", "marta")
    assert told == digest_of("key", 1, "plaza", "marta") and "marta" not in told
    others = {digest_of("key", 2, "plaza", "marta"), digest_of("key", 1, "red", "marta"), digest_of("other", 1, "plaza", "marta")}
    assert len({told, *others}) == 4


def test_names_are_taken_out_of_our_texts_and_out_of_nothing_else() -> None:
    trace = Trace(1, "plaza", "did:x:marta77", "marta_gil@plaza.example", "Marta Gil")
    redact = redacting([trace])
    assert redact("Hola, Marta: @marta_gil ya lo tienes") == "Hola, […]: […] ya lo tienes"
    assert redact("El martes abrimos a las nueve") == "El martes abrimos a las nueve"
    assert redacting([])("Marta") == "Marta"
    assert names_it("at://did:x:marta77/post/1", [trace]) and not names_it("110044", [trace])
