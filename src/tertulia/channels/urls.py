"""Addresses of this part's pages."""

from django.urls import path

from tertulia.channels import views
from tertulia.channels.views import connecting

app_name = "channels"
urlpatterns = [
    path("", views.list, name="list"),
    path("conectar/", connecting.choose, name="choose"),
    path("conectar/<slug:network>/", connecting.connect, name="connect"),
    path("oauth/", connecting.oauth, name="oauth"),
    path("<int:pk>/", views.welcome, name="welcome"),
    path("<int:pk>/pausar/", views.pause, name="pause"),
    path("<int:pk>/reanudar/", views.resume, name="resume"),
    path("<int:pk>/horario/", views.hours, name="hours"),
    path("<int:pk>/comprobar/", views.ask, name="ask"),
]
