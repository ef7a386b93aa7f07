"""Executing runs in child processes."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.fixtures import Settings

from accounts.models import Learner
from config.settings import SQLITE_OPTIONS
from labs import services
from labs.core.config import Lab
from labs.models import LabRun, RunEvent
from labs.registry import LABS
from labs.runner import supervisor
from labs.runner.child import finite
from tests.labs.test_services import expire

pytestmark = pytest.mark.django_db(transaction=True)
Status, Failure = LabRun.Status, LabRun.Failure
PATIENCE = 300.0  # seconds until a test gives up waiting


def start(learner: Learner, lab: Lab) -> LabRun:
    return services.start_run(learner=learner, lab=lab, raw_settings={})


def in_background(run: LabRun) -> threading.Thread:
    """Supervise a run in a thread, as a worker does."""

    def work() -> None:
        supervisor.supervise(run.id)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def wait_until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def has_events(run: LabRun) -> Callable[[], bool]:
    return lambda: RunEvent.objects.filter(run=run).exists()


def test_a_run_stores_its_events_and_its_result(queued: LabRun) -> None:
    supervisor.supervise(queued.id)
    queued.refresh_from_db()
    assert queued.status == Status.SUCCEEDED, queued.error
    assert queued.result is not None
    assert queued.result["verdict"]["outcome"] == "depends"
    events = [event.data for event in RunEvent.objects.since(queued.id, 0)]
    assert events[0]["type"] == "note"
    assert events[-1] == {"type": "result", "result": queued.result}
    assert [event["done"] for event in events if event["type"] == "progress"][-1] == 3


def test_a_loss_that_diverged_is_stored_as_null(queued: LabRun) -> None:
    supervisor.supervise(queued.id)
    points = RunEvent.objects.filter(run=queued, data__type="point", data__series="second").order_by(
        "sequence"
    )
    assert [point.data["loss"] for point in points] == [2.0, None, None]
    assert finite({"a": [float("inf"), 1, "x"]}) == {"a": [None, 1, "x"]}


def test_an_error_of_the_experiment_is_the_reason_of_the_failure(learner: Learner, failing_lab: Lab) -> None:
    run = start(learner, failing_lab)
    supervisor.supervise(run.id)
    run.refresh_from_db()
    assert (run.status, run.failure, run.error) == (
        Status.FAILED,
        Failure.ERROR,
        "ValueError: the loss is gone",
    )
    assert RunEvent.objects.filter(run=run).count() == 1


def test_a_child_killed_from_outside_fails_the_run(
    learner: Learner, endless_lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    children: list[supervisor.Child] = []
    start_child = supervisor._start_child

    def remember(experiment: str, claim: services.Claim) -> supervisor.Child:
        children.append(start_child(experiment, claim))
        return children[0]

    monkeypatch.setattr(supervisor, "_start_child", remember)
    run = start(learner, endless_lab)
    thread = in_background(run)
    wait_until(has_events(run))
    os.kill(children[0].process.pid, signal.SIGKILL)
    thread.join(PATIENCE)
    run.refresh_from_db()
    assert (run.status, run.failure, run.error) == (Status.FAILED, Failure.CRASH, "exit status -9")


def test_a_run_that_takes_too_long_is_killed(learner: Learner, endless_lab: Lab, settings: Settings) -> None:
    settings.LABS_RUN_SECONDS = 0.5
    run = start(learner, endless_lab)
    supervisor.supervise(run.id)
    run.refresh_from_db()
    assert (run.status, run.failure) == (Status.FAILED, Failure.TIMEOUT)


def test_a_run_stops_when_its_learner_says_so(learner: Learner, endless_lab: Lab) -> None:
    run = start(learner, endless_lab)
    thread = in_background(run)
    wait_until(has_events(run))
    services.cancel_run(run=run, learner=learner)
    thread.join(PATIENCE)
    run.refresh_from_db()
    assert (run.status, run.failure) == (Status.CANCELLED, "")


def test_two_runners_execute_a_run_once(queued: LabRun) -> None:
    threads = [in_background(queued) for _ in range(2)]
    for thread in threads:
        thread.join(PATIENCE)
    queued.refresh_from_db()
    assert (queued.status, queued.attempt) == (Status.SUCCEEDED, 1)
    assert RunEvent.objects.filter(run=queued, data__type="result").count() == 1


def test_a_runner_that_lost_its_lease_kills_its_child_and_leaves_the_run_alone(
    learner: Learner, endless_lab: Lab
) -> None:
    run = start(learner, endless_lab)
    thread = in_background(run)
    wait_until(has_events(run))
    expire(run)
    services.requeue_expired_runs()
    wait_until(lambda: not thread.is_alive())
    run.refresh_from_db()
    assert (run.status, run.attempt) == (Status.QUEUED, 1)


def test_a_runner_that_goes_away_puts_its_run_back(learner: Learner, endless_lab: Lab) -> None:
    run = start(learner, endless_lab)
    thread = in_background(run)
    wait_until(has_events(run))
    supervisor.stopping.set()
    thread.join(PATIENCE)
    run.refresh_from_db()
    assert (run.status, run.lease_until) == (Status.QUEUED, None)


def test_a_runner_that_goes_away_from_a_run_taken_over_says_so_and_ends(
    learner: Learner, endless_lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run = start(learner, endless_lab)

    def lose(claim: services.Claim, child: supervisor.Child) -> None:
        expire(run)
        services.requeue_expired_runs()

    monkeypatch.setattr(supervisor, "_watch", lose)
    supervisor.supervise(run.id)
    assert "was taken over before attempt 1 let it go" in caplog.text
    run.refresh_from_db()
    assert (run.status, run.attempt) == (Status.QUEUED, 1)


def test_a_run_of_a_lab_that_is_gone_fails_with_that_reason(
    queued: LabRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LABS", {})
    supervisor.supervise(queued.id)
    queued.refresh_from_db()
    assert (queued.status, queued.error) == (Status.FAILED, "no lab counting")


def test_a_real_lab_trains_and_concludes(learner: Learner) -> None:
    lab = LABS["merging"]
    raw = {"steps": 20, "trips": 1, "repeats": 5}
    run = services.start_run(learner=learner, lab=lab, raw_settings=raw, seed=1)
    supervisor.supervise(run.id)
    run.refresh_from_db()
    assert run.status == Status.SUCCEEDED, run.error
    assert run.result is not None
    assert run.result["verdict"]["outcome"] in ("holds", "fails", "depends")
    series = set(RunEvent.objects.filter(run=run, data__type="point").values_list("data__series", flat=True))
    assert series == set(lab.series)


def test_a_lease_outlives_the_longest_wait_for_sqlites_lock() -> None:
    assert SQLITE_OPTIONS["timeout"] < settings.LABS_LEASE_SECONDS
