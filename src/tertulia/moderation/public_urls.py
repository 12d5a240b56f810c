"""Addresses that need no sign-in."""

from django.urls import path

from tertulia.moderation.views import public

urlpatterns = [
    path("normas/<slug:slug>/", public.house_rules, name="house_rules"),
    path("normas/<slug:slug>/qr.svg", public.qr, name="house_rules_qr"),
    path("normas/<slug:slug>/transparencia/<str:month>/", public.month, name="transparency"),
    path("normas/<slug:slug>/transparencia/<str:month>.csv", public.month, {"sheet": True}, name="transparency_sheet"),
    path("apelar/<str:signed>/", public.appeal, name="appeal"),
]
