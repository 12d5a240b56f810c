"""Addresses of this part's pages."""

from django.urls import path

from tertulia.inbox import views

app_name = "inbox"
urlpatterns = [path("", views.list, name="list")]
