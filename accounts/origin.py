"""Tell our own forms and scripts by where they come from: pages carry no token, a GET sets no cookie."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]


def claimed_origin(request: HttpRequest) -> str:
    """Return the origin that the browser names (Origin, else that of Referer), "" when it names none."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin
    return "/".join(request.headers.get("Referer", "").split("/", 3)[:3])


def comes_from_here(request: HttpRequest) -> bool:
    """Tell whether the browser names this site, or one of CSRF_TRUSTED_ORIGINS; no page can forge that."""
    here = f"{request.scheme}://{request.get_host()}"
    return claimed_origin(request) in (here, *settings.CSRF_TRUSTED_ORIGINS)


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Tell whether the browser names another site. Programs that are no browsers name none."""
    return bool(claimed_origin(request)) and not comes_from_here(request)


def own_origin(view: View) -> View:
    """Take a write that comes from this site's own pages; any other must carry the token."""
    guarded = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (view if comes_from_here(request) else guarded)(request, *args, **kwargs)

    return wrapper
