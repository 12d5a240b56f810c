"""Addresses of people. A person's page is the inbox's (``persons:person``), which knows what they said."""

from django.urls import path

from tertulia.people import acts, rights, views

app_name = "people"
urlpatterns = [
    path("", views.listed, name="list"),
    path("parejas/", views.pairs, name="pairs"),
    path("etiquetas/", views.tags, name="tags"),
    path("deshacer/", acts.undo, name="undo"),
    path("<int:pk>/nombre/", acts.name, name="name"),
    path("<int:pk>/etiqueta/", acts.tag, name="tag"),
    path("<int:pk>/cliente/", acts.customer, name="customer"),
    path("<int:pk>/notas/", acts.note, name="note"),
    path("<int:pk>/notas/<int:note>/quitar/", acts.drop_note, name="drop_note"),
    path("<int:pk>/consentimientos/", acts.consent, name="consent"),
    path("<int:pk>/consentimientos/retirar/", acts.withdraw, name="withdraw"),
    path("<int:pk>/otras/", views.others, name="others"),
    path("<int:pk>/unir/", acts.join, name="join"),
    path("parejas/<int:pk>/si/", acts.confirm, name="confirm"),
    path("parejas/<int:pk>/no/", acts.deny, name="deny"),
    path("uniones/<int:pk>/separar/", acts.part, name="part"),
    path("<int:pk>/copia/", rights.export, name="export"),
    path("copias/<int:pk>.zip", rights.download, name="download"),
    path("<int:pk>/borrar/", rights.erase, name="erase"),
    path("borrados/<int:pk>/cancelar/", rights.cancel_erasure, name="cancel_erasure"),
]
