"""Reading a picture somebody uploads: what it is, how big, and without what the camera wrote into it."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

#: What we store. Other formats are turned into one of these.
KEPT = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
#: Of all the frames of a moving picture together.
MOST_FRAMES_PIXELS = 4 * MOST_PIXELS


class BadPicture(Exception):
    """It is not a picture, or too big; ``code`` is ``not_a_picture``, ``too_heavy`` or ``too_many_pixels``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A picture as it is stored."""

    content: bytes
    mime: str
    width: int
    height: int

    @property
    def digest(self) -> str:
        """Names its content."""
        return hashlib.sha256(self.content).hexdigest()


def clean(content: bytes) -> Cleaned:
    """The picture upright and without metadata (place, camera, author). ``BadPicture`` says what is wrong."""
    if len(content) > MOST_BYTES:
        raise BadPicture("too_heavy")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(content))
            if image.width * image.height > MOST_PIXELS:
                raise BadPicture("too_many_pixels")
            kind = image.format or ""
            if kind == "GIF" and getattr(image, "is_animated", False):
                return _write_frames(image)
            upright = ImageOps.exif_transpose(image)
            return _write(upright, kind if kind in KEPT else "PNG" if image.has_transparency_data else "JPEG")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture("too_many_pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadPicture("not_a_picture") from error


def as_jpeg(content: bytes, mime: str) -> bytes:
    """A stored picture as JPEG, for networks that take nothing else: on white where it was transparent, the first frame."""
    if mime == KEPT["JPEG"]:
        return content
    image = Image.open(BytesIO(content)).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return _write(paper, "JPEG").content


def _write_frames(image: Image.Image) -> Cleaned:
    """A moving GIF: its frames and their times, without its comments."""
    if image.width * image.height * getattr(image, "n_frames", 1) > MOST_FRAMES_PIXELS:
        raise BadPicture("too_many_pixels")
    image.info.pop("comment", None)
    written = BytesIO()
    image.save(written, "GIF", save_all=True)
    return Cleaned(written.getvalue(), KEPT["GIF"], image.width, image.height)


def _write(image: Image.Image, kind: str) -> Cleaned:
    written = BytesIO()
    if kind == "JPEG" and image.mode not in ("RGB", "L"):
        image = image.convert("RGB")
    # a new image holds pixels and palette only: what Pillow would carry over from the file stays behind
    bare = image.copy()
    bare.info = {name: value for name, value in image.info.items() if name in ("transparency", "icc_profile")}
    bare.save(written, kind, quality=90, icc_profile=bare.info.get("icc_profile"))
    return Cleaned(written.getvalue(), KEPT[kind], image.width, image.height)
