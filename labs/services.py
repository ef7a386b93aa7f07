"""Writes of runs and adapters: start, cancel, what a runner reports, fenced by the number of its attempt."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from accounts.models import Learner
from accounts.services import lock_learner
from labs import storage
from labs.core.adapter_file import read_header
from labs.core.config import SEED, Lab, Settings, parse_settings
from labs.models import Adapter, LabRun, RunEvent

MAX_ATTEMPTS = 3
RUNS_AN_ADDRESS = 3  # that wait or run
ADAPTERS_A_LEARNER = 20  # the newest are kept
PRUNED_AT_ONCE = 200  # runs, so that no transaction is long
QUEUE_LOCK, FILES_LOCK = 0x1AB5, 0x1AB6  # any constants: the names of our advisory locks in PostgreSQL


class ActiveRun(Exception):
    """The learner already has a run that waits or runs."""

    def __init__(self, run: LabRun) -> None:
        super().__init__(f"run {run.id} is {run.status}")
        self.run = run


class QueueFull(Exception):
    """As many runs wait as may wait."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"the queue is full; try again in {retry_after} s")
        self.retry_after = retry_after  # seconds


class AddressBusy(QueueFull):
    """As many runs of one address wait or run as may: the queue is for everybody."""


class NotYourRun(Exception):
    """Only the learner who started a run may stop it."""


class NotYourAdapter(Exception):
    """Only the learner whose run trained an adapter may delete it."""


class Superseded(Exception):
    """The run belongs to a later attempt, or is over: this runner must stop and write nothing."""


@dataclass(frozen=True)
class Trained:
    """An adapter that a run hands over."""

    data: bytes  # the safetensors file
    accuracy: float | None = None  # on held-out pictures


@dataclass(frozen=True)
class Claim:
    """What a runner needs to execute one attempt."""

    run_id: UUID
    attempt: int
    lab: str
    settings: Settings
    seed: int


def settings_key(lab: Lab, values: Mapping[str, object], seed: int) -> str:
    """Return the SHA-256 that all runs of the same lab, settings and seed share."""
    canonical = json.dumps([lab.slug, values, seed], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_settings(lab: Lab, raw_settings: Mapping[str, object], seed: object) -> tuple[Settings, int]:
    """Return checked settings and seed; raises SettingsError with the problems of both."""
    values = parse_settings((*lab.parameters, SEED), {**raw_settings, "seed": seed})
    return values, int(values.pop("seed"))


def start_run(
    *,
    learner: Learner | Callable[[], Learner],
    lab: Lab,
    raw_settings: Mapping[str, object],
    seed: object = 0,
    address_key: str = "",
) -> LabRun:
    """Queue a run. Raises SettingsError (all problems), ActiveRun, AddressBusy or QueueFull, storing nothing.

    A callable makes the learner of somebody who has none yet, once nothing is in the way.
    """
    values, number = read_settings(lab, raw_settings, seed)
    now = timezone.now()
    with transaction.atomic():
        _lock(QUEUE_LOCK)
        _check_room(learner if isinstance(learner, Learner) else None, address_key)
        run = LabRun.objects.create(
            lab=lab.slug,
            settings=values,
            settings_key=settings_key(lab, values, number),
            seed=number,
            learner=lock_learner(learner) if isinstance(learner, Learner) else learner(),
            address_key=address_key,
            created_at=now,
            enqueued_at=now,
        )
        _enqueue_on_commit(run.id)
    return run


def _check_room(learner: Learner | None, address_key: str) -> None:
    """Raise ActiveRun, AddressBusy or QueueFull when one more run would be too many."""
    active = LabRun.objects.active()
    mine = active.of_learner(learner).first()
    if mine is not None:
        raise ActiveRun(mine)
    wait = math.ceil(settings.LABS_RUN_SECONDS / settings.LABS_SITE_LIMIT)
    if address_key and active.filter(address_key=address_key).count() >= RUNS_AN_ADDRESS:
        raise AddressBusy(wait)
    if active.filter(status=LabRun.Status.QUEUED).count() >= settings.LABS_QUEUE_LIMIT:
        raise QueueFull(wait)


def cancel_run(*, run: LabRun, learner: Learner | None) -> LabRun:
    """Cancel a waiting run now, ask the runner of a running one to stop; one that is over stays as it is."""
    if learner is None or run.learner_id != learner.id:
        raise NotYourRun
    now = timezone.now()
    waits = Q(status=LabRun.Status.QUEUED)
    LabRun.objects.active().filter(
        id=run.id
    ).update(  # one statement: a runner may take or return it meanwhile
        cancel_requested_at=now,
        status=Case(When(waits, then=Value(LabRun.Status.CANCELLED)), default=F("status")),
        finished_at=Case(When(waits, then=Value(now)), default=F("finished_at")),
        address_key=Case(When(waits, then=Value("")), default=F("address_key")),
    )
    run.refresh_from_db()
    return run


def claim_run(*, run_id: UUID) -> Claim | None:
    """Take a waiting run for one attempt, with a lease; None when somebody else has it or it is over."""
    now = timezone.now()
    with transaction.atomic():
        taken = LabRun.objects.filter(id=run_id, status=LabRun.Status.QUEUED).update(
            status=LabRun.Status.RUNNING,
            attempt=F("attempt") + 1,
            lease_until=_lease_end(),
            heartbeat_at=now,
            started_at=now,
        )
        if not taken:
            return None
        RunEvent.objects.filter(run_id=run_id).delete()  # of attempts that were lost
        run = LabRun.objects.get(id=run_id)
    return Claim(run.id, run.attempt, run.lab, run.settings, run.seed)


def append_events(*, run_id: UUID, attempt: int, events: Sequence[Mapping[str, object]]) -> bool:
    """Store events and renew the lease; tell whether the learner wants to stop. Raises Superseded."""
    with transaction.atomic():
        _renew(run_id, attempt, count=len(events))
        run = LabRun.objects.only("last_sequence", "cancel_requested_at").get(id=run_id)
        first = run.last_sequence - len(events) + 1
        RunEvent.objects.bulk_create(
            RunEvent(run_id=run_id, attempt=attempt, sequence=first + i, data=event)
            for i, event in enumerate(events)
        )
    return run.cancel_requested_at is not None


def finish_run(
    *,
    run_id: UUID,
    attempt: int,
    status: LabRun.Status,
    result: Mapping[str, object] | None = None,
    failure: LabRun.Failure | str = "",
    error: str = "",
    adapters: Sequence[Trained] = (),
) -> None:
    """End the attempt as succeeded, failed or cancelled, and keep what it trained. Raises Superseded."""
    with transaction.atomic():
        owner = LabRun.objects.filter(id=run_id).values("learner")
        list(Learner.objects.select_for_update(no_key=True).filter(pk__in=owner))  # first, as a merge does
        ended = LabRun.objects.filter(id=run_id, attempt=attempt, status=LabRun.Status.RUNNING).update(
            status=status,
            result=result,
            failure=failure,
            error=error,
            finished_at=timezone.now(),
            lease_until=None,
            address_key="",
        )
        if not ended:
            raise Superseded
        run = LabRun.objects.select_related("learner").get(id=run_id)
        if run.learner is not None:  # who has gone meanwhile wants nothing kept
            keep_adapters(trained=adapters, learner=run.learner, run=run)


def keep_adapters(
    *, trained: Sequence[Trained], learner: Learner, run: LabRun | None = None
) -> list[Adapter]:
    """Keep adapters for a learner, whose newest twenty stay; the same file again is the same adapter.

    Raises AdapterError for a file that is none.
    """
    kept = []
    with transaction.atomic():
        lock_files()
        for found in trained:
            header = read_header(found.data)
            storage.write(header.checksum, found.data)
            values = {"run": run, "accuracy": found.accuracy, "created_at": timezone.now()}
            adapter, _ = Adapter.objects.update_or_create(
                learner=learner,
                checksum=header.checksum,
                defaults={**Adapter.describe(header), **values},
            )
            kept.append(adapter)
        _drop(Adapter.objects.of_learner(learner)[ADAPTERS_A_LEARNER:])
    return kept


def delete_adapter(*, adapter: Adapter, learner: Learner | None) -> None:
    """Delete one of a learner's own adapters. Raises NotYourAdapter."""
    if learner is None or adapter.learner_id != learner.id:
        raise NotYourAdapter
    with transaction.atomic():
        lock_files()
        _drop([adapter])


def _drop(adapters: Iterable[Adapter]) -> int:
    """Delete adapters, and the files that none is left to name; returns how many."""
    dropped = list(adapters)
    Adapter.objects.filter(id__in=[adapter.id for adapter in dropped]).delete()
    checksums = {adapter.checksum for adapter in dropped}
    still = set(Adapter.objects.filter(checksum__in=checksums).values_list("checksum", flat=True))
    for checksum in checksums - still:
        storage.remove(checksum)
    return len(dropped)


def release_run(*, run_id: UUID, attempt: int) -> None:
    """Put a run back into the queue because its runner goes away, or end it if it was to stop.

    Raises Superseded.
    """
    now = timezone.now()
    unwanted = Q(cancel_requested_at__isnull=False)
    with transaction.atomic():
        mine = LabRun.objects.filter(id=run_id, attempt=attempt, status=LabRun.Status.RUNNING)
        if not mine.update(
            status=Case(
                When(unwanted, then=Value(LabRun.Status.CANCELLED)), default=Value(LabRun.Status.QUEUED)
            ),
            finished_at=Case(When(unwanted, then=Value(now)), default=None),
            address_key=Case(When(unwanted, then=Value("")), default=F("address_key")),
            lease_until=None,
            started_at=Case(When(unwanted, then=F("started_at")), default=None),
            enqueued_at=now,
        ):
            raise Superseded
        _enqueue_on_commit(run_id)  # a run that is over is left alone


def requeue_expired_runs() -> int:
    """Take up runs whose runner was lost and runs that the queue forgot; return how many were touched."""
    now = timezone.now()
    forgotten = now - timedelta(seconds=settings.LABS_RUN_SECONDS)
    touched = 0
    for run in LabRun.objects.expired(now):
        touched += _take_up(run)
    for run in LabRun.objects.stale_queued(forgotten):
        with transaction.atomic():
            same = LabRun.objects.filter(id=run.id, status=LabRun.Status.QUEUED, enqueued_at=run.enqueued_at)
            if same.update(enqueued_at=now):
                touched += 1
                _enqueue_on_commit(run.id)
    return touched


def prune(*, now: datetime) -> int:
    """Delete runs and adapters of visitors older than LABS_KEEP_DAYS, and files that no adapter names.

    Returns how many runs and adapters went. A file younger than an hour may be about to get its row.
    """
    before = now - timedelta(days=settings.LABS_KEEP_DAYS)
    with transaction.atomic():
        lock_files()
        gone = _drop(Adapter.objects.of_visitors_before(before))
        named = set(Adapter.objects.values_list("checksum", flat=True))
        for checksum in storage.list_before(now - timedelta(hours=1)) - named:
            storage.remove(checksum)
    while old := list(
        LabRun.objects.of_visitors_before(before).values_list("id", flat=True)[:PRUNED_AT_ONCE]
    ):
        LabRun.objects.filter(id__in=old).delete()
        gone += len(old)
    return gone


def _take_up(run: LabRun) -> int:
    """End or requeue one run whose lease passed, unless it moved on meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        lost = LabRun.objects.expired(now).filter(id=run.id, attempt=run.attempt)
        over = {"finished_at": now, "lease_until": None, "address_key": ""}
        if run.cancel_requested_at is not None:
            return lost.update(status=LabRun.Status.CANCELLED, **over)
        if run.attempt >= MAX_ATTEMPTS:
            return lost.update(status=LabRun.Status.FAILED, failure=LabRun.Failure.LOST, **over)
        requeued = lost.update(
            status=LabRun.Status.QUEUED, lease_until=None, started_at=None, enqueued_at=now
        )
        if requeued:
            _enqueue_on_commit(run.id)
        return requeued


def _renew(run_id: UUID, attempt: int, *, count: int) -> None:
    """Renew the lease and number `count` more events, if the run is still this attempt's."""
    renewed = LabRun.objects.filter(id=run_id, attempt=attempt, status=LabRun.Status.RUNNING).update(
        lease_until=_lease_end(), heartbeat_at=timezone.now(), last_sequence=F("last_sequence") + count
    )
    if not renewed:
        raise Superseded


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LABS_LEASE_SECONDS)


def lock_files() -> None:
    """Let one transaction at a time change which adapters are kept, and so which files."""
    _lock(FILES_LOCK)


def _lock(name: int) -> None:
    """Let one transaction at a time go on from here; SQLite's IMMEDIATE does so by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])


def _enqueue_on_commit(run_id: UUID) -> None:
    from labs.tasks import execute_run  # tasks → runner → services

    transaction.on_commit(lambda: execute_run.enqueue(str(run_id)))
