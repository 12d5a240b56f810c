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

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchVector, SearchVectorField
from django.db.models import Exists, Func, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Upper

from tertulia.brands.models import Brand
from tertulia.inbox.models import Conversation, Message
from tertulia.inbox.rules import forms_of, words_of
from tertulia.kit import paging
from tertulia.kit.folding import fold
from tertulia.kit.paging import gathered
from tertulia.people.models import Profile

Query = CombinedSearchQuery | SearchQuery
#: Messages in a slice of a brand, as a power of two: those the index knows (migration ``0012``). The last: all there will be.
SLICES = (16, 20)
ALL = 40
#: From so many messages on, slices of the second width are asked too: what the first ones do not have often enough is rare enough
#: to be looked for everywhere.
MANY = 1 << 21
#: The most conversations that one slice may give, and people of one name: a search never gathers more than it can show.
MOST, MOST_PEOPLE = 4000, 300
#: What so many of the newest messages say is common; where rows may be few, so many of them are read through, by stretches;
#: for words that only begin so, fewer.
COMMON, WALKED, STRETCH, BEGUN = 50, 1500, 80, 240
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


def search(brand: Brand, rows: QuerySet[Conversation], words: str, after: str = "", size: int = 40, *, narrow: bool = False,
           enough: int | None = None) -> Found:
    """One page of those of ``rows``, of the brand, that say the words or whose person is called so. ``narrow``: they may be few.

    Words are first taken as they are; if fewer than ``enough`` conversations (None: a page) say so, the last may go on.
    """
    way, _dash, told = after.partition("-")
    top = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    below = min(int(told), top + 1) if told.isdecimal() and len(told) < 18 else top + 1
    named = _named(brand, rows, words)
    look = _Look(brand, rows, below, top, named, size)
    if way in ("a", "b") and told:
        return look.page(asking(words, loose=way == "b"), way)
    if way in ("c", "d") and told:
        return _walked(rows, _holding(words) & Q(found=asking(words, loose=way == "d")), named, told, size, way)
    query = asking(words, loose=False)
    if query and narrow and _common(brand, query, top):
        found = _walked(rows, _holding(words) & Q(found=query), named, "", size, "c")
    else:
        found = look.page(query, "a")
    if query is None or _quoted(words) or len(found.hits) >= (size if enough is None else enough):
        return found
    return _begun(look, words)


def _begun(look: _Look, words: str) -> Found:
    """The same, of words that begin as the last one does: the index would gather every one of those, so it is asked last."""
    query = asking(words)
    found = _walked(look.rows, _holding(words) & Q(found=query), look.named, "", look.size, "d", BEGUN)
    return look.page(query, "b") if found.cut else found


# --------------------------------------------------------------------------- rows that are few, words that are many


def _common(brand: Brand, query: Query, top: int) -> bool:
    """Whether so many of the newest messages say it that gathering all who do would take long."""
    newest = [saying(brand, query, SLICES[0], (top >> SLICES[0]) - back) for back in (0, 1)]
    return sum(len(one.order_by().values_list("pk")[:COMMON]) for one in newest) >= COMMON


def _holding(words: str) -> Q:
    """What a text must hold to say the words, told at once: how each begins, which no stem takes away."""
    return reduce(and_, (Q(folded__regex=rf"\m{word[:3]}") for word in ([] if _quoted(words) else words_of(words))), Q())


def _walked(rows: QuerySet[Conversation], saying_so: Q, named: dict[int, int], after: str, size: int, way: str,
            most: int = WALKED) -> Found:
    """One page of the rows that say it (or are ``named``), read through from the newest on: what is common is soon met."""
    places = gathered(paging.ordered(rows, "-last_at", after).order_by().values_list("last_at", "pk"), most)
    if cut := len(places) == most:
        places = list(paging.ordered(rows, "-last_at", after).values_list("last_at", "pk")[:most])
    places.sort(reverse=True)
    hits: list[tuple[int, int]] = []
    for start in range(0, len(places), STRETCH):
        some = [pk for _at, pk in places[start:start + STRETCH]]
        said = Message.objects.annotate(found=_READ).filter(saying_so, conversation__in=some).values("conversation_id")
        newest = dict(said.annotate(last=Max("pk")).order_by().values_list("conversation_id", "last"))
        hits += [(pk, newest.get(pk) or named[pk]) for pk in some if pk in newest or pk in named]
        if len(hits) > size:
            break
    stands = {pk: at for at, pk in places}
    more = len(hits) > size
    last = hits[size - 1][0] if more else 0
    return Found(hits[:size], f"{way}-{paging.written(stands[last], last)}" if more else "", cut and not more)


# --------------------------------------------------------------------------- all rows, newest messages first


@dataclass(frozen=True, slots=True)
class _Look:
    """One page being looked for: messages before ``below`` (the newest is ``top``) in ``rows``; ``named``: by a person's name."""

    brand: Brand
    rows: QuerySet[Conversation]
    below: int
    top: int
    named: dict[int, int]
    size: int

    def page(self, query: Query | None, way: str) -> Found:
        """What the query finds, with those named, newest first."""
        hits: dict[int, int] = {}
        cut = False
        for batch in self._batches(query, sliced=way == "a") if query else ():
            cut = len(batch) >= MOST
            hits |= self._allowed(query, {pk: at for pk, at in batch.items() if pk not in hits and pk not in self.named},
                                  self.size + 1 - len(hits))
            if len(hits) > self.size:
                break
        every = sorted((hits | {pk: at for pk, at in self.named.items() if at < self.below}).items(), key=lambda hit: -hit[1])
        shown = every[:self.size]
        return Found(shown, f"{way}-{shown[-1][1]}" if len(every) > self.size else "", cut and len(every) <= self.size)

    def _batches(self, query: Query, sliced: bool) -> Iterator[dict[int, int]]:
        """What each slice gives: conversation → its newest message that says it, newest first; at last, what all messages give."""
        for width in SLICES[:1 if self.top < MANY else 2] if sliced else ():
            newest = (self.below - 1) >> width
            for number in (newest, newest - 1):
                yield self._newest(saying(self.brand, query, width, number))
                if number <= 0:
                    return
        yield self._newest(saying(self.brand, query))

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
        said = Message.objects.annotate(found=_READ).filter(conversation__in=conversations, pk__gte=self.below, found=query)
        return set(said.values_list("conversation_id", flat=True))


def _named(brand: Brand, rows: QuerySet[Conversation], words: str) -> dict[int, int]:
    """Those of the rows whose person is called so, with their newest message."""
    people = called(brand, words)
    if not people:
        return {}
    theirs = gathered(rows.filter(person__in=people).order_by().values_list("last_at", "pk"), MOST_PEOPLE)
    newest = Message.objects.filter(conversation__in=[pk for _at, pk in theirs]).values("conversation_id").annotate(last=Max("pk"))
    return dict(newest.values_list("conversation_id", "last"))


# --------------------------------------------------------------------------- what is asked


def asking(words: str, *, loose: bool = True) -> Query | None:
    """The search for messages that say every word of ``words`` by Spanish stems, with or without accents.

    ``loose``: the last one may go on. What has quotes or a minus is read as search engines do. Nothing to look for: None.
    """
    if _quoted(words):
        return SearchQuery(fold(words), config="spanish", search_type="websearch")
    said = words_of(words)
    each = [_form(word, loose and number == len(said)) for number, word in enumerate(said, 1)]
    return reduce(and_, each) if each else None


def _quoted(words: str) -> bool:
    return '"' in words or bool(re.search(r"(?:^|\s)-\w", words))


def _form(word: str, loose: bool) -> Query:
    stems = SearchQuery(" | ".join(forms_of(word)), config="spanish", search_type="raw")
    if not loose or len(word) < BEGINNING:
        return stems
    return stems | SearchQuery(f"{word}:*", config="simple", search_type="raw")


_VECTOR = SearchVector("folded", config="spanish")  # the expression of index message_words
# the same words read from the text: of messages found another way, nobody is to look in that index for all who ever said so
_READ = Func("folded", template="to_tsvector('spanish'::regconfig, %(expressions)s)", output_field=SearchVectorField())


def saying(brand: Brand, query: Query, width: int = ALL, number: int = 0) -> QuerySet[Message]:
    """The brand's messages that say so, of its slice ``number`` of this ``width``; by default, all of them.

    The brand is told by the slice alone: told twice, PostgreSQL would rather read all that the brand was ever told beside all that
    anybody ever said with these words.
    """
    place = f"((inbox_message.brand_id << 32) | (inbox_message.id >> {width})) = %s"  # as index message_words has it
    return Message.objects.annotate(found=_VECTOR).filter(found=query).extra(
        where=[place], params=[(brand.pk << 32) | max(number, 0)])


def called(brand: Brand, words: str) -> list[int]:
    """Up to three hundred profiles, by id, whose handle or name has these letters; none for fewer than three."""
    name = words.strip().lstrip("@")
    if len(name) < 3:
        return []
    handle, plain = name.upper(), fold(name).upper()
    # three letters are within so many names that only beginnings are meant
    like = (Q(upper_handle__contains=handle) | Q(plain_name__contains=plain)) if len(name) > 3 else (
        Q(upper_handle__startswith=handle) | Q(plain_name__startswith=plain) | Q(plain_name__contains=f" {plain}"))
    rows = Profile.objects.annotate(upper_handle=Upper("handle"), plain_name=_PLAIN_NAME).filter(like, brand=brand)
    return [pk for pk, in gathered(rows.order_by().values_list("pk"), MOST_PEOPLE)]


# The capitals A, E, I, O, U, C and N with their marks. As index profile_called has it: small letters too, for not every server
# raises them.
_MARKED = "".join(map(chr, (
    193, 192, 194, 196, 195, 201, 200, 202, 203, 205, 204, 206, 207, 211, 210, 212, 214, 213, 218, 217, 219, 220, 199, 209)))
_PLAIN = "AAAAAEEEEIIIIOOOOOUUUUC" + _MARKED[-1]
_PLAIN_NAME = Func(Upper("name"), Value(_MARKED + _MARKED.lower()), Value(_PLAIN * 2), function="translate")


def with_words(brand: Brand, rows: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    """Those of a few ``rows`` with a message that says the words, or whose person is called so."""
    person = Q(person__in=called(brand, words))
    if (query := asking(words)) is None:
        return rows.filter(person)
    said = Message.objects.annotate(found=_READ).filter(conversation=OuterRef("pk"), found=query)
    return rows.filter(Exists(said) | person)


def texts(hits: Sequence[tuple[int, int]], words: str) -> dict[int, str]:
    """The text that was found in each conversation; what was found by a name alone is left out."""
    query = asking(words)
    if query is None:
        return {}
    said = Message.objects.annotate(found=_READ).filter(pk__in=[pk for _conversation, pk in hits], found=query)
    return dict(said.values_list("conversation_id", "text"))
