"""Addresses of Plazos."""

from django.urls import path

from tertulia.inbox import deadline_pages as pages

app_name = "deadlines"
urlpatterns = [
    path("", pages.settings, name="settings"),
    path("objetivo/", pages.promise, name="promise"),
    path("objetivo/<int:pk>/", pages.promise, name="change"),
    path("objetivo/<int:pk>/quitar/", pages.drop, name="drop"),
    path("ejemplo/", pages.example, name="example"),
    path("avisos/", pages.ladder, name="ladder"),
]
