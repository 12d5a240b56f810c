"""Templates as the lints need them: Django's tags blanked out, or with what is translated blanked out as well."""

import re

from django.template.base import Lexer, Token, TokenType

_TRANSLATES = re.compile(r"blocktrans(?:late)?\b")
_ENDS = re.compile(r"endblocktrans(?:late)?\b")


def without_tags(source: str, *, without_translated: bool = False) -> str:
    """The HTML of a template, line for line, with ``{% … %}`` and ``{{ … }}`` as blanks.

    ``without_translated``: also without what stands between ``blocktranslate`` and its end. Comments always go.
    """
    written: list[str] = []
    until = ""
    for token in Lexer(source).tokenize():
        kind = _kind(token)
        if not until and kind in ("comment", "verbatim", "translated"):
            until = "" if kind == "translated" and not without_translated else f"end{kind}"
        elif kind == until:
            until = ""
        shown = token.token_type == TokenType.TEXT and not until
        in_name = bool(written) and written[-1].endswith(("<", "</"))  # <{% if x %}a{% else %}b{% endif %} is one tag
        written.append(token.contents if shown else "" if in_name else _blank(token))
    return "".join(written)


def _kind(token: Token) -> str:
    """Which pair of tags opens or closes here, if one that matters does."""
    if token.token_type != TokenType.BLOCK:
        return ""
    if _TRANSLATES.match(token.contents):
        return "translated"
    if _ENDS.match(token.contents):
        return "endtranslated"
    return token.contents if token.contents in ("comment", "endcomment") else ""


def _blank(token: Token) -> str:
    """As many line ends as the token has; a value that is shown leaves a mark, so that its attribute is not empty."""
    return ("{}" if token.token_type == TokenType.VAR else " ") + "\n" * token.contents.count("\n")
