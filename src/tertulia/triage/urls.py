"""Addresses of readings."""

from django.urls import path

from tertulia.triage import views

app_name = "triage"
urlpatterns = [
    path("", views.page, name="page"),
    path("departamentos/", views.departments, name="departments"),
    path("mensaje/<int:pk>/", views.message, name="message"),
    path("mensaje/<int:pk>/parecidos/", views.near, name="near"),
    path("mensaje/<int:pk>/corregir/", views.correct, name="correct"),
    path("deshacer/<int:pk>/", views.undo, name="undo"),
]
