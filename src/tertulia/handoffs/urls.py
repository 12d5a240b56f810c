"""Addresses of matters."""

from django.urls import path

from tertulia.handoffs.views import board, desks, handing, mail

app_name = "handoffs"
urlpatterns = [
    path("", board.board, name="list"),
    path("nuevo/", handing.hand_over, name="new"),
    path("trasladar/<int:pk>/", handing.hand_over, name="hand_over"),
    path("conversacion/<int:pk>/", board.in_conversation, name="in_conversation"),
    path("<int:pk>/", board.matter, name="matter"),
    path("<int:pk>/decir/", board.say, name="say"),
    path("<int:pk>/recordar/", board.chase, name="chase"),
    path("<int:pk>/pasar/", board.pass_on, name="pass_on"),
    path("<int:pk>/resuelto/", board.solve, name="solve"),
    path("<int:pk>/cerrar/", board.close, name="close"),
    path("<int:pk>/cancelar/", board.cancel, name="cancel"),
    path("<int:pk>/retomar/", board.resume, name="resume"),
    path("<int:pk>/usar/<int:word>/", board.use, name="use"),
    path("<int:pk>/enlace/", board.link, name="link"),
    path("<int:pk>/archivo/<int:attachment>/", board.file, name="file"),
    path("correo/", mail.unmatched, name="unmatched"),
    path("correo/<int:pk>/casar/", mail.match, name="match"),
    path("correo/<int:pk>/descartar/", mail.drop, name="drop_mail"),
    path("correo/<int:pk>/recuperar/", mail.keep, name="keep_mail"),
    path("puestos/", desks.desks, name="desks"),
    path("puestos/<int:pk>/", desks.desk, name="desk"),
    path("puestos/<int:pk>/quitar/", desks.archive, name="archive_desk"),
    path("puestos/<int:pk>/recuperar/", desks.restore, name="restore_desk"),
    path("puestos/<int:pk>/persona/", desks.add_holder, name="add_holder"),
    path("puestos/persona/<int:pk>/", desks.change_holder, name="change_holder"),
    path("puestos/buzon/", desks.mailbox, name="mailbox"),
    path("puestos/buzon/probar/", desks.try_mailbox, name="try_mailbox"),
]
