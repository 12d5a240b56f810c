"""The model card, in Spanish, written from the figures of the model itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tertulia.language.features import BUCKETS
from tertulia.language.languages import NAMED, SURE
from tertulia.language.model_file import Model

_TEMPLATE = Path(__file__).with_name("card.md")
_HEADER = ("cabeza", "conjunto", "textos", "macro-F1", "exactitud", "ECE", "segura", "acierta", "F1 por etiqueta")
_KINDS = {
    "accents": "sin tildes", "capitals": "en mayúsculas", "stretched": "letras alargadas", "short": "abreviado (q, xq, tb)",
    "figures": "cifras por letras", "typos": "erratas", "emoji": "emojis por medio", "hashtag": "el final en una etiqueta",
    "voseo": "voseo y ustedes", "spanglish": "espanglis", "spaces": "palabras pegadas",
}


def write(path: Path, model: Model, unseen: dict[str, dict[str, Any]], spoilt: dict[str, dict[str, float]],
          languages: dict[str, dict[str, float]], size: int) -> None:
    """Write the card of ``model`` (``size`` bytes) with the measures of what it did not see."""
    sources = [(head.name, ", ".join(f"{name} {count}" for name, count in head.figures["trained_on"].items())) for head in model.heads]
    folds = [_line(head.name, name, told) for head in model.heads for name, told in head.figures["folds"].items()]
    heads = list(next(iter(spoilt.values())))
    text = _TEMPLATE.read_text(encoding="utf-8").format(
        version=model.version,
        megabytes=f"{size / 1e6:.1f}".replace(".", ","),
        buckets=BUCKETS,
        shelf=len(model.shelf.texts),
        rows=_table(("cabeza", "filas"), sources),
        folds=_table(_HEADER, folds),
        unseen=_table(_HEADER, [_line(told["head"], name, told) for name, told in unseen.items()]),
        spoilt=_table(("escrito", *heads), [(_KINDS[kind], *(_number(told[head]) for head in heads)) for kind, told in spoilt.items()]),
        languages=_table(("textos", "enteros", "cuatro palabras"),
                         [(name, _hundred(told["whole"]), _hundred(told["four_words"])) for name, told in languages.items()]),
        rules=_table(("regla", "acierta"), [(rule, _hundred(right)) for rule, right in model.rules.items()]),
        sure=_number(SURE),
        named=", ".join(NAMED),
    )
    path.write_text(text, encoding="utf-8")


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, ("---",) * len(header), *rows])


def _number(value: float) -> str:
    return str(value).replace(".", ",")


def _hundred(share: float) -> str:
    return _number(round(100 * share, 1))


def _line(head: str, name: str, told: Mapping[str, Any]) -> tuple[str, ...]:
    each = ", ".join(f"{label} {100 * value:.0f}" for label, value in told["f1"].items())
    right = "-" if told["sure_right"] is None else _hundred(told["sure_right"])
    measured = (_hundred(told[key]) for key in ("macro_f1", "accuracy", "ece", "sure"))
    return head, name, str(told["texts"]), *measured, right, each
