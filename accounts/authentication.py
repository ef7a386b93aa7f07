"""Who calls the API: an account by session, or a learner by cookie; both prove writes with a CSRF token."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from accounts.models import Learner
from accounts.services import find_learner


class LearnerAuthentication(SessionAuthentication):
    """Authenticate by session or learner cookie; who carries either must pass the CSRF check to write."""

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Learner | None] | None:
        """Return the user and the learner, or None when the request carries no cookie of ours."""
        http_request = request._request
        cookies = http_request.COOKIES
        if settings.SESSION_COOKIE_NAME not in cookies and settings.LEARNER_COOKIE_NAME not in cookies:
            return None
        self.enforce_csrf(request)
        return http_request.user, find_learner(http_request)
