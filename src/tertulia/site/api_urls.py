"""The API's address; its description is at ``openapi.json``."""

from django.urls import path

from tertulia.site.api import api

urlpatterns = [path("", api.urls)]
