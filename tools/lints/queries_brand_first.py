"""Every public query begins with something that leads from a brand its reader may see: nothing is read across brands."""

from collections.abc import Iterator

from tools import syntax, tree

#: What a query may begin with: a brand, who looks, or a row that belongs to one brand; ``token`` and ``email`` find who
#: looks; ``now`` is the engine's sweep for what is due, over all brands.
FIRST = frozenset({
    "brand", "brands", "brand_id", "member", "membership", "channel", "channels", "conversation", "conversations", "message",
    "messages", "post", "posts", "variant", "dispatch", "dispatches", "person", "persons", "people", "profile", "profiles",
    "reading", "house_rule", "rule", "rehearsal",
    "plan", "series", "campaign", "event", "handoff", "desk", "verdict", "room", "search", "idea", "picture",
    "token", "email", "now",
})
#: Parts that hold no brand's data, or stand below brands.
_NOT_SCOPED = frozenset({"kit", "journal", "networks", "language", "plaza", "site"})


def applies(name: str) -> bool:
    part = tree.part_of(name)
    is_query = name.endswith("/queries.py") or "/queries/" in name
    return bool(part) and part not in _NOT_SCOPED and is_query and not tree.is_test(name)


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    for function in syntax.public_functions(source):
        positional = [*function.args.posonlyargs, *function.args.args]
        if not positional or positional[0].arg not in FIRST:
            begins = f"begins with {positional[0].arg}" if positional else "begins with nothing"
            yield function.lineno, f"{function.name} {begins}, not with a brand, a member or a row of a brand"


_FILE = "src/tertulia/inbox/queries.py"
GOOD = [
    (_FILE, "def unanswered(brand, *, before=None): ..."),
    (_FILE, "def visible_to(member): ..."),
    (_FILE, "def thread(conversation): ..."),
    (_FILE, "def due(now): ..."),
    (_FILE, "def _page(rows): ..."),
    ("src/tertulia/kit/queries.py", "def all_of(model): ..."),
]
BAD = [
    (_FILE, "def unanswered(): ..."),
    (_FILE, "def unanswered(*, brand): ..."),
    (_FILE, "def by_id(id): ..."),
]
