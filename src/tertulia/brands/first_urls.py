"""The address of a new brand: the only page of this part that is of no brand yet."""

from django.urls import path

from tertulia.brands.views import sheet

urlpatterns = [path("nueva/", sheet.new_brand, name="new_brand")]
