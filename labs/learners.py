"""The runs and adapters of learners: two learners become one; one takes theirs away."""

from __future__ import annotations

from typing import Any

from accounts.models import Learner
from labs.models import Adapter, LabRun


def merge_learners(*, into: Learner, other: Learner) -> None:
    """Give the runs and adapters of one learner to another: one of LEARNER_MERGE_HOOKS, in their
    transaction.

    A learner has one run at a time: when both wait or run, the other's goes on without an owner, and stays
    at its address. An adapter that both keep is kept once.
    """
    runs = LabRun.objects.of_learner(other)
    if LabRun.objects.of_learner(into).active().exists():
        runs.active().update(learner=None)
    runs.update(learner=into)
    adapters = Adapter.objects.filter(learner=other)
    adapters.filter(checksum__in=list(into.adapters.values_list("checksum", flat=True))).delete()
    adapters.update(learner=into)


def export_learner(learner: Learner) -> dict[str, Any]:
    """Return the learner's runs and adapters: one of the LEARNER_EXPORT_HOOKS. Keys are file names.

    The numbers of an adapter are its file, to be had at its own address.
    """
    names = ("lab", "settings", "seed", "status", "result", "failure", "error")
    moments = ("created_at", "started_at", "finished_at")
    kept = ("name", "task", "config", "base", "checksum", "size", "parameters", "accuracy")
    return {
        "runs.json": [
            {"id": str(run.pk)}
            | {name: getattr(run, name) for name in names}
            | {name: (moment := getattr(run, name)) and moment.isoformat() for name in moments}
            for run in LabRun.objects.of_learner(learner)
        ],
        "adapters.json": [
            {"id": str(adapter.pk), "created_at": adapter.created_at and adapter.created_at.isoformat()}
            | {name: getattr(adapter, name) for name in kept}
            for adapter in learner.adapters.all()
        ],
    }
