"""Letting letters leave, and what it means when one does not arrive.

Mail has no idempotency: a row is claimed with a lease before it is handed over, and goes again under the same ``Message-ID``
if a worker died meanwhile: better a letter twice, which mailboxes that know its name show once, than a matter nobody heard of.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.db import transaction

from tertulia.handoffs import facts, queries
from tertulia.handoffs.actions import pass_on
from tertulia.handoffs.doors import make_link
from tertulia.handoffs.letters import mail_of
from tertulia.handoffs.models import LIVE, Holder, Letter
from tertulia.handoffs.notices import BOUNCED, tell
from tertulia.handoffs.speaking import locked
from tertulia.journal.actions import SYSTEM, record
from tertulia.kit import clock
from tertulia.kit.steps import reach

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
#: Tries of a letter, with a rest that doubles from a minute, before it is given up: two hours.
MOST_TRIES = 7


def post(letter_id: int) -> bool:
    """Hands a letter to the mail server, if it should still leave; whether it left."""
    if (letter := _claim(letter_id)) is None:
        return False
    mail = mail_of(letter, make_link(letter.hand_off, letter.holder))
    reach("handoffs.letter claimed")
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        _refused(letter, code, words.decode("utf-8", "replace"))
        return False
    except (OSError, SMTPException) as error:
        lasting = isinstance(error, SMTPResponseException) and 500 <= error.smtp_code < 600
        _failed(letter, str(error) or type(error).__name__, give_up=lasting)
        return False
    _sent(letter)
    return True


@transaction.atomic
def _claim(letter_id: int) -> Letter | None:
    now = clock.now()
    letter = (Letter.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
              .select_related("hand_off__brand", "hand_off__desk", "hand_off__conversation__subject", "hand_off__person",
                              "hand_off__opened_by", "holder__member", "word__member")
              .filter(pk=letter_id, state="queued", next_at__lte=now).exclude(lease_until__gt=now).first())
    if letter is None:
        return None
    letter.lease_until, letter.tries = now + LEASE, letter.tries + 1
    letter.save(update_fields=["lease_until", "tries"])
    return letter


@transaction.atomic
def _sent(letter: Letter) -> None:
    if Letter.objects.filter(pk=letter.pk, state="queued").update(
            state="sent", sent_at=clock.now(), lease_until=None, next_at=None, told=""):
        record(facts.LetterLeft(brand_id=letter.brand_id, hand_off_id=letter.hand_off.pk, letter_id=letter.pk), by=SYSTEM)


def _refused(letter: Letter, code: int, words: str) -> None:
    """The server does not know the recipient: for good with a 5xx, for now else."""
    if 500 <= code < 600:
        came_back(letter, f"{code} {words}", state="refused")
    else:
        _failed(letter, f"{code} {words}", give_up=False)


def _failed(letter: Letter, because: str, *, give_up: bool) -> None:
    log.warning("a letter of a matter did not leave: %s", because)
    if give_up or letter.tries >= MOST_TRIES:
        came_back(letter, because, state="refused", unreachable=False)
        return
    rest = timedelta(minutes=2 ** min(letter.tries - 1, 6))
    Letter.objects.filter(pk=letter.pk).update(lease_until=None, next_at=clock.now() + rest, told=because[:300])


@transaction.atomic
def came_back(letter: Letter, because: str, *, state: str = "bounced", unreachable: bool = True) -> bool:
    """A letter did not arrive: its holder cannot be reached, the matter goes to the next one, the team is told. Once.

    Not ``unreachable``: it is our server that fails, so that the next one would not get it either.
    """
    hand_off = locked(letter.hand_off)
    changed = Letter.objects.filter(pk=letter.pk, state__in=("queued", "sent")).update(
        state=state, lease_until=None, next_at=None, told=because[:300])
    if not changed:
        return False
    record(facts.LetterCameBack(brand_id=letter.brand_id, hand_off_id=hand_off.pk, letter_id=letter.pk), by=SYSTEM, because=because)
    holder = letter.holder
    if unreachable and holder.address.lower() == letter.address.lower():
        Holder.objects.filter(pk=holder.pk, unreachable_at=None).update(unreachable_at=clock.now())
    tell(BOUNCED, hand_off, key=f"letter:{letter.pk}", letter=letter.pk)
    stint = queries.current(hand_off)
    if unreachable and hand_off.state in LIVE and stint and stint.holder_id == letter.holder_id:
        pass_on(hand_off, "bounced", by=SYSTEM, because=because)
    return True
