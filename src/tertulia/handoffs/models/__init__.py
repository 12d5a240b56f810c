"""The tables: matters, their letters, leads, ideas."""

from tertulia.handoffs.models.ideas import Idea, Regrouping, Suggestion
from tertulia.handoffs.models.leads import Lead, LeadDelivery, Outlet
from tertulia.handoffs.models.mail import Arrival, Letter, Mailbox
from tertulia.handoffs.models.matters import (
    LIVE,
    Attachment,
    Desk,
    Door,
    Duty,
    HandOff,
    Holder,
    Kind,
    State,
    Stint,
    Visit,
    Word,
)

__all__ = [
    "LIVE", "Arrival", "Attachment", "Desk", "Door", "Duty", "HandOff", "Holder", "Idea", "Kind", "Lead", "LeadDelivery", "Letter",
    "Mailbox", "Outlet", "Regrouping", "State", "Stint", "Suggestion", "Visit", "Word",
]
