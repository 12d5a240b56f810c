"""The API's address; its description is at ``openapi.json``, and for people at ``docs``."""

from django.urls import path

from tertulia.site.api import api
from tertulia.site.api_docs import docs

urlpatterns = [path("docs", docs, name="api_docs"), path("", api.urls)]
