"""What a camera wrote into a picture stays behind; what is no picture is told apart."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image, PngImagePlugin

from tertulia.brands.actions import add_picture
from tertulia.brands.addresses import address_of
from tertulia.brands.pictures import BadPicture, as_jpeg, clean
from tertulia.networks.stage import png
from tertulia.site.tests import cast


def _bytes(image: Image.Image, kind: str, **more: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "Cámara de Ana"
    exif.get_ifd(0x8825)[2] = (40.0, 25.0, 0.0)  # where it was taken
    return exif


def test_place_camera_and_author_are_taken_off_and_the_picture_stands_upright() -> None:
    taken = clean(_bytes(Image.new("RGB", (60, 40), "red"), "JPEG", exif=_exif(), comment=b"en casa"))
    kept = Image.open(BytesIO(taken.content))
    assert (taken.width, taken.height, taken.mime) == (40, 60, "image/jpeg")
    assert not dict(kept.getexif()) and "comment" not in kept.info and b"Ana" not in taken.content


def test_the_words_inside_a_png_are_taken_off() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Ana en su casa")
    taken = clean(_bytes(Image.new("RGBA", (5, 5), (0, 0, 0, 0)), "PNG", pnginfo=words, exif=_exif()))
    assert b"Ana" not in taken.content and Image.open(BytesIO(taken.content)).mode == "RGBA"


def test_a_moving_picture_goes_on_moving_without_its_comments() -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "green", "blue")]
    taken = clean(_bytes(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0, comment=b"de Ana"))
    kept = Image.open(BytesIO(taken.content))
    assert (kept.n_frames, kept.info["duration"], taken.mime) == (3, 100, "image/gif")  # type: ignore[attr-defined]
    assert b"Ana" not in taken.content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_format_becomes_one_that_networks_take(kind: str) -> None:
    taken = clean(_bytes(Image.new("P" if kind == "GIF" else "RGB", (8, 8)), kind))
    assert taken.mime in {"image/jpeg", "image/png", "image/webp", "image/gif"}


def test_the_same_picture_has_the_same_name() -> None:
    content = _bytes(Image.new("RGB", (8, 8)), "PNG")
    assert clean(content).digest == clean(content).digest


@pytest.mark.parametrize(("content", "code"), [
    (b"", "not_a_picture"),
    (b"GIF89a", "not_a_picture"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
    (b"\xff\xd8\xff\xe0" + b"\x00" * 500, "not_a_picture"),
    (b"a" * (10 * 1024 * 1024 + 1), "too_heavy"),
])
def test_what_is_no_picture_is_told(content: bytes, code: str) -> None:
    with pytest.raises(BadPicture) as bad:
        clean(content)
    assert bad.value.code == code


def test_a_bomb_does_not_go_off() -> None:
    for side in (9_000, 20_000):  # above our ceiling, above the library's
        with pytest.raises(BadPicture) as bad:
            clean(_bytes(Image.new("1", (side, side)), "PNG"))
        assert bad.value.code == "too_many_pixels"


def test_what_was_transparent_is_white_for_who_takes_only_jpeg() -> None:
    seen = _bytes(Image.new("RGBA", (5, 5), (0, 0, 0, 0)), "PNG")
    image = Image.open(BytesIO(as_jpeg(seen, "image/png")))
    assert (image.format, image.mode, image.getpixel((2, 2))) == ("JPEG", "RGB", (255, 255, 255))


@pytest.mark.django_db
def test_a_network_fetches_a_picture_by_its_signed_address_and_nobody_guesses_it(client: Client, settings: Any) -> None:
    picture = add_picture(cast.brand(cast.member()), png(), by="member:1")
    assert address_of(picture) == "", "nobody outside reaches this machine"
    settings.PUBLIC_URL = "https://tertulia.example"
    path = address_of(picture).removeprefix("https://tertulia.example")
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(answer.content)).format == "JPEG"
    assert client.get(path.replace(".jpg", "x.jpg")).status_code == 404
    assert client.get(f"/imagen/{picture.pk}.jpg").status_code == 404
