"""A journey as a strip of pictures: what the page looked like at each step, with a line that says it.

Taken only when asked for (``TERTULIA_FILMS`` names a folder; ``python -m tools.films`` does), for a picture costs time.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

_SHEET = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 20px; width: {width}px; background: #f4f1ec; font: 15px/1.35 system-ui, sans-serif; color: #2a2521;
  display: grid; grid-template-columns: 1fr 1fr; gap: 20px 18px; }}
figure {{ margin: 0; }}
img {{ width: 100%; display: block; border-radius: 8px; border: 1px solid #d8d0c6; }}
img.tall {{ width: 300px; margin: 0 auto; }}
figcaption {{ padding: 7px 2px 0; }} b {{ color: #b4552d; }}
</style>{frames}"""
_FRAME = '<figure><img class="{shape}" src="data:image/png;base64,{picture}"><figcaption><b>{number}</b> {line}</figcaption></figure>'


@dataclass(slots=True)
class Film:
    """The frames of one journey, in order."""

    name: str
    folder: str
    frames: list[tuple[str, bytes]] = field(default_factory=list)

    def shot(self, page: Any, line: str) -> None:
        """The page as it stands now."""
        if self.folder:
            page.wait_for_timeout(350)  # what moves has come to rest
            self.frames.append((line, page.screenshot(clip={"x": 0, "y": 0, **_of(page)})))

    def develop(self, browser: Any, width: int = 1240) -> None:
        """Writes the strip, in few colours."""
        if not self.frames:
            return
        page = browser.new_page(viewport={"width": width + 40, "height": 600})
        page.set_content(_SHEET.format(width=width, frames="".join(
            _FRAME.format(picture=base64.b64encode(picture).decode(), number=number, line=escape(line), shape=_shape(picture))
            for number, (line, picture) in enumerate(self.frames, 1))))
        page.wait_for_timeout(300)
        whole = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
        page.close()
        whole.quantize(96, dither=Image.Dither.NONE).save(Path(self.folder) / f"{self.name}.png", optimize=True)


def _shape(picture: bytes) -> str:
    width, height = Image.open(io.BytesIO(picture)).size
    return "tall" if height > width else ""


def _of(page: Any) -> dict[str, int]:
    size = page.viewport_size
    return {"width": size["width"], "height": size["height"]}


@pytest.fixture
def film(request: pytest.FixtureRequest) -> Iterator[Film]:
    """Named ``historia-…`` after the test."""
    name = request.node.originalname.removeprefix("test_").replace("_", "-")
    made = Film(f"historia-{name}", os.environ.get("TERTULIA_FILMS", ""))
    yield made
    if made.frames:
        made.develop(request.getfixturevalue("browser"))
