"""The pages of matters: what each shows, and what is not there for others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.handoffs import actions, desks, queries
from tertulia.handoffs.models import Desk, Door, HandOff, Kind, Lead, Letter, Mailbox, State
from tertulia.handoffs.tests.steps import handed, link_in, posted
from tertulia.inbox.models import Conversation, Draft
from tertulia.kit.secrets import unseal
from tertulia.notices.tests.mailbox import Mailbox as Server
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HTTP_HX_REQUEST": "true"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def _page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"handoffs:{name}", args=args))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_every_page_opens(client: Client, brand: Brand, ana: Member, shop: Desk, talk: Conversation) -> None:
    one = handed(brand, ana, shop, talk)
    for name in ("list", "new", "desks", "mailbox", "unmatched", "leads", "new_lead", "ideas", "report"):
        _page(client, name, brand.slug)
    assert "Pedido 4417" in _page(client, "matter", brand.slug, one.pk) and shop.name in _page(client, "desk", brand.slug, shop.pk)
    opened = client.get(reverse("inbox:conversation", args=[brand.slug, talk.pk])).content.decode()
    assert shop.name in opened and "Esperando respuesta" in opened


def test_another_brands_matter_is_not_there(client: Client, brand: Brand, ana: Member, shop: Desk) -> None:
    one = handed(brand, ana, shop)
    elsewhere = cast.enter(cast.brand(cast.member("Eva"), "Otra casa").members.get())
    other = Brand.objects.get(name="Otra casa")
    for name in ("matter", "say", "chase", "solve", "cancel", "resume", "link"):
        address = reverse(f"handoffs:{name}", args=[other.slug, one.pk])
        assert (elsewhere.get if name == "matter" else elsewhere.post)(address).status_code == 404
    assert elsewhere.get(reverse("handoffs:desk", args=[other.slug, shop.pk])).status_code == 404


def test_the_dialog_says_what_it_seems_and_hands_over(client: Client, brand: Brand, shop: Desk, talk: Conversation) -> None:
    message = talk.messages.get()
    message.reading = {"intent": {"labels": [{"label": "complaint", "p": 0.9}], "sure": True}}
    message.save(update_fields=["reading"])
    address = reverse("handoffs:hand_over", args=[brand.slug, talk.pk])
    asked = client.get(address, **HTMX).content.decode()  # type: ignore[arg-type]
    assert 'value="complaint" selected' in asked and "Tienda de Gran Vía" in asked and "Lo parece por lo que se entiende" in asked
    assert "Hola, Lola. Sentimos lo que cuentas. Lo estamos viendo con Tienda de Gran Vía" in asked
    told = {"kind": "complaint", "desk": shop.pk, "title": "Pedido 4417", "brief": "¿Qué pasó?", "minutes": 240, "messages": [message.pk],
            "wanted": "on", "meanwhile": "Lo estamos viendo con nuestra tienda."}
    done = client.post(address, told, **HTMX)  # type: ignore[arg-type]
    assert done.status_code == 204 and "Trasladado a Tienda de Gran Vía" in done["HX-Trigger"].encode().decode("unicode_escape")
    one = HandOff.objects.get()
    assert list(one.messages.all()) == [message] and one.person == talk.person
    assert Draft.objects.get(conversation=talk).text == "Lo estamos viendo con nuestra tienda."
    again = client.post(address, {**told, "brief": ""}, **HTMX)  # type: ignore[arg-type]
    assert again.status_code == 422 and "Di qué necesitas" in again.content.decode()


def test_a_viewer_sees_and_does_not_act(brand: Brand, ana: Member, shop: Desk) -> None:
    one = handed(brand, ana, shop)
    viewer = cast.enter(cast.joined(brand, Role.VIEWER))
    assert "Está resuelto" not in _page(viewer, "matter", brand.slug, one.pk)
    for name in ("say", "solve", "cancel", "link"):
        assert viewer.post(reverse(f"handoffs:{name}", args=[brand.slug, one.pk])).status_code == 403
    assert viewer.post(reverse("handoffs:desks", args=[brand.slug]), {"name": "x"}).status_code == 403


def test_acts_and_their_undoing(client: Client, brand: Brand, ana: Member, shop: Desk) -> None:
    one = handed(brand, ana, shop)

    def act(name: str, **told: object) -> HandOff:
        answer = client.post(reverse(f"handoffs:{name}", args=[brand.slug, one.pk]), told)
        assert answer.status_code == 302, name
        return HandOff.objects.get(pk=one.pk)

    assert act("solve").state == State.SOLVED and act("resume").state == State.OPEN
    pau = shop.holders.get(name="Pau")
    act("pass_on", holder=pau.pk)
    stint = queries.current(one)
    assert stint and stint.holder == pau
    act("chase")
    assert Letter.objects.filter(what="chase", holder=pau).count() == 1
    act("say", text="¿Sabéis algo?")
    assert one.words.filter(text="¿Sabéis algo?").exists() and act("cancel").state == State.CANCELLED


def test_a_link_given_by_hand_opens(client: Client, brand: Brand, ana: Member, shop: Desk, stranger: Client) -> None:
    one = handed(brand, ana, shop)
    page = client.post(reverse("handoffs:link", args=[brand.slug, one.pk])).content.decode()
    path = link_in(page)
    assert stranger.get(path).status_code == 200 and Door.objects.get().visits.count() == 1
    assert path.split("/")[2] not in str(list(Door.objects.values()))  # only its hash is kept


def test_an_outsider_sends_files_of_some_kinds(brand: Brand, ana: Member, shop: Desk, box: Server, stranger: Client) -> None:
    one = handed(brand, ana, shop)
    posted()
    path = link_in(box.text())
    bad = SimpleUploadedFile("x.exe", b"MZ", "application/x-msdownload")
    refused = stranger.post(path + "decir/", {"what": "answer", "text": "Va", "attached": [bad]})
    assert refused.status_code == 422 and "x.exe no se puede mandar" in refused.content.decode()
    assert not one.words.filter(who="holder").exists()
    good = [SimpleUploadedFile("a.png", PNG, "image/png"), SimpleUploadedFile("b.svg", b"<svg/>", "image/svg+xml")]
    assert stranger.post(path + "decir/", {"what": "answer", "text": "Van", "attached": good}).status_code == 302
    files = {kept.name: kept for word in queries.words_of(one) for kept in word.attachments.all()}
    shown = stranger.get(f"{path}archivo/{files['a.png'].pk}/")
    assert shown.content == PNG and shown["Content-Type"] == "image/png" and "sandbox" in shown["Content-Security-Policy"]
    kept = stranger.get(f"{path}archivo/{files['b.svg'].pk}/")
    assert kept["Content-Disposition"].startswith("attachment") and kept["Content-Type"] == "application/octet-stream"


def test_an_old_link_asks_for_another_which_goes_to_the_same_address(
        brand: Brand, ana: Member, shop: Desk, box: Server, stranger: Client) -> None:
    handed(brand, ana, shop)
    posted()
    path = link_in(box.text())
    Door.objects.update(expires_at=timezone.now() - timedelta(days=1))
    gone = stranger.get(path)
    assert gone.status_code == 410 and "ha caducado" in gone.content.decode() and "Pídeme otro enlace" in gone.content.decode()
    for _twice in range(2):
        assert "Mira tu correo" in stranger.post(path + "otro-enlace/").content.decode()
    assert posted() == 1 and box.mails[-1]["To"] == "marta@tienda.example"
    assert stranger.get(link_in(box.text())).status_code == 200
    assert stranger.get("/asunto/nada/").status_code == 404 and stranger.post("/asunto/nada/otro-enlace/").status_code == 404


def test_the_outsiders_forms_are_guarded_against_other_sites(brand: Brand, ana: Member, shop: Desk, box: Server) -> None:
    handed(brand, ana, shop)
    posted()
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(link_in(box.text()) + "decir/", {"what": "answer", "text": "x"}).status_code == 403


def test_what_the_outsider_sees_is_the_matter_alone(
        brand: Brand, ana: Member, shop: Desk, talk: Conversation, box: Server, stranger: Client) -> None:
    cast.arrive(talk.channel, cast.item("antes", "Dirección: Calle Mayor 3", who="lola", parent=talk.branch))
    first = talk.messages.get(text__startswith="Llevo")
    handed(brand, ana, shop, talk, messages=[first])
    posted()
    page = stranger.get(link_in(box.text())).content.decode()
    assert "tres semanas" in page and "Calle Mayor" not in page and "/m/" not in page


def test_a_desk_is_made_and_held(client: Client, brand: Brand, ana: Member) -> None:
    made = client.post(reverse("handoffs:desks", args=[brand.slug]), {
        "name": "Logística", "kinds": ["incident", "complaint"], "minutes-incident": "60", "minutes-complaint": "480", "chase": "on",
        "pass_at": "150"})
    desk = Desk.objects.get()
    assert made["Location"].endswith(f"/puestos/{desk.pk}/")
    assert dict(desk.duties.values_list("kind", "minutes")) == {"incident": 60, "complaint": 480} and desk.chase_at == [50, 100]
    add = reverse("handoffs:add_holder", args=[brand.slug, desk.pk])
    client.post(add, {"name": "Marta", "email": "Marta@Tienda.example"})
    assert client.post(add, {"name": "Otra", "email": "marta@tienda.example"}).status_code == 422
    client.post(add, {"member": ana.pk})
    assert [str(one) for one in queries.holders(desk)] == ["Marta", "Ana Torres"]
    client.post(reverse("handoffs:change_holder", args=[brand.slug, desk.holders.get(member=ana).pk]), {"act": "up"})
    assert [str(one) for one in queries.holders(desk)] == ["Ana Torres", "Marta"]
    assert client.post(reverse("handoffs:desks", args=[brand.slug]), {"name": "Logística", "pass_at": "150"}).status_code == 422


def test_the_mailbox_keeps_its_password_sealed(client: Client, brand: Brand) -> None:
    address = reverse("handoffs:mailbox", args=[brand.slug])
    told = {"address": "a@faro.example", "host": "imap.faro.example", "port": "993", "security": "tls", "user": "a", "password": "secreto",
            "folder": "INBOX"}
    client.post(address, told)
    client.post(address, {**told, "password": ""})
    box = Mailbox.objects.get()
    assert unseal(box.password) == "secreto" and b"secreto" not in bytes(box.password)
    page = client.get(address).content.decode()
    assert "secreto" not in page and "Hay una contraseña guardada" in page


def test_a_lead_leaves_only_with_consent(client: Client, brand: Brand, ana: Member, talk: Conversation) -> None:
    sales = desks.write_desk(brand, "Ventas", {Kind.LEAD: 60}, by=cast.BY)
    desks.add_holder(sales, name="Rosa", email="rosa@ventas.example", by=cast.BY)
    with pytest.raises(actions.NoConsent):
        handed(brand, ana, sales, talk, kind=Kind.LEAD)
    told = {"kind": "lead", "desk": sales.pk, "title": "Quiere 40 libros", "brief": "¿Le llamáis?", "minutes": 60,
            "messages": [talk.messages.get().pk], "consent": "message", "consent_words": "Sí, que me llamen"}
    client.post(reverse("handoffs:hand_over", args=[brand.slug, talk.pk]), told)
    lead = Lead.objects.get()
    assert lead.hand_off == HandOff.objects.get() and lead.name == "Lola Ruiz" and lead.consent_words == "Sí, que me llamen"
    Lead.objects.create(brand=brand, name="Sin permiso", wants="x", made_at=timezone.now())
    taken = client.post(reverse("handoffs:leads_csv", args=[brand.slug])).content.decode()
    assert "Lola Ruiz" in taken and "Sin permiso" not in taken and lead.deliveries.get().member == ana
