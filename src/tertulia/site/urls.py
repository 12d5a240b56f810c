"""The map: one line a part. Addresses of a brand's pages begin with its slug."""

from django.urls import include, path

from tertulia.site import health, live, metrics, sign_in

brand_pages = [
    path("", include("tertulia.site.pages")),
    path("bandeja/", include("tertulia.inbox.urls")),
    path("personas/", include("tertulia.people.urls")),
    path("personas/", include("tertulia.inbox.persons_urls")),
    path("moderacion/", include("tertulia.moderation.urls")),
    path("asuntos/", include("tertulia.handoffs.urls")),
    path("comprension/", include("tertulia.triage.urls")),
    path("", include("tertulia.publishing.urls")),
    path("envios/", include("tertulia.outbox.urls")),
    path("canales/", include("tertulia.channels.urls")),
    path("informe/", include("tertulia.reports.urls")),
    path("", include("tertulia.notices.urls")),
    path("ajustes/plazos/", include("tertulia.inbox.deadline_urls")),
    path("ajustes/reparto/", include("tertulia.inbox.assigning_urls")),
    path("libro/", include("tertulia.inbox.ledger_urls")),
    path("ajustes/voz/", include("tertulia.strategy.urls")),
    path("ajustes/", include("tertulia.brands.urls")),
]

urlpatterns = [
    path("vivo", live.stream, name="live"),
    path("healthz", health.healthz, name="healthz"),
    path("salud/", health.page, name="health"),
    path("metrics", metrics.metrics, name="metrics"),
    path("entrar/<str:secret>/", sign_in.by_link, name="by_link"),
    path("bandeja/", include("tertulia.inbox.everywhere_urls")),
    path("", include("tertulia.brands.public_urls")),
    path("", include("tertulia.moderation.public_urls")),
    path("asunto/", include("tertulia.handoffs.outside_urls")),
    path("", include("tertulia.notices.public_urls")),
    path("cuenta/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("diseno/", include("tertulia.kit.urls")),
    path("plaza/", include("tertulia.plaza.urls")),
    path("api/v1/", include("tertulia.site.api_urls")),
    path("", include("tertulia.site.entrance")),
    path("m/<slug:slug>/", include(brand_pages)),
]

handler400 = "tertulia.site.middleware.misunderstood"
handler500 = "tertulia.site.middleware.failed"
