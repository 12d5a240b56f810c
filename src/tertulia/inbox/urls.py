"""Addresses of the inbox."""

from django.urls import path

from tertulia.inbox import acts, views

app_name = "inbox"
urlpatterns = [
    path("", views.inbox, name="list"),
    path("vistas/", views.counts, name="counts"),
    path("revisar/", views.proof, name="proof"),
    path("revisar/enlaces/", views.reach, name="reach"),
    path("filas/", views.rows, name="rows"),
    path("novedades/", views.news, name="news"),
    path("varias/", acts.many, name="many"),
    path("deshacer/", acts.undo, name="undo"),
    path("<int:pk>/", views.conversation, name="conversation"),
    path("<int:pk>/charla/", views.talk, name="talk"),
    path("<int:pk>/anteriores/", views.earlier, name="earlier"),
    path("<int:pk>/contar/", views.measured, name="measure"),
    path("<int:pk>/responder/", acts.reply, name="reply"),
    path("<int:pk>/nota/", acts.note, name="note"),
    path("<int:pk>/asignar/", acts.assign, name="assign"),
    path("<int:pk>/posponer/", acts.snooze, name="snooze"),
    path("<int:pk>/cerrar/", acts.close, name="close"),
    path("<int:pk>/reabrir/", acts.reopen, name="reopen"),
]
