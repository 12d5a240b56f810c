"""Looking for words in what was said, and for who said it.

Results come newest first, by the newest message that says the words. The index is asked in slices of messages, the newest
first, until a page is full: a common word is found in the last slice, a rare one has few places to look up anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from unicodedata import normalize

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchVector
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from tertulia.brands.models import Brand
from tertulia.inbox.models import Conversation, Message
from tertulia.inbox.rules import forms_of, words_of
from tertulia.kit.folding import fold
from tertulia.kit.paging import gathered
from tertulia.people.models import Profile

Query = CombinedSearchQuery | SearchQuery
#: Messages in a slice, as a power of two: those the index knows (migration 0008).
SLICES = (16, 20)
#: The most conversations that one slice may give, and people of one name: a search never gathers more than it can show.
MOST, MOST_PEOPLE = 4000, 300
#: Of so few conversations, what they say is read through.
FEW = 300
#: From so many letters on, a word that finds little is looked for as the beginning of others.
BEGINNING = 3


@dataclass(frozen=True, slots=True)
class Found:
    """Conversations with the newest message of theirs that was found, newest first (``next``: the mark of the next page).

    ``cut``: more was said than is looked through at once; what is shown is true and may not be all.
    """

    hits: list[tuple[int, int]] = field(default_factory=list)
    next: str = ""
    cut: bool = False


def search(brand: Brand, rows: QuerySet[Conversation], words: str, after: str = "", size: int = 40, *, narrow: bool = False) -> Found:
    """One page of those of ``rows``, of the brand, that say the words or whose person is called so. ``narrow``: they may be few."""
    way, _dash, told = after.partition("-")
    top = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    below = min(int(told), top + 1) if told.isdecimal() and len(told) < 18 else top + 1
    look = _Look(brand, rows, below, top, _named(brand, rows, words), size, narrow)
    found = Found()
    for loose in (way == "b",) if after else (False, True):
        if (found := look.page(asking(words, loose=loose), "b" if loose else "a")) and len(found.hits) == size:
            break
    return found


@dataclass(frozen=True, slots=True)
class _Look:
    """One page being looked for: messages before ``below`` (the newest is ``top``) in ``rows``; ``named``: by a person's name."""

    brand: Brand
    rows: QuerySet[Conversation]
    below: int
    top: int
    named: dict[int, int]
    size: int
    narrow: bool

    def page(self, query: Query | None, way: str) -> Found:
        """What the query finds, with those named, newest first."""
        hits: dict[int, int] = {}
        cut = False
        for batch in self._batches(query) if query else ():
            cut = len(batch) >= MOST
            hits |= self._allowed(query, {pk: at for pk, at in batch.items() if pk not in hits and pk not in self.named},
                                  self.size + 1 - len(hits))
            if len(hits) > self.size:
                break
        every = sorted((hits | {pk: at for pk, at in self.named.items() if at < self.below}).items(), key=lambda hit: -hit[1])
        shown = every[:self.size]
        return Found(shown, f"{way}-{shown[-1][1]}" if len(every) > self.size else "", cut and len(every) <= self.size)

    def _batches(self, query: Query) -> Iterator[dict[int, int]]:
        """What each slice gives: conversation → its newest message that says it, newest first; at last, what all messages give."""
        for width in SLICES:
            newest = (self.below - 1) >> width
            for number in (newest, newest - 1):
                slice_ = f"((inbox_message.brand_id << 32) | (inbox_message.id >> {width})) = %s"  # as index message_words has it
                yield self._newest(saying(self.brand, query).extra(where=[slice_], params=[(self.brand.pk << 32) | number]))
                if number <= 0:
                    return
            if few := self._few():
                yield self._newest(saying(self.brand, query).filter(conversation__in=few))
                return
        yield self._newest(saying(self.brand, query))

    def _few(self) -> list[int]:
        """The rows, if they are so few that what they say is read through; none: they are many."""
        some = [pk for pk, in gathered(self.rows.order_by().values_list("pk"), FEW + 1)] if self.narrow else []
        return some if len(some) <= FEW else []

    def _newest(self, said: QuerySet[Message]) -> dict[int, int]:
        newest = said.filter(pk__lt=self.below).values("conversation_id").annotate(last=Max("pk")).order_by("-last")
        return dict(newest.values_list("conversation_id", "last")[:MOST])

    def _allowed(self, query: Query | None, hits: dict[int, int], wanted: int) -> dict[int, int]:
        """The first ``wanted`` of the hits that are among the rows, and were not on a page before."""
        kept: dict[int, int] = {}
        pks = list(hits)
        for start in range(0, len(pks), 1000):
            some = pks[start:start + 1000]
            there = set(self.rows.filter(pk__in=some).order_by().values_list("pk", flat=True))
            seen = self._seen(query, there) if query and self.below <= self.top else set()
            kept |= {pk: hits[pk] for pk in some if pk in there and pk not in seen}
            if len(kept) >= wanted:
                break
        return dict(list(kept.items())[:wanted])

    def _seen(self, query: Query, conversations: set[int]) -> set[int]:
        said = Message.objects.annotate(found=_VECTOR).filter(conversation__in=conversations, pk__gte=self.below, found=query)
        return set(said.values_list("conversation_id", flat=True))


def _named(brand: Brand, rows: QuerySet[Conversation], words: str) -> dict[int, int]:
    """Those of the rows whose person is called so, with their newest message."""
    people = list(called(brand, words)[:MOST_PEOPLE])
    if not people:
        return {}
    theirs = list(rows.filter(person__in=people).order_by("-last_at").values_list("pk", flat=True)[:MOST_PEOPLE])
    newest = Message.objects.filter(conversation__in=theirs).values("conversation_id").annotate(last=Max("pk"))
    return dict(newest.values_list("conversation_id", "last"))


# --------------------------------------------------------------------------- what is asked


def asking(words: str, *, loose: bool = True) -> Query | None:
    """The search for messages that say every word of ``words`` by Spanish stems, with or without accents.

    ``loose``: or that begin so. What has quotes or a minus is read as search engines do. Nothing to look for: None.
    """
    if '"' in words or re.search(r"(?:^|\s)-\w", words):
        return SearchQuery(fold(words), config="spanish", search_type="websearch")
    each = [_form(word, loose) for word in words_of(words)]
    return reduce(and_, each) if each else None


def _form(word: str, loose: bool) -> Query:
    stems = SearchQuery(" | ".join(forms_of(word)), config="spanish", search_type="raw")
    if not loose or len(word) < BEGINNING:
        return stems
    return stems | SearchQuery(f"{word}:*", config="simple", search_type="raw")


_VECTOR = SearchVector("folded", config="spanish")  # the expression of index message_words


def saying(brand: Brand, query: Query) -> QuerySet[Message]:
    """The brand's messages that say so."""
    return Message.objects.annotate(found=_VECTOR).filter(brand=brand, found=query)


def called(brand: Brand, words: str) -> QuerySet[Profile, int]:
    """The profiles, by id, whose handle or name has these letters; none for fewer than three."""
    name = words.strip().lstrip("@")
    if len(name) < 3:
        return Profile.objects.none().values_list("pk", flat=True)
    return Profile.objects.annotate(upper_handle=Upper("handle"), upper_name=Upper("name")).filter(
        Q(upper_handle__contains=name.upper()) | Q(upper_name__regex=_without_accents(name)), brand=brand).values_list("pk", flat=True)


def with_words(brand: Brand, rows: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    """Those of a few ``rows`` with a message that says the words, or whose person is called so."""
    person = Q(person__in=called(brand, words))
    if (query := asking(words)) is None:
        return rows.filter(person)
    said = Message.objects.annotate(found=_VECTOR).filter(conversation=OuterRef("pk"), found=query)
    return rows.filter(Exists(said) | person)


def every_one(brand: Brand, rows: QuerySet[Conversation], words: str, most: int) -> tuple[list[int], bool]:
    """Up to ``most`` of the brand's ``rows`` that say the words or whose person is called so; and whether these are all."""
    theirs = rows.filter(person__in=list(called(brand, words)[:MOST_PEOPLE])).order_by()
    found = dict.fromkeys(pk for pk, in gathered(theirs.values_list("pk"), most + 1))
    whole = True
    if query := asking(words):
        said = gathered(saying(brand, query).filter(conversation__in=rows.order_by().values("pk")).values_list("conversation_id"), most * 4)
        whole = len(said) < most * 4
        found |= dict.fromkeys(pk for pk, in said)
    return list(found)[:most], whole and len(found) <= most


def texts(hits: Sequence[tuple[int, int]], words: str) -> dict[int, str]:
    """The text that was found in each conversation; what was found by a name alone is left out."""
    query = asking(words)
    if query is None:
        return {}
    said = Message.objects.annotate(found=_VECTOR).filter(pk__in=[pk for _conversation, pk in hits], found=query)
    return dict(said.values_list("conversation_id", "text"))


def _without_accents(name: str) -> str:
    """A pattern for ``name`` in capitals, whatever its accents. Small letters too: not every server raises them."""
    return "".join(_any_form(letter) if letter in "aeiouc" else re.escape(letter.upper()) for letter in fold(name))


# acute, grave, diaeresis, circumflex, tilde, cedilla
_MARKS = ("\u0301", "\u0300", "\u0308", "\u0302", "\u0303", "\u0327")


def _any_form(letter: str) -> str:
    forms = "".join(form for mark in ("", *_MARKS) if len(form := normalize("NFC", letter + mark)) == 1)
    return f"[{forms}{forms.upper()}]"
