"""Addresses of the automatic rules, under ``moderacion/reglas/``; their names are moderation's."""

from django.urls import path

from tertulia.moderation.rulebook.views import editor, listing, lists, rehearsals

urlpatterns = [
    path("", listing.rules, name="rules"),
    path("nueva/", editor.new, name="new_rule"),
    path("mirar/", editor.look, name="look_at_rule"),
    path("probar/", editor.attempt, name="try_rule"),
    path("todas.txt", listing.export, name="export_rules"),
    path("importar/", listing.bring_in, name="import_rules"),
    path("para-empezar/", listing.begin, name="starter_rules"),
    path("tope/", listing.brake, name="brake"),
    path("r/<str:name>/", editor.rule, name="rule"),
    path("r/<str:name>/historia/", listing.history, name="rule_history"),
    path("r/<str:name>/coincidencias/", rehearsals.matches, name="rule_matches"),
    path("versiones/<int:pk>/ensayar/", rehearsals.ask, name="rehearse"),
    path("versiones/<int:pk>/restaurar/", listing.restore, name="restore_rule"),
    path("versiones/<int:pk>/<slug:what>/", listing.act, name="rule_act"),
    path("ensayos/<int:pk>/", rehearsals.rehearsal, name="rehearsal"),
    path("ensayos/mensajes/<int:pk>/", rehearsals.say_of_find, name="say_of_find"),
    path("coincidencias/<int:pk>/", rehearsals.say_of_match, name="say_of_match"),
    path("listas/", lists.words, name="new_list"),
    path("listas/probar/", lists.attempt, name="try_list"),
    path("listas/<str:name>/", lists.words, name="list"),
    path("listas/<str:name>/retirar/", lists.drop, name="drop_list"),
    path("listas/<str:name>/<int:version>/restaurar/", lists.restore, name="restore_list"),
]
