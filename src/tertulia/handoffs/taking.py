"""What a mail of the brand's box means, decided once: a word about a matter, a bounce, a machine's answer, or nobody knows."""

from __future__ import annotations

from django.db import transaction

from tertulia.handoffs import queries
from tertulia.handoffs.actions import hear
from tertulia.handoffs.models import Arrival, HandOff, Letter, Mailbox
from tertulia.handoffs.parsing import Mail, parse
from tertulia.handoffs.posting import came_back
from tertulia.handoffs.quoting import said
from tertulia.handoffs.rules import asks, key_in
from tertulia.journal.actions import SYSTEM
from tertulia.kit import clock

#: Of a mail that nobody can place, so much is kept to be placed by hand.
KEPT = 5 * 1024 * 1024


@transaction.atomic
def take(box: Mailbox, validity: int, uid: int, raw: bytes) -> Arrival | None:
    """Handles a mail, and says so in its row; None if it was handled before (by its place in the box, or its Message-ID)."""
    if Arrival.objects.filter(mailbox=box, validity=validity, uid=uid).exists():
        return None
    mail = parse(raw)
    if mail.message_id and Arrival.objects.filter(mailbox=box, message_id=mail.message_id).exists():
        return None
    arrival = Arrival(mailbox=box, validity=validity, uid=uid, message_id=mail.message_id, sender=mail.sender, subject=mail.subject,
                      text=said(mail.text)[:20_000], at=clock.now())
    _place(arrival, box, mail)
    if arrival.outcome == "unmatched":
        arrival.raw = raw[:KEPT]
    arrival.save()
    return arrival


def _place(arrival: Arrival, box: Mailbox, mail: Mail) -> None:
    if mail.bounce:
        _bounced(arrival, box, mail)
        return
    if mail.sender == box.address.lower() or Letter.objects.filter(message_id=mail.message_id).exists():
        arrival.outcome, arrival.because = "automatic", "from ourselves"
        return
    hand_off = _matter(box, mail)
    arrival.hand_off = hand_off
    holder = queries.holder_at(hand_off, mail.sender) if hand_off else None
    if mail.automatic:
        arrival.outcome, arrival.because = "automatic", mail.automatic[:200]
        if hand_off and holder:
            hear(hand_off, holder, "happened", arrival.text, way="mail", by=SYSTEM, message_id=mail.message_id, because=mail.automatic)
        return
    if hand_off is None:
        arrival.outcome, arrival.because = "unmatched", "no matter"
        return
    if holder is None:
        arrival.outcome, arrival.because = "unmatched", "stranger"
        return
    what = "question" if asks(arrival.text) else "answer"
    arrival.outcome = "word"
    left_out = f"\n\n[{', '.join(mail.left_out)}]" if mail.left_out else ""
    hear(hand_off, holder, what, arrival.text, way="mail", by=SYSTEM, because=f"mail from {mail.sender}", files=mail.files,
         message_id=mail.message_id, raw=mail.text[:100_000] + left_out)


def _bounced(arrival: Arrival, box: Mailbox, mail: Mail) -> None:
    assert mail.bounce
    arrival.outcome, arrival.because = "bounce", mail.bounce.because[:200]
    letter = queries.letter_named(box.brand, [one for one in (mail.bounce.message_id, *mail.answers) if one])
    if letter is None:
        return
    arrival.hand_off = letter.hand_off
    if mail.bounce.failed:  # else it is only late: the server tries on
        came_back(letter, mail.bounce.because)


def _matter(box: Mailbox, mail: Mail) -> HandOff | None:
    """By the key in the address it was sent to, else by the letter it answers."""
    if key := key_in(mail.to):
        return HandOff.objects.filter(brand=box.brand_id, address_key=key).first()
    letter = queries.letter_named(box.brand, mail.answers)
    return letter.hand_off if letter else None


@transaction.atomic
def place(arrival: Arrival, hand_off: HandOff, *, by: str, because: str = "") -> bool:
    """A member says what a mail is about: it becomes news of the matter, with who wrote it; False: it was placed before."""
    kept = Arrival.objects.select_for_update(no_key=True).get(pk=arrival.pk)
    if kept.outcome != "unmatched":
        return False
    mail = parse(bytes(kept.raw))
    stint = queries.current(hand_off)
    hear(hand_off, queries.holder_at(hand_off, kept.sender) or (stint.holder if stint else None), "said", f"{kept.sender}:\n{kept.text}",
         way="mail", by=by, because=because, files=mail.files, message_id=kept.message_id, raw=mail.text[:100_000])
    Arrival.objects.filter(pk=kept.pk).update(outcome="matched", hand_off=hand_off, raw=b"")
    return True


@transaction.atomic
def drop(arrival: Arrival, *, by: str, because: str = "") -> bool:
    """Nobody needs it; ``keep`` takes that back."""
    return bool(Arrival.objects.filter(pk=arrival.pk, outcome="unmatched").update(outcome="dropped"))


@transaction.atomic
def keep(arrival: Arrival, *, by: str, because: str = "") -> bool:
    """What was dropped waits again."""
    return bool(Arrival.objects.filter(pk=arrival.pk, outcome="dropped").update(outcome="unmatched"))
