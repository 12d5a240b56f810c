"""What people say: real Spanish comments of the corpus, read at test time and never copied; else sentences of our own.

Where the corpus is: TERTULIA_CORPUS, else ``../shared/corpus`` beside the repository. Only its class *open* is said.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import chain, islice, product, zip_longest
from pathlib import Path

from tertulia.kit.folding import clean
from tertulia.language.corpora import table

CORPUS = Path(os.environ.get("TERTULIA_CORPUS", Path(__file__).parents[3].parent / "shared" / "corpus"))
FILES = ("offendes/train.tsv", "semeval2025_emotions_es/train.tsv", "hatecheck_es/dev.tsv")
LONGEST = 260  # characters: with a name before it, it fits the narrower network

#: Of our own, whatever the corpus: what breaks careless software.
HARD = (
    "Gracias a toda la familia 👩‍👩‍👧‍👦 por la mañana de hoy 🏳️‍🌈",
    "شكرا جزيلا، la presentación fue preciosa \u200fעברית\u200e y volveremos",
    "Esto lleva una campana \a y un escape \x1b[31m dentro",
    "<script>alert('¿abrís?')</script> & <b>negrita</b> &amp; %s {{ x }}",
    "Una línea\n\nY otra después de un hueco",
    "¡¡¡CÓMO QUE NO QUEDAN ENTRADAS!!! Ñandú, pingüino, corazón, l·l, ß, œ",
)


def comments(count: int) -> tuple[list[str], str]:
    """``count`` different texts, and where they come from."""
    if CORPUS.is_dir():
        found = list(islice(_real(), count))
        if len(found) == count:
            return found, "corpus"
    print(f"\n!!! NO REAL COMMENTS: there is no corpus in {CORPUS} (TERTULIA_CORPUS). The public says sentences of our own.",
          file=sys.__stderr__)
    return list(islice(_our_own(), count)), "NOT REAL: sentences of our own"


def _real() -> Iterator[str]:
    """Every file in turn, a line of each."""
    files = [(line["text"] for line in table(CORPUS / name)) for name in FILES]
    said: set[str] = set()
    for text in chain.from_iterable(zip_longest(*files)):
        text = clean(text or "").strip()
        if 2 < len(text) <= LONGEST and text not in said:
            said.add(text)
            yield text


def _our_own() -> Iterator[str]:
    who = ("Mi madre", "La niña", "Mi vecino", "El club de lectura", "Una compañera", "Mi jefa", "Nadie", "Todo el mundo")
    did = ("encontró", "pidió", "devolvió", "lleva meses esperando", "recomienda", "no soporta", "quiere comprar", "perdió")
    what = ("esa edición", "el último premio", "la novela de la que habláis", "un cuento en catalán", "el atlas", "vuestra agenda")
    how = ("y está encantada", "y no contestáis", "qué vergüenza", "¿a qué hora abrís?", "gracias por todo", "¡enhorabuena!")
    return (f"{' '.join(words[:3])}, {words[3]}" for words in product(who, did, what, how))
