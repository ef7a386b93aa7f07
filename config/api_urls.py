"""Every address of the API, version 1."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from config import api

urlpatterns = [
    path("", api.root, name="api-root"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", api.docs, name="api-docs"),
    path("", include("qbank.api_urls")),
    path("", include("quizzes.api_urls")),
    path("labs/", include("labs.api_urls")),
]
