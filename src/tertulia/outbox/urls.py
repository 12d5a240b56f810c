"""Addresses of this part's pages."""

from django.urls import path

from tertulia.outbox import pause_page, views

app_name = "outbox"
urlpatterns = [
    path("", views.list, name="list"),
    path("pausa/", pause_page.settings, name="pause"),
    path("pausa/aviso/", pause_page.standing, name="standing"),
    path("pausa/parar/", pause_page.stop, name="stop"),
    path("pausa/parar-todo/", pause_page.stop_everything, name="stop_everything"),
    path("pausa/seguir-todo/", pause_page.resume_everything, name="resume_everything"),
    path("pausa/deshacer/", pause_page.undo, name="undo_pause"),
    path("revisar/", pause_page.review, name="review"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/publicado/", views.confirm, name="confirm"),
    path("<int:pk>/otra-vez/", views.again, name="again"),
    path("<int:pk>/ahora/", views.send_now, name="send_now"),
    path("<int:pk>/otra-hora/", views.new_hour, name="new_hour"),
    path("<int:pk>/visto/", views.noted, name="noted"),
    path("<int:pk>/retirar/", views.cancel, name="cancel"),
    path("<int:pk>/restaurar/", views.restore, name="restore"),
]
