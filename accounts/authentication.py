"""Who calls the API: an account by session, a learner by cookie, or nobody yet.

A write is refused when the browser names another site as its origin. The API reads JSON alone, which no form
of another site can send and no script of another site may send with our cookies, so programs need no token.
"""

from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.models import Learner
from accounts.origin import comes_from_elsewhere
from accounts.services import find_learner


class LearnerAuthentication(BaseAuthentication):
    """Authenticate by session or learner cookie; refuse writes that come from another site."""

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Learner | None]:
        """Return the user and the learner; either may be nobody. Raises PermissionDenied."""
        http_request = request._request
        if request.method not in SAFE_METHODS and comes_from_elsewhere(http_request):
            raise PermissionDenied(_("This request comes from another site."))
        return http_request.user, find_learner(http_request)
