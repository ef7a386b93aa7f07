"""Find or make the learner of a request. A learner is made at the first write, never on a read."""

import uuid
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

from accounts.models import Learner


class LearnerHandle:
    """The learner of one request, looked up when first asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.made_here: Learner | None = None

    @cached_property
    def _found(self) -> Learner | None:
        user = self._request.user
        if user.is_authenticated:
            return Learner.objects.filter(user=user).first()
        value = self._request.get_signed_cookie(settings.LEARNER_COOKIE_NAME, default=None)
        if value is None:
            return None
        try:
            return Learner.objects.filter(id=uuid.UUID(value), user=None).first()
        except ValueError:
            return None

    @property
    def was_asked(self) -> bool:
        """Tell whether the answer may depend on who asked."""
        return "_found" in self.__dict__

    def find(self) -> Learner | None:
        """Return the learner of the account, else of the signed cookie, else None. Never writes."""
        return self.made_here or self._found

    def ensure(self) -> Learner:
        """Return the learner, made now if there is none; the middleware then sends the cookie."""
        learner = self.find()
        if learner is not None:
            return learner
        user = self._request.user
        if user.is_authenticated:
            learner, _ = Learner.objects.get_or_create(user=user)
        else:
            learner = Learner.objects.create()
            self.made_here = learner
        self._found = learner
        return learner


def find_learner(request: HttpRequest) -> Learner | None:
    """Return the request's learner or None. Never writes."""
    handle: LearnerHandle = request.learners  # type: ignore[attr-defined]
    return handle.find()


def ensure_learner(request: HttpRequest) -> Learner:
    """Return the request's learner, making one at the first write."""
    handle: LearnerHandle = request.learners  # type: ignore[attr-defined]
    return handle.ensure()
