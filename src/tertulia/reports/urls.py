"""Addresses of the report."""

from django.urls import path

from tertulia.reports import views

app_name = "reports"
urlpatterns = [path("", views.week, name="week"), path("informe.csv", views.spreadsheet, name="csv")]
