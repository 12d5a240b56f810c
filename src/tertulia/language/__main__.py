"""``python -m tertulia.language read < in.jsonl > out.jsonl`` and ``… train --corpus FOLDER``."""

import io
import sys

from tertulia.language.command import read_lines


def main(arguments: list[str]) -> int:
    """Run ``read`` or ``train``; 2 if it is neither."""
    match arguments:
        case ["read"]:
            with io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace") as lines:
                return read_lines(lines, sys.stdout)
        case ["train", *rest]:
            from tertulia.language.training.making import main as train  # needs scikit-learn, which reading does not

            return train(rest)
    print("Uso: python -m tertulia.language read | train [--corpus CARPETA] [--out FICHERO]", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
