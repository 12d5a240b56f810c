"""Addresses of this part's pages."""

from django.urls import path

from tertulia.moderation import views

app_name = "moderation"
urlpatterns = [path("reglas/", views.settings, name="settings")]
