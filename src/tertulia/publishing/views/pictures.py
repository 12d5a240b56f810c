"""Pictures: taken in, and shown to the brand's people only."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe

from tertulia.brands import actions as brands
from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.models import Picture
from tertulia.brands.pictures import MOST_BYTES, BadPicture
from tertulia.publishing import sentences
from tertulia.publishing.sheets import Shown

#: Files taken at once; more than any network publishes together.
MOST_FILES = 20


@require_safe
@for_brand("see")
def picture(request: BrandRequest, pk: int) -> HttpResponse:
    """``GET imagenes/<pk>``: its bytes. Its content never changes, so a browser may keep it; nobody else may."""
    entry = f'"{pk}"'
    if request.headers.get("If-None-Match") == entry and Picture.objects.filter(brand=request.brand, pk=pk).exists():
        response = HttpResponse(status=304)
    else:
        found = get_object_or_404(Picture, brand=request.brand, pk=pk)
        response = HttpResponse(found.read(), content_type=found.mime)
    response["ETag"], response["X-Content-Type-Options"] = entry, "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(response, private=True, max_age=31_536_000, immutable=True)
    return response


@require_POST
@for_brand("answer")
def upload(request: BrandRequest) -> HttpResponse:
    """``POST componer/imagenes/``, files ``pictures``: an item of the sheet for each that could be read, and what was wrong
    with the others; 422 if none could."""
    files = request.FILES.getlist("pictures")[:MOST_FILES]
    if not files:
        raise Http404("no files")
    taken, wrong = [], []
    for file in files:
        try:
            if (file.size or 0) > MOST_BYTES:
                raise BadPicture("too_heavy")
            taken.append(Shown(brands.add_picture(request.brand, file.read(), by=request.by), ""))
        except BadPicture as bad:
            wrong.append(sentences.bad_picture(bad.code, file.name or ""))
    return render(request, "publishing/taken.html", {"taken": taken, "wrong": wrong}, status=200 if taken else 422)
