"""Equipo: who works for the brand, and as what."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.mail import send_mail
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tertulia.brands import actions, queries
from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.facts import Role
from tertulia.brands.forms import Answers, Invitation, RoleForm
from tertulia.brands.models import Member, Membership
from tertulia.brands.rules import may
from tertulia.brands.tabs import show

ROLES = {
    Role.OWNER: gettext_lazy("Todo, y además la marca, el equipo y las normas."),
    Role.EDITOR: gettext_lazy("Responde, modera, publica y conecta canales."),
    Role.AGENT: gettext_lazy("Responde y modera; no publica."),
    Role.VIEWER: gettext_lazy("Lo ve todo y no toca nada."),
}

#: A removal can be taken back for this many seconds.
UNDO = 24 * 3600


@for_brand("see")
@never_cache
@require_safe
def team(request: BrandRequest) -> HttpResponse:
    """The team, for everybody to see."""
    return _team(request, Invitation())


@for_brand("manage")
@require_http_methods(["GET", "POST"])
def invite(request: BrandRequest) -> HttpResponse:
    """Adds somebody by mail address; they get a link that opens once."""
    if request.method != "POST":
        return redirect("brands:team", slug=request.brand.slug)  # a page loaded again after a mistake
    form = Invitation(request.POST)
    if not form.is_valid():
        return _team(request, form, 422)
    told = form.cleaned_data
    known = {one.member.email.lower() for one in queries.team(request.brand)}
    if told["email"].lower() in known:
        form.add_error("email", _("Ya está en el equipo. Su papel se cambia en la lista."))
        return _team(request, form, 422)
    member, path = actions.invite(request.brand, told["email"], told["name"], told["role"], by=request.by)
    _hand_over(request, member, path)
    return redirect("brands:team", slug=request.brand.slug)


@for_brand("manage")
@require_POST
def link(request: BrandRequest, pk: int) -> HttpResponse:
    """Another link for somebody who has not come in yet; a member of other brands signs in by their own means."""
    member = _member(request, pk).member
    if not queries.only_here(request.brand, member):
        messages.error(request, _("Ya ha entrado alguna vez: puede pedir otra contraseña desde la entrada."))
    else:
        _hand_over(request, member, actions.make_link(member, life=actions.INVITATION_LIFE, by=request.by))
    return redirect("brands:team", slug=request.brand.slug)


@for_brand("manage")
@require_POST
def role(request: BrandRequest, pk: int) -> HttpResponse:
    """Gives somebody another role."""
    place, form = _member(request, pk), RoleForm(request.POST)
    if not form.is_valid():
        return _team(request, Invitation(), 422)
    try:
        actions.set_role(request.brand, place.member, form.cleaned_data["role"], by=request.by)
    except actions.LastOwner:
        messages.error(request, _last_owner())
    else:
        label = Role(form.cleaned_data["role"]).label
        messages.success(request, _("%(name)s es ahora %(role)s.") % {"name": place.member, "role": label})
    return redirect("brands:team", slug=request.brand.slug)


@for_brand("manage")
@require_POST
def answers(request: BrandRequest, pk: int) -> HttpResponse:
    """Whether what somebody answers is approved by somebody else first."""
    place, form = _member(request, pk), Answers(request.POST)
    form.full_clean()
    approved = form.cleaned_data["approved"]
    actions.set_answers(request.brand, place.member, approved=approved, by=request.by)
    waits, free = _("Lo que responda %(name)s esperará a que otra persona lo apruebe."), _("%(name)s responde sin esperar a nadie.")
    messages.success(request, (waits if approved else free) % {"name": place.member})
    return redirect("brands:team", slug=request.brand.slug)


@for_brand("manage")
@require_POST
def remove(request: BrandRequest, pk: int) -> HttpResponse:
    """Takes somebody off the team; for a day it can be taken back."""
    place = _member(request, pk)
    try:
        actions.remove_member(request.brand, place.member, by=request.by)
    except actions.LastOwner:
        messages.error(request, _last_owner())
        return redirect("brands:team", slug=request.brand.slug)
    if place.member == request.user:
        messages.success(request, _("Has dejado %(brand)s.") % {"brand": request.brand})
        return redirect("home")
    kept = signing.dumps([request.brand.pk, place.member_id, place.role, place.approved, place.initials], salt="removed")
    undo = f"{reverse('brands:bring_back', args=[request.brand.slug])}?quien={kept}"
    messages.success(request, _("%(name)s ya no está en el equipo.") % {"name": place.member}, extra_tags=f"undo:{undo}")
    return redirect("brands:team", slug=request.brand.slug)


@for_brand("manage")
@require_POST
def bring_back(request: BrandRequest) -> HttpResponse:
    """Takes a removal back."""
    try:
        brand, pk, before, approved, initials = signing.loads(request.GET.get("quien", ""), salt="removed", max_age=UNDO)
        member = Member.objects.get(pk=pk)
    except (signing.BadSignature, Member.DoesNotExist) as error:
        raise Http404("nobody to bring back") from error
    if brand != request.brand.pk:
        raise Http404("of another brand")
    actions.set_role(request.brand, member, before, by=request.by, because="undo")
    actions.set_answers(request.brand, member, approved=approved, initials=initials, by=request.by, because="undo")
    messages.success(request, _("%(name)s vuelve a estar en el equipo.") % {"name": member})
    return redirect("brands:team", slug=request.brand.slug)


def _member(request: BrandRequest, pk: int) -> Membership:
    try:
        return queries.member_of(request.brand, pk)
    except Membership.DoesNotExist as error:
        raise Http404(str(pk)) from error


def _last_owner() -> str:
    return _("La marca se quedaría sin nadie al frente. Nombra antes a otra persona Responsable.")


def _hand_over(request: BrandRequest, member: Member, path: str) -> None:
    """Mails the way in, and keeps the link for the next page to show it once: mail may be slow, or not set up."""
    address = f"{settings.PUBLIC_URL}{path or '/'}"
    text = _("%(inviter)s te ha invitado al equipo de %(brand)s en Tertulia.\n\nEntra aquí: %(link)s\n") % {
        "inviter": request.user, "brand": request.brand, "link": address}
    try:
        sent = send_mail(_("Te esperan en %(brand)s") % {"brand": request.brand}, text, None, [member.email])
    except OSError:  # no mail server; smtplib's errors are OSErrors
        sent = 0
    told = bool(sent) and not settings.EMAIL_BACKEND.endswith("console.EmailBackend")  # the log reaches nobody
    request.session["invited"] = {"name": str(member), "link": address if path else "", "sent": told}


def _team(request: BrandRequest, form: Invitation, status: int = 200) -> HttpResponse:
    places = list(queries.team(request.brand))
    for place in places:
        place.waits = queries.only_here(request.brand, place.member)  # type: ignore[attr-defined]
        place.menu_id = f"mas-{place.pk}"  # type: ignore[attr-defined]
    return show(request, "brands/team.html", {
        "places": places, "form": form, "roles": [(one.value, one.label, ROLES[one]) for one in Role],
        "mine": may(request.role, "manage"), "invited": request.session.pop("invited", None)}, status)
