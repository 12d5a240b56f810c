"""Reading brands and their people: always from the member who asks."""

from django.db.models import QuerySet

from tertulia.brands.models import Brand, Member, Membership, Token
from tertulia.brands.rules import hash_of, may


class NotAllowed(Exception):
    """The member may not do this for this brand."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def brands_of(member: Member) -> QuerySet[Brand]:
    """The brands a member may see, by name."""
    return Brand.objects.filter(memberships__member=member).order_by("name")


def brand_for(member: Member, slug: str, what: str = "see") -> Brand:
    """The brand, if the member may ``what`` there. ``Brand.DoesNotExist`` if they may not even know of it."""
    membership = Membership.objects.select_related("brand").filter(member=member, brand__slug=slug).first()
    if membership is None:
        raise Brand.DoesNotExist(slug)
    if not may(membership.role, what):
        raise NotAllowed(what)
    return membership.brand


def role_in(brand: Brand, member: Member) -> str:
    """The member's role, or nothing."""
    return Membership.objects.filter(brand=brand, member=member).values_list("role", flat=True).first() or ""


def allowed(brand: Brand, member: Member, what: str) -> bool:
    """Whether the member may ``what`` for the brand."""
    return may(role_in(brand, member), what)


def team(brand: Brand) -> QuerySet[Membership]:
    """Who works for the brand, by name."""
    return brand.memberships.select_related("member").order_by("member__name", "pk")


def bearer(token: str) -> Token | None:
    """The living token whose secret is ``token``."""
    return (Token.objects.select_related("member")
            .filter(hash=hash_of(token), revoked_at=None, member__is_active=True).first())


def tokens_of(member: Member) -> QuerySet[Token]:
    """A member's tokens, newest first."""
    return member.tokens.order_by("-created_at")


