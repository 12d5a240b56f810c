"""How fast the rules of a brand judge what arrives. ``python bench/rules.py [--quick]``: JSON on the last line.

50, 200 and 1,000 rules of every kind over messages of about 200 signs: messages a second and p50/p99 on one core, folding and
explanations included, all in processor time. ``naive``: the same rules over the same folded messages, each condition looked at.
``long``: texts of 10,000 signs made to be slow, as so many signs a second beside those of ordinary ones. No database, no network.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tertulia.moderation.automatic.cases import Case, Said
from tertulia.moderation.automatic.engine import Matched, Matcher
from tertulia.moderation.automatic.files import parse_all
from tertulia.moderation.automatic.saying import say_match
from tertulia.moderation.automatic.tests.naive import holds
from tertulia.moderation.automatic.tree import Rule

FREQUENT = [
    "de", "la", "que", "el", "en", "y", "a", "los", "se", "del", "las", "un", "por", "con", "no", "una", "su",
    "para", "es", "al", "lo", "como", "más", "o", "pero", "sus", "le", "ha", "me", "si", "sin", "sobre", "este",
    "ya", "todo", "esta", "cuando", "muy", "mi", "porque", "qué", "está", "hay", "también", "hasta", "desde", "nos",
    "ni", "otro", "bien", "te", "eso", "ese", "hoy", "aquí"]
USUAL = [
    "pedido", "tienda", "envío", "semana", "precio", "domingo", "producto", "gracias", "teléfono", "correo",
    "cliente", "servicio", "cuenta", "factura", "tarde", "mañana", "talla", "color", "abierto", "cerrado", "horario",
    "calle", "barrio", "pan", "café", "mesa", "reserva", "entrada", "web", "página", "móvil", "mensaje", "respuesta",
    "queja", "problema", "solución", "devolución", "dinero", "caja", "paquete", "regalo", "oferta", "descuento",
    "calidad", "sabor", "trato", "gente", "amigo", "familia", "niño", "vergüenza", "paciencia", "error", "retraso",
    "espera", "cola", "turno", "cita", "bolsa", "camisa", "zapato", "libro", "juego", "fiesta", "música", "foto",
    "vídeo"]
INSULTS = [
    "idiota", "imbécil", "gilipollas", "estúpido", "payaso", "inútil", "mamarracho", "sinvergüenza", "ladrón",
    "estafador", "asqueroso", "tonto", "subnormal", "capullo", "cretino", "zoquete", "tarado", "patán", "besugo",
    "mentecato", "boludo", "pelotudo", "pendejo", "naco", "huevón"]
SYLLABLES = [
    "ba", "be", "bo", "ca", "co", "cu", "da", "de", "do", "fa", "fe", "ga", "go", "la", "le", "lo", "ma", "me", "mo",
    "na", "ne", "no", "pa", "pe", "po", "ra", "re", "ro", "sa", "se", "so", "ta", "te", "to", "va", "ve", "vi"]
ADVERSARIAL = ("a", "a.", "p*ta ", "a ", "hijo de ", "1d10ta ", "http://a", "😡️", "@a", "600 1", "idiotaaaa ", "x" * 50 + " ", "рuta ")


def word(dice: random.Random) -> str:
    """A word that nobody says."""
    return "".join(dice.choice(SYLLABLES) for _ in range(dice.randint(2, 4)))


def rules_text(many: int, dice: random.Random) -> str:
    """A file of rules of every kind, about as mixed as a busy brand's, and its lists."""
    lists = [f"lista insultos {{\n{chr(10).join(INSULTS)}\nhijo de puta\nvete a la mierda\ngilipoll*\n}}",
             f"lista sitios {{\n{chr(10).join(word(dice) + '.com' for _ in range(200))}\n}}",
             f"lista amigos {{\n{chr(10).join(word(dice) for _ in range(100))}\n}}"]
    kinds = (
        lambda: f'contiene "{word(dice)}", "{word(dice)}", "{dice.choice(USUAL)} {word(dice)}"',
        lambda: f'contiene "{dice.choice(INSULTS)} {dice.choice(USUAL)}" o contiene "{word(dice)}*"',
        lambda: f"contiene lista insultos y mensajes anteriores < {dice.randint(1, 9)} y no perfil en lista amigos",
        lambda: f"contiene enlace y (seguidores < {dice.randint(1, 50)} o antigüedad < {dice.randint(1, 9)} días)",
        lambda: f"contiene enlace fuera de lista sitios y palabras < {dice.randint(2, 30)}",
        lambda: f"contiene patrón /{word(dice)}\\w* \\d+ ?(euros|€)/",
        lambda: f"juicio es troll con {dice.randint(70, 99)} % y contiene \"{dice.choice(USUAL)}\"",
        lambda: f"intención es spam y no contiene \"{dice.choice(USUAL)}\"",
        lambda: f"mayúsculas > {dice.randint(60, 95)} % y largo > {dice.randint(20, 90)}",
        lambda: f"mensajes en {dice.randint(5, 60)} minutos > {dice.randint(3, 20)} y contiene \"{word(dice)}\"",
        lambda: f"contiene dato teléfono, correo y no contiene \"{dice.choice(USUAL)}\"",
        lambda: f"menciones > {dice.randint(2, 9)} o emojis > {dice.randint(8, 20)}",
        lambda: f'perfil es "{word(dice)}", "{word(dice)}*" o nombre contiene "{word(dice)}"',
        lambda: f"ofensa es a una persona con {dice.randint(60, 95)} % y tipo es comentario",
        lambda: f'contiene "{word(dice)}" y hora entre 22:00 y 07:00')
    blocks = [f"regla r{number:04} {{ si {kinds[number % len(kinds)]()} entonces ocultar por norma 1 tope 20 al día }}"
              for number in range(many)]
    return "\n".join(lists + blocks)


def reading(dice: random.Random) -> dict[str, Any]:
    """As triage keeps it."""
    p = round(dice.random(), 3)
    one = {"p": p, "sure": p > 0.5, "why": []}
    intents = [{"label": dice.choice(["chat", "question", "complaint"] * 6 + ["spam"]), "p": p}]
    return {"judgement": {"label": dice.choice(["none"] * 9 + ["angry", "angry", "troll"]), **one}, "intent": {**one, "labels": intents},
            "offence": {"label": dice.choice(["NO"] * 15 + ["OFP"]), **one}}


def message(dice: random.Random) -> Said:
    """About 200 signs: words as often as Spanish has them, now and then an insult (half of them in disguise), a link, a shout."""
    words = [dice.choice(FREQUENT) if dice.random() < 0.5 else dice.choice(USUAL) if dice.random() < 0.8 else word(dice)
             for _ in range(dice.randint(10, 58))]
    if dice.random() < 0.08:
        insult = dice.choice(INSULTS)
        words.insert(dice.randrange(len(words)), dice.choice([
            insult, insult.upper(), insult.replace("i", "1").replace("o", "0"), ".".join(insult), insult + insult[-1] * 4]))
    for share, more in ((0.06, f"https://{word(dice)}.com/x"), (0.06, "@" + word(dice)), (0.25, dice.choice("😡😂❤️👍🔥")), (0.1, "¿?")):
        if dice.random() < share:
            words.insert(dice.randrange(len(words)), more)
    text = " ".join(words).capitalize() + dice.choice([".", "", "!!!", "…"])
    at = datetime(2026, 11, 20, dice.randrange(24), 30, tzinfo=UTC)
    return Said(text.upper() if dice.random() < 0.03 else text, at, handle=word(dice), name=word(dice).title(),
                network="plaza", channel="marca", followers=dice.randrange(5000), before=dice.randrange(60),
                known_days=dice.randrange(400), offences=0, strikes=0, customer=None, reading=reading(dice),
                counts={("author_rate", minutes): dice.randrange(4) for minutes in range(1, 61)})


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of them do not pass."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def judged(matcher: Matcher, messages: Sequence[Said]) -> dict[str, Any]:
    """Every message by every rule, each match with its sentence."""
    took, matches, explained = [], 0, 0
    began = time.process_time()
    for said in messages:
        at = time.thread_time()
        found = matcher.match(said)
        for one in found:
            assert isinstance(one, Matched), one
            explained += len(say_match(one.whys, said.text))
        took.append(time.thread_time() - at)
        matches += len(found)
    spent = time.process_time() - began
    return {"messages_per_s": round(len(messages) / spent), "p50_us": round(1e6 * percentile(took, 0.5), 1),
            "p99_us": round(1e6 * percentile(took, 0.99), 1), "matches_per_message": round(matches / len(messages), 3),
            "signs_explained": explained}


def naive(rules: Sequence[Rule], lists: dict[str, Sequence[str]], matcher: Matcher, messages: Sequence[Said]) -> dict[str, Any]:
    """Each condition looked at in each message, folded once; and whether the engine says the same."""
    began, wrong = time.process_time(), 0
    plain = []
    for said in messages:
        case = Case(said)
        plain.append([key for key, rule in enumerate(rules) if holds(rule.condition, case, lists) is True])
    spent = time.process_time() - began
    for said, keys in zip(messages, plain, strict=True):
        wrong += [one.key for one in matcher.match(said)] != keys
    return {"messages_per_s": round(len(messages) / spent, 1), "of": len(messages), "disagreements": wrong}


def long_texts(matcher: Matcher, messages: Sequence[Said]) -> dict[str, Any]:
    """Signs a second of texts of 10,000 signs made to be slow; the slowest named."""
    rates = {}
    for piece in ADVERSARIAL:
        said = Said((piece * 10_000)[:10_000], messages[0].at)
        matcher.match(said)
        began = time.process_time()
        for _ in range(3):
            matcher.match(said)
        rates[piece.strip()[:8]] = 30_000 / max(1e-6, time.process_time() - began)
    slowest = min(rates, key=rates.__getitem__)
    return {"slowest": slowest, "slowest_ms": round(1e3 * 10_000 / rates[slowest], 2)}


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    """The figures, for each number of rules."""
    told: dict[str, Any] = {}
    messages = [message(random.Random(seed)) for seed in range(asked.messages)]
    for many in (50, 200, 1000):
        began = time.process_time()
        rules, lists, faults = parse_all(rules_text(many, random.Random(many)))
        assert not faults, faults[0]
        entries = {one.name: one.entries for one in lists}
        matcher = Matcher(list(enumerate(rules)), entries)
        assert not matcher.broken, matcher.broken[0]
        compiling = time.process_time() - began
        judged(matcher, messages[:500])
        told[f"rules_{many}"] = {"compile_ms": round(1e3 * compiling, 1), **judged(matcher, messages)}
        slow = naive(rules, entries, matcher, messages[:max(20, 10_000 // many)])
        told[f"rules_{many}"] |= {"naive": slow, "times_naive": round(told[f"rules_{many}"]["messages_per_s"] / slow["messages_per_s"])}
        told[f"rules_{many}"]["long"] = long_texts(matcher, messages)
        print(json.dumps({"rules": many, **told[f"rules_{many}"], "load": os.getloadavg()[0]}), flush=True)
    return told


def main() -> None:
    """What was asked for, then the line that is compared from one day to the next."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under 50 s")
    parser.add_argument("--messages", type=int, default=0)
    asked = parser.parse_args()
    asked.messages = asked.messages or (6_000 if asked.quick else 30_000)
    told = measure(asked)
    main_one = told["rules_200"]
    print(json.dumps({
        "messages_per_s": main_one["messages_per_s"], "p50_us": main_one["p50_us"], "p99_us": main_one["p99_us"],
        "times_naive": main_one["times_naive"], "times_osprey": round(main_one["messages_per_s"] / 63),
        "disagreements": sum(one["naive"]["disagreements"] for one in told.values()), "load": round(os.getloadavg()[0], 1), **told}))


if __name__ == "__main__":
    main()
