"""Every public function of ``actions.py`` takes the keywords ``by`` (who does it) and ``because`` (why).

Not on the plaza: there the simulated public acts, and its network answers to nobody.
"""

from collections.abc import Iterator

from tools import syntax, tree


def applies(name: str) -> bool:
    is_ours = tree.part_of(name) not in ("", "plaza")
    return is_ours and not tree.is_test(name) and (name.endswith("/actions.py") or "/actions/" in name)


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    for function in syntax.public_functions(source):
        told = {argument.arg for argument in function.args.kwonlyargs}
        if missing := [word for word in ("by", "because") if word not in told]:
            yield function.lineno, f"{function.name} has no keyword {' nor '.join(missing)}"


_FILE = "src/tertulia/inbox/actions.py"
GOOD = [
    (_FILE, "def close(conversation, *, by, because): ..."),
    (_FILE, "def close(conversation, *, by, because=''): ..."),
    (_FILE, "def _stored(conversation): ..."),
    ("src/tertulia/inbox/queries.py", "def open_in(brand): ..."),
    ("src/tertulia/plaza/actions.py", "def say(neighbour, text): ..."),
    ("src/tertulia/inbox/tests/test_actions.py", "def helper(): ..."),
]
BAD = [
    (_FILE, "def close(conversation): ..."),
    (_FILE, "def close(conversation, by, because): ..."),
    (_FILE, "def close(conversation, *, by): ..."),
    (_FILE, "async def close(conversation, *, because): ..."),
]
