"""Addresses of moderation."""

from django.urls import path

from tertulia.moderation import views

app_name = "moderation"
urlpatterns = [
    path("normas/", views.settings, name="settings"),
    path("normas/<int:number>/", views.rewrite, name="rewrite"),
    path("normas/<int:pk>/retirar/", views.retire, name="retire"),
    path("normas/<int:pk>/recuperar/", views.restore, name="restore"),
    path("mensajes/<int:pk>/ocultar/", views.hide, name="hide"),
    path("mensajes/<int:pk>/mostrar/", views.show, name="show"),
]
