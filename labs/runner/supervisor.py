"""Execute one run: claim it, train in a child process, store what comes up the pipe, end it in time."""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from uuid import UUID

from django.conf import settings

from labs import services
from labs.models import LabRun
from labs.registry import LABS
from labs.runner.child import run_experiment

logger = logging.getLogger(__name__)
PRELOAD = ["labs.runner.warm"]
WRITE_SECONDS = 0.25  # at most four writes a second
BEAT_SECONDS = 0.5  # without events: renew the lease, look for the cancel flag
stopping = threading.Event()  # set by whoever ends this process: runs go back to the queue


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended."""

    status: LabRun.Status
    result: Mapping[str, object] | None = None
    failure: LabRun.Failure | str = ""
    error: str = ""
    trained: Sequence[services.Trained] = ()


@dataclass
class Child:
    """A child process and what it has said so far that is not stored yet."""

    process: ForkServerProcess
    pipe: Connection
    pending: list[Mapping[str, object]] = field(default_factory=list)
    trained: list[services.Trained] = field(default_factory=list)
    result: Mapping[str, object] | None = None
    error: str = ""
    silent: bool = False  # it closed its end of the pipe

    def listen(self, seconds: float) -> None:
        """Wait for the next event that long, then take all that are there."""
        try:
            while self.pipe.poll(seconds):
                self._take(self.pipe.recv())
                seconds = 0.0
        except (EOFError, OSError):
            self.silent = True

    def _take(self, event: Mapping[str, object]) -> None:
        if event["type"] == "error":
            self.error = str(event["error"])
            return
        if event["type"] == "adapter":
            self.trained.append(services.Trained(event["data"], event["accuracy"]))  # type: ignore[arg-type]
            return
        if event["type"] == "result":
            self.result = event["result"]  # type: ignore[assignment]
        if event["type"] == "progress":  # between two writes only the latest is worth a row
            self.pending = [waiting for waiting in self.pending if waiting["type"] != "progress"]
        self.pending.append(event)

    def outcome(self) -> Outcome:
        """Tell how it ended: with a result, with an error it told, or without a word."""
        self.process.join(5)
        if self.error:
            return Outcome(LabRun.Status.FAILED, failure=LabRun.Failure.ERROR, error=self.error)
        if self.result is not None:
            return Outcome(LabRun.Status.SUCCEEDED, result=self.result, trained=self.trained)
        error = f"exit status {self.process.exitcode}"
        return Outcome(LabRun.Status.FAILED, failure=LabRun.Failure.CRASH, error=error)

    def end(self) -> None:
        """Kill it if it still runs, and reap it."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join(5)
        self.pipe.close()


def warm_up() -> None:
    """Start the process that children are forked from; it imports torch meanwhile."""
    _context()
    multiprocessing.forkserver.ensure_running()  # type: ignore[attr-defined]


def supervise(run_id: UUID) -> None:
    """Execute a run to its end, or leave it alone when it is not waiting any more."""
    claim = services.claim_run(run_id=run_id)
    if claim is None:
        logger.info("Run %s does not wait any more.", run_id)
        return
    lab = LABS.get(claim.lab)
    if lab is None:
        outcome = Outcome(LabRun.Status.FAILED, failure=LabRun.Failure.ERROR, error=f"no lab {claim.lab}")
        _finish(claim, outcome)
        return
    child = _start_child(lab.experiment, claim)
    try:
        found = _watch(claim, child)
    except services.Superseded:
        logger.warning("Run %s was taken over: attempt %d stops.", claim.run_id, claim.attempt)
        return
    finally:
        child.end()
    if found is None:
        _release(claim)
    else:
        _finish(claim, found)


def _watch(claim: services.Claim, child: Child) -> Outcome | None:
    """Store events until the child ends, the learner stops it or time is over; None if this process ends."""
    deadline = time.monotonic() + settings.LABS_RUN_SECONDS
    written = 0.0
    while not stopping.is_set():
        child.listen(WRITE_SECONDS)
        now = time.monotonic()
        due = now - written >= (WRITE_SECONDS if child.pending else BEAT_SECONDS)
        if due or child.silent:
            wants_end = services.append_events(
                run_id=claim.run_id, attempt=claim.attempt, events=child.pending
            )
            child.pending, written = [], now
            if wants_end and child.result is None:
                return Outcome(LabRun.Status.CANCELLED)
        if child.silent:
            return child.outcome()
        if now > deadline:
            error = f"more than {settings.LABS_RUN_SECONDS} s"
            return Outcome(LabRun.Status.FAILED, failure=LabRun.Failure.TIMEOUT, error=error)
    return None


def _release(claim: services.Claim) -> None:
    try:
        services.release_run(run_id=claim.run_id, attempt=claim.attempt)
    except services.Superseded:
        logger.warning("Run %s was taken over before attempt %d let it go.", claim.run_id, claim.attempt)


def _finish(claim: services.Claim, outcome: Outcome) -> None:
    try:
        services.finish_run(
            run_id=claim.run_id,
            attempt=claim.attempt,
            status=outcome.status,
            result=outcome.result,
            failure=outcome.failure,
            error=outcome.error,
            adapters=outcome.trained,
        )
    except services.Superseded:
        logger.warning("Run %s was taken over before attempt %d ended.", claim.run_id, claim.attempt)


def _start_child(experiment: str, claim: services.Claim) -> Child:
    """Fork a child from the warm process."""
    context = _context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(
        target=run_experiment, args=(sender, experiment, claim.settings, claim.seed), daemon=True
    )
    process.start()
    sender.close()
    return Child(process, receiver)


def _context() -> ForkServerContext:
    """Return the forkserver, told what to import and, by PYTHONPATH, where to find it."""
    context = multiprocessing.get_context("forkserver")
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if str(settings.BASE_DIR) not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(settings.BASE_DIR), *paths]))
    context.set_forkserver_preload(PRELOAD)
    return context
