"""What triage does when somebody speaks, to the brand or of its readings."""

from collections.abc import Sequence

from tertulia.brands.models import Brand
from tertulia.inbox.facts import MessageEdited, MessageReceived
from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.kit.jobs import Wake, job, watch
from tertulia.language.read import shipped
from tertulia.people.facts import PersonErased
from tertulia.triage import actions
from tertulia.triage import naming as naming  # tells the inbox what departments are called
from tertulia.triage.facts import BrandTaught, CorrectionUndone, DepartmentsChanged, ReadingCorrected
from tertulia.triage.taught import outdated
from tertulia.triage.wiping import wipe


@reaction(MessageReceived, MessageEdited)
def on_message_received(happened: Sequence[Happened]) -> None:
    """Reads what arrived, in batches."""
    actions.read(sorted({one.what.message_id for one in happened}), by=SYSTEM)


@reaction(ReadingCorrected, CorrectionUndone, DepartmentsChanged)
def on_lesson(happened: Sequence[Happened]) -> None:
    """Learns: however much a brand's people said meanwhile, once."""
    for brand_id in sorted({one.what.brand_id for one in happened}):
        actions.learn(brand_id, by=SYSTEM)


@reaction(BrandTaught)
def on_brand_taught(happened: Sequence[Happened]) -> None:
    """Reads again what is still to be answered."""
    for brand in Brand.objects.filter(pk__in={one.what.brand_id for one in happened}).order_by("pk"):
        actions.read_again(brand, by=SYSTEM, because="BrandTaught")


@reaction(PersonErased)
def on_person_erased(happened: Sequence[Happened]) -> None:
    """Forgets what was understood of them, and what it learned from their words."""
    for one in happened:
        wipe(one.what.profile_ids, by=SYSTEM, because=one.because)


@job
def learn_anew(brand_id: int) -> None:
    """Learns a brand's corrections on top of a general model that is new."""
    actions.learn(brand_id, by=SYSTEM, because="new general model")


@watch(every=60.0)
def brands_to_learn_anew() -> Sequence[Wake]:
    """The brands whose model stands on an older general model."""
    return [Wake(learn_anew, {"brand_id": pk}, lock=f"learn:{pk}") for pk in outdated(shipped().version)]
