"""Let our own public pages write without a token: they are cached for everyone and carry none."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]


def own_origin(view: View) -> View:
    """Take a write whose Origin header names this site; any other must carry the token.

    Browsers set Origin on every form they post, and no page of another site can forge it.
    """
    guarded = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
        return (view if ours else guarded)(request, *args, **kwargs)

    return wrapper
