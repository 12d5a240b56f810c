"""Addresses of this part's pages."""

from django.urls import path

from tertulia.reports import views

app_name = "reports"
urlpatterns = [path("", views.week, name="week")]
