"""Work the labs' queue: execute runs, and take up those whose runner was lost."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from labs import services
from labs.runner import supervisor

REAP_SECONDS = 2.0
POLL_SECONDS = 0.2
PRUNE_SECONDS = 3600.0


class Command(BaseCommand):
    """Work the queue "labs" in threads until SIGTERM or Ctrl-C; a run in progress goes back to the queue."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=int, default=settings.LABS_SITE_LIMIT, help="runs at once")

    def handle(self, *args: object, workers: int, **options: object) -> None:
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        supervisor.warm_up()
        threads = [start_worker() for _ in range(workers)]
        prune_at = time.monotonic()
        while True:
            try:
                services.requeue_expired_runs()
                if time.monotonic() >= prune_at:
                    services.prune(now=timezone.now())
                    call_command("prune_db_task_results", queue_name="labs", verbosity=0)
                    prune_at = time.monotonic() + PRUNE_SECONDS
            except DatabaseError as error:
                self.stderr.write(f"The database did not answer: {error}")
            close_old_connections()
            if supervisor.stopping.wait(REAP_SECONDS):
                break
            threads = [thread if thread.is_alive() else start_worker() for thread in threads]
        for thread in threads:
            thread.join(4)

    def stop(self, signum: int, frame: FrameType | None) -> None:
        """Tell every thread to end what it does."""
        supervisor.stopping.set()


class QueueWorker(Worker):
    """The worker of django-tasks-db, in a thread and ended by our event."""

    @property
    def running(self) -> bool:
        return not supervisor.stopping.is_set()

    @running.setter
    def running(self, value: bool) -> None:
        """Ignore the worker's own idea: only the event ends it."""


def start_worker() -> threading.Thread:
    """Start one worker in a thread of its own; it ends when its database fails and is then replaced."""
    worker = QueueWorker(
        queue_names=["labs"],
        interval=POLL_SECONDS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    thread = threading.Thread(target=worker.run, name="lab worker", daemon=True)
    thread.start()
    return thread
