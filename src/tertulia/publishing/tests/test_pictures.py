"""Pictures: taken in good or bad, shown to the brand's people only, part of a post in their order."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tertulia.brands.actions import add_picture
from tertulia.brands.models import Brand, Member, Picture
from tertulia.channels.models import Channel
from tertulia.publishing.models import Post
from tertulia.publishing.tests.conftest import photo
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


def _file(content: bytes, name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_good_pictures_are_taken_and_bad_ones_named(desk: Client, house: Brand) -> None:
    answer = desk.post(f"/m/{house.slug}/componer/imagenes/", {"pictures": [_file(photo()), _file(b"<html>", "página.html")]})
    said = answer.content.decode()
    assert answer.status_code == 200 and f'value="{Picture.objects.get().pk}"' in said
    assert "página.html no es una imagen que podamos leer" in said


def test_only_bad_pictures_are_422_with_the_reason(desk: Client, house: Brand) -> None:
    bomb = BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    for content, says in ((b"", "no es una imagen"), (b"\x00" * 100, "no es una imagen"), (photo()[:200], "no es una imagen"),
                          (bomb.getvalue(), "demasiados píxeles"), (b"\xff" * (10 * 1024 * 1024 + 1), "más de 10 MB")):
        answer = desk.post(f"/m/{house.slug}/componer/imagenes/", {"pictures": [_file(content)]})
        assert answer.status_code == 422 and says in answer.content.decode()
    assert not Picture.objects.exists()
    assert desk.post(f"/m/{house.slug}/componer/imagenes/").status_code == 404


def test_a_picture_is_served_to_the_brands_people_and_kept_by_their_browsers(desk: Client, house: Brand, lucia: Member) -> None:
    picture = add_picture(house, photo(), by=lucia.key)
    answer = desk.get(f"/m/{house.slug}/imagenes/{picture.pk}")
    assert answer.content == picture.read() and answer["Content-Type"] == "image/jpeg"
    assert "private" in answer["Cache-Control"] and "immutable" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff"
    assert desk.get(f"/m/{house.slug}/imagenes/{picture.pk}", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    other = cast.brand(lucia, "Otra casa")
    for headers in ({}, {"If-None-Match": answer["ETag"]}):
        assert desk.get(f"/m/{other.slug}/imagenes/{picture.pk}", headers=headers).status_code == 404
    stranger = Client()
    stranger.force_login(cast.member("Nadie"))
    assert stranger.get(f"/m/{house.slug}/imagenes/{picture.pk}").status_code == 404


def test_pictures_keep_their_order_and_their_words(desk: Client, house: Brand, lucia: Member, ways: list[Channel]) -> None:
    one, two = add_picture(house, photo(), by=lucia.key), add_picture(house, photo(size=(30, 30)), by=lucia.key)
    foreign = add_picture(cast.brand(lucia, "Otra casa"), photo(size=(20, 20)), by=lucia.key)
    sent = {"post": "", "seen": 0, "text": "Con fotos", "channel": ways[0].pk, "picture": [two.pk, one.pk, foreign.pk, two.pk],
            f"alt-{two.pk}": "La segunda", f"alt-{one.pk}": ""}
    desk.post(f"/m/{house.slug}/componer/guardar/", sent, headers={"HX-Request": "true"})
    post = Post.objects.get(brand=house)
    assert [(one.picture_id, one.alt) for one in post.pictures.all()] == [(two.pk, "La segunda"), (one.pk, "")]
    page = desk.get(f"/m/{house.slug}/componer/{post.pk}/").content.decode()
    assert "Hay una imagen sin texto alternativo" in page and 'alt="La segunda"' in page
