"""Two posters drawn on the spot, so that the demo has pictures that are nobody's but ours."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

_SIZE = (1200, 800)


def poster(name: str) -> bytes:
    """A PNG: ``novedades`` or ``cuentos``."""
    return _png(_tales() if name == "cuentos" else _new_books())


def _new_books() -> Image.Image:
    image = Image.new("RGB", _SIZE, "#b4552d")
    pen = ImageDraw.Draw(image)
    colours = ["#f4ead8", "#2f4858", "#e0a458", "#7d8f69", "#f4ead8", "#6b2d1a", "#dfc8a6"]
    for place, colour in enumerate(colours):
        left, height = 170 + place * 125, 330 + (place * 73) % 140
        pen.rectangle((left, 640 - height, left + 96, 640), fill=colour)
        pen.rectangle((left + 14, 640 - height + 40, left + 82, 640 - height + 54), fill="#b4552d")
    pen.rectangle((130, 640, 1070, 656), fill="#4a1f12")
    _write(pen, (130, 690), "Novedades", "#f4ead8")
    return image


def _tales() -> Image.Image:
    image = Image.new("RGB", _SIZE, "#1f2a44")
    pen = ImageDraw.Draw(image)
    pen.ellipse((760, 110, 1040, 390), fill="#f2d68a")
    pen.ellipse((700, 80, 960, 340), fill="#1f2a44")
    for place in range(40):
        left, top = (place * 293) % 1160 + 20, (place * 157) % 560 + 30
        pen.ellipse((left, top, left + 4 + place % 4, top + 4 + place % 4), fill="#f4ead8")
    pen.polygon([(0, 800), (0, 620), (340, 560), (700, 640), (1200, 540), (1200, 800)], fill="#33415f")
    _write(pen, (130, 660), "Cuentos", "#f4ead8")
    return image


def _write(pen: ImageDraw.ImageDraw, place: tuple[int, int], text: str, colour: str) -> None:
    pen.text(place, text, fill=colour, font=ImageFont.load_default(72))


def _png(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
