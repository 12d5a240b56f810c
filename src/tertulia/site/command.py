"""The `tertulia` command. Django is loaded only by what needs it, so that help and reading are instant."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

SETTINGS = "tertulia.site.settings"
PORT = 8700

Command = Callable[[argparse.Namespace], int]


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit status. Trouble that a person can mend is told in a sentence, with no trace."""
    options = _parser().parse_args(words)
    from tertulia.kit.cluster import DatabaseTrouble

    try:
        command: Command = options.command
        return command(options)
    except DatabaseTrouble as trouble:
        print(f"tertulia: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone (`tertulia read | head`); nothing more to flush to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


class _Parser(argparse.ArgumentParser):
    """In Spanish, where argparse speaks for itself."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, **options)
        self._optionals.title = "opciones"
        self._positionals.title = "argumentos"
        self.add_argument("-h", "--help", action="help", help="muestra esta ayuda y termina")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", "uso:", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "uso:", 1)

    def error(self, message: str) -> NoReturn:
        for english, spanish in _SPANISH:
            message = message.replace(english, spanish)
        self.exit(2, f"{self.format_usage()}tertulia: {message}\n")


_SPANISH = (
    ("the following arguments are required:", "falta"),
    ("unrecognized arguments:", "no entiendo"),
    ("invalid choice:", "no existe"),
    ("choose from", "elige entre"),
    ("expected one argument", "necesita un valor"),
    ("argument ", ""),
)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tertulia",
        description="El banco de trabajo de quien cuida una comunidad.",
        epilog="Los datos se guardan en TERTULIA_DATA (por defecto, ~/.local/share/tertulia).",
    )
    commands = parser.add_subparsers(title="órdenes", metavar="ORDEN", required=True)

    def add(name: str, command: Command, help: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        made.set_defaults(command=command)
        return made

    demo = add("demo", _demo, "Arranca todo con una marca de muestra y abre la puerta con un enlace de un solo uso.")
    demo.add_argument("--once", action="store_true", help="hace el trabajo entero sin nadie delante e imprime una línea JSON")
    demo.add_argument("--reset", action="store_true", help="borra antes los datos guardados y empieza de cero")
    demo.add_argument("--port", type=_port, help=f"puerto de la web (por defecto, el primero libre desde {PORT})")
    web = add("web", _web, "Arranca solo la web.")
    web.add_argument("--host", default="127.0.0.1", help="dirección en la que escucha (por defecto, solo esta máquina)")
    web.add_argument("--port", type=_port, default=PORT, help=f"puerto (por defecto, {PORT})")
    add("worker", _worker, "Arranca solo quien hace las tareas de fondo.")
    add("migrate", _migrate, "Pone la base de datos al día.")
    manage = add("manage", _manage, "Órdenes de Django, para quien desarrolla.")
    manage.add_argument("words", nargs=argparse.REMAINDER, metavar="…", help="la orden y sus argumentos")
    add("read", _read, "Lee textos (una línea JSON cada uno, por la entrada) y escribe su lectura.")
    add("flow", _flow, "Muestra qué hecho despierta qué reacción.")
    link = add("link", _link, "Imprime un enlace de un solo uso para entrar.")
    link.add_argument("email", metavar="CORREO", help="correo del miembro")
    link.add_argument("--nombre", default="", help="si no hay nadie con ese correo, lo da de alta con este nombre")
    add("stop", _stop, "Detiene lo que esté en marcha, también la base de datos.")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError("un puerto es un número entre 1 y 65535")
    return int(text)


def _django() -> None:
    """Django ready, its database running."""
    from tertulia.kit import database

    database.ensure()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def _demo(options: argparse.Namespace) -> int:
    from tertulia.site import demo

    return demo.once(options.port) if options.once else demo.run(options.port, reset=options.reset)


def _web(options: argparse.Namespace) -> int:
    from tertulia.kit import database, processes

    processes.hold_lifeline()
    database.ensure()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import uvicorn

    uvicorn.run(
        "tertulia.site.asgi:application",
        host=options.host,
        port=options.port,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=2,  # pages that listen for live updates never end by themselves
        server_header=False,
    )
    return 0


def _worker(options: argparse.Namespace) -> int:
    from tertulia.kit import processes

    processes.hold_lifeline()
    _django()
    from tertulia.kit import jobs

    jobs.run_worker()
    return 0


def _migrate(options: argparse.Namespace) -> int:
    _django()
    from django.core.management import call_command

    call_command("migrate", interactive=False)
    return 0


def _manage(options: argparse.Namespace) -> int:
    from tertulia.kit import database

    database.ensure()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tertulia manage", *options.words])
    return 0


def _read(options: argparse.Namespace) -> int:
    from tertulia.language.command import read_lines

    read_lines(sys.stdin, sys.stdout)
    return 0


def _flow(options: argparse.Namespace) -> int:
    _django()
    from tertulia.journal import flow

    flow.main()
    return 0


def _link(options: argparse.Namespace) -> int:
    _django()
    from django.conf import settings

    from tertulia.brands.actions import sign_in_link
    from tertulia.brands.models import Member
    from tertulia.site import demo

    if options.nombre and not Member.objects.filter(email__iexact=options.email).exists():
        Member.objects.create_user(options.email, name=options.nombre)
    try:
        path = sign_in_link(options.email)
    except Member.DoesNotExist:
        print(f"No hay nadie con el correo {options.email}. Para darlo de alta: "
              f"tertulia link {options.email} --nombre NOMBRE", file=sys.stderr)
        return 1
    print((demo.running_at() or settings.PUBLIC_URL) + path)
    return 0


def _stop(options: argparse.Namespace) -> int:
    from tertulia.kit import database
    from tertulia.site import demo

    ended = demo.stop_running()
    stopped = database.stop()
    print("Tertulia se ha detenido." if ended or stopped else "No había nada en marcha.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
