"""Addresses of this part's pages."""

from django.urls import path

from tertulia.notices.views import browsers, digests, page, settings

app_name = "notices"
urlpatterns = [
    path("avisos/", page.list, name="list"),
    path("avisos/campana/", page.bell, name="bell"),
    path("avisos/panel/", page.panel, name="panel"),
    path("avisos/leidos/", page.read_all, name="read_all"),
    path("avisos/deshacer/", page.undo_read, name="undo_read"),
    path("avisos/<int:pk>/", page.open, name="open"),
    path("avisos/<int:pk>/leido/", page.read, name="read"),
    path("ajustes/avisos/", settings.settings, name="settings"),
    path("ajustes/avisos/silencio/", settings.quiet, name="quiet"),
    path("ajustes/avisos/resumen/", digests.mine, name="my_digest"),
    path("ajustes/avisos/resumen/otros/", digests.add, name="add_recipient"),
    path("ajustes/avisos/resumen/otros/<int:pk>/quitar/", digests.remove, name="remove_recipient"),
    path("ajustes/avisos/resumen/ver/", digests.preview, name="digest_preview"),
    path("ajustes/avisos/navegador/", browsers.add, name="add_browser"),
    path("ajustes/avisos/navegador/quitar/", browsers.remove, name="remove_browser"),
    path("ajustes/avisos/navegador/prueba/", browsers.trial, name="trial"),
]
