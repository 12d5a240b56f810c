"""Addresses of private links: no sign-in, the token opens one matter."""

from django.urls import path

from tertulia.handoffs.views import outside

app_name = "outside"
urlpatterns = [
    path("<str:token>/", outside.matter, name="matter"),
    path("<str:token>/decir/", outside.say, name="say"),
    path("<str:token>/no-es-para-mi/", outside.not_mine, name="not_mine"),
    path("<str:token>/otro-enlace/", outside.another_link, name="another_link"),
    path("<str:token>/archivo/<int:pk>/", outside.file, name="file"),
]
