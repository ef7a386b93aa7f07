"""Attach the learner to each request, send the cookie of one just made, answer for one who went meanwhile;
note now and then that a session is in use."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from accounts.origin import comes_from_here
from accounts.services import GONE, LearnerGone, LearnerHandle, tag_of
from accounts.sign_ins import is_signed_in, note_sign_in


class LearnerMiddleware:
    """Set `request.learners`, which finds the learner when first asked and makes one at the first write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        handle = request.learners = LearnerHandle(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if handle.was_asked:
            patch_vary_headers(response, ["Cookie"])
            response.headers["X-Learner"] = tag_of(handle.find())
        if handle.made_here:
            response.set_signed_cookie(
                settings.LEARNER_COOKIE_NAME,
                str(handle.made_here.id),
                max_age=settings.LEARNER_COOKIE_AGE,
                secure=settings.LEARNER_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Tell a reader whose history moved or went while they sent something that it was not taken."""
        if not isinstance(error, LearnerGone):
            return None
        back = request.headers.get("Referer", "") if comes_from_here(request) else ""
        return render(request, "accounts/gone.html", {"back": back, "gone": GONE}, status=409)


class SignInMiddleware:
    """Note where an account is signed in, at most once an hour; who is not signed in costs nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 500 and is_signed_in(request):
            note_sign_in(request)
        return response
