"""Addresses of this part's pages."""

from django.urls import path

from tertulia.notices.views import page, settings

app_name = "notices"
urlpatterns = [
    path("avisos/", page.list, name="list"),
    path("ajustes/avisos/", settings.settings, name="settings"),
]
