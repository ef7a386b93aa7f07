"""Find or make the learner of a request. A learner is made at the first write, never on a read."""

import uuid
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy

from accounts.models import Learner

GONE = gettext_lazy(
    "You have just signed in, or deleted everything, in another window. "
    "What you sent was not taken: look again, and send it again."
)


class LearnerGone(Exception):
    """The learner of a request was merged into an account's, or deleted, while the request was under way."""


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


def tag_of(learner: Learner | None) -> str:
    """Tell learners apart without naming them, "none" for nobody: browsers drop copies of another's pages.

    Those without an account begin with "a-": what they left unsent is an account's once they sign in.
    """
    if learner is None:
        return "none"
    digest = salted_hmac("learner", str(learner.pk)).hexdigest()[:16]
    return digest if learner.user_id else f"a-{digest}"


def find_learner(request: HttpRequest) -> Learner | None:
    """Return the request's learner or None. Never writes."""
    handle: LearnerHandle = request.learners  # type: ignore[attr-defined]
    return handle.find()


def ensure_learner(request: HttpRequest) -> Learner:
    """Return the request's learner, making one at the first write."""
    handle: LearnerHandle = request.learners  # type: ignore[attr-defined]
    return handle.ensure()


def lock_learner(learner: Learner, *related: str) -> Learner:
    """Lock the learner's row until the end of the transaction, and return it with the relations named.

    Whatever else a transaction locks, it locks the learner first (docs/design.md). Raises LearnerGone.
    """
    rows = Learner.objects.select_for_update(of=("self",), no_key=True).select_related(*related)
    found = rows.filter(pk=learner.pk).first()
    if found is None:
        raise LearnerGone
    return found
