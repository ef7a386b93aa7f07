"""Where an account is signed in: noted now and then, listed, ended."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.throttling import AnonRateThrottle

from accounts.devices import name_device, shorten_address
from accounts.models import SignIn

COARSELY = timedelta(hours=1)  # how exactly it is known when one was last seen: the price is a write


def is_signed_in(request: HttpRequest) -> bool:
    """Tell whether the session was looked at and is an account's, without looking at it first."""
    return request.session.accessed and request.user.is_authenticated


def note_sign_in(request: HttpRequest, *, now: datetime | None = None) -> None:
    """Note at most once an hour (and process) that the session of a request is in use.

    Where session or account went meanwhile, there is nothing to note, and the next request tries again.
    """
    if request.session.session_key is None:
        request.session.save()  # a sign-in that began anew: its key is made now instead of a moment later
    key = request.session.session_key or ""
    name = f"seen_{hashlib.sha256(key.encode()).hexdigest()}"
    if not caches["sign-ins"].add(name, True, COARSELY.total_seconds()):
        return
    moment = now or timezone.now()
    seen = {"device": device_of(request), "net": net_of(request), "seen_at": moment}
    made = {**seen, "user": request.user, "created_at": moment}
    try:
        SignIn.objects.update_or_create(session_id=key, defaults=seen, create_defaults=made)
    except IntegrityError:
        caches["sign-ins"].delete(name)  # so that the next request notes what is there then


def device_of(request: HttpRequest) -> str:
    """Return the browser and system of a request in a few words."""
    return name_device(request.headers.get("User-Agent", ""))


def net_of(request: HttpRequest) -> str:
    """Return about where a request came from, counted as limits count it (NUM_PROXIES)."""
    return shorten_address(AnonRateThrottle().get_ident(request) or "")  # type: ignore[arg-type]


def live_sign_ins(user: User, *, now: datetime | None = None) -> QuerySet[SignIn]:
    """Return where an account is signed in, the last seen first."""
    return user.sign_ins.filter(session__expire_date__gt=now or timezone.now()).order_by("-seen_at", "-pk")


def end_sign_ins(sign_ins: QuerySet[SignIn]) -> int:
    """End sessions; their rows go with them. Return how many there were."""
    return _end(sign_ins.values_list("session_id", flat=True))


def end_other_sessions(user: User, here: str | None, *, now: datetime | None = None) -> int:
    """End all sessions of an account but one, also those that were never noted; return how many there were.

    Whose a session is stands inside it: all that have not expired are read, one after the other.
    """
    live = Session.objects.filter(expire_date__gt=now or timezone.now()).exclude(session_key=here)
    own = [row.session_key for row in live.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    return _end(own)


def _end(keys: Iterable[str]) -> int:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    ended = list(keys)
    for key in ended:
        store(key).delete()
    return len(ended)
