"""Addresses of this part's pages."""

from django.urls import path

from tertulia.publishing import views

app_name = "publishing"
urlpatterns = [path("calendario/", views.calendar, name="calendar"), path("componer/", views.compose, name="compose")]
