"""The Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlazaConfig(AppConfig):
    """Tables are called ``plaza_…``; they know nothing of brands and channels."""

    name = "tertulia.plaza"
    label = "plaza"
    verbose_name = _("Plaza")
    default_auto_field = "django.db.models.BigAutoField"
