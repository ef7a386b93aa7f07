"""A runner of its own process, killed with -9 in the middle of a run; another takes the run up again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from django.conf import settings
from django.db import connection

from accounts.models import Learner
from labs import services
from labs.models import Adapter, LabRun, RunEvent
from labs.registry import LABS
from tests.labs.test_runner import has_events, wait_until
from tests.labs.test_services import expire

pytestmark = pytest.mark.django_db(transaction=True)
StartRunner = Callable[[], subprocess.Popen[bytes]]


def database_url() -> str:
    """Return the address of the database of these tests, for another process."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    user = quote(found["USER"]) + (f":{quote(found['PASSWORD'], safe='')}" if found["PASSWORD"] else "")
    return f"postgres://{user}@{found['HOST']}:{found['PORT'] or 5432}/{found['NAME']}"


@pytest.fixture
def start_runner(adapter_folder: Path) -> Iterator[StartRunner]:
    """Start `manage.py run_labs` on the database of the tests; what is left of it ends with the test."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "LABS_ADAPTER_DIR": str(adapter_folder),
        "OMP_NUM_THREADS": "1",
    }
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_labs"]
        started.append(subprocess.Popen(command, env=environment))
        return started[-1]

    yield start
    for runner in started:
        runner.terminate()
        runner.wait(20)


def test_a_run_whose_runner_is_killed_is_taken_up_again(learner: Learner, start_runner: StartRunner) -> None:
    run = services.start_run(learner=learner, lab=LABS["training"], raw_settings={"steps": 60})
    first = start_runner()
    wait_until(has_events(run))
    trainers = psutil.Process(first.pid).children(recursive=True)
    first.kill()
    first.wait()
    assert trainers
    wait_until(lambda: not any(trainer.is_running() for trainer in trainers))
    run.refresh_from_db()
    assert (run.status, run.attempt) == ("running", 1)
    assert services.requeue_expired_runs() == 0  # its lease may still be somebody's
    expire(run)
    start_runner()

    def over() -> bool:
        run.refresh_from_db()
        return run.is_over

    wait_until(over)
    assert (run.status, run.attempt, run.error) == ("succeeded", 2, "")
    events = RunEvent.objects.filter(run=run).order_by("sequence")
    assert set(events.values_list("attempt", flat=True)) == {2}
    numbers = list(events.values_list("sequence", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert LabRun.objects.get().last_sequence == numbers[-1]
    assert Adapter.objects.get().run == run
