"""What a mail itself says."""

from __future__ import annotations

import pytest

from tertulia.handoffs.quoting import plain, said

GMAIL = "Llega el jueves.\n\nEl dom, 22 nov 2026 a las 12:30, Librería Faro (<a@faro.example>)\nescribió:\n\n> Hola, Marta:\n> ¿qué pasó?\n"
OUTLOOK = ("Llega el jueves.\r\n\r\n________________________________\r\nDe: Faro <a@faro.example>\r\nEnviado: domingo, 22 de noviembre\r\n"
           "Para: Marta\r\nAsunto: Pedido\r\n\r\nHola, Marta:\r\n")
OUTLOOK_PLAIN = "Llega el jueves.\n\nDe: Faro <a@faro.example>\nEnviado el: domingo, 22 de noviembre de 2026 12:30\nPara: Marta\n\nHola"
APPLE = "Llega el jueves.\n\n> El 22 nov 2026, a las 12:30, Librería Faro <a@faro.example> escribió:\n> \n> Hola, Marta\n"
PHONE = "Llega el jueves.\n\nEnviado desde mi iPhone\n\nEl 22 nov 2026, a las 12:30, Faro <a@faro.example> escribió:\n\nHola"
ENGLISH = "Llega el jueves.\n\nOn Sun, Nov 22, 2026 at 12:30 PM Faro <a@faro.example> wrote:\n> Hola"
SIGNED = "Llega el jueves.\n\n-- \nMarta Gil\nTienda de Gran Vía\n+34 910 000 000"
GREETED = "Llega el jueves.\n\nUn saludo,\nMarta Gil\nTienda de Gran Vía"
LEGAL = "Llega el jueves.\n\nEste mensaje y sus adjuntos son confidenciales y van dirigidos a su destinatario."
ORIGINAL = "Llega el jueves.\n\n-----Mensaje original-----\nDe: Faro\nHola"


@pytest.mark.parametrize("text", [GMAIL, OUTLOOK, OUTLOOK_PLAIN, APPLE, PHONE, ENGLISH, SIGNED, GREETED, LEGAL, ORIGINAL])
def test_only_what_was_written_is_kept(text: str) -> None:
    assert said(text) == "Llega el jueves."


@pytest.mark.parametrize("text", [
    "El cliente escribió: no me llega", "Sale el 22 de noviembre de 2026.\nGracias", "De: la tienda\nPara: el cliente\n(esto pone la caja)",
    "> ¿dirección?\nCalle Mayor 3\n> ¿talla?\nLa 42"])
def test_what_only_looks_like_it_stays(text: str) -> None:
    kept = said(text)
    assert kept and all(line in kept for line in text.split("\n") if not line.startswith(">"))


def test_a_page_is_read_as_text_without_what_it_quotes() -> None:
    page = ("<html><head><style>p{}</style></head><body><p>Llega el&nbsp;jueves.</p><div>Marta</div>"
            "<div class='gmail_quote'><p>El dom escribió:</p><blockquote>Hola</blockquote></div></body></html>")
    assert plain(page) == "Llega el jueves.\n\nMarta"
