"""At which groups of people a text is aimed, by the names it gives them."""

from __future__ import annotations

from tertulia.language.folding import Folded
from tertulia.language.phrases import phrases_of


def groups_in(folded: Folded) -> tuple[str, ...]:
    """The groups that the text names (keys of ``lists/groups.toml``), in the order in which it does."""
    return tuple(dict.fromkeys(found.name for found in phrases_of("groups").find(folded.text)))
