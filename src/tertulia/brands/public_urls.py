"""Addresses that need no sign-in: signed ones."""

from django.urls import path

from tertulia.brands.views import public

urlpatterns = [path("imagen/<str:signed>.jpg", public.picture, name="public_picture")]
