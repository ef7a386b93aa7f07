"""The learner: whoever answers, with or without an account; and where accounts are signed in."""

import uuid

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils.translation import gettext_lazy as _


class Learner(models.Model):
    """One person's history; found by a signed cookie, or by the account it belongs to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("account")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("learner")
        verbose_name_plural = _("learners")

    def __str__(self) -> str:
        return str(self.user or self.id)


class SignIn(models.Model):
    """A session of an account, as its owner knows it again; it goes when the session goes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="sign_in")
    device = models.CharField(max_length=60, blank=True)  # "Firefox · Windows"
    net = models.CharField(max_length=50, blank=True)  # "203.0.113.*": never the whole address
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # to the hour

    def __str__(self) -> str:
        return f"{self.user_id} {self.device}"
