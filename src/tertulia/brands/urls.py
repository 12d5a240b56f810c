"""Addresses of the settings: the brand, its team, the member, their keys."""

from django.urls import path

from tertulia.brands.views import hours, keys, me, sheet, team

app_name = "brands"
urlpatterns = [
    path("", sheet.settings, name="settings"),
    path("horario/", hours.hours, name="hours"),
    path("horario/festivos/", hours.take_over, name="take_days_off"),
    path("horario/cierre/", hours.close_on, name="add_day_off"),
    path("horario/abrir/", hours.open_on, name="drop_days_off"),
    path("equipo/", team.team, name="team"),
    path("equipo/invitar/", team.invite, name="invite"),
    path("equipo/volver/", team.bring_back, name="bring_back"),
    path("equipo/<int:pk>/papel/", team.role, name="role"),
    path("equipo/<int:pk>/respuestas/", team.answers, name="answers"),
    path("equipo/<int:pk>/quitar/", team.remove, name="remove"),
    path("equipo/<int:pk>/enlace/", team.link, name="link"),
    path("yo/", me.me, name="me"),
    path("api/", keys.keys, name="keys"),
    path("api/<int:pk>/revocar/", keys.revoke, name="revoke"),
]
