"""Addresses of this part's pages."""

from django.urls import path

from tertulia.outbox import notices_page, views

app_name = "outbox"
urlpatterns = [
    path("", views.list, name="list"),
    path("avisos/", notices_page.settings, name="notices"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/publicado/", views.confirm, name="confirm"),
    path("<int:pk>/otra-vez/", views.again, name="again"),
    path("<int:pk>/retirar/", views.cancel, name="cancel"),
    path("<int:pk>/restaurar/", views.restore, name="restore"),
]
