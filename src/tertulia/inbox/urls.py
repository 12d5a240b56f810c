"""Addresses of the inbox."""

from django.urls import path

from tertulia.inbox import acts, saved_pages, together, views, writing

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
    path("<int:pk>/contar/", writing.measured, name="measure"),
    path("<int:pk>/responder/", writing.reply, name="reply"),
    path("<int:pk>/nota/", writing.note, name="note"),
    path("<int:pk>/borrador/", writing.keep, name="keep"),
    path("<int:pk>/presencia/", together.beat, name="beat"),
    path("respuestas/", saved_pages.replies, name="saved"),
    path("respuestas/<int:pk>/", saved_pages.rewrite, name="rewrite_saved"),
    path("respuestas/<int:pk>/retirar/", saved_pages.archive, name="archive_saved"),
    path("respuestas/<int:pk>/usada/", saved_pages.used, name="used_saved"),
    path("<int:pk>/guardadas/", saved_pages.menu, name="saved_menu"),
    path("<int:pk>/parecidas/", saved_pages.suggested, name="likely"),
    path("mensajes/<int:pk>/guardar/", saved_pages.keep_sent, name="keep_sent"),
    path("quien/", together.who, name="who"),
    path("imagenes/", writing.library, name="library"),
    path("borradores/<int:pk>/usar/", writing.take_up, name="take_up"),
    path("borradores/<int:pk>/descartar/", writing.drop, name="drop"),
    path("borradores/<int:pk>/aprobar/", writing.approve, name="approve"),
    path("borradores/<int:pk>/devolver/", writing.give_back, name="give_back"),
    path("<int:pk>/asignar/", acts.assign, name="assign"),
    path("<int:pk>/posponer/", acts.snooze, name="snooze"),
    path("<int:pk>/cerrar/", acts.close, name="close"),
    path("<int:pk>/reabrir/", acts.reopen, name="reopen"),
]
