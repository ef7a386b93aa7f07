"""The runs of learners: two learners become one; one takes their runs away."""

from __future__ import annotations

from typing import Any

from accounts.models import Learner
from labs.models import LabRun


def merge_learners(*, into: Learner, other: Learner) -> None:
    """Give the runs of one learner to another: one of the LEARNER_MERGE_HOOKS, in their transaction.

    A learner has one run at a time: when both wait or run, the other's goes on without an owner, and stays
    at its address.
    """
    runs = LabRun.objects.of_learner(other)
    if LabRun.objects.of_learner(into).active().exists():
        runs.active().update(learner=None)
    runs.update(learner=into)


def export_learner(learner: Learner) -> dict[str, Any]:
    """Return the learner's runs: one of the LEARNER_EXPORT_HOOKS. Keys are file names."""
    names = ("lab", "settings", "seed", "status", "result", "failure", "error")
    moments = ("created_at", "started_at", "finished_at")
    return {
        "runs.json": [
            {"id": str(run.pk)}
            | {name: getattr(run, name) for name in names}
            | {name: (moment := getattr(run, name)) and moment.isoformat() for name in moments}
            for run in LabRun.objects.of_learner(learner)
        ]
    }
