"""Starting, cancelling, claiming and taking up runs."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from accounts.models import Learner
from labs import learners, services
from labs.core.config import Lab, SettingsError
from labs.managers import LabRunQuerySet
from labs.models import LabRun, RunEvent

Status = LabRun.Status


def expire(run: LabRun) -> None:
    """Let the lease of a running run pass."""
    LabRun.objects.filter(id=run.id).update(lease_until=timezone.now() - timedelta(seconds=1))


def queued_ids() -> list[str]:
    return [task.args_kwargs["args"][0] for task in DBTaskResult.objects.filter(queue_name="labs")]


@pytest.mark.django_db
def test_a_run_starts_with_every_setting_filled_in(learner: Learner, lab: Lab) -> None:
    run = services.start_run(learner=learner, lab=lab, raw_settings={"steps": "7"}, seed="5")
    assert run.settings == {"steps": 7, "lr": 0.01, "mode": "up"}
    assert (run.seed, run.status, run.attempt, run.learner) == (5, Status.QUEUED, 0, learner)


@pytest.mark.django_db
def test_bad_settings_are_listed_together_and_nothing_is_queued(learner: Learner, lab: Lab) -> None:
    raw = {"steps": 5000, "lr": "fast", "mode": "sideways", "rank": 3}
    with pytest.raises(SettingsError) as caught:
        services.start_run(learner=learner, lab=lab, raw_settings=raw, seed=-1)
    assert {problem.name for problem in caught.value.problems} == {"steps", "lr", "mode", "rank", "seed"}
    assert not LabRun.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_queue_gets_the_id_only_when_the_run_is_committed(learner: Learner, lab: Lab) -> None:
    with transaction.atomic():
        run = services.start_run(learner=learner, lab=lab, raw_settings={})
        assert queued_ids() == []
    assert queued_ids() == [str(run.id)]


@pytest.mark.django_db
def test_a_learner_has_one_active_run(learner: Learner, queued: LabRun, lab: Lab) -> None:
    with pytest.raises(services.ActiveRun) as caught:
        services.start_run(learner=learner, lab=lab, raw_settings={})
    assert caught.value.run == queued


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_active_run(learner: Learner, queued: LabRun) -> None:
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        LabRun.objects.create(lab="counting", learner=learner, created_at=now, enqueued_at=now)


@pytest.mark.django_db
def test_the_same_settings_share_a_key_and_another_seed_does_not(
    learner: Learner, other_learner: Learner, lab: Lab
) -> None:
    first = services.start_run(learner=learner, lab=lab, raw_settings={"lr": "0.01"})
    second = services.start_run(learner=other_learner, lab=lab, raw_settings={"steps": 3})
    third = services.start_run(learner=Learner.objects.create(), lab=lab, raw_settings={}, seed=1)
    assert first.settings_key == second.settings_key != third.settings_key


@pytest.mark.django_db
def test_a_full_queue_takes_no_more(lab: Lab, settings: Settings) -> None:
    settings.LABS_QUEUE_LIMIT = 2
    for _ in range(2):
        services.start_run(learner=Learner.objects.create(), lab=lab, raw_settings={})
    with pytest.raises(services.QueueFull) as caught:
        services.start_run(learner=Learner.objects.create(), lab=lab, raw_settings={})
    assert caught.value.retry_after > 0
    assert LabRun.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_starting_at_the_same_moment_does_not_overfill_the_queue(lab: Lab, settings: Settings) -> None:
    settings.LABS_QUEUE_LIMIT = 3
    learners = [Learner.objects.create() for _ in range(8)]
    refused: list[Exception] = []
    barrier = threading.Barrier(len(learners))

    def start(learner: Learner) -> None:
        barrier.wait()
        try:
            services.start_run(learner=learner, lab=lab, raw_settings={})
        except services.QueueFull as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=start, args=(learner,)) for learner in learners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert LabRun.objects.count() == 3
    assert len(refused) == 5


@pytest.mark.django_db
def test_a_waiting_run_is_cancelled_at_once(learner: Learner, queued: LabRun) -> None:
    run = services.cancel_run(run=queued, learner=learner)
    assert run.status == Status.CANCELLED
    assert run.finished_at is not None
    assert services.claim_run(run_id=run.id) is None


@pytest.mark.django_db
def test_a_running_run_is_asked_to_stop(learner: Learner, queued: LabRun) -> None:
    claim = services.claim_run(run_id=queued.id)
    assert claim is not None
    run = services.cancel_run(run=queued, learner=learner)
    assert run.status == Status.RUNNING
    assert services.append_events(run_id=run.id, attempt=claim.attempt, events=[]) is True


@pytest.mark.django_db
def test_a_run_that_its_runner_returns_meanwhile_is_cancelled_all_the_same(
    learner: Learner, queued: LabRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.claim_run(run_id=queued.id)
    update = LabRunQuerySet.update
    released: list[int] = []

    def update_then_release(rows: LabRunQuerySet, **values: object) -> int:
        changed = update(rows, **values)
        if not released:  # the runner goes away right behind the first write of the cancelling
            released.append(changed)
            services.release_run(run_id=queued.id, attempt=1)
        return changed

    monkeypatch.setattr(LabRunQuerySet, "update", update_then_release)
    run = services.cancel_run(run=queued, learner=learner)
    assert run.cancel_requested_at is not None
    assert (run.status, run.address_key) == (Status.CANCELLED, "")
    assert services.claim_run(run_id=run.id) is None


@pytest.mark.django_db
def test_a_runner_that_goes_away_ends_a_run_that_was_to_stop(learner: Learner, queued: LabRun) -> None:
    services.claim_run(run_id=queued.id)
    services.cancel_run(run=queued, learner=learner)
    services.release_run(run_id=queued.id, attempt=1)
    queued.refresh_from_db()
    assert (queued.status, queued.lease_until) == (Status.CANCELLED, None)
    assert queued.finished_at is not None
    assert queued.started_at is not None


@pytest.mark.django_db
def test_nobody_cancels_the_run_of_another(other_learner: Learner, queued: LabRun) -> None:
    for stranger in (other_learner, None):
        with pytest.raises(services.NotYourRun):
            services.cancel_run(run=queued, learner=stranger)
    queued.refresh_from_db()
    assert queued.status == Status.QUEUED


@pytest.mark.django_db
def test_cancelling_a_finished_run_changes_nothing(learner: Learner, queued: LabRun) -> None:
    claim = services.claim_run(run_id=queued.id)
    assert claim is not None
    services.finish_run(run_id=queued.id, attempt=1, status=Status.SUCCEEDED, result={})
    run = services.cancel_run(run=queued, learner=learner)
    assert (run.status, run.cancel_requested_at) == (Status.SUCCEEDED, None)


@pytest.mark.django_db
@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("cancelled", [False, True])
def test_however_a_run_ends_its_address_is_forgotten(
    learner: Learner, lab: Lab, lost: bool, cancelled: bool
) -> None:
    run = services.start_run(learner=learner, lab=lab, raw_settings={}, address_key="a" * 64)
    attempts = services.MAX_ATTEMPTS if lost and not cancelled else 1
    for attempt in range(1, attempts + 1):
        services.claim_run(run_id=run.id)
        if cancelled:
            services.cancel_run(run=run, learner=learner)
        run.refresh_from_db()
        assert run.address_key
        if lost:
            expire(run)
            services.requeue_expired_runs()
        else:
            status = Status.CANCELLED if cancelled else Status.SUCCEEDED
            services.finish_run(run_id=run.id, attempt=attempt, status=status, result={})
    run.refresh_from_db()
    assert (run.is_over, run.address_key) == (True, "")


@pytest.mark.django_db(transaction=True)
def test_of_many_runners_exactly_one_claims_a_run(queued: LabRun) -> None:
    claims: list[services.Claim | None] = []
    barrier = threading.Barrier(6)

    def claim() -> None:
        barrier.wait()
        claims.append(services.claim_run(run_id=queued.id))
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([c for c in claims if c is not None]) == 1
    queued.refresh_from_db()
    assert queued.attempt == 1


@pytest.mark.django_db
def test_events_are_numbered_without_gaps(queued: LabRun) -> None:
    services.claim_run(run_id=queued.id)
    services.append_events(run_id=queued.id, attempt=1, events=[{"n": 1}, {"n": 2}])
    services.append_events(run_id=queued.id, attempt=1, events=[{"n": 3}])
    assert list(RunEvent.objects.since(queued.id, 0).values_list("sequence", "data__n")) == [
        (1, 1),
        (2, 2),
        (3, 3),
    ]
    assert [event.sequence for event in RunEvent.objects.since(queued.id, 2)] == [3]


@pytest.mark.django_db
def test_a_run_whose_runner_was_lost_is_taken_up_and_its_old_events_are_gone(queued: LabRun) -> None:
    services.claim_run(run_id=queued.id)
    services.append_events(run_id=queued.id, attempt=1, events=[{"n": 1}, {"n": 2}])
    assert services.requeue_expired_runs() == 0
    expire(queued)
    assert services.requeue_expired_runs() == 1
    claim = services.claim_run(run_id=queued.id)
    assert claim is not None
    assert claim.attempt == 2
    services.append_events(run_id=queued.id, attempt=2, events=[{"n": 9}])
    assert list(RunEvent.objects.since(queued.id, 0).values_list("sequence", "attempt")) == [(3, 2)]


@pytest.mark.django_db
def test_a_runner_that_was_given_up_writes_nothing_more(queued: LabRun) -> None:
    services.claim_run(run_id=queued.id)
    expire(queued)
    services.requeue_expired_runs()
    services.claim_run(run_id=queued.id)
    with pytest.raises(services.Superseded):
        services.append_events(run_id=queued.id, attempt=1, events=[{"n": 1}])
    with pytest.raises(services.Superseded):
        services.finish_run(run_id=queued.id, attempt=1, status=Status.SUCCEEDED, result={})
    with pytest.raises(services.Superseded):
        services.release_run(run_id=queued.id, attempt=1)
    queued.refresh_from_db()
    assert (queued.status, queued.attempt, queued.last_sequence) == (Status.RUNNING, 2, 0)


@pytest.mark.django_db
def test_a_run_lost_three_times_fails_with_that_reason(queued: LabRun) -> None:
    for _ in range(services.MAX_ATTEMPTS):
        assert services.claim_run(run_id=queued.id) is not None
        expire(queued)
        services.requeue_expired_runs()
    queued.refresh_from_db()
    assert (queued.status, queued.failure) == (Status.FAILED, LabRun.Failure.LOST)


@pytest.mark.django_db
def test_a_lost_run_that_was_to_stop_is_cancelled(learner: Learner, queued: LabRun) -> None:
    services.claim_run(run_id=queued.id)
    services.cancel_run(run=queued, learner=learner)
    expire(queued)
    services.requeue_expired_runs()
    queued.refresh_from_db()
    assert queued.status == Status.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_a_run_that_the_queue_forgot_is_enqueued_again(queued: LabRun) -> None:
    DBTaskResult.objects.all().delete()
    assert services.requeue_expired_runs() == 0
    LabRun.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))
    assert services.requeue_expired_runs() == 1
    assert queued_ids() == [str(queued.id)]


@pytest.mark.django_db
def test_merging_learners_leaves_one_active_run(learner: Learner, other_learner: Learner, lab: Lab) -> None:
    mine = services.start_run(learner=learner, lab=lab, raw_settings={})
    theirs = services.start_run(learner=other_learner, lab=lab, raw_settings={})
    services.claim_run(run_id=theirs.id)
    learners.merge_learners(into=learner, other=other_learner)
    assert list(LabRun.objects.active().of_learner(learner)) == [mine]
    theirs.refresh_from_db()
    assert (theirs.status, theirs.learner) == ("running", None)


@pytest.mark.django_db
def test_the_place_in_line_counts_the_runs_before(lab: Lab) -> None:
    runs = [services.start_run(learner=Learner.objects.create(), lab=lab, raw_settings={}) for _ in range(3)]
    assert [LabRun.objects.waiting_before(run) for run in runs] == [0, 1, 2]
    services.claim_run(run_id=runs[0].id)
    runs[0].refresh_from_db()
    assert [LabRun.objects.waiting_before(run) for run in runs] == [None, 0, 1]
