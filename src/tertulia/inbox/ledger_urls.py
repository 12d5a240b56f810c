"""Addresses of the ledger."""

from django.urls import path

from tertulia.inbox import ledger_pages as pages

app_name = "ledger"
urlpatterns = [
    path("", pages.book, name="ledger"),
    path("mensajes/", pages.entries, name="entries"),
    path("libro.csv", pages.spreadsheet, name="csv"),
    path("libro.json", pages.data, name="json"),
]
