"""Addresses that need no sign-in: a browser that moved, and the links of digests."""

from django.urls import path

from tertulia.notices.views import browsers, public

urlpatterns = [
    path("resumen/<str:name>/", public.digest, name="digest"),
    path("resumen/<str:name>/baja/", public.out, name="digest_out"),
    path("avisos/navegador/", browsers.moved, name="browser_moved"),
]
