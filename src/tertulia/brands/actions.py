"""Writing brands and their people."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from tertulia.brands import facts
from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Holiday, Member, Membership, Picture, SignInLink, Token
from tertulia.brands.pictures import clean
from tertulia.brands.rules import SCOPES, hash_of
from tertulia.journal.actions import SYSTEM, record
from tertulia.kit import clock
from tertulia.kit.hours import read_week

LINK_LIFE = timedelta(minutes=30)
INVITATION_LIFE = timedelta(days=7)


class LastOwner(Exception):
    """A brand keeps at least one person in charge."""


@transaction.atomic
def create_brand(name: str, owner: Member, *, by: str, because: str = "", **sheet: Any) -> Brand:
    """A brand with its first person in charge; the slug is made from the name and is unique."""
    wanted = slugify(name)[:40] or "marca"
    taken = set(Brand.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    slug = next(one for one in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))) if one not in taken)
    brand = Brand.objects.create(name=name, slug=slug, **sheet)
    record(facts.BrandCreated(brand_id=brand.pk), by=by, because=because)
    set_role(brand, owner, Role.OWNER, by=by, because=because)
    return brand


@transaction.atomic
def change_sheet(brand: Brand, *, by: str, because: str = "", **sheet: Any) -> None:
    """Changes the brand's sheet: name, zone, language, colour, about, voice."""
    for name, value in sheet.items():
        setattr(brand, name, value)
    brand.save(update_fields=list(sheet))
    record(facts.BrandSheetChanged(brand_id=brand.pk), by=by, because=because)


@transaction.atomic
def set_hours(brand: Brand, hours: Mapping[str, Any] | None, *, by: str, because: str = "") -> None:
    """When the brand answers, as ``Brand.hours``; ``BadHours`` if that is no week."""
    read_week(hours)
    kept = Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    if kept.hours != hours:
        Brand.objects.filter(pk=brand.pk).update(hours=hours)
        record(facts.BrandHoursChanged(brand_id=brand.pk), by=by, because=because)


@transaction.atomic
def add_days_off(brand: Brand, days: Iterable[tuple[date, str]], *, by: str, because: str = "") -> int:
    """On these days, each with its name, the brand does not answer; how many are new."""
    rows = [Holiday(brand=brand, day=day, name=name[:80]) for day, name in days]
    before = brand.holidays.count()
    Holiday.objects.bulk_create(rows, ignore_conflicts=True)
    if new := brand.holidays.count() - before:
        record(facts.BrandHoursChanged(brand_id=brand.pk), by=by, because=because)
    return new


@transaction.atomic
def drop_days_off(brand: Brand, ids: Iterable[int], *, by: str, because: str = "") -> int:
    """The brand answers on these days after all; how many they were."""
    dropped = brand.holidays.filter(pk__in=list(ids)).delete()[0]
    if dropped:
        record(facts.BrandHoursChanged(brand_id=brand.pk), by=by, because=because)
    return dropped


@transaction.atomic
def set_role(brand: Brand, member: Member, role: str, *, by: str, because: str = "") -> None:
    """Gives a member a role in the brand, new or changed; ``LastOwner`` if nobody would be left in charge."""
    before = Membership.objects.select_for_update(no_key=True).filter(brand=brand, member=member).first()
    if before and before.role == role:
        return
    if before and before.role == Role.OWNER:
        _keep_an_owner(brand, member)
    Membership.objects.update_or_create(brand=brand, member=member, defaults={"role": Role(role)})
    announced = facts.MemberRoleChanged if before else facts.MemberAdded
    record(announced(brand_id=brand.pk, member_id=member.pk, role=role), by=by, because=because)


@transaction.atomic
def set_answers(brand: Brand, member: Member, *, by: str, because: str = "", approved: bool | None = None,
                initials: str | None = None) -> None:
    """How a member answers for the brand: whether others approve it first, with which initials. None leaves as it is."""
    told = {name: value for name, value in (("approved", approved), ("initials", initials)) if value is not None}
    if Membership.objects.filter(brand=brand, member=member).exclude(**told).update(**told):
        record(facts.MemberAnswersChanged(brand_id=brand.pk, member_id=member.pk), by=by, because=because)


@transaction.atomic
def remove_member(brand: Brand, member: Member, *, by: str, because: str = "") -> None:
    """Takes a member off the brand's team; ``LastOwner`` if nobody would be left in charge."""
    _keep_an_owner(brand, member)
    if Membership.objects.filter(brand=brand, member=member).delete()[0]:
        record(facts.MemberRemoved(brand_id=brand.pk, member_id=member.pk), by=by, because=because)


def _keep_an_owner(brand: Brand, leaving: Member) -> None:
    # the brand's row is the lock: two owners leaving at once are taken one after the other
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    owners = Membership.objects.filter(brand=brand, role=Role.OWNER)
    if owners.filter(member=leaving).exists() and not owners.exclude(member=leaving).exists():
        raise LastOwner(brand.name)


@transaction.atomic
def invite(brand: Brand, email: str, name: str, role: str, *, by: str, because: str = "") -> tuple[Member, str]:
    """Adds somebody by mail address. Returns the member and the path of a sign-in link for whoever is new, else ``""``."""
    email = email.strip().lower()
    member = Member.objects.filter(email__iexact=email).first()
    path = ""
    if member is None:
        member = Member.objects.create_user(email, name=name or email.split("@")[0])
        path = make_link(member, life=INVITATION_LIFE, by=by)
    set_role(brand, member, role, by=by, because=because)
    return member, path


@transaction.atomic
def change_profile(member: Member, *, name: str, language: str, by: str, because: str = "") -> None:
    """What a member says of themselves: their name, and the language they read."""
    member.name, member.language = name, language
    member.save(update_fields=["name", "language"])
    record(facts.MemberProfileChanged(brand_id=None, member_id=member.pk), by=by, because=because)


@transaction.atomic
def create_token(member: Member, name: str, scopes: list[str], *, by: str, because: str = "") -> tuple[Token, str]:
    """A token for the API and its secret, which is shown once. ``ValueError`` for an unknown scope."""
    if unknown := set(scopes) - set(SCOPES):
        raise ValueError(", ".join(sorted(unknown)))
    secret = f"tt_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(member=member, name=name, hash=hash_of(secret), prefix=secret[:8], scopes=sorted(set(scopes)))
    record(facts.TokenCreated(brand_id=None, member_id=member.pk, token_id=token.pk), by=by, because=because)
    return token, secret


@transaction.atomic
def revoke_token(token: Token, *, by: str, because: str = "") -> None:
    """A token serves no more; twice is once."""
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
        record(facts.TokenRevoked(brand_id=None, member_id=token.member_id, token_id=token.pk), by=by, because=because)


def make_link(member: Member, *, life: timedelta = LINK_LIFE, by: str, because: str = "") -> str:
    """The path that signs the member in, once, within ``life``."""
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(member=member, hash=hash_of(secret), expires_at=clock.now() + life)
    return f"/entrar/{secret}/"


def sign_in_link(email: str, *, by: str = SYSTEM, because: str = "orden tertulia link") -> str:
    """For the command line: the link of the member with this address; ``Member.DoesNotExist`` if there is none."""
    return make_link(Member.objects.get(email__iexact=email), by=by, because=because)


@transaction.atomic
def use_link(secret: str, *, by: str = SYSTEM, because: str = "") -> Member | None:
    """The member whose link this is, if it still opens; it does not open twice."""
    link = (SignInLink.objects.select_for_update(no_key=True).select_related("member")
            .filter(hash=hash_of(secret), used_at=None, expires_at__gt=clock.now(), member__is_active=True).first())
    if link is None:
        return None
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    return link.member


@transaction.atomic
def add_picture(brand: Brand, content: bytes, *, by: str, because: str = "", alt: str = "") -> Picture:
    """Puts a picture in the brand's library; one that is there already is that one. ``BadPicture`` says what is wrong."""
    cleaned = clean(content)
    picture, new = Picture.objects.get_or_create(
        brand=brand, digest=cleaned.digest,
        defaults={"mime": cleaned.mime, "width": cleaned.width, "height": cleaned.height, "size": len(cleaned.content),
                  "content": cleaned.content, "alt": alt})
    if new:
        record(facts.PictureAdded(brand_id=brand.pk, picture_id=picture.pk), by=by, because=because)
    return picture
