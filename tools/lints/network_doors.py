"""Only channels and outbox speak with networks; the rest may read the contract. No network knows another."""

from collections.abc import Iterator

from tools import syntax, tree

_SPEAKERS = frozenset({"channels", "outbox", "networks"})
_OPEN = frozenset({"contract", "names", "load", "manifest"})


def applies(name: str) -> bool:
    return bool(tree.part_of(name)) and name.endswith(".py") and not tree.is_test(name)


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    part = tree.part_of(name)
    own = name.removeprefix(f"{tree.PACKAGE}/networks/").split("/")[0]
    for line, module, taken in syntax.imports(source):
        if not f"{module}.".startswith("tertulia.networks."):
            continue
        inside = (*module.split(".")[2:], taken)[0]
        if inside in tree.networks() and not (part == "networks" and own == inside):
            yield line, f"{inside} is a network: only its own folder imports it; load it by name"
        elif part not in _SPEAKERS and inside not in _OPEN and inside:
            yield line, f"only {', '.join(sorted(_SPEAKERS))} use networks.{inside}; here, only {', '.join(sorted(_OPEN))}"


_NETWORK = "src/tertulia/networks/bluesky/client.py"
GOOD = [
    ("src/tertulia/inbox/actions.py", "from tertulia.networks.contract import Item"),
    ("src/tertulia/inbox/actions.py", "from tertulia.networks import contract, manifest, names"),
    ("src/tertulia/outbox/sending.py", "from tertulia.networks import calls"),
    (_NETWORK, "from tertulia.networks.bluesky import translate\nfrom tertulia.networks import calls"),
]
BAD = [
    ("src/tertulia/inbox/actions.py", "from tertulia.networks import calls"),
    ("src/tertulia/inbox/actions.py", "from tertulia.networks.manifest_file import read"),
    ("src/tertulia/channels/actions.py", "from tertulia.networks.bluesky import client"),
    ("src/tertulia/channels/actions.py", "from tertulia.networks import mastodon"),
    (_NETWORK, "from tertulia.networks.mastodon import translate"),
    (_NETWORK, "import tertulia.networks.mastodon.client"),
]
