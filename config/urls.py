"""Every address of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path, re_path

from config import offline, views
from config.sitemaps import SITEMAPS
from qbank.views import media

urlpatterns = [
    path("api/v1/", include("config.api_urls")),
    path("healthz/", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", index, {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"}, name="sitemaps"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("worker.js", offline.worker, name="worker"),
    path("prefs/theme/", views.set_theme, name="set-theme"),
    re_path(rf"^{settings.MEDIA_URL.strip('/')}/(?P<path>.+)$", media, name="media"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("keys/", views.keys, name="keys"),
        path("manifest.webmanifest", views.manifest, name="manifest"),
        path("offline/", offline.kept, name="offline"),
        path("", include("qbank.urls")),
        path("", include("quizzes.urls")),
        path("", include("labs.urls")),
        path("", include("accounts.urls")),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
handler404 = "config.views.page_not_found"
handler500 = "config.views.server_error"
