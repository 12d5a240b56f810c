"""Ajustes → Puestos: who answers for what, in what order and how soon; and the mailbox."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.queries import team
from tertulia.brands.rules import may
from tertulia.brands.tabs import show
from tertulia.handoffs import desks as acts
from tertulia.handoffs import queries
from tertulia.handoffs.collecting import CannotRead, opened
from tertulia.handoffs.forms import DEADLINES, DeskForm, HolderForm, MailboxForm
from tertulia.handoffs.models import Desk, Holder, Kind, Mailbox
from tertulia.handoffs.rules import USUAL_CHASE, USUAL_MINUTES
from tertulia.notices.actions import mails
from tertulia.triage.models import Department
from tertulia.triage.queries import own_departments


@for_brand("see")
def desks(request: BrandRequest) -> HttpResponse:
    """The desks, and a new one."""
    mine = may(request.role, "manage")
    form = DeskForm(request.POST or None, _departments(request))
    if request.method == "POST":
        if not mine:
            return HttpResponse(status=403)
        if form.is_valid():
            try:
                made = _write(request, form, None)
                messages.success(request, _("Puesto creado. Di ahora quién responde en él."))
                return redirect("handoffs:desk", request.brand.slug, made.pk)
            except acts.Taken:
                form.add_error("name", _("Ya hay un puesto con ese nombre."))
    box = queries.mailbox_of(request.brand)
    return show(request, "handoffs/desks.html", {
        "desks": list(queries.desks(request.brand)), "form": form, "mine": mine, "box": box, "kinds": _kinds(form, None),
        "deadlines": DEADLINES, "mails": mails()}, status=422 if form.is_bound else 200)


def _departments(request: BrandRequest) -> list[tuple[str, str]]:
    return [(one.key, one.name) for one in own_departments(request.brand)]


def _kinds(form: DeskForm, desk: Desk | None) -> list[dict[str, Any]]:
    """Each kind with whether the desk answers for it, and in how long."""
    held = {one.kind: one.minutes for one in desk.duties.all()} if desk else {}
    chosen = form.data.getlist("kinds") if form.is_bound else list(held)  # type: ignore[attr-defined]
    return [{"value": value, "label": label, "chosen": value in chosen, "minutes": held.get(value, _nearest(USUAL_MINUTES[value]))}
            for value, label in Kind.choices]


def _nearest(minutes: int) -> int:
    return min((value for value, _name in DEADLINES), key=lambda one: abs(one - minutes))


def _write(request: BrandRequest, form: DeskForm, desk: Desk | None) -> Desk:
    told = form.cleaned_data
    department = Department.objects.filter(brand=request.brand, key=told["department"] or None, archived_at=None).first()
    return acts.write_desk(request.brand, told["name"], form.duties(), desk=desk, department=department, pass_at=told["pass_at"],
                           chase_at=USUAL_CHASE if told["chase"] else (), by=request.by)


def _desk_or_404(request: BrandRequest, pk: int) -> Desk:
    try:
        return queries.desk_of(request.brand, pk)
    except Desk.DoesNotExist as error:
        raise Http404(pk) from error


@for_brand("see")
def desk(request: BrandRequest, pk: int) -> HttpResponse:
    """One desk: what for, how soon, who."""
    one, mine = _desk_or_404(request, pk), may(request.role, "manage")
    form = DeskForm(request.POST or None, _departments(request), initial=_as_it_is(one))
    if request.method == "POST":
        if not mine:
            return HttpResponse(status=403)
        if form.is_valid():
            try:
                _write(request, form, one)
                messages.success(request, _("Guardado."))
                return redirect("handoffs:desk", request.brand.slug, one.pk)
            except acts.Taken:
                form.add_error("name", _("Ya hay un puesto con ese nombre."))
    return _desk_page(request, one, form, HolderForm(), mine)


def _as_it_is(one: Desk) -> dict[str, Any]:
    return {"name": one.name, "department": one.department.key if one.department else "", "chase": bool(one.chase_at),
            "pass_at": one.pass_at}


def _desk_page(request: BrandRequest, one: Desk, form: DeskForm, holder: HolderForm, mine: bool) -> HttpResponse:
    there = {each.member_id for each in one.holders.all()}
    return show(request, "handoffs/desk.html", {
        "desk": one, "form": form, "holder_form": holder, "kinds": _kinds(form, one), "deadlines": DEADLINES, "mine": mine,
        "candidates": [place.member for place in team(request.brand) if place.member_id not in there]},
        status=422 if form.is_bound or holder.is_bound else 200)


@require_POST
@for_brand("manage")
def add_holder(request: BrandRequest, pk: int) -> HttpResponse:
    """Somebody more answers there."""
    one, form = _desk_or_404(request, pk), HolderForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        member = next((place.member for place in team(request.brand) if place.member_id == told["member"]), None)
        try:
            acts.add_holder(one, member=member, name=told["name"], email=told["email"], by=request.by)
            return redirect("handoffs:desk", request.brand.slug, one.pk)
        except acts.Taken:
            form.add_error(None, _("Ya está en este puesto."))
    return _desk_page(request, one, DeskForm(None, _departments(request), initial=_as_it_is(one)), form, True)


@require_POST
@for_brand("manage")
def change_holder(request: BrandRequest, pk: int) -> HttpResponse:
    """Up, down, out, or reachable again."""
    try:
        holder = queries.holder_of(request.brand, pk)
    except Holder.DoesNotExist as error:
        raise Http404(pk) from error
    act = request.POST.get("act", "")
    if act in ("up", "down"):
        acts.move_holder(holder, act == "up", by=request.by)
    elif act == "reach":
        acts.reachable_again(holder, by=request.by)
    elif act == "drop":
        try:
            acts.drop_holder(holder, by=request.by)
        except acts.HasMatters:
            messages.warning(request, _("%(name)s tiene asuntos ahora mismo: pásalos antes a otra persona.") % {"name": holder})
    return redirect("handoffs:desk", request.brand.slug, holder.desk_id)


@require_POST
@for_brand("manage")
def archive(request: BrandRequest, pk: int) -> HttpResponse:
    """Nothing goes there any more; with the way back."""
    one = _desk_or_404(request, pk)
    try:
        acts.archive_desk(one, by=request.by)
    except acts.HasMatters:
        messages.warning(request, _("Hay asuntos que esperan a este puesto: ciérralos o cancélalos antes."))
        return redirect("handoffs:desk", request.brand.slug, one.pk)
    undo = reverse("handoffs:restore_desk", args=[request.brand.slug, one.pk])
    messages.success(request, _("Puesto quitado."), extra_tags=f"undo:{undo}")
    return redirect("handoffs:desks", request.brand.slug)


@require_POST
@for_brand("manage")
def restore(request: BrandRequest, pk: int) -> HttpResponse:
    """A desk that was taken away is there again."""
    one = Desk.objects.filter(brand=request.brand, pk=pk).first()
    if one is None:
        raise Http404(pk)
    if acts.restore_desk(one, by=request.by):
        messages.success(request, _("El puesto vuelve a estar."))
    else:
        messages.warning(request, _("Ya hay otro puesto con ese nombre."))
    return redirect("handoffs:desks", request.brand.slug)


# --------------------------------------------------------------------------- the mailbox


@for_brand("manage")
def mailbox(request: BrandRequest) -> HttpResponse:
    """Where letters come from, and where their answers are read."""
    box = queries.mailbox_of(request.brand)
    names = ("address", "plus", "host", "port", "security", "user", "folder")
    form = MailboxForm(request.POST or None, initial={name: getattr(box, name) for name in names} if box else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        fields = {name: told[name] for name in names} | {"port": told["port"] or 993, "folder": told["folder"] or "INBOX"}
        acts.set_mailbox(request.brand, password=told["password"] or None, by=request.by, **fields)
        messages.success(request, _("Guardado. Prueba ahora que se puede leer."))
        return redirect("handoffs:mailbox", request.brand.slug)
    context = {"form": form, "box": box, "mails": mails()}
    return show(request, "handoffs/mailbox.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_brand("manage")
def try_mailbox(request: BrandRequest) -> HttpResponse:
    """Opens the box once, and says how it went in the server's words."""
    box = queries.mailbox_of(request.brand)
    if box is None or not box.host:
        messages.warning(request, _("Falta el servidor."))
        return redirect("handoffs:mailbox", request.brand.slug)
    try:
        with opened(box) as (_link, _validity, upcoming):
            messages.success(request, _("Se puede leer: hay %(count)s correos en la carpeta.") % {"count": max(0, upcoming - 1)})
            Mailbox.objects.filter(pk=box.pk).update(error="", failures=0)
    except CannotRead as error:
        messages.error(request, _("No se puede leer: %(why)s") % {"why": error})
    return redirect("handoffs:mailbox", request.brand.slug)
