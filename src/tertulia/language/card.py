"""The model card, in Spanish, written from the figures of the model itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tertulia.language.features import BUCKETS
from tertulia.language.languages import NAMED, SURE
from tertulia.language.model_file import Model

_TEMPLATE = Path(__file__).with_name("card.md")
_HEADER = "| cabeza | conjunto | textos | macro-F1 | exactitud | ECE | segura | acierta | F1 por etiqueta |"
_RULE = "|---|---|---|---|---|---|---|---|---|"



def write(path: Path, model: Model, unseen: dict[str, dict[str, Any]], size: int) -> None:
    """Write the card of ``model`` (``size`` bytes) with the measures of the ``unseen`` sets."""
    rows = ["| cabeza | filas |", "|---|---|"]
    folds = [_HEADER, _RULE]
    for head in model.heads:
        sources = ", ".join(f"{name} {count}" for name, count in head.figures["trained_on"].items())
        rows.append(f"| {head.name} | {sources} |")
        folds += [_line(head.name, name, told) for name, told in head.figures["folds"].items()]
    others = [_HEADER, _RULE, *(_line(told["head"], name, told) for name, told in unseen.items())]
    text = _TEMPLATE.read_text(encoding="utf-8").format(
        version=model.version,
        kilobytes=round(size / 1000),
        buckets=BUCKETS,
        rows="\n".join(rows),
        folds="\n".join(folds),
        unseen="\n".join(others),
        sure=SURE,
        named=", ".join(NAMED),
    )
    path.write_text(text, encoding="utf-8")


def _line(head: str, name: str, told: dict[str, Any]) -> str:
    each = ", ".join(f"{label} {100 * value:.0f}" for label, value in told["f1"].items())
    right = "-" if told["sure_right"] is None else f"{100 * told['sure_right']:.1f}"
    measured = " | ".join(f"{100 * told[key]:.1f}" for key in ("macro_f1", "accuracy", "ece", "sure"))
    return f"| {head} | {name} | {told['texts']} | {measured} | {right} | {each} |"
