"""Addresses of this part's pages."""

from django.urls import path

from tertulia.channels import views

app_name = "channels"
urlpatterns = [path("", views.list, name="list")]
