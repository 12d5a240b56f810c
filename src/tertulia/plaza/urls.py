"""Addresses of the plaza, mounted at ``/plaza/``."""

from django.urls import include, path

from tertulia.plaza import api, control_api, views

app_name = "plaza"

_account = [
    path("me", api.me),
    path("me/notices", api.notices),
    path("me/utterances", api.mine),
    path("me/blocks", api.blocks),
    path("me/blocks/<str:who>", api.blocked),
    path("neighbours/<str:who>", api.neighbour),
    path("pictures", api.pictures),
    path("utterances", api.utterances),
    path("utterances/<str:pk>", api.utterance),
    path("utterances/<str:pk>/thread", api.talk),
    path("utterances/<str:pk>/hidden", api.hidden),
    path("utterances/<str:pk>/like", api.liked),
]

_public = [
    path("neighbours", control_api.neighbours),
    path("speak", control_api.speaking),
    path("undo", control_api.undoing),
    path("bulk", control_api.crowd),
    path("seen", control_api.dump),
    path("faults", control_api.faults),
    path("populate", control_api.history),
    path("tick", control_api.ticking),
]

urlpatterns = [
    path("", views.square, name="square"),
    path("novedades/", views.timeline, name="timeline"),
    path("hablar/", views.speak, name="speak"),
    path("gustar/", views.like, name="like"),
    path("averias/", views.faults, name="faults"),
    path("avatars/<slug:handle>.svg", views.avatar, name="avatar"),
    path("pictures/<uuid:pk>", views.picture, name="picture"),
    path("<int:pk>/", views.thread, name="thread"),
    path("api/public/", include(_public)),
    path("api/", include(_account)),
]
