from django.urls import path

from tertulia.kit import views

app_name = "kit"
urlpatterns = [path("", views.design, name="design"), path("redes/<slug:name>.svg", views.logo, name="logo")]
