"""How often somebody may try to sign in, sign up, ask for a new password or send reports."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle

REPORTS = "30/hour"


class Limit(SimpleRateThrottle):
    """Count the tries of an address, or of a name from anywhere; kept in the cache, as DRF keeps its own."""

    def __init__(self, scope: str, rate: str, value: str = "") -> None:
        self.scope, self.rate, self.value = scope, rate, value
        super().__init__()

    def get_cache_key(self, request: HttpRequest, view: object) -> str:
        """Name what is counted; names are hashed, so that no cache holds them."""
        who = self.value.casefold() or self.get_ident(request)  # type: ignore[arg-type]
        return f"limit_{self.scope}_{hashlib.sha256(who.encode()).hexdigest()}"


def seconds_to_wait(request: HttpRequest, *limits: Limit) -> int:
    """Count a try; return 0, or after how many seconds the next is allowed.

    What the first limit refuses is not counted by those after it: else one address could fill the cache.
    """
    refused = next((limit for limit in limits if not limit.allow_request(request, None)), None)  # type: ignore[arg-type]
    return int(refused.wait() or 60) + 1 if refused else 0


def sign_in_limits(name: str) -> tuple[Limit, Limit]:
    """Twenty tries a minute from one address, thirty an hour on one name from anywhere."""
    return Limit("sign-in", "20/min"), Limit("sign-in-name", "30/hour", name or "-")


def sign_up_limits() -> tuple[Limit]:
    """Twenty tries an hour at a new account from one address; its letter has limits of its own."""
    return (Limit("sign-up", "20/hour"),)


def reset_limits(email: str) -> tuple[Limit, ...]:
    """Ten letters with a link an hour from one address, three to one mailbox; no letter goes to none."""
    return Limit("reset", "10/hour"), *([Limit("reset-mail", "3/hour", email)] if email else [])


def password_limits(name: str) -> tuple[Limit]:
    """Ten tries an hour at the present password of an account that is signed in."""
    return (Limit("password", "10/hour", name),)


def report_limits() -> tuple[Limit]:
    """Thirty reports of flaws an hour from one address, however many visitors it claims to be."""
    return (Limit("report", REPORTS),)
