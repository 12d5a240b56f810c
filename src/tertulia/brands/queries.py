"""Reading brands and their people: always from the member who asks."""

from datetime import datetime

from django.db.models import QuerySet

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member, Membership, SignInLink, Token
from tertulia.brands.rules import hash_of, may


class NotAllowed(Exception):
    """The member may not do this for this brand."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def brands_of(member: Member) -> QuerySet[Brand]:
    """The brands a member may see, by name."""
    return Brand.objects.filter(memberships__member=member).order_by("name")


def membership_for(member: Member, slug: str, what: str = "see") -> Membership:
    """The member's place in the brand, which comes along, if they may ``what`` there.

    ``Brand.DoesNotExist`` if they may not even know of the brand; ``NotAllowed`` if their role does not reach.
    """
    membership = Membership.objects.select_related("brand").filter(member=member, brand__slug=slug).first()
    if membership is None:
        raise Brand.DoesNotExist(slug)
    if not may(membership.role, what):
        raise NotAllowed(what)
    return membership


def brand_for(member: Member, slug: str, what: str = "see") -> Brand:
    """The brand, if the member may ``what`` there; raises as ``membership_for``."""
    return membership_for(member, slug, what).brand


def role_in(brand: Brand, member: Member) -> str:
    """The member's role, or nothing."""
    return Membership.objects.filter(brand=brand, member=member).values_list("role", flat=True).first() or ""


def allowed(brand: Brand, member: Member, what: str) -> bool:
    """Whether the member may ``what`` for the brand."""
    return may(role_in(brand, member), what)


def owners(brand: Brand) -> QuerySet[Member]:
    """Who is in charge of the brand, by name."""
    return brand.members.filter(memberships__role=Role.OWNER, memberships__brand=brand).order_by("name", "pk")


def team(brand: Brand) -> QuerySet[Membership]:
    """Who works for the brand, by name."""
    return brand.memberships.select_related("member").order_by("member__name", "pk")


def member_of(brand: Brand, pk: int) -> Membership:
    """One of the brand's team; ``Membership.DoesNotExist`` if they are not."""
    return brand.memberships.select_related("member").get(member_id=pk)


def only_here(brand: Brand, member: Member) -> bool:
    """Whether the member has never come in and knows no other brand, so that this one may hand them a link."""
    never = member.last_login is None and not member.has_usable_password()
    return never and not member.memberships.exclude(brand=brand).exists()


def link_state(token: str, now: datetime) -> str:
    """What a one-time link is at ``now``: ``good``, ``used``, ``expired`` or ``unknown``."""
    link = SignInLink.objects.select_related("member").filter(hash=hash_of(token), member__is_active=True).first()
    if link is None:
        return "unknown"
    return "used" if link.used_at else "good" if link.expires_at > now else "expired"


def bearer(token: str) -> Token | None:
    """The living token whose secret is ``token``."""
    return (Token.objects.select_related("member")
            .filter(hash=hash_of(token), revoked_at=None, member__is_active=True).first())


def tokens_of(member: Member) -> QuerySet[Token]:
    """A member's tokens, newest first."""
    return member.tokens.order_by("-created_at")


def token_of(member: Member, pk: int) -> Token:
    """One of the member's tokens; ``Token.DoesNotExist`` if it is another's."""
    return member.tokens.get(pk=pk)
