"""The address of the queue of all brands: of no brand."""

from django.urls import path

from tertulia.inbox import everywhere_views

urlpatterns = [path("", everywhere_views.queue, name="everywhere")]
