"""Addresses of a person's page."""

from django.urls import path

from tertulia.inbox import persons_views

app_name = "persons"
urlpatterns = [
    path("<int:pk>/", persons_views.person, name="person"),
    path("conversacion/<int:pk>/", persons_views.beside, name="beside"),
]
