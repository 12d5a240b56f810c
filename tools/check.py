"""``python -m tools.check [name…]``: runs the checks, a line each; 1 if any failed. Without names, all of them."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tools import ceilings, clean, dataset, docs, lints, locale, product, tree

Check = Callable[[], list[str]]


def _python(*words: str) -> Check:
    def check() -> list[str]:
        surroundings = product.environment() | {"COLUMNS": "160"}
        done = subprocess.run([sys.executable, *words], cwd=tree.ROOT, capture_output=True, text=True, env=surroundings)
        return (done.stdout + done.stderr).strip().splitlines() if done.returncode else []
    return check


#: Each check gives the list of what is wrong; an empty list is a pass. The slowest first.
CHECKS: dict[str, Check] = {
    "types": _python("-m", "mypy"),
    "migrations": _python("-m", "tools.migrations"),
    "imports": _python("-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo"),
    "ruff": _python("-m", "ruff", "check", "--quiet", "--output-format=concise"),
    "tests": _python("-m", "pytest", "--collect-only", "-qq"),  # that every test can at least be imported
    "ceilings": ceilings.check,
    "lints": lints.check,
    "translations": locale.check,
    "documents": docs.check,
    "clean": clean.check,
    "dataset": dataset.check,
}


_SHOWN = 30  # lines of one check, when several run


def main(names: list[str]) -> int:
    """Runs the checks called so, two at a time; the exit status."""
    if unknown := set(names) - set(CHECKS):
        print(f"no check called {', '.join(sorted(unknown))}; there are: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    failed, shown = [], None if len(names) == 1 else _SHOWN
    with ThreadPoolExecutor(2) as pool:
        chosen = names or list(CHECKS)
        for name, (problems, seconds) in zip(chosen, pool.map(_timed, chosen), strict=True):
            print(f"{'✗' if problems else '✓'} {name:<13}{seconds:6.1f} s")
            print(*(f"    {line}" for line in problems[:shown]), sep="\n", end="\n" if problems else "")
            if len(problems) > len(problems[:shown]):
                print(f"    … and {len(problems) - _SHOWN} lines more: python -m tools.check {name}")
            failed += [name] if problems else []
    if failed:
        print(f"\n{len(failed)} of {len(chosen)} failed: python -m tools.check {' '.join(failed)}")
    return 1 if failed else 0


def _timed(name: str) -> tuple[list[str], float]:
    start = time.perf_counter()
    try:
        problems = CHECKS[name]()
    except Exception as error:  # a check that breaks has failed, and the others still run
        problems = [f"{type(error).__name__}: {error}"]
    return problems, time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
