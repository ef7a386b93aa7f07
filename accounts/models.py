"""The learner: whoever answers, with or without an account."""

import uuid

from django.conf import settings
from django.db import models


class Learner(models.Model):
    """One person's history; found by a signed cookie, or by the account it belongs to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.user or self.id)
