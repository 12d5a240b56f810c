"""The pages of the rules, by partial."""

from __future__ import annotations

import pytest
from django.test import Client

from tertulia.brands.models import Brand
from tertulia.channels.models import Channel
from tertulia.moderation.automatic.parsing import parse_rule
from tertulia.moderation.automatic.tree import WordList as ListTree
from tertulia.moderation.models import HouseRule
from tertulia.moderation.rulebook import actions, applying, queries, rehearsing
from tertulia.moderation.rulebook.models import Match, Rehearsal, Rule, RuleState
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
TEXT = 'regla insultos {\n  si contiene "ladrones"\n  entonces ocultar por norma 1\n}\n'


def at(brand: Brand, rest: str = "") -> str:
    return f"/m/{brand.slug}/moderacion/reglas/{rest}"


def saved(brand: Brand, text: str = TEXT) -> Rule:
    return actions.write(brand, text, None, by="x")


def posted(sheet_text: str) -> dict[str, object]:
    """What the form of a rule posts."""
    from tertulia.moderation.rulebook import sheets

    sheet = sheets.from_tree(parse_rule(sheet_text))
    data: dict[str, object] = {"source": "form", "name": sheet.name, "purpose": sheet.purpose, "rows": len(sheet.rows),
                               "cap": sheet.cap, "expires": sheet.expires, "text": ""}
    for number, row in enumerate(sheet.rows):
        data |= {f"kind-{number}": row.kind, f"was-{number}": row.kind, f"depth-{number}": row.depth, f"op-{number}": row.op,
                 f"said-{number}": row.said, f"time-{number}": row.time, f"sure-{number}": row.sure}
        if row.negated:
            data[f"no-{number}"] = "1"
    for number, act in enumerate(sheet.acts):
        data |= {f"act-{number}": act.what, f"act-said-{number}": act.said, f"act-was-{number}": act.what}
    return data


def test_the_first_rules_are_brought_as_drafts_and_every_one_is_right(client: Client, brand: Brand, rule: HouseRule) -> None:
    client.post(at(brand, "para-empezar/"))
    rows = Rule.objects.filter(brand=brand)
    assert rows.count() == 9
    assert set(rows.values_list("state", flat=True)) == {"draft"}
    assert "ocultar por norma 1" in queries.rule_of(brand, "insultos-fuertes").text
    assert "revisar" in queries.rule_of(brand, "timos").text
    page = client.get(at(brand)).content.decode()
    assert "insultos-fuertes" in page
    assert "Borrador" in page


def test_what_is_written_as_text_is_kept_as_a_draft(client: Client, brand: Brand, rule: HouseRule) -> None:
    answer = client.post(at(brand, "nueva/"), {"source": "text", "text": TEXT.replace("\n  ", " ")})
    assert answer.status_code == 302
    assert queries.rule_of(brand, "insultos").text == TEXT
    assert queries.rule_of(brand, "insultos").state == RuleState.DRAFT


@pytest.mark.parametrize("text", [
    TEXT,
    'regla a {\n  para "Prueba, con coma"\n'
    '  si contiene "uno, dos", "tres"\n    y (mensajes en 2 horas >= 3 o no hora entre 22:00 y 08:00)\n'
    "    y no (juicio es sin sentido, troll con 80 % y contiene enlace)\n    y contiene patrón /a\\/b+/\n"
    '  entonces ocultar por norma 1, etiquetar "ojo", revisar\n  tope 5 al día\n  caduca 2099-01-02\n}\n'])
def test_what_the_form_says_is_the_same_rule(client: Client, brand: Brand, rule: HouseRule, text: str) -> None:
    answer = client.post(at(brand, "nueva/"), posted(text))
    assert answer.status_code == 302, answer.content.decode()
    assert queries.rule_of(brand, parse_rule(text).name).text == text


def test_what_is_wrong_is_told_at_its_place_and_kept(client: Client, brand: Brand, rule: HouseRule) -> None:
    answer = client.post(at(brand, "nueva/"), {"source": "text", "text": "regla a { si contien enlace entonces revisar }"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<mark class="wrong">contien enlace</mark>' in page
    assert "¿Querías decir «contiene enlace»?" in page
    assert not Rule.objects.exists()


def test_the_other_half_follows_what_is_written(client: Client, brand: Brand, rule: HouseRule) -> None:
    by_text = client.post(at(brand, "mirar/"), {"source": "text", "text": TEXT}).content.decode()
    assert 'value="ladrones"' in by_text
    assert "Si el mensaje dice «ladrones», se oculta por la norma 1." in by_text
    by_form = client.post(at(brand, "mirar/"), posted(TEXT)).content.decode()
    assert "ocultar por norma 1" in by_form
    assert 'id="formulario"' not in by_form
    added = client.post(at(brand, "mirar/"), {**posted(TEXT), "do": "add:0"}).content.decode()
    assert 'name="kind-2"' in added
    grouped = client.post(at(brand, "mirar/"), {**posted(TEXT), "do": "group:0"}).content.decode()
    assert 'name="kind-3"' in grouped
    dropped = client.post(at(brand, "mirar/"), {**posted(TEXT), "do": "drop:1"}).content.decode()
    assert "valdría para todo" in dropped


def test_a_wrong_row_is_told_in_its_row(client: Client, brand: Brand, rule: HouseRule) -> None:
    page = client.post(at(brand, "mirar/"), {**posted(TEXT), "said-1": "a"}).content.decode()
    assert 'id="mal-1"' in page
    assert "demasiado corta" in page


def test_it_is_tried_on_a_text(client: Client, brand: Brand, rule: HouseRule) -> None:
    page = client.post(at(brand, "probar/"), {"source": "text", "text": TEXT, "sample": "Sois unos l4dr0nes"}).content.decode()
    assert "La regla se cumple" in page
    assert "l4dr0nes</mark>" in page
    page = client.post(at(brand, "probar/"), {"source": "text", "text": TEXT, "sample": "Gracias"}).content.decode()
    assert "La regla no se cumple" in page


def test_a_reading_is_tried_too(client: Client, brand: Brand, rule: HouseRule) -> None:
    text = "regla a { si sentimiento es negativo y mensajes anteriores < 2 entonces revisar }"
    page = client.post(at(brand, "probar/"), {"source": "text", "text": text, "sample": "Es una vergüenza, sois lo peor, qué asco dais",
                                              "sample_before": "5"}).content.decode()
    assert "no se cumple" in page
    assert "menos de 2 mensajes anteriores" in page


def test_the_steps_of_its_life(client: Client, brand: Brand, rule: HouseRule) -> None:
    found = saved(brand)
    for step, state in (("sombra", "shadow"), ("vigor", "live"), ("retirar", "retired"), ("recuperar", "draft")):
        assert client.post(at(brand, f"versiones/{found.pk}/{step}/")).status_code == 302
        found.refresh_from_db()
        assert found.state == state
    assert client.post(at(brand, f"versiones/{found.pk}/nada/")).status_code == 404
    assert client.get(at(brand, "r/insultos/")).status_code == 200


def test_a_rehearsal_is_asked_shown_and_judged(client: Client, brand: Brand, rule: HouseRule, channel: Channel) -> None:
    cast.conversation(channel, "Sois unos ladrones", key="k1")
    found = saved(brand)
    answer = client.post(at(brand, f"versiones/{found.pk}/ensayar/"), {"days": "30"}, follow=True)
    assert "Esperando" in answer.content.decode()
    rehearsal = Rehearsal.objects.get()
    rehearsing.rehearse.func(rehearsal_id=rehearsal.pk)
    page = client.get(at(brand, f"ensayos/{rehearsal.pk}/")).content.decode()
    assert "Habría ocultado <strong>1</strong> mensaje" in page
    assert "ladrones</mark>" in page
    find = rehearsal.found.get()
    page = client.post(at(brand, f"ensayos/mensajes/{find.pk}/"), {"right": "no"}, headers={"HX-Request": "true"}).content.decode()
    assert "Quizá por error" in page


def test_matches_say_why_and_what_became_of_them(client: Client, brand: Brand, rule: HouseRule, channel: Channel) -> None:
    message = cast.conversation(channel, "Sois unos ladrones", key="k1").messages.get()
    actions.start(saved(brand), by="x")
    applying.judge([message.pk], by="x")
    page = client.get(at(brand, "r/insultos/coincidencias/")).content.decode()
    assert "ladrones</mark>" in page
    assert "Hecho" in page
    match = Match.objects.get()
    client.post(at(brand, f"coincidencias/{match.pk}/"), {"right": "no"})
    match.refresh_from_db()
    assert match.right is False
    assert "1 vez se equivocó" in client.get(at(brand)).content.decode()


def test_versions_are_compared_and_had_again(client: Client, brand: Brand, rule: HouseRule) -> None:
    first = saved(brand)
    actions.start(first, by="x")
    saved(brand, TEXT.replace("ladrones", "timadores"))
    page = client.get(at(brand, "r/insultos/historia/")).content.decode()
    assert "timadores" in page
    assert "<del>" in page
    client.post(at(brand, f"versiones/{first.pk}/restaurar/"))
    assert queries.rule_of(brand, "insultos", 1).state == RuleState.LIVE


def test_lists_are_written_tried_compared_and_dropped(client: Client, brand: Brand, rule: HouseRule) -> None:
    client.post(at(brand, "listas/"), {"name": "malas", "entries": "feo, horrible\nhijo de tal"})
    assert queries.list_of(brand, "malas").entries == ["feo", "horrible", "hijo de tal"]
    client.post(at(brand, "listas/malas/"), {"entries": "feo\nguarr*"})
    page = client.get(at(brand, "listas/malas/")).content.decode()
    assert "guarr*" in page
    assert "<ins>" in page
    assert "guarro</mark>" in client.post(at(brand, "listas/probar/"), {"entries": "guarr*", "sample": "qué guarro"}).content.decode()
    assert "al menos 3 letras" in client.post(at(brand, "listas/malas/"), {"entries": "x*"}).content.decode()
    client.post(at(brand, "listas/malas/1/restaurar/"))
    assert queries.list_of(brand, "malas").version == 3
    saved(brand, "regla l { si contiene lista malas entonces revisar }")
    client.post(at(brand, "listas/malas/retirar/"))
    assert queries.lists(brand)


def test_all_rules_go_out_and_come_in_as_one_file(client: Client, brand: Brand, rule: HouseRule) -> None:
    actions.write_list(brand, ListTree("malas", ("feo",)), None, by="x")
    saved(brand)
    text = client.get(at(brand, "todas.txt")).content.decode()
    assert text == "lista malas {\n  feo\n}\n\n" + TEXT
    client.post(at(brand, "importar/"), {"text": text.replace("ladrones", "timadores")})
    assert "timadores" in queries.rule_of(brand, "insultos").text
    page = client.post(at(brand, "importar/"), {"text": "regla x { si nada entonces revisar }"})
    assert page.status_code == 422
    assert "No conozco esa condición" in page.content.decode()


def test_others_read_but_do_not_write(brand: Brand, rule: HouseRule) -> None:
    found = saved(brand)
    viewer = cast.enter(cast.joined(brand, "viewer", "Vera"))
    assert viewer.get(at(brand, "r/insultos/")).status_code == 200
    assert viewer.post(at(brand, "r/insultos/"), {"source": "text", "text": TEXT}).status_code == 403
    assert viewer.post(at(brand, f"versiones/{found.pk}/vigor/")).status_code == 403
    other = cast.enter(cast.member("Otra"))
    assert other.get(at(brand, "r/insultos/")).status_code == 404
    mine = cast.brand(cast.member("Beto"), "Otra casa")
    stranger = cast.enter(mine.members.get())
    assert stranger.post(at(mine, f"versiones/{found.pk}/vigor/")).status_code == 404


def test_the_brake_is_set(client: Client, brand: Brand) -> None:
    client.post(at(brand, "tope/"), {"cap": "7"})
    assert queries.cap_of(brand, 200) == 7
