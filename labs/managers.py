"""Reads of runs, events and adapters."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Learner
    from labs.models import Adapter, LabRun, RunEvent  # noqa: F401


class LabRunQuerySet(models.QuerySet["LabRun"]):
    """Reads of runs."""

    def active(self) -> LabRunQuerySet:
        """Runs that wait or run."""
        return self.filter(status__in=("queued", "running"))

    def of_learner(self, learner: Learner | None) -> LabRunQuerySet:
        """Runs that the learner started, newest first; none without a learner."""
        return self.none() if learner is None else self.filter(learner=learner).order_by("-created_at")

    def waiting_before(self, run: LabRun) -> int | None:
        """Count the runs that stand before one in the queue; None when it does not wait."""
        if run.status != "queued":
            return None
        return self.filter(status="queued", enqueued_at__lt=run.enqueued_at).count()

    def examples(self, settings_key: str) -> LabRunQuerySet:
        """Succeeded runs of exactly these settings, newest first."""
        return self.filter(status="succeeded", settings_key=settings_key).order_by("-finished_at")

    def stale_queued(self, before: datetime) -> LabRunQuerySet:
        """Runs that wait although the queue got their id long ago."""
        return self.filter(status="queued", enqueued_at__lt=before)

    def of_visitors_before(self, before: datetime) -> LabRunQuerySet:
        """Runs that ended long ago, of learners without an account or gone."""
        return self.filter(learner__user=None, finished_at__lt=before)

    def expired(self, now: datetime) -> LabRunQuerySet:
        """Runs whose runner let the lease pass."""
        return self.filter(status="running", lease_until__lt=now)


class RunEventQuerySet(models.QuerySet["RunEvent"]):
    """Reads of events."""

    def since(self, run_id: UUID, after: int) -> RunEventQuerySet:
        """Events of a run behind a sequence number, in order."""
        return self.filter(run_id=run_id, sequence__gt=after).order_by("sequence")


class AdapterQuerySet(models.QuerySet["Adapter"]):
    """Reads of kept adapters."""

    def of_learner(self, learner: Learner | None) -> AdapterQuerySet:
        """Adapters that the learner's runs left, newest first; none without a learner."""
        return self.none() if learner is None else self.filter(learner=learner).order_by("-created_at")

    def of_visitors_before(self, before: datetime) -> AdapterQuerySet:
        """Old adapters of learners without an account."""
        return self.filter(learner__user=None, created_at__lt=before)
