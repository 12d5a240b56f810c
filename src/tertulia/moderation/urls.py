"""Addresses of moderation."""

from django.urls import include, path

from tertulia.moderation.views import acts, appeals, figures, house, queue

app_name = "moderation"
urlpatterns = [
    path("", queue.page, name="queue"),
    path("casos/<int:pk>/decidir/", queue.decide, name="decide"),
    path("casos/<int:pk>/dejar/", queue.skip, name="skip"),
    path("velo/", queue.veil, name="veil"),
    path("normas/", house.settings, name="settings"),
    path("normas/publicar/", house.policy, name="policy"),
    path("normas/<int:number>/", house.rewrite, name="rewrite"),
    path("normas/<int:pk>/peso/", house.weigh, name="weigh"),
    path("normas/<int:pk>/retirar/", house.retire, name="retire"),
    path("normas/<int:pk>/recuperar/", house.restore, name="restore"),
    path("mensajes/<int:pk>/", acts.story, name="story"),
    path("mensajes/<int:pk>/ocultar/", acts.act, name="hide"),
    path("mensajes/<int:pk>/mostrar/", acts.show, name="show"),
    path("mensajes/<int:pk>/a-la-cola/", acts.report, name="report"),
    path("deshacer/", acts.undo, name="undo"),
    path("veredictos/<int:pk>/detener/", acts.take_back, name="take_back"),
    path("veredictos/<int:pk>/desbloquear/", acts.unblock, name="unblock"),
    path("veredictos/<int:pk>/retirar/", acts.lift, name="lift"),
    path("veredictos/<int:pk>/ofrecer/", acts.offer, name="offer"),
    path("personas/<int:pk>/", acts.of_person, name="of_person"),
    path("reclamaciones/", appeals.listed, name="appeals"),
    path("reclamaciones/<int:pk>/", appeals.one, name="appeal"),
    path("reglas/", include("tertulia.moderation.rulebook.urls")),
    path("transparencia/", figures.month, name="months"),
    path("transparencia/<str:month>/", figures.month, name="month"),
    path("transparencia/<str:month>.csv", figures.month, {"sheet": True}, name="month_sheet"),
]
