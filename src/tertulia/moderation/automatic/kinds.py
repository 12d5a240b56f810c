"""The kinds of condition: how each is written, what it takes, how it is said in a sentence. Parser, printer, form, sentences
and engine read this one table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Takes(Enum):
    """What comes after the words of a condition."""

    NOTHING = "nothing"
    TERMS = "terms"  # words and phrases in quotes; «idiot*» begins a word
    STRINGS = "strings"  # in quotes, as they are
    PATTERN = "pattern"  # between slashes
    LIST = "list"  # the name of a list
    NUMBER = "number"  # a comparison
    WINDOW = "window"  # in so many minutes, a comparison
    CHOICES = "choices"  # some of ``choices``
    LABELS = "labels"  # some of ``choices``, and how sure
    HOURS = "hours"  # from, to


#: Where a kind stands in the form's menu.
GROUPS = {"text": "Lo que dice", "author": "Quién lo dice", "window": "Cuánto y cuántas veces", "reading": "Lo que se entiende",
          "place": "Dónde y cuándo"}


@dataclass(frozen=True, slots=True)
class Kind:
    """``words``: as it is written; ``says``: as a sentence says it (``{}`` is what it takes); ``unit``: of its number;
    ``choices``: by Spanish word, the code of the reading or message.
    """

    key: str
    group: str
    words: str
    takes: Takes
    says: str
    unit: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    heads: str = ""  # the head of the reading that it looks at


_DAYS = {day: str(at) for at, day in enumerate(("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"))}
_DATA = {"teléfono": "phone", "correo": "mail", "documento": "document", "cuenta": "account", "tarjeta": "card"}
_LANGUAGES = {"español": "es", "catalán": "ca", "gallego": "gl", "euskera": "eu", "portugués": "pt", "inglés": "en",
              "francés": "fr", "italiano": "it", "otro": "other"}

_TABLE = (
    Kind("says", "text", "contiene", Takes.TERMS, "dice {}"),
    Kind("says_list", "text", "contiene lista", Takes.LIST, "dice algo de la lista {}"),
    Kind("says_exactly", "text", "contiene tal cual", Takes.STRINGS, "dice, con esas mismas letras, {}"),
    Kind("fits", "text", "contiene patrón", Takes.PATTERN, "encaja en el patrón {}"),
    Kind("link", "text", "contiene enlace", Takes.NOTHING, "lleva un enlace"),
    Kind("link_to", "text", "contiene enlace a", Takes.STRINGS, "enlaza con {}"),
    Kind("link_in", "text", "contiene enlace de lista", Takes.LIST, "enlaza con algo de la lista {}"),
    Kind("link_outside", "text", "contiene enlace fuera de lista", Takes.LIST, "enlaza con algo que no está en la lista {}"),
    Kind("mention", "text", "contiene mención", Takes.NOTHING, "menciona a alguien"),
    Kind("personal", "text", "contiene dato", Takes.CHOICES, "da un dato personal ({})", choices=_DATA),
    Kind("only_emoji", "text", "solo emojis", Takes.NOTHING, "son solo emojis"),
    Kind("length", "text", "largo", Takes.NUMBER, "tiene {} caracteres", "caracteres"),
    Kind("words", "text", "palabras", Takes.NUMBER, "tiene {} palabras"),
    Kind("capitals", "text", "mayúsculas", Takes.NUMBER, "tiene {} % de mayúsculas", "%"),
    Kind("links", "text", "enlaces", Takes.NUMBER, "tiene {} enlaces"),
    Kind("mentions", "text", "menciones", Takes.NUMBER, "tiene {} menciones"),
    Kind("tags", "text", "etiquetas", Takes.NUMBER, "tiene {} etiquetas con #"),
    Kind("emojis", "text", "emojis", Takes.NUMBER, "tiene {} emojis"),
    Kind("handle", "author", "perfil es", Takes.STRINGS, "lo escribe {}"),
    Kind("handle_in", "author", "perfil en lista", Takes.LIST, "lo escribe alguien de la lista {}"),
    Kind("name_says", "author", "nombre contiene", Takes.TERMS, "lo escribe alguien cuyo nombre dice {}"),
    Kind("customer", "author", "persona es", Takes.CHOICES, "lo escribe un {}", choices={"cliente": "customer"}),
    Kind("followers", "author", "seguidores", Takes.NUMBER, "lo escribe alguien con {} seguidores"),
    Kind("before", "author", "mensajes anteriores", Takes.NUMBER, "lo escribe alguien con {} mensajes anteriores"),
    Kind("offences", "author", "ofensas anteriores", Takes.NUMBER, "lo escribe alguien con {} ofensas anteriores"),
    Kind("strikes", "author", "faltas", Takes.NUMBER, "lo escribe alguien con {} faltas"),
    Kind("known", "author", "antigüedad", Takes.NUMBER, "lo escribe alguien a quien se conoce desde hace {} días", "días"),
    Kind("author_rate", "window", "mensajes en", Takes.WINDOW, "lo escribe alguien que lleva {} mensajes en {}"),
    Kind("alike", "window", "cuentas con lo mismo en", Takes.WINDOW, "lo dicen igual {} cuentas en {}"),
    Kind("judgement", "reading", "juicio es", Takes.LABELS, "se lee como {} (juicio)", heads="judgement", choices={
        "importante": "important", "enfadado": "angry", "sin sentido": "senseless", "troll": "troll", "ninguno": "none"}),
    Kind("intent", "reading", "intención es", Takes.LABELS, "se lee como {} (intención)", heads="intent", choices={
        "pregunta": "question", "compra": "presales", "queja": "complaint", "incidencia": "incident", "sugerencia": "suggestion",
        "elogio": "praise", "spam": "spam", "charla": "chat"}),
    Kind("offence", "reading", "ofensa es", Takes.LABELS, "se lee como {} (ofensa)", heads="offence", choices={
        "a una persona": "OFP", "a un grupo": "OFG", "malsonante": "NOE", "ninguna": "NO"}),
    Kind("hate", "reading", "odio es", Takes.LABELS, "se lee como {} (odio)", heads="hate", choices={
        "seguro": "hateful", "ninguno": "not"}),
    Kind("sentiment", "reading", "sentimiento es", Takes.LABELS, "se lee como {} (sentimiento)", heads="sentiment", choices={
        "negativo": "negative", "neutro": "neutral", "positivo": "positive"}),
    Kind("spam", "reading", "spam es", Takes.LABELS, "se lee como {} (spam)", heads="spam", choices={"seguro": "spam", "ninguno": "ham"}),
    Kind("language", "reading", "idioma es", Takes.LABELS, "se lee como {} (idioma)", heads="language", choices=_LANGUAGES),
    Kind("channel", "place", "canal es", Takes.STRINGS, "llega por {}"),
    Kind("kind", "place", "tipo es", Takes.CHOICES, "es de tipo {}", choices={
        "comentario": "comment", "mención": "mention", "privado": "direct", "reseña": "review"}),
    Kind("hour", "place", "hora entre", Takes.HOURS, "se escribe entre {}"),
    Kind("day", "place", "día es", Takes.CHOICES, "se escribe en {}", choices=_DAYS),
)
KINDS = {kind.key: kind for kind in _TABLE}

#: Comparisons, as they are written and as they are said.
OPS = {"<": "menos de {}", "<=": "como mucho {}", "=": "justo {}", ">=": "al menos {}", ">": "más de {}"}
UNITS = {"minuto": 1, "minutos": 1, "hora": 60, "horas": 60, "día": 1440, "días": 1440}
#: No window is longer: what is counted is counted in the database.
LONGEST_WINDOW = 7 * 1440


def window(minutes: int) -> str:
    """«10 minutos», «1 hora», «2 días»."""
    for size, one, many in ((1440, "día", "días"), (60, "hora", "horas"), (1, "minuto", "minutos")):
        if minutes % size == 0:
            return f"{minutes // size} {one if minutes == size else many}"
    raise ValueError(minutes)
