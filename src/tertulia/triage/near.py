"""The labelled examples that a message is most like, looked up when somebody asks."""

from __future__ import annotations

from tertulia.inbox.models import Message
from tertulia.language.read import shipped
from tertulia.language.reading import Neighbour
from tertulia.triage.taught import taught_by


def near(message: Message, most: int = 3) -> list[Neighbour]:
    """What the brand's people labelled themselves, then the general examples; the likest first, not the message itself."""
    reader = shipped()
    brand = taught_by([message.brand_id], reader.version).get(message.brand_id)
    found = {one.text: one for one in reader.near(message.text, brand, most + 1)}
    return [one for one in found.values() if one.text != message.text][:most]
