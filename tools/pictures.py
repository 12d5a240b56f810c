"""``python -m tools.pictures [--base URL] [name…]``: takes every picture of the documents again, from a running demo.

Start one first: ``make demo`` (or ``TERTULIA_DATA=… tertulia demo``, and the same variable here). It is played with: a post
is left in doubt on purpose, which takes about a minute. Without ``--base`` the running demo of the same data is asked where
it is. Not part of the checks: pictures change with the hour.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, StorageState, sync_playwright

from tertulia.plaza.posters import poster
from tests.live import BROWSERS, QUIET
from tools import tree

FOLDER = tree.ROOT / "docs" / "imagenes"
WHO = "lucia@tertulia.example"
BRAND = "libreria-la-tertulia"
MOST_BYTES = 150_000

Step = Callable[[Page], object]


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: what is opened, what is done there first, and the window it is seen in."""

    name: str
    where: str
    first: Step = lambda page: None
    size: tuple[int, int] = (1440, 900)
    dark: bool = False
    part: str = ""  # a selector, where the page alone is too much
    brand: str = BRAND


# --------------------------------------------------------------------------- what is done before


def angry(page: Page) -> None:
    """Somebody angry, with their conversation open."""
    page.locator(".row", has=page.locator(".chip.danger")).first.locator(".row-link").click()
    page.locator("#escribir").wait_for()


def half_answered(page: Page) -> None:
    """Whoever has waited five months, or else anybody angry; with the first words of an answer."""
    here = page.url
    page.goto(f"{here}&q=1187")
    row = page.locator("li.row").first
    found = row.get_attribute("id") if row.count() else None
    page.goto(here)
    if found and page.locator(f"#{found}").count():
        page.locator(f"#{found} .row-link").click()
        page.locator("#escribir").wait_for()
    else:
        angry(page)
    page.locator("#texto").fill("Tiene razón, Paco: cinco meses son demasiados. Tengo delante su expediente y hoy mismo")
    page.wait_for_timeout(1000)


def hiding(page: Page) -> None:
    """The question of which house rule is not respected."""
    page.locator(".row-link").first.click()
    page.locator("#escribir").wait_for()
    page.keyboard.press("h")
    page.locator("#ocultar fieldset").wait_for()
    page.locator("#ocultar label.check").first.click()


def written(page: Page) -> None:
    """A post half made for both accounts, one of them in words of its own."""
    page.locator("#text").fill("El sábado a las doce, cuentos en la alfombra: entrada libre, zapatos fuera y merienda después. "
                               "Si venís en grupo, avisadnos y guardamos cojines. 📚")
    for box in page.locator("input[name=channel]").all():
        box.check()
    page.locator("details.own summary").first.click()
    page.locator("[data-own]").first.fill("El sábado, cuentos a las doce y chocolate a la una. Os guardamos mesa.")
    picture: FilePayload = {"name": "cartel.png", "mimeType": "image/png", "buffer": poster("cuentos")}
    page.locator("#files").set_input_files(files=[picture])
    page.locator("#pictures textarea").fill("Cartel de los cuentos del sábado: una luna sobre fondo azul noche.")
    page.locator("[data-pick]").last.click()
    page.locator("h1").click()
    page.wait_for_timeout(2500)


def breaking(page: Page) -> None:
    """The panel of faults, open."""
    page.locator("#averias details summary").click()


def one_in_doubt(page: Page, base: str) -> None:
    """Leaves one post without confirmation: the plaza does it and cuts the connection, every time it is asked."""
    if _doubts(page, base):
        return
    page.goto(f"{base}/plaza/")
    page.locator("#averias details > summary").click()
    form = page.locator("#averias details form")
    for field, value in (("effect", "lose_after"), ("method", "POST")):
        form.locator(f"select[name={field}]").select_option(value)
    for field, value in (("path", "utterances"), ("times", "")):
        form.locator(f"input[name={field}]").fill(value)
    form.locator("button[type=submit]").click()
    try:
        _publish_on_one(page, base)
        while not _doubts(page, base):
            page.wait_for_timeout(5000)
    finally:
        page.goto(f"{base}/plaza/")
        page.locator("button[name=mend][value=all]").click()


def _doubts(page: Page, base: str) -> int:
    page.goto(f"{base}/m/{BRAND}/envios/?ver=atencion")
    return page.locator("#envios .pill", has_text="Sin confirmar").count()


def _publish_on_one(page: Page, base: str) -> None:
    page.goto(f"{base}/m/{BRAND}/componer/")
    page.locator("#text").fill("Ha vuelto el ajedrez a la mesa del fondo. Blancas juegan primero; el café, quien pierda.")
    for place, box in enumerate(page.locator("input[name=channel]").all()):
        box.set_checked(place == 0)
    page.wait_for_timeout(2000)
    page.locator("#now").click()
    page.wait_for_timeout(2000)


def doubtful(page: Page) -> None:
    """The dispatch that nobody knows about."""
    page.locator(".row", has_text="Sin confirmar").first.locator(".row-link").click()
    page.locator("#envio").wait_for()


def refused(page: Page) -> None:
    """The dispatch that the network refused."""
    page.locator(".row", has_text="Rechazad").first.locator(".row-link").click()
    page.locator("#envio").wait_for()


def slips(page: Page) -> None:
    """A text with faults of every kind, being read while it is written."""
    page.fill("#text", "El sábado cerramos antes. Haber si os animáis a pasar por la mañana, que los niños juega gratis "
                       "y usted se lleva un marcapáginas. Apuntaros en la caja, y a leer!")
    page.locator(".finding").nth(2).wait_for()


def taught(page: Page) -> None:
    """A dozen readings said to be right, so that there is something to tell."""
    for _ in range(12):
        item = page.locator("[data-item]:not(.done)").first
        if item.count() == 0:
            break
        item.get_by_role("button", name="Así es").click()
        page.wait_for_timeout(500)
    page.goto(page.url.split("?")[0])


# --------------------------------------------------------------------------- the pictures

TALL = (1440, 1100)
PHONE = (360, 760)
SHOTS = (
    Shot("bandeja", "bandeja/?vista=enfadadas", half_answered, brand="ayuntamiento-de-villanube"),
    Shot("bandeja-oscura", "bandeja/?vista=enfadadas", angry, dark=True),
    Shot("bandeja-movil", "bandeja/", size=PHONE),
    Shot("bandeja-ocultar", "bandeja/?vista=enfadadas&tipo=comment", hiding),
    Shot("bandeja-buscar", "bandeja/?vista=todas&q=envio"),
    Shot("atajos", "bandeja/", lambda page: page.keyboard.press("?"), part="#shortcuts"),
    Shot("hoy", ""),
    Shot("hoy-movil", "", size=PHONE),
    Shot("calendario", "calendario/"),
    Shot("calendario-semana", "calendario/?vista=semana", lambda page: page.locator("#board-later").click()),
    Shot("envios", "envios/"),
    Shot("envio-rechazado", "envios/?ver=atencion", refused),
    Shot("envio-sin-confirmar", "envios/?ver=atencion", doubtful),
    Shot("canales", "canales/"),
    Shot("conectar-bluesky", "canales/conectar/bluesky/"),
    Shot("informe", "informe/", size=TALL),
    Shot("ajustes-equipo", "ajustes/equipo/"),
    Shot("ajustes-yo", "ajustes/yo/"),
    Shot("revision", "componer/", slips, size=(1440, 1000)),
    Shot("comprension", "comprension/", taught, size=TALL),
    Shot("normas", "moderacion/normas/"),
    Shot("plaza", "/plaza/", breaking),
    Shot("componer", "componer/", written, size=(1440, 1000)),
)


# --------------------------------------------------------------------------- taking them


def sign_in_link() -> str:
    """A one-time link of the running demo."""
    command = [sys.executable, "-m", "tertulia.site.command", "link", WHO]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()[-1]


def take(browser: Browser, base: str, shot: Shot, state: StorageState) -> int:
    """Takes one picture; how many bytes it has."""
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="es-ES", timezone_id="Europe/Madrid", storage_state=state,
        color_scheme="dark" if shot.dark else "light", reduced_motion="reduce")
    page = context.new_page()
    page.goto(base + shot.where if shot.where.startswith("/") else f"{base}/m/{shot.brand}/{shot.where}")
    page.locator("h1").first.wait_for()
    shot.first(page)
    page.wait_for_timeout(1200)
    seen: Page | Locator = page.locator(shot.part) if shot.part else page
    small = squeezed(seen.screenshot())
    (FOLDER / f"{shot.name}.png").write_bytes(small)
    context.close()
    return len(small)


def squeezed(picture: bytes) -> bytes:
    """The same picture in as many colours as fit ``MOST_BYTES``, 256 at most."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32):
        written = io.BytesIO()
        whole.quantize(colours, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
        if written.tell() <= MOST_BYTES:
            break
    return written.getvalue()


def main(words: Sequence[str]) -> int:
    """Takes the pictures that are named, or all; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.pictures", description=__doc__)
    parser.add_argument("--base", help="where the demo is, such as http://127.0.0.1:8700")
    parser.add_argument("names", nargs="*", metavar="name", help="which pictures; without any, all")
    options = parser.parse_args(words)
    wanted = [shot for shot in SHOTS if not options.names or shot.name in options.names]
    link = urlsplit(sign_in_link())
    base = (options.base or f"{link.scheme}://{link.netloc}").rstrip("/")
    FOLDER.mkdir(exist_ok=True)
    system = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=QUIET)
        context = browser.new_context(locale="es-ES")
        page = context.new_page()
        page.goto(base + link.path)
        page.locator("button[type=submit]").click()
        page.wait_for_url(f"{base}/m/**")
        if any(shot.first is doubtful for shot in wanted):
            one_in_doubt(page, base)
        state = context.storage_state()
        for shot in wanted:
            print(f"{shot.name:<24}{take(browser, base, shot, state) / 1000:>7.0f} kB", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    sys.exit(main(sys.argv[1:]))
