"""Links, handles and hashtags that would not work, and what somebody meant to fill in and did not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import regex

from tertulia.kit.folding import fold
from tertulia.language.finding import Finding, Kind, Profile, Severity
from tertulia.language.proofing.lengths import name_of_account, title
from tertulia.language.proofing.mentioned import is_address, mentioned

__all__ = ["check", "mentioned"]

Fix = Callable[[regex.Match[str]], str | None]

_TLD = r"(?:com|es|org|net|cat|eus|gal|mx|ar|eu|info|io|app|shop|online|store|tv|me|ly)"


class _Rule(NamedTuple):
    rule: str
    kind: Kind
    severity: Severity
    pattern: regex.Pattern[str]
    why: str
    fix: Fix = lambda match: None


def _re(pattern: str, *, cased: bool = False) -> regex.Pattern[str]:
    return regex.compile(pattern, 0 if cased else regex.IGNORECASE)


def _without_tracks(match: regex.Match[str]) -> str | None:
    url, hash_, fragment = str(match[0]).partition("#")
    head, _, query = url.partition("?")
    kept = "&".join(one for one in query.split("&") if not _TRACK.match(one))
    return head + (f"?{kept}" if kept else "") + hash_ + fragment


def _camel(match: regex.Match[str]) -> str | None:
    first, *rest = re.split(r"[-.'’&/]", str(match[0]))
    return first + "".join(one[:1].upper() + one[1:] for one in rest)


_TRACK = re.compile(r"(?:fbclid|gclid|dclid|gbraid|wbraid|msclkid|igshid|igsh|mc_eid|mc_cid|_hsenc|_hsmi|yclid|twclid|ttclid"
                    r"|li_fat_id|vero_id)=", re.IGNORECASE)
_SHORTENERS = r"bit\.ly|tinyurl\.com|ow\.ly|cutt\.ly|is\.gd|buff\.ly|rb\.gy|rebrand\.ly|acortar\.link|shorturl\.at|t\.ly|n9\.cl"
_EDITIONS = (r"edici[oó]n|aniversario|congreso|jornadas?|feria|festival|premios?|certamen|gala|carrera|marat[oó]n|concurso|"
             r"encuentro|campeonato|torneo|semana|simposio|ciclo|muestra|trofeo|legislatura|salón|copa|cross|ruta")

_L, _H = Kind.LINK, Kind.HANDLE
_ERROR, _WARNING, _HINT = Severity.ERROR, Severity.WARNING, Severity.HINT

_RULES: tuple[_Rule, ...] = (
    # ------------------------------------------------------------------ links
    _Rule("link-scheme", _L, _ERROR, _re(r"(?<![\p{L}\p{N}])(?!https?://)(?:h+t*p+s?|ht+ps?|hhttps?|https?|htps?|ttps?)[:;.,]*[/\\]{1,3}(?=[\w-]+\.)"),
         "El principio del enlace está mal escrito y no llevará a ningún sitio.",
         lambda match: "https://" if "s" in match[0].lower() else "http://"),
    _Rule("link-scheme", _L, _ERROR, _re(r"(?<![\p{L}\p{N}])(?:https?[:;]|https?)(?=www\.)"),
         "Al enlace le faltan las barras.", lambda match: "https://" if "s" in match[0].lower() else "http://"),
    _Rule("link-space", _L, _ERROR, _re(r"(?<![\p{L}\p{N}])(?:https?://[ \t]+(?=[\w-]+\.)|www\.[ \t]+(?=[\w-]+\.))"),
         "Hay un espacio dentro del enlace: se cortará.", lambda match: match[0].strip()),
    _Rule("link-space", _L, _ERROR, _re(rf"(?<=\bwww\.[\w-]{{1,60}})[ \t]*[ ,][ \t]*\.?(?={_TLD}\b)"),
         "Hay un espacio o una coma dentro del enlace: se cortará.", lambda match: "."),
    _Rule("link-www", _L, _ERROR, _re(r"(?<![\p{L}\p{N}.@/])(?:w{4,}\.|ww\.|www,\s?)(?=[\w-]+\.\w)"),
         "«www» está mal escrito.", lambda match: "www."),
    _Rule("link-www", _L, _ERROR, _re(r"(?<![\p{L}\p{N}.@/])www\.[\p{L}\p{N}-]+(?![\p{L}\p{N}\-.,])"),
         "Al enlace le falta el final (.es, .com…)."),
    _Rule("link-end", _L, _ERROR, _re(r"(?<![\p{L}\p{N}@])https?://(?![\w-]*localhost)[\w-]+(?![\w.:@-])"),
         "Al enlace le falta el final (.es, .com…)."),
    _Rule("link-glued", _L, _ERROR, _re(r"(?<=https?://[^\s?=]{3,300}[^\s/?=(])(?=https?://)"),
         "Hay dos enlaces pegados: no funcionará ninguno.", lambda match: " "),
    _Rule("link-glued-word", _L, _ERROR, _re(r"(?<=(?<!https?:[^\s]{0,300})[\p{L}\p{N}.,:;!?)])(?=https?://[\w-]+\.)"),
         "El enlace está pegado a lo que va delante y puede que no se pueda pulsar.", lambda match: " "),
    _Rule("link-emoji", _L, _WARNING, _re(r"(?<=(?:https?://|www\.)[^\s]{3,300})(?<![\p{Extended_Pictographic}\ufe0f\u200d])(?=\p{Extended_Pictographic})"),
         "El emoji está pegado al enlace, y alguna red lo tomará por parte de la dirección.", lambda match: " "),
    _Rule("link-cut", _L, _ERROR, _re(r"(?<![\p{L}\p{N}@])https?://[^\s<>\"«»]+(?:…|\.{3})"),
         "El enlace parece copiado a medias: acaba en puntos suspensivos."),
    _Rule("link-local", _L, _ERROR, _re(
        r"(?<![\p{L}\p{N}@])(?:https?://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|192\.168\.\d+\.\d+)(?::\d+)?(?:/\S*)?(?![\w.])|file:///\S+|\b[A-Z]:\\[\w\\.-]+"),
         "Esa dirección solo existe en tu equipo: nadie más podrá abrirla."),
    _Rule("link-private", _L, _WARNING, _re(r"https?://(?:docs|drive)\.google\.com/\S+/(?:edit|view)\S*|https?://[^\s/]+/wp-admin\S*|"
                                            r"https?://(?:staging|preprod|pre|test|dev)\.\S+"),
         "Parece un enlace de trabajo (un documento o una web en pruebas): comprueba que lo pueda abrir cualquiera."),
    _Rule("link-tracks", _L, _HINT, _re(rf"(?<![\p{{L}}\p{{N}}@])https?://[^\s<>\"«»]+[?&]{_TRACK.pattern}[^\s<>\"«»]*"),
         "El enlace arrastra códigos de seguimiento de donde lo copiaste.", _without_tracks),
    _Rule("link-insecure", _L, _HINT, _re(r"(?<![\p{L}\p{N}@])http://(?=[\w-]+\.\w)(?!127\.|192\.168\.)"),
         "Enlace sin cifrar: si la web lo admite, mejor con https.", lambda match: "https://"),
    _Rule("link-dead", _L, _WARNING, _re(r"(?<![\p{L}\p{N}@])(?:https?://)?goo\.gl/\S+"),
         "Google cerró goo.gl en agosto de 2025: el enlace puede no llevar a ninguna parte."),
    _Rule("link-short", _L, _HINT, _re(rf"(?<![\p{{L}}\p{{N}}@.])(?:https?://)?(?:{_SHORTENERS})/[\w/-]+"),
         "Enlace acortado: no deja ver adónde lleva, y hay quien no se fía."),
    # ------------------------------------------------------------------ handles
    _Rule("handle-twice", _H, _ERROR, _re(r"(?<![\p{L}\p{N}@])@@+(?=[a-z0-9_])"), "Sobra una arroba.", lambda match: "@"),
    _Rule("handle-space", _H, _WARNING, _re(r"(?<!\S)@[ \t]+(?=[\p{L}_])"),
         "Hay un espacio tras la arroba: no mencionará a nadie.", lambda match: "@"),
    _Rule("handle-accent", _H, _ERROR, _re(r"(?<![\p{L}\p{N}_@./])@(?=[\w.]*[áéíóúüñç])[\p{L}\p{N}_.]*[\p{L}\p{N}_]"),
         "Los nombres de usuario no llevan tildes ni eñes: la mención se cortará.",
         lambda match: fold(match[0]).replace("ñ", "n")),
    # ------------------------------------------------------------------ hashtags
    _Rule("hashtag-twice", _H, _ERROR, _re(r"(?<![\p{L}\p{N}#&])##+(?=[\p{L}\p{N}_])"), "Sobra una almohadilla.", lambda match: "#"),
    _Rule("hashtag-space", _H, _WARNING, _re(r"(?<=\S[ \t]+)(?<!#)#[ \t]+(?=\p{L})"),
         "Hay un espacio tras la almohadilla: no será una etiqueta.", lambda match: "#"),
    _Rule("hashtag-digits", _H, _WARNING, _re(r"(?<![\p{L}\p{N}_#&/])#\d{3,}(?![\p{L}\p{N}_])"),
         "Una etiqueta solo con cifras no funciona: añade una letra."),
    _Rule("hashtag-glued", _H, _WARNING, _re(r"(?<=(?<![\p{L}\p{N}/#&])#[\p{L}\p{N}_]{1,100})(?=#[\p{L}\p{N}_])"),
         "Hay dos etiquetas pegadas: alguna red no reconocerá ninguna.", lambda match: " "),
    _Rule("hashtag-cut", _H, _WARNING, _re(
        r"(?<![\p{L}\p{N}_#&/])#[\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*(?:[-'’&][\p{L}\p{N}_]+)+(?!\S*://)"),
         "La etiqueta se cortará en el signo: solo admite letras, cifras y guion bajo.", _camel),
    # ------------------------------------------------------------------ left to fill in
    _Rule("placeholder", _L, _ERROR, _re(
        r"[\[<](?:(?:insertar?|pon(?:er)?|añadir?|falta|pendiente)\b[^\]>)\n]{0,40}|"
        r"(?:el |tu |aquí (?:el |la )?)?(?:enlace|link|url|nombre|apellidos?|fecha|hora|precio|foto|imagen|lugar|direcci[oó]n|"
        r"tel[eé]fono|cliente|empresa|marca|producto|ciudad|usuario|c[oó]digo|n[uú]mero de pedido|texto|x+)(?: aqu[ií])?)[\]>]"),
         "Aquí falta algo por rellenar."),
    _Rule("placeholder", _L, _ERROR, _re(
        r"\{\{[^{}\n]{0,60}\}\}|\$?\{[\p{L}_][\p{L}\p{N}_ .]{0,40}\}|%[A-ZÑ_]{3,}%|\[object Object\]|\[\s*\]\(\s*\)", cased=True),
         "Aquí falta algo por rellenar."),
    _Rule("placeholder", _L, _ERROR, _re(
        r"\b(?:INSERTAR|INSERTE|RELLENAR|COMPLETAR)\b(?:[ \t]+[A-ZÁÉÍÓÚÑ]{2,})*|\bTBD\b|\bTBC\b", cased=True),
         "Aquí falta algo por rellenar."),
    _Rule("placeholder", _L, _ERROR, _re(
        rf"(?<![\p{{L}}\p{{N}}])(?:XXX(?![ \t]+(?:{_EDITIONS})\b)|XX(?=[ \t]?(?:€|%|euros?\b|de XX\b))|X{{4,}}|x{{4,}})(?![\p{{L}}\p{{N}}])"
        r"|(?<!\d)XX[/:.-]XX(?:[/:.-]X{2,4})?", cased=True), "Aquí falta algo por rellenar."),
    _Rule("placeholder", _L, _ERROR, _re(r"\blorem ipsum\b(?: dolor sit amet\b)?|\btexto de (?:relleno|ejemplo|prueba)\b|\basdf\w*\b|"
                                         r"\b(?:pon|poner|va) aquí (?:el|la|tu) (?:enlace|link|foto|nombre|fecha)\b"),
         "Texto de relleno que no debería salir."),
)


def check(text: str, profile: Profile) -> Iterator[Finding]:
    """What would not work in ``text``. Kinds LINK and HANDLE; what a network alone cuts, where the text goes there."""
    quick = _signs(text)
    for rule in _RULES:
        if rule.rule != "placeholder" and not quick & _NEEDS.get(rule.rule.partition("-")[0], frozenset()):
            continue
        for match in rule.pattern.finditer(text):
            fix = rule.fix(match)
            fixes = () if fix is None or fix == match[0] else (fix,)
            yield Finding(match.start(), match.end(), match[0], rule.kind, rule.rule, rule.severity, rule.why, fixes)
    yield from _impossible(text)
    yield from _cut_by_network(text, profile)


def _impossible(text: str) -> Iterator[Finding]:
    """Whole links that no browser could open and no other rule speaks of."""
    for spot in mentioned(text).links:
        said = text[spot.start:spot.end]
        if "://" in said and "." in said and "localhost" not in said and said.count("://") == 1 and not is_address(said):
            yield Finding(spot.start, spot.end, said, Kind.LINK, "link-impossible", Severity.ERROR,
                          "Así no se puede abrir: hay algo en la dirección que no puede estar ahí.")


_NEEDS = {"link": frozenset("./\\"), "handle": frozenset("@"), "hashtag": frozenset("#")}


def _signs(text: str) -> frozenset[str]:
    return frozenset(sign for sign in "./\\@#" if sign in text)


def _cut_by_network(text: str, profile: Profile) -> Iterator[Finding]:
    """Mentions of names that nobody can have where the text goes."""
    if "@" not in text or not profile.networks:
        return
    names = {place.partition(".")[0]: name for place in profile.networks if (name := name_of_account(place))}
    for spot in mentioned(text).handles if names else ():
        for place, name in names.items():
            if not name.fullmatch(spot.value):
                yield Finding(spot.start, spot.end, text[spot.start:spot.end], Kind.HANDLE, f"handle-{place}", Severity.WARNING,
                              f"En {title(place)} no puede haber una cuenta que se llame así: comprueba la mención.")
