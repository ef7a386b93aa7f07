"""Events of running labs as server-sent events: one reader a process and run, however many people watch.

The database is read in one thread of its own, outside transactions, so that many open streams hold neither
many threads nor many connections.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from labs.models import LabRun, RunEvent

POLL_SECONDS = 0.25
HEARTBEAT_SECONDS = 10.0
STREAMS_A_VIEWER = 10
STREAMS_A_PROCESS = 200
Row = dict[str, object]  # {"sequence", "attempt", "data"}

_reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="labs-events")


class TooManyStreams(Exception):
    """A viewer, or everybody together, watches as much as may be watched."""


@dataclass(frozen=True)
class Snapshot:
    """State of a run and its events behind a sequence number."""

    status: str
    attempt: int
    started_at: datetime | None
    waiting: int | None  # runs before it in the queue
    rows: list[Row]

    @property
    def over(self) -> bool:
        """Tell whether no more events will come."""
        return self.status in LabRun.FINISHED


def read_events(run_id: UUID, after: int) -> Snapshot | None:
    """Read a run's state, then its events behind `after`: in this order the last event is not missed."""
    found = LabRun.objects.filter(id=run_id)
    run = found.only("status", "attempt", "started_at", "last_sequence", "enqueued_at").first()
    if run is None:
        return None
    rows: list[Row] = []
    if run.last_sequence > after:
        behind = RunEvent.objects.since(run_id, after).values("sequence", "attempt", "data")
        rows = [dict(row) for row in behind]
    waiting = LabRun.objects.waiting_before(run)
    return Snapshot(run.status, run.attempt, run.started_at, waiting, rows)


def describe(state: Snapshot | Feed) -> Row:
    """Tell status, attempt, the seconds that a running attempt has taken, the place of a waiting one."""
    elapsed = None
    if state.status == LabRun.Status.RUNNING and state.started_at is not None:
        elapsed = round((timezone.now() - state.started_at).total_seconds(), 1)
    return {
        "status": state.status,
        "attempt": state.attempt,
        "elapsed": elapsed,
        "waiting": state.waiting,
    }


def _read_in_thread(run_id: UUID, after: int) -> Snapshot | None:
    """Read on the reader's connection, dropping one that broke."""
    try:
        return read_events(run_id, after)
    except Exception:
        connection.close()
        raise


def _close_reader() -> None:
    connection.close()


@dataclass
class Feed:
    """One run as its viewers in this process see it."""

    run_id: UUID
    viewers: int = 0
    rows: list[Row] = field(default_factory=list)
    status: str = ""
    attempt: int = 0
    started_at: datetime | None = None
    waiting: int | None = None
    failure: BaseException | None = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    poller: asyncio.Task[None] | None = None

    @property
    def state(self) -> tuple[str, int, int | None]:
        """What a viewer is told anew when it changes."""
        return self.status, self.attempt, self.waiting

    async def poll(self) -> None:
        """Read the rows until the run is over or nobody watches, and wake the viewers."""
        loop = asyncio.get_running_loop()
        seen = 0
        try:
            while True:
                snapshot = await loop.run_in_executor(_reader, _read_in_thread, self.run_id, seen)
                if snapshot is None:
                    raise LookupError(f"no run {self.run_id}")
                self._take(snapshot)
                seen = int(str(self.rows[-1]["sequence"])) if self.rows else seen
                async with self.changed:
                    self.changed.notify_all()
                if snapshot.over:
                    return
                await asyncio.sleep(POLL_SECONDS)
        except Exception as error:
            self.failure = error
            async with self.changed:
                self.changed.notify_all()

    def _take(self, snapshot: Snapshot) -> None:
        if snapshot.attempt != self.attempt:
            self.rows.clear()
        self.status, self.attempt, self.started_at = snapshot.status, snapshot.attempt, snapshot.started_at
        self.waiting = snapshot.waiting
        self.rows += [row for row in snapshot.rows if row["attempt"] == snapshot.attempt]


class Feeds:
    """The runs that are watched in this process, and how many streams each viewer holds."""

    def __init__(self) -> None:
        self.by_run: dict[UUID, Feed] = {}
        self.streams: Counter[str] = Counter()

    def admit(self, viewer: str) -> None:
        """Raise TooManyStreams when one more would be too many."""
        if self.streams[viewer] >= STREAMS_A_VIEWER or self.streams.total() >= STREAMS_A_PROCESS:
            raise TooManyStreams

    def join(self, run_id: UUID, viewer: str) -> Feed:
        """Count a stream and return the feed of its run, with the poller running."""
        self.streams[viewer] += 1
        feed = self.by_run.get(run_id)
        if feed is None or feed.failure is not None:
            feed = self.by_run[run_id] = Feed(run_id)
            feed.poller = asyncio.get_running_loop().create_task(feed.poll())
        feed.viewers += 1
        return feed

    def leave(self, feed: Feed, viewer: str) -> None:
        """Let a stream go; the last of a run ends its poller, the last poller the reader's connection."""
        self.streams[viewer] -= 1
        self.streams += Counter()  # drops the zeros
        feed.viewers -= 1
        if feed.viewers:
            return
        if feed.poller is not None:
            feed.poller.cancel()
        if self.by_run.get(feed.run_id) is feed:
            del self.by_run[feed.run_id]
        if not self.by_run:
            _reader.submit(_close_reader)


feeds = Feeds()


async def event_stream(run_id: UUID, after: int, viewer: str) -> AsyncIterator[bytes]:
    """Yield the events of a run behind `after`, its changes of state, and at the end an `end` event."""
    feed = feeds.join(run_id, viewer)
    status = None
    try:
        yield b"retry: 1000\n\n"
        while True:
            if feed.failure is not None:
                return  # the browser comes back by itself
            if feed.state != status and feed.status:
                status = feed.state
                yield _message(describe(feed), event="status")
            known = (len(feed.rows), feed.state)  # what comes while a slow viewer takes these is told next
            for row in list(feed.rows):
                sequence = int(str(row["sequence"]))
                if sequence > after:
                    after = sequence
                    yield _message(row, number=sequence)
            if known != (len(feed.rows), feed.state):
                continue
            if feed.status in LabRun.FINISHED:
                yield _message(describe(feed), event="end")
                return
            if not await _wait(feed):
                yield b": still here\n\n"
    finally:
        feeds.leave(feed, viewer)


async def _wait(feed: Feed) -> bool:
    """Wait for the next reading; False when it is long in coming."""
    known = (len(feed.rows), feed.state)
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS), feed.changed:
            while feed.failure is None and known == (len(feed.rows), feed.state):
                await feed.changed.wait()
    except TimeoutError:
        return False
    return True


def _message(data: object, *, event: str = "", number: int | None = None) -> bytes:
    """Write one server-sent event."""
    lines = [f"event: {event}"] if event else []
    if number is not None:
        lines.append(f"id: {number}")
    lines.append(f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}")
    return ("\n".join(lines) + "\n\n").encode()
