"""Reading the journal: brand first."""

from datetime import datetime

from tertulia.journal.models import Fact


def happened_since(brand_id: int, moment: datetime) -> bool:
    """Whether anything happened to the brand since ``moment``."""
    last = Fact.objects.filter(brand_id=brand_id).order_by("-id").values_list("at", flat=True).first()
    return last is not None and last >= moment
