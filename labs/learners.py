"""The runs and adapters of learners: two learners become one; one takes theirs away."""

from __future__ import annotations

from typing import Any

from accounts.merging import row_as_json
from accounts.models import Learner
from labs import services
from labs.models import Adapter, LabRun

OF_THE_RUNNER = (  # what a run says to its runner and to nobody else
    *("settings_key", "address_key", "attempt", "last_sequence", "enqueued_at"),
    *("lease_until", "heartbeat_at", "cancel_requested_at"),
)


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
    services.lock_files()  # behind the runs, as a runner that ends one takes them
    adapters = Adapter.objects.filter(learner=other)
    adapters.filter(checksum__in=list(into.adapters.values_list("checksum", flat=True))).delete()
    adapters.update(learner=into)


def export_learner(learner: Learner) -> dict[str, Any]:
    """Return the learner's runs and adapters: one of the LEARNER_EXPORT_HOOKS. Keys are file names.

    The numbers of an adapter are its file, to be had at its own address.
    """
    runs, adapters = LabRun.objects.of_learner(learner), learner.adapters.all()
    return {
        "runs.json": [row_as_json(run, *OF_THE_RUNNER) for run in runs],
        "adapters.json": [
            row_as_json(adapter) | {"run": adapter.run_id and str(adapter.run_id)} for adapter in adapters
        ],
    }
