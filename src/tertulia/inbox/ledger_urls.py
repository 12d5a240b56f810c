"""Addresses of ledger."""

app_name = "ledger"
urlpatterns: list[object] = []
