"""Addresses of this part's pages."""

from django.urls import path

from tertulia.notices.views import page, settings

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
]
