"""Addresses of this part's pages."""

from django.urls import path

from tertulia.brands import views

app_name = "brands"
urlpatterns = [path("", views.settings, name="settings")]
