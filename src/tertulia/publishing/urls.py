"""Addresses of this part's pages."""

from django.urls import path

from tertulia.publishing.views import board, composer, pictures, posts

app_name = "publishing"
urlpatterns = [
    path("calendario/", board.calendar, name="calendar"),
    path("calendario/<int:pk>/", board.peek, name="peek"),
    path("calendario/canal/<int:pk>/", board.at_risk, name="at_risk"),
    path("componer/", composer.compose, name="compose"),
    path("componer/guardar/", composer.save, name="save"),
    path("componer/vista/", composer.look, name="look"),
    path("componer/revisar/", composer.proof, name="proof"),
    path("componer/revisar/enlaces/", composer.reach, name="reach"),
    path("componer/programar/", composer.schedule, name="schedule"),
    path("componer/ahora/", composer.now, name="now"),
    path("componer/imagenes/", pictures.upload, name="upload"),
    path("componer/<int:pk>/", composer.post, name="post"),
    path("componer/<int:pk>/estado/", composer.state, name="state"),
    path("componer/<int:pk>/desprogramar/", posts.unschedule, name="unschedule"),
    path("componer/<int:pk>/duplicar/", posts.duplicate, name="duplicate"),
    path("componer/<int:pk>/descartar/", posts.discard, name="discard"),
    path("componer/<int:pk>/restaurar/", posts.restore, name="restore"),
    path("componer/<int:pk>/mover/", posts.move, name="move"),
    path("componer/<int:pk>/soltar/", posts.settle, name="settle"),
    path("componer/series/<int:pk>/parar/", posts.stop, name="stop"),
    path("componer/series/<int:pk>/reanudar/", posts.resume, name="resume"),
    path("imagenes/<int:pk>", pictures.picture, name="picture"),
]
