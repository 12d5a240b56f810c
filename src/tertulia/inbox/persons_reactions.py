"""What the inbox does for persons: counts what they say, and wipes it when they are erased."""

from collections.abc import Sequence

from tertulia.inbox import persons
from tertulia.inbox.facts import MessageReceived
from tertulia.inbox.persons_wiping import wipe
from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.people.facts import PersonErased
from tertulia.people.queries import traces_of


@reaction(MessageReceived)
def on_person_spoke(happened: Sequence[Happened]) -> None:
    """Who speaks is a person."""
    persons.heard([one.what.message_id for one in happened])


@reaction(PersonErased)
def on_person_erased(happened: Sequence[Happened]) -> None:
    """Their words, and ours that name them, are gone."""
    for one in happened:
        wipe(one.what.profile_ids, traces_of(one.what.person_id), by=SYSTEM, because=one.because)
