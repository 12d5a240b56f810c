"""The command that reads lines."""

import io
import json
import subprocess
import sys

from tertulia.language.command import read_lines


def test_every_line_is_answered_in_order_and_bad_ones_do_not_stop_the_run() -> None:
    lines = ['{"text": "hola"}', "no es json", '{"texto": 1}', '{"text": 5}', "[]", "", '{"text": "adiós \\ud83d"}']
    out = io.StringIO()
    assert read_lines(io.StringIO("\n".join(lines)), out) == 1
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False]
    assert answers[1] == {"error": "La línea no es JSON.", "line": 2}
    assert answers[-1]["language"]["label"]


def test_good_lines_alone_end_well_and_none_at_all_too() -> None:
    out = io.StringIO()
    assert read_lines(io.StringIO('{"text": "hola"}\n' * 600), out) == 0
    assert len(out.getvalue().splitlines()) == 600
    assert read_lines(io.StringIO(""), io.StringIO()) == 0


def test_it_runs_as_a_module_without_the_training_library() -> None:
    code = "import sys; sys.modules['sklearn'] = sys.modules['scipy'] = None; "
    code += "from tertulia.language.__main__ import main; sys.exit(main(['read']))"
    line = '{"text": "¿A qué hora abrís?"}\n\xff\n'.encode("latin-1") + '{"text": "sí"}\n'.encode()
    run = subprocess.run([sys.executable, "-c", code], input=line, capture_output=True, timeout=60, check=False)
    assert run.returncode == 1
    assert len(run.stdout.splitlines()) == 3
