"""Addresses of this part's pages."""

from django.urls import path

from tertulia.outbox import views

app_name = "outbox"
urlpatterns = [path("", views.list, name="list")]
