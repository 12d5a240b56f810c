"""Writing desks, who holds them, and the mailbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from tertulia.brands.models import Brand, Member
from tertulia.handoffs import facts
from tertulia.handoffs.models import LIVE, Desk, Duty, Holder, Mailbox
from tertulia.handoffs.rules import USUAL_CHASE, USUAL_PASS
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.kit.secrets import seal
from tertulia.triage.models import Department


class Taken(Exception):
    """There is one like it already."""


class HasMatters(Exception):
    """Somebody there still has to answer something."""


@transaction.atomic
def write_desk(brand: Brand, name: str, duties: Mapping[str, int], *, by: str, because: str = "", desk: Desk | None = None,
               department: Department | None = None, chase_at: Sequence[int] = USUAL_CHASE, pass_at: int = USUAL_PASS) -> Desk:
    """A desk, new or as it is from now on; ``duties``: open minutes by kind. ``Taken``: there is one of that name."""
    fields = {"name": clean(name).strip()[:80], "department": department, "chase_at": sorted(set(chase_at)), "pass_at": pass_at}
    try:
        with transaction.atomic():
            if desk is None:
                desk = Desk.objects.create(brand=brand, order=brand.desks.count(), **fields)
            else:
                Desk.objects.filter(pk=desk.pk).update(**fields)
    except IntegrityError as error:
        raise Taken(name) from error
    desk.duties.exclude(kind__in=duties).delete()
    for kind, minutes in duties.items():
        Duty.objects.update_or_create(desk=desk, kind=kind, defaults={"minutes": minutes})
    record(facts.DesksChanged(brand_id=brand.pk), by=by, because=because)
    return desk


@transaction.atomic
def archive_desk(desk: Desk, *, by: str, because: str = "") -> None:
    """Nothing goes there any more. ``HasMatters``: something waits there."""
    if desk.hand_offs.filter(state__in=LIVE).exists():
        raise HasMatters(desk.pk)
    if Desk.objects.filter(pk=desk.pk, archived_at=None).update(archived_at=clock.now()):
        record(facts.DesksChanged(brand_id=desk.brand_id), by=by, because=because)


@transaction.atomic
def restore_desk(desk: Desk, *, by: str, because: str = "") -> bool:
    """It is there again; False: another has its name by now."""
    if Desk.objects.filter(brand=desk.brand_id, name=desk.name, archived_at=None).exists():
        return False
    if Desk.objects.filter(pk=desk.pk).exclude(archived_at=None).update(archived_at=None):
        record(facts.DesksChanged(brand_id=desk.brand_id), by=by, because=because)
    return True


@transaction.atomic
def add_holder(desk: Desk, *, by: str, because: str = "", member: Member | None = None, name: str = "", email: str = "") -> Holder:
    """Somebody who answers there, the last in order: a member, or a name and an address. ``Taken``: they do already."""
    given = {"member": member} if member else {"name": clean(name).strip()[:80], "email": email.strip().lower()}
    try:
        with transaction.atomic():
            holder = Holder.objects.create(desk=desk, order=desk.holders.count(), **given)
    except IntegrityError as error:
        raise Taken(email or str(member)) from error
    record(facts.DesksChanged(brand_id=desk.brand_id), by=by, because=because)
    return holder


@transaction.atomic
def drop_holder(holder: Holder, *, by: str, because: str = "") -> None:
    """They answer there no more. ``HasMatters``: they have something now."""
    if holder.stints.filter(ended_at=None).exists():
        raise HasMatters(holder.pk)
    if Holder.objects.filter(pk=holder.pk, left_at=None).update(left_at=clock.now()):
        record(facts.DesksChanged(brand_id=holder.desk.brand_id), by=by, because=because)


@transaction.atomic
def move_holder(holder: Holder, up: bool, *, by: str, because: str = "") -> None:
    """One place before or after in the order in which they are asked."""
    rows = list(holder.desk.holders.select_for_update().filter(left_at=None).order_by("order", "pk"))
    at = next(place for place, one in enumerate(rows) if one.pk == holder.pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        for place, one in enumerate(rows):
            one.order = place
        Holder.objects.bulk_update(rows, ["order"])
        record(facts.DesksChanged(brand_id=holder.desk.brand_id), by=by, because=because)


@transaction.atomic
def reachable_again(holder: Holder, *, by: str, because: str = "") -> None:
    """A member says that mail arrives there again."""
    if Holder.objects.filter(pk=holder.pk).exclude(unreachable_at=None).update(unreachable_at=None):
        record(facts.DesksChanged(brand_id=holder.desk.brand_id), by=by, because=because)


@transaction.atomic
def set_mailbox(brand: Brand, *, by: str, because: str = "", password: str | None = None, **fields: Any) -> Mailbox:
    """The brand's letters come from here, and their answers are read here, from now on. ``password`` None: as it was."""
    box, _new = Mailbox.objects.get_or_create(brand=brand)
    moved = any(getattr(box, name) != fields.get(name, getattr(box, name)) for name in ("host", "user", "folder"))
    for name, value in fields.items():
        setattr(box, name, value)
    if password is not None:
        box.password = seal(password)
    if moved:
        box.validity, box.read_to, box.read_at = None, 0, None
    box.next_at, box.failures, box.error, box.lease_until = clock.now() if box.host else None, 0, "", None
    box.save()
    record(facts.DesksChanged(brand_id=brand.pk), by=by, because=because)
    return box
