"""Texts as people spoil them, in eleven kinds, each the same every time: to see how much a reading loses by it."""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata
from collections.abc import Callable

_SHORT = {"que": "q", "porque": "xq", "por qué": "xq", "por": "x", "para": "xa", "también": "tb", "por favor": "xfa", "qué": "q",
          "donde": "dnd", "bien": "bn", "mensaje": "msj", "quiero": "kiero", "aquí": "aki", "como": "cmo"}
_VOSEO = {"tú": "vos", "eres": "sos", "tienes": "tenés", "puedes": "podés", "quieres": "querés", "sabes": "sabés", "dices": "decís",
          "vienes": "venís", "podéis": "pueden", "tenéis": "tienen", "sois": "son", "habéis": "han", "estáis": "están", "os": "les",
          "sabéis": "saben", "vosotros": "ustedes", "vuestro": "su", "vuestra": "su", "dime": "decime", "mira": "mirá", "aquí": "acá",
          "vale": "dale", "móvil": "celular", "ordenador": "compu", "coche": "auto", "ahora": "ahora mismo"}
_SPANGLISH = {"pedido": "order", "envío": "delivery", "tienda": "store", "aplicación": "app", "correo": "mail", "gracias": "thanks",
              "por favor": "please", "contraseña": "password", "enlace": "link", "actualización": "update", "servicio": "service",
              "oferta": "deal", "factura": "invoice", "reembolso": "refund", "cuenta": "account", "entrega": "delivery",
              "hola": "hey", "nunca": "never", "siempre": "always", "ahora": "now", "vuelo": "flight", "maleta": "luggage",
              "equipo": "team", "entradas": "tickets", "precio": "price", "mañana": "tomorrow", "muy": "super"}
_FIGURES = str.maketrans("oieas", "01345")
_EMOJI = "📦📱📍🛒🎒🧾📷🏷🗓☕"


def _without_accents(text: str, dice: random.Random) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char) != "Mn")


def _shouted(text: str, dice: random.Random) -> str:
    return text.upper()


def _stretched(text: str, dice: random.Random) -> str:
    return re.sub(r"([aeiou])(\w?)\b", lambda end: end[1] * dice.choice((1, 1, 4, 6)) + end[2], text)


def _told(words: dict[str, str]) -> Callable[[str, random.Random], str]:
    known = re.compile(r"\b(?:" + "|".join(sorted(words, key=len, reverse=True)) + r")\b", re.I)
    return lambda text, dice: known.sub(lambda word: words[word[0].lower()], text)


def _in_figures(text: str, dice: random.Random) -> str:
    return re.sub(r"(?<=\w)\w{3,}(?=\w)", lambda word: word[0].translate(_FIGURES) if dice.random() < 0.3 else word[0], text)


def _mistyped(text: str, dice: random.Random) -> str:
    def slip(word: re.Match[str]) -> str:
        letters, at = word[0], dice.randrange(1, len(word[0]) - 1)
        if dice.random() > 0.25:
            return letters
        return dice.choice((letters[:at] + letters[at + 1 :], letters[: at] + letters[at + 1] + letters[at] + letters[at + 2 :]))

    return re.sub(r"[^\W\d_]{4,}", slip, text)


def _with_emoji(text: str, dice: random.Random) -> str:
    words = text.split(" ")
    for _ in range(2):
        words.insert(dice.randrange(len(words) + 1), dice.choice(_EMOJI))
    return " ".join(words)


def _tagged(text: str, dice: random.Random) -> str:
    """The last words, up to three, as one hashtag."""
    words = text.split()
    last = 3 if len(words) > 5 else 1
    plain = [re.sub(r"\W", "", word) for word in words[-last:]]
    end = re.search(r"[.!?…]*\Z", text)
    return " ".join([*words[:-last], "#" + "".join(word[:1].upper() + word[1:] for word in plain)]) + (end[0] if end else "")


def _run_together(text: str, dice: random.Random) -> str:
    return re.sub(r"(?<=\w) (?=\w)", lambda gap: "" if dice.random() < 0.15 else " ", text)


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "accents": _without_accents, "capitals": _shouted, "stretched": _stretched, "short": _told(_SHORT), "figures": _in_figures,
    "typos": _mistyped, "emoji": _with_emoji, "hashtag": _tagged, "voseo": _told(_VOSEO), "spanglish": _told(_SPANGLISH),
    "spaces": _run_together,
}


def spoil(text: str, kind: str) -> str:
    """``text`` spoilt as ``kind`` says; the same text always the same way."""
    return KINDS[kind](text, random.Random(hashlib.sha256((kind + text).encode("utf-8", "replace")).digest()))
