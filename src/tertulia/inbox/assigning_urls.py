"""Addresses of Reparto."""

from django.urls import path

from tertulia.inbox import assigning_pages as pages

app_name = "assigning"
urlpatterns = [
    path("", pages.settings, name="settings"),
    path("regla/", pages.write, name="write"),
    path("regla/<int:pk>/", pages.write, name="change"),
    path("regla/<int:pk>/quitar/", pages.archive, name="archive"),
    path("regla/<int:pk>/volver/", pages.bring_back, name="bring_back"),
    path("orden/", pages.order, name="order"),
    path("persona/<int:pk>/", pages.share, name="share"),
]
