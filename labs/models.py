"""The runs of labs, what they reported while they ran, and the adapters they left."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from labs.core.adapter_file import AdapterHeader
from labs.managers import AdapterQuerySet, LabRunQuerySet, RunEventQuerySet


class LabRun(models.Model):
    """One execution of a lab with its settings and seed; the row, not the queue, carries its state."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Failure(models.TextChoices):
        TIMEOUT = "timeout", _("It took longer than a run may take.")
        CRASH = "crash", _("Its process ended before it was done.")
        ERROR = "error", _("The experiment raised an error.")
        LOST = "lost", _("Its runner was lost three times.")

    ACTIVE = (Status.QUEUED, Status.RUNNING)
    FINISHED = (Status.SUCCEEDED, Status.FAILED, Status.CANCELLED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lab = models.SlugField(_("lab"))
    settings = models.JSONField(_("settings"), default=dict)  # validated, every parameter present
    settings_key = models.CharField(
        _("checksum of the settings"), max_length=64
    )  # SHA-256 of lab, settings and seed
    seed = models.PositiveIntegerField(_("seed"), default=0)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    learner = models.ForeignKey(
        "accounts.Learner",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="lab_runs",
        verbose_name=_("learner"),
    )
    address_key = models.CharField(max_length=64, blank=True)  # keyed hash of the starter's, until the end
    attempt = models.PositiveSmallIntegerField(
        _("tries"), default=0
    )  # grows with each claim; fences every write of a runner
    last_sequence = models.PositiveIntegerField(
        _("last event"), default=0
    )  # of the newest event; never goes back
    enqueued_at = models.DateTimeField(_("queued at"))  # when the task queue last got its id
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    cancel_requested_at = models.DateTimeField(_("asked to stop at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)  # of the present attempt
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    result = models.JSONField(_("result"), null=True, blank=True)
    failure = models.CharField(_("failure"), max_length=10, choices=Failure, blank=True)
    error = models.TextField(_("error"), blank=True)  # what the experiment or its process said

    objects = LabRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=("queued", "running", "succeeded", "failed", "cancelled")),
                name="run_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("queued", "running"), finished_at__isnull=True)
                | Q(status__in=("succeeded", "failed", "cancelled"), finished_at__isnull=False),
                name="run_finished_when_over",
            ),
            models.CheckConstraint(
                condition=~Q(status="running") | Q(lease_until__isnull=False, started_at__isnull=False),
                name="run_leased_while_running",
            ),
            models.CheckConstraint(
                condition=~Q(status="succeeded") | Q(result__isnull=False), name="run_succeeded_with_result"
            ),
            models.CheckConstraint(
                condition=~Q(status="failed") | ~Q(failure=""), name="run_failed_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("queued", "running")) | Q(address_key=""),
                name="run_over_without_address",
            ),
            models.UniqueConstraint(
                fields=("learner",),
                condition=Q(status__in=("queued", "running")),
                name="one_active_run_a_learner",
            ),
        )
        indexes = (
            models.Index(fields=("status", "created_at"), name="run_by_status"),
            models.Index(fields=("learner", "-created_at"), name="run_by_learner"),
            models.Index(
                fields=("settings_key", "-finished_at"),
                condition=Q(status="succeeded"),
                name="run_by_settings",
            ),
        )

    def __str__(self) -> str:
        return f"{self.lab} {self.id}"

    def get_absolute_url(self) -> str:
        return reverse("run", args=[self.id])

    @property
    def is_over(self) -> bool:
        """Tell whether nothing will change any more."""
        return self.status in self.FINISHED

    @property
    def seconds(self) -> float | None:
        """Return the wall-clock seconds of the last attempt, None before its end."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


class RunEvent(models.Model):
    """Something a run reported: progress, a point of a curve, a note, the result."""

    run = models.ForeignKey(LabRun, on_delete=models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()  # 1, 2, 3 … over all attempts
    attempt = models.PositiveSmallIntegerField()
    data = models.JSONField()

    objects = RunEventQuerySet.as_manager()

    class Meta:
        ordering = ("run_id", "sequence")
        constraints = (
            models.UniqueConstraint(fields=("run", "sequence"), name="event_sequence_unique_in_run"),
        )

    def __str__(self) -> str:
        return f"{self.run_id} {self.sequence}"


class Adapter(models.Model):
    """A trained adapter that a learner keeps; its numbers lie in a file named by the checksum."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=60)  # task and rank: "gap-r8"
    learner = models.ForeignKey(
        "accounts.Learner", on_delete=models.CASCADE, related_name="adapters", verbose_name=_("learner")
    )
    run = models.ForeignKey(
        LabRun,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="adapters",
        verbose_name=_("run"),
    )  # that trained it, while it is kept
    task = models.CharField(_("task"), max_length=20)
    config = models.JSONField(_("configuration"))  # adapter_config.json, in PEFT's words
    base = models.CharField(_("base's checksum"), max_length=64)  # SHA-256 of the base it was trained on
    checksum = models.CharField(_("checksum"), max_length=64)  # SHA-256 of its file
    size = models.PositiveIntegerField(_("size in bytes"))
    parameters = models.PositiveIntegerField(_("parameters"))
    accuracy = models.FloatField(
        _("accuracy"), null=True, blank=True
    )  # on held-out pictures at the end of its run
    created_at = models.DateTimeField(_("created at"), null=True)  # none: shipped with the base

    objects = AdapterQuerySet.as_manager()

    class Meta:
        verbose_name = _("adapter")
        verbose_name_plural = _("adapters")
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(fields=("learner", "checksum"), name="adapter_once_a_learner"),
        )
        indexes = (
            models.Index(fields=("learner", "-created_at"), name="adapter_by_learner"),
            models.Index(fields=("checksum",), name="adapter_by_checksum"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.id}"

    @staticmethod
    def describe(header: AdapterHeader) -> dict[str, Any]:
        """Return the fields that the file of an adapter itself says."""
        return {
            "name": header.name,
            "task": header.task,
            "config": header.config,
            "base": header.base,
            "checksum": header.checksum,
            "size": header.size,
            "parameters": header.parameters,
        }

    @property
    def is_shipped(self) -> bool:
        """Tell whether it lies beside the base and has no row."""
        return self.created_at is None
