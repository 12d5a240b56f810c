"""What somebody wrote in a mail, without what it quotes, its signature and what their program adds. Pure.

The rule is ours and short: the well-known libraries know Spanish badly or not at all (2026-11). The whole text is kept beside.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_MONTHS = r"ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic|jan|apr|aug|dec"
#: Lines from which on a mail only repeats another.
_FROM_HERE = re.compile("|".join((
    r"^-{2,}\s*(mensaje original|original message|mensaje reenviado|forwarded message)\s*-{2,}",
    r"^_{8,}\s*$",
    r"^\*?(de|from)\*?\s*:\s.*\n\*?(enviado|enviado el|fecha|sent|date|para|to)\*?\s*:",
    r"^(el|on)\b[^\n]{0,120}\d{1,4}[^\n]{0,160}\n?[^\n]{0,120}(escribi.|wrote|ha escrito)\s*:\s*$",
    rf"^[^\n]{{0,80}}\b({_MONTHS})\w*\.?,?\s[^\n]{{0,80}}\d{{4}}[^\n]{{0,120}}<[^>\n]+@[^>\n]+>[^\n]{{0,20}}:?\s*$",
)), re.IGNORECASE | re.MULTILINE)
#: What a signature begins with.
_SIGNED = re.compile("|".join((
    r"^-- ?$", r"^—\s*$",
    r"^(enviado|sent) (desde|from) (mi|my)\b.*$", r"^(obtener|get) outlook (para|for) .*$",
    r"^enviado desde .{0,30}(iphone|android|ipad).*$",
    r"^(este (mensaje|correo)|this (message|e-?mail)).{0,80}(confidencial|confidential|destinatario|addressee)",
    r"^(antes de imprimir|aviso legal|de conformidad con).*$",
)), re.IGNORECASE | re.MULTILINE)
_GREETED = re.compile(
    r"^(un saludo|saludos( cordiales)?|un cordial saludo|atentamente|cordialmente|gracias y un saludo|un abrazo|best regards|regards|"
    r"kind regards)[,.!]?\s*$", re.IGNORECASE | re.MULTILINE)


def said(text: str) -> str:
    """What the mail itself says; the whole of it if nothing would be left."""
    whole = text.replace("\r\n", "\n").replace("\xa0", " ").strip()
    kept = whole
    if found := _FROM_HERE.search(kept):
        kept = kept[: found.start()]
    kept = "\n".join(line for line in kept.split("\n") if not line.lstrip().startswith(">"))
    for sign in (_SIGNED, _GREETED):
        if (found := sign.search(kept)) and kept[: found.start()].strip():
            kept = kept[: found.start()]
    kept = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in kept.split("\n"))).strip()
    return kept or ("" if whole.startswith(">") else whole)


class _Plain(HTMLParser):
    """Collects the text of a page; what a program quotes is left out."""

    BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = f"{dict(attrs).get('class') or ''} {dict(attrs).get('id') or ''}"
        quoted = tag == "blockquote" or "gmail_quote" in names or "divRplyFwdMsg" in names
        if self._silent or quoted or tag in ("style", "script", "head", "title"):
            if tag not in ("br", "img", "meta", "link", "hr", "input"):
                self._silent.append(tag)
        elif tag in self.BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            while self._silent and self._silent.pop() != tag:
                continue
        elif tag in ("p", "div", "li", "tr"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def plain(html: str) -> str:
    """The text of a mail that has only HTML, without what it marks as quoted."""
    reader = _Plain()
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in "".join(reader.parts).split("\n"))).strip()
