"""What becomes of a learner when somebody signs up or in, takes everything away, or leaves for good."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils.module_loading import import_string

from accounts.models import Learner
from accounts.services import LearnerGone
from accounts.sign_ins import end_sign_ins


class NotMerged(RuntimeError):
    """An app keeps rows of learners and has no merge function among the LEARNER_MERGE_HOOKS."""


@transaction.atomic
def claim_learner(*, user: User, learner: Learner | None) -> Learner:
    """Move the history of a cookie's learner into an account, merging it with what the account has.

    Two sign-ins at once follow each other by the account's row. Raises LearnerGone when it is deleted.
    """
    if not User.objects.select_for_update().filter(pk=user.pk):
        raise LearnerGone
    if learner is not None:
        learner = Learner.objects.select_for_update().filter(pk=learner.pk, user=None).first()
    owner = Learner.objects.filter(user=user).first()
    if learner is None:
        return owner or Learner.objects.create(user=user)
    if owner is None:
        learner.user = user
        learner.save(update_fields=["user"])
        return learner
    merge_learners(into=owner, other=learner)
    return owner


@transaction.atomic
def merge_learners(*, into: Learner, other: Learner) -> None:
    """Give everything of one learner to another, by each app's function, and drop the empty one.

    Raises NotMerged, and changes nothing, when something would be lost.
    """
    pks = sorted((into.pk, other.pk))
    list(Learner.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    for name in settings.LEARNER_MERGE_HOOKS:
        import_string(name)(into=into, other=other)
    for relation in Learner._meta.related_objects:
        model, field = relation.related_model, relation.field.name
        if model._default_manager.filter(**{field: other.pk}).exists():
            raise NotMerged(f"{model._meta.label} rows would be lost")
    Learner.objects.filter(pk=other.pk).delete()


def row_as_json(row: models.Model, *left_out: str) -> dict[str, Any]:
    """Return every field of a row by name, but relations and what is left out: a new field comes along.

    Moments and days are written as in ISO 8601.
    """
    fields = [f for f in row._meta.concrete_fields if not f.is_relation and f.name not in left_out]
    return {field.name: _plain(field.value_from_object(row)) for field in fields}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def export_files(*, user: User | None, learner: Learner | None) -> dict[str, Any]:
    """Return everything that is kept of somebody, by file name."""
    files: dict[str, Any] = {}
    if user is not None:
        names = ("username", "email", "date_joined", "last_login")
        files["account.json"] = {name: getattr(user, name) for name in names}
        files["sign_ins.json"] = [row_as_json(row, "id") for row in user.sign_ins.order_by("created_at")]
    if learner is not None:
        files["learner.json"] = {"id": learner.pk, "created_at": learner.created_at}
        for name in settings.LEARNER_EXPORT_HOOKS:
            files |= import_string(name)(learner)
    return files


def export_zip(*, user: User | None, learner: Learner | None) -> bytes:
    """Return everything that is kept of somebody, as a zip of JSON files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in export_files(user=user, learner=learner).items():
            archive.writestr(name, json.dumps(value, ensure_ascii=False, indent=1, default=str))
    return buffer.getvalue()


@transaction.atomic
def delete_everything(*, user: User | None, learner: Learner | None) -> None:
    """Delete a learner with everything they answered, and the account if there is one.

    The account's row is locked first, then the learner's, as in a sign-in; so nothing is answered meanwhile.
    """
    if user is not None:
        list(User.objects.select_for_update().filter(pk=user.pk))
    if learner is not None:
        list(Learner.objects.select_for_update().filter(pk=learner.pk))
        learner.delete()
    if user is not None:
        end_sign_ins(user.sign_ins.all())
        user.delete()
