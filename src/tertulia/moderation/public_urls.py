"""Addresses that need no sign-in."""

from django.urls import path, register_converter

from tertulia.moderation.months import MonthConverter
from tertulia.moderation.views import public

register_converter(MonthConverter, "public_month")

urlpatterns = [
    path("normas/<slug:slug>/", public.house_rules, name="house_rules"),
    path("normas/<slug:slug>/qr.svg", public.qr, name="house_rules_qr"),
    path("normas/<slug:slug>/transparencia/<public_month:first>/", public.month, name="transparency"),
    path("normas/<slug:slug>/transparencia/<public_month:first>.csv", public.month, {"sheet": True}, name="transparency_sheet"),
    path("apelar/<str:signed>/", public.appeal, name="appeal"),
]
