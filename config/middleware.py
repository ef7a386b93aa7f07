"""Middleware of the whole site."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

NULL = "A null character is in the address."


class CompressionMiddleware(GZipMiddleware):
    """Compress what is not compressed yet, with Django's random padding against BREACH; never a stream."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)


class NullMiddleware:
    """Refuse an address with a null character: no page has one, and PostgreSQL cannot even ask for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            return HttpResponseNotFound(NULL, content_type="text/plain")
        if "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest(NULL, content_type="text/plain")
        return self.get_response(request)


class ApiLanguageMiddleware:
    """Answer the API in the language of Accept-Language: its paths carry no language prefix."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        patch_vary_headers(response, ["Accept-Language"])
        return response
