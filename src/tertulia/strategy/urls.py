"""Addresses of the brand's voice."""

from django.urls import path

from tertulia.strategy import views

app_name = "strategy"
urlpatterns = [
    path("", views.voice, name="voice"),
    path("palabras/", views.add, name="add"),
    path("palabras/<int:pk>/quitar/", views.drop, name="drop"),
    path("callar/", views.silence, name="silence"),
    path("oir/", views.hear, name="hear"),
    path("probar/", views.try_out, name="try_out"),
]
