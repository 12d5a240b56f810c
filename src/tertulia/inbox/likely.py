"""What was answered to messages like this one: suggested with its source, never sent by itself.

Texts are compared by what they mean (``language.encoder``). Each is looked at once a process: only newly answered messages
cost anything, and so many a time at most, so that an answer is never waited for.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from tertulia.brands.models import Membership
from tertulia.inbox import saved
from tertulia.inbox.filling import fill
from tertulia.inbox.models import Conversation, Ending, Message
from tertulia.kit.folding import fold
from tertulia.language.encoder import encode
from tertulia.outbox.models import DispatchState

#: Newest messages of the brand that are looked through, and how many of the answered ones are compared.
LOOKED_AT, COMPARED = 4000, 400
#: Texts that are looked at for the first time in one asking: about a tenth of a second.
NEW_AT_ONCE = 120
#: From this cosine on two messages are alike.
ALIKE = 0.6
#: Texts whose vectors are kept: a kilobyte each.
KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer that may serve. ``times``: to how many like it it was given; ``saved``: the saved reply that it is, if it is one."""

    text: str
    times: int = 0
    asked: str = ""
    saved: saved.Filled | None = None


class Vectors:
    """The vectors of texts, by text; the least used are forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, npt.NDArray[np.float16]] = OrderedDict()
        self._lock = Lock()

    def of(self, texts: Sequence[str], new: int) -> dict[str, npt.NDArray[np.float16]]:
        """Those that are known, and the first ``new`` of those that are not."""
        with self._lock:
            unknown = list(dict.fromkeys(one for one in texts if one not in self._kept))[:new]
            for text, vector in zip(unknown, encode(unknown), strict=True):
                self._kept[text] = vector.astype(np.float16)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            for text in texts:
                if text in self._kept:
                    self._kept.move_to_end(text)
            return {text: self._kept[text] for text in texts if text in self._kept}


_vectors = Vectors()


def likely(conversation: Conversation, message: Message, place: Membership, most: int = 3) -> list[Suggestion]:
    """What may be answered to ``message``: what was answered to messages like it, then saved replies that fit."""
    past = _past(conversation, message, place, most)
    said = {fold(one.text) for one in past}
    fitting = [Suggestion(one.text, saved=one) for one in saved.found(conversation, place) if one.fits and fold(one.text) not in said]
    return (past[:2] + fitting)[:most]


def _past(conversation: Conversation, message: Message, place: Membership, most: int) -> list[Suggestion]:
    newest = Message.objects.filter(brand=conversation.brand_id).order_by("-at").values("pk")[:LOOKED_AT]
    answered = list(Message.objects.filter(
        pk__in=newest, ending=Ending.ANSWERED, answered_with__dispatch__state=DispatchState.SENT, answered_with__text__gt="")
        .exclude(conversation=conversation).select_related("answered_with__conversation__person", "answered_with__member")
        .only("text", "answered_with__text", "answered_with__member", "answered_with__brand", "answered_with__conversation__person__name")
        .order_by("-at")[:COMPARED])
    vectors = _vectors.of([message.text, *(one.text for one in answered)], NEW_AT_ONCE)
    known = [one for one in answered if one.text in vectors]
    if not known or message.text not in vectors:
        return []
    alike = np.stack([vectors[one.text] for one in known]).astype(np.float32) @ vectors[message.text].astype(np.float32)
    near = [(float(alike[at]), known[at]) for at in np.argsort(-alike, kind="stable")[:20] if alike[at] >= ALIKE]
    return _grouped(near, saved.values_of(conversation, place), saved.tails_of(conversation.brand), most) if near else []


def _grouped(near: Sequence[tuple[float, Message]], values: Mapping[str, str], tails: Mapping[int, str], most: int) -> list[Suggestion]:
    """Answers that say the same are one suggestion; what was answered oftener to what is liker comes first."""
    groups: dict[str, list[tuple[float, Message, str]]] = {}
    for share, asked in near:
        assert asked.answered_with is not None
        text = saved.general(asked.answered_with, tails)
        groups.setdefault(re.sub(r"\W+", " ", fold(text)).strip(), []).append((share, asked, text))
    ranked = sorted(groups.values(), key=lambda some: -sum(share for share, _asked, _text in some))
    return [Suggestion(fill(some[0][2], values), len(some), some[0][1].text) for some in ranked[:most]]
