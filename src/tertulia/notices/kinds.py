"""The kinds of notices: each part registers its own, in a file that its ``reactions`` import.

    MENTION = register(Kind(
        name="inbox.mention", group=_("Bandeja"), label=_("Te han mencionado"), words=_mention_words, urgent=True))

and tells with ``tertulia.notices.actions.tell``. Nothing personal is kept: words are made from ids when somebody reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tertulia.notices.models import Notice, Way

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in the reader's language.

    ``title``: what it is about, in a line. ``quote``: the beginning of what somebody said (never of what is private).
    ``text``: what happened and what to do. ``details``: a list under it, in mails. ``address``: the path of the matter, with
    ``link`` as its words in mails. ``mark``: the name of a network, for its logo.
    """

    title: str
    text: str = ""
    quote: str = ""
    details: Sequence[str] = ()
    address: str = ""
    link: str = ""
    mark: str = ""


def _always(_one: Notice) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of notice.

    ``name``: ``<part>.<thing>``, for ever. ``group`` heads it in the settings, ``label`` names it there and on its rows.
    ``words``: from a notice (its ``about``, ``brand``, ``member``) to what it says; None: what it tells of is not there any
    more. It runs in the reader's language and on the brand's clock. ``still_needed``: whether what it tells is still so; if
    not, no mail and no push leaves, and the page says that it is over. ``load``: called once with all the notices of the kind
    on a page or in a letter before these two, to fetch at once what they want into ``notice.things``.
    ``subject``: how a letter with ``many`` of this kind alone is called: ``(many, brand's name) -> str``.
    ``ways``: how it goes where the member did not choose. ``urgent``: may pass quiet hours. ``weight``: in a letter the
    heavier come first. ``tone``: of its row: danger, warn, ok, info.
    ``inherited``: if the member left the team meanwhile, the owners are told instead.
    ``under``: (kind, key of ``about``): a letter that tells that kind of the same thing leaves this one out.
    """

    name: str
    group: Text
    label: Text
    words: Callable[[Notice], Words | None]
    still_needed: Callable[[Notice], bool] = _always
    load: Callable[[Sequence[Notice]], None] | None = None
    subject: Callable[[int, str], str] | None = None
    ways: frozenset[Way] = frozenset(Way)
    urgent: bool = False
    weight: int = 0
    icon: str = "bell"
    tone: str = "info"
    inherited: bool = False
    under: tuple[str, str] | None = None

    def called(self, many: int, brand: str) -> str:
        """What a letter with ``many`` of it alone is called."""
        if self.subject:
            return self.subject(many, brand)
        said = str(self.label) if many == 1 else f"{self.label} ({many})"
        return _("%(what)s · %(brand)s") % {"what": said, "brand": brand}


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """From now on notices of this kind can be told. ``ValueError``: there is one of that name."""
    if kind.name in _kinds:
        raise ValueError(f"two kinds of notice called {kind.name}")
    _kinds[kind.name] = kind
    return kind


def kinds() -> list[Kind]:
    """Every kind there is, as the parts registered them."""
    return list(_kinds.values())


def kind(name: str) -> Kind | None:
    """The kind of that name; None if no part of this version tells it."""
    return _kinds.get(name)
