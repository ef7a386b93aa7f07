"""Tell our own forms by where they come from, so that pages carry no token and a GET sets no cookie."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]


def comes_from_here(request: HttpRequest) -> bool:
    """Tell whether Origin, or Referer where it is missing, names this site; no page can forge them."""
    here = f"{request.scheme}://{request.get_host()}"
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == here
    return request.headers.get("Referer", "").startswith(f"{here}/")


def own_origin(view: View) -> View:
    """Take a write that comes from this site's own pages; any other must carry the token."""
    guarded = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (view if comes_from_here(request) else guarded)(request, *args, **kwargs)

    return wrapper
