"""Live events under ASGI."""

from __future__ import annotations

import asyncio
import gc
import json
import re
from collections.abc import AsyncIterator, Iterator, MutableMapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.core.asgi import get_asgi_application
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test import AsyncClient
from django.utils import timezone

from accounts.models import Learner
from labs import services, streams
from labs.core.config import Lab
from labs.models import LabRun

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.anyio]
EVENTS = "/api/v1/labs/runs/{}/events/"
PATIENCE = 300  # seconds until a test gives up waiting


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
async def closed_connections(anyio_backend: str) -> AsyncIterator[None]:
    """Close what the threads behind sync_to_async opened."""
    yield
    await sync_to_async(connections.close_all)()


async def open_stream(run: LabRun, **headers: str) -> AsyncIterator[bytes]:
    response = await AsyncClient().get(
        EVENTS.format(run.id), headers={"Accept": "text/event-stream", **headers}
    )
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/event-stream"
    return response.streaming_content  # type: ignore[no-any-return]


async def read(stream: AsyncIterator[bytes]) -> list[dict[str, str]]:
    """Read a stream to its end; one dictionary an event."""
    text = b"".join([part async for part in stream]).decode()
    blocks = [block for block in text.split("\n\n") if block and not block.startswith((":", "retry"))]
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


def numbers(events: list[dict[str, str]]) -> list[int]:
    return [int(event["id"]) for event in events if "id" in event]


async def no_streams() -> None:
    """Wait until nobody watches: a stream that is let go ends in the event loop's next rounds."""
    while streams.feeds.streams:
        gc.collect()
        await asyncio.sleep(0.01)


def finish(run: LabRun) -> None:
    services.finish_run(run_id=run.id, attempt=1, status=LabRun.Status.SUCCEEDED, result={})


def append(run: LabRun, count: int) -> None:
    events = [{"type": "progress", "done": n, "total": count} for n in range(count)]
    services.append_events(run_id=run.id, attempt=1, events=events)


@pytest.fixture
def running(queued: LabRun) -> LabRun:
    services.claim_run(run_id=queued.id)
    return queued


async def test_a_stream_gives_the_events_and_then_the_end(running: LabRun) -> None:
    await sync_to_async(append)(running, 3)
    await sync_to_async(finish)(running)
    events = await asyncio.wait_for(read(await open_stream(running)), PATIENCE)
    assert numbers(events) == [1, 2, 3]
    assert events[0] == {
        "event": "status",
        "data": '{"status":"succeeded","attempt":1,"elapsed":null,"waiting":null}',
    }
    assert events[-1]["event"] == "end"
    assert json.loads(events[1]["data"])["data"] == {"type": "progress", "done": 0, "total": 3}


async def test_a_stream_goes_on_behind_the_last_event_its_reader_saw(running: LabRun) -> None:
    await sync_to_async(append)(running, 5)
    await sync_to_async(finish)(running)
    events = await asyncio.wait_for(read(await open_stream(running, **{"Last-Event-ID": "3"})), PATIENCE)
    assert numbers(events) == [4, 5]
    nothing = await asyncio.wait_for(read(await open_stream(running, **{"Last-Event-ID": "5"})), PATIENCE)
    assert numbers(nothing) == []
    assert nothing[-1]["event"] == "end"


async def test_a_viewer_whose_line_broke_goes_on_where_it_broke(running: LabRun) -> None:
    await sync_to_async(append)(running, 3)
    stream = await open_stream(running)
    seen: list[bytes] = []
    while b"id: 2" not in b"".join(seen):
        seen.append(await asyncio.wait_for(anext(stream), PATIENCE))
    await stream.aclose()  # type: ignore[attr-defined]
    await no_streams()
    assert not streams.feeds.by_run
    await sync_to_async(append)(running, 2)
    await sync_to_async(finish)(running)
    last = re.findall(rb"^id: (\d+)$", b"".join(seen), re.MULTILINE)[-1].decode()
    again = await asyncio.wait_for(read(await open_stream(running, **{"Last-Event-ID": last})), PATIENCE)
    assert [int(last), *numbers(again)] == list(range(int(last), 6))
    assert again[-1]["event"] == "end"


async def test_who_waits_in_line_is_told_the_place(queued: LabRun, lab: Lab) -> None:
    waiting = await sync_to_async(services.start_run)(
        learner=await Learner.objects.acreate(), lab=lab, raw_settings={}
    )
    stream = await open_stream(waiting)
    parts = [await asyncio.wait_for(anext(stream), PATIENCE) for _ in range(2)]
    assert json.loads(parts[1].decode().split("data: ")[1])["waiting"] == 1
    await sync_to_async(services.claim_run)(run_id=queued.id)
    while b"waiting" not in (part := await asyncio.wait_for(anext(stream), PATIENCE)):
        pass
    assert json.loads(part.decode().split("data: ")[1]) == {
        "status": "queued",
        "attempt": 0,
        "elapsed": None,
        "waiting": 0,
    }
    await stream.aclose()  # type: ignore[attr-defined]
    polled = await AsyncClient().get(EVENTS.format(waiting.id))
    assert polled.json()["waiting"] == 0


async def test_a_viewer_who_comes_late_learns_how_long_it_has_run(running: LabRun) -> None:
    await LabRun.objects.aupdate(started_at=timezone.now() - timedelta(seconds=90))
    stream = await open_stream(running)
    parts = [await asyncio.wait_for(anext(stream), PATIENCE) for _ in range(2)]
    told = json.loads(parts[1].decode().split("data: ")[1])
    assert told["status"] == "running"
    assert told["elapsed"] >= 90
    await stream.aclose()  # type: ignore[attr-defined]
    polled = await AsyncClient().get(EVENTS.format(running.id))
    assert polled.json()["elapsed"] >= 90


async def test_twenty_viewers_of_a_live_run_all_see_every_event(
    running: LabRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STREAMS_A_VIEWER", 20)
    viewers = [asyncio.create_task(read(await open_stream(running))) for _ in range(20)]
    for _ in range(4):
        await sync_to_async(append)(running, 2)
        await asyncio.sleep(0.05)
    await sync_to_async(finish)(running)
    for events in await asyncio.wait_for(asyncio.gather(*viewers), PATIENCE):
        assert numbers(events) == list(range(1, 9))
    assert not streams.feeds.by_run
    assert not streams.feeds.streams


async def test_a_run_that_begins_again_streams_the_new_attempt(running: LabRun) -> None:
    await sync_to_async(append)(running, 2)
    stream = await open_stream(running)
    parts = [await anext(stream) for _ in range(4)]
    assert b"id: 2\n" in parts[-1]
    await LabRun.objects.aupdate(lease_until="2026-01-01T00:00Z")
    await sync_to_async(services.requeue_expired_runs)()
    await sync_to_async(services.claim_run)(run_id=running.id)
    await sync_to_async(services.append_events)(run_id=running.id, attempt=2, events=[{"type": "note"}])
    await sync_to_async(services.finish_run)(run_id=running.id, attempt=2, status="succeeded", result={})
    events = await asyncio.wait_for(read(stream), PATIENCE)
    assert numbers(events) == [3]
    assert json.loads(events[-1]["data"])["attempt"] == 2


async def test_a_viewer_holds_a_bounded_number_of_streams(
    running: LabRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STREAMS_A_VIEWER", 2)
    held = [await open_stream(running) for _ in range(2)]
    for stream in held:
        await anext(stream)
    response = await AsyncClient().get(EVENTS.format(running.id), headers={"Accept": "text/event-stream"})
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "10"
    assert response.json()["title"] == "Too Many Requests"
    for stream in held:
        await stream.aclose()  # type: ignore[attr-defined]
    del held, stream
    await asyncio.wait_for(no_streams(), PATIENCE)


async def test_a_stream_of_no_run_or_from_no_number_is_refused(running: LabRun) -> None:
    stream = {"Accept": "text/event-stream"}
    missing = await AsyncClient().get(EVENTS.format(uuid4()), headers=stream)
    assert (missing.status_code, missing.json()["title"]) == (404, "Not Found")
    assert missing.headers["Content-Type"] == "application/problem+json"
    address = EVENTS.format(running.id) + "?after=x"
    refused = await AsyncClient().get(address, headers={**stream, "Accept-Language": "en"})
    assert refused.status_code == 400
    polled = await AsyncClient().get(address + "&format=json", headers={"Accept-Language": "en"})
    assert refused.json() == polled.json()
    assert refused.json()["errors"] == [{"name": "after", "message": "Expected a sequence number."}]


async def test_a_refused_stream_holds_no_place(running: LabRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "STREAMS_A_VIEWER", 1)
    address = EVENTS.format(running.id) + "?after=x"
    assert (await AsyncClient().get(address, headers={"Accept": "text/event-stream"})).status_code == 400
    stream = await open_stream(running)
    await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]
    del stream
    await asyncio.wait_for(no_streams(), PATIENCE)


async def test_what_comes_while_a_slow_viewer_reads_is_told_before_the_end(running: LabRun) -> None:
    await sync_to_async(append)(running, 2)
    stream = await open_stream(running)
    while b"id: 1\n" not in await asyncio.wait_for(anext(stream), PATIENCE):
        pass
    await sync_to_async(append)(running, 2)
    await sync_to_async(finish)(running)
    while streams.feeds.by_run[running.id].status != "succeeded":
        await asyncio.sleep(0.01)
    events = await asyncio.wait_for(read(stream), PATIENCE)
    assert numbers(events) == [2, 3, 4]
    assert events[-1]["event"] == "end"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
async def test_only_a_get_opens_a_stream(running: LabRun, method: str) -> None:
    asked = getattr(AsyncClient(), method)
    response = await asked(EVENTS.format(running.id), headers={"Accept": "text/event-stream, */*"})
    assert response.status_code == 405


async def test_a_silent_stream_says_that_it_is_still_there(
    running: LabRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)
    stream = await open_stream(running)
    parts = [await asyncio.wait_for(anext(stream), PATIENCE) for _ in range(4)]
    assert b": still here\n\n" in parts
    await stream.aclose()  # type: ignore[attr-defined]


@pytest.fixture
def opened() -> Iterator[list[BaseDatabaseWrapper]]:
    """Collect every connection to the database that is opened from now on."""
    found: list[BaseDatabaseWrapper] = []

    def remember(connection: BaseDatabaseWrapper, **others: object) -> None:
        found.append(connection)

    connection_created.connect(remember)
    yield found
    connection_created.disconnect(remember)


def still_open(opened: list[BaseDatabaseWrapper]) -> int:
    return len({id(each) for each in opened if each.connection is not None})


def server_connections() -> int:
    """Count the connections to the test database as PostgreSQL sees them; SQLite has no server."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


class Viewer:
    """Somebody who watches a run through the whole ASGI application, until they leave."""

    def __init__(self, run: LabRun) -> None:
        self.seen, self.left = asyncio.Event(), asyncio.Event()
        self.status = 0
        self.asked = False
        path = EVENTS.format(run.id)
        headers = [(b"host", b"localhost"), (b"accept", b"text/event-stream")]
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
            "raw_path": path.encode(), "query_string": b"", "headers": headers,
            "client": ("127.0.0.1", 1), "server": ("localhost", 80),
        }  # fmt: skip
        self.task = asyncio.create_task(get_asgi_application()(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        if self.asked:
            await self.left.wait()
            return {"type": "http.disconnect"}
        self.asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        self.status = message.get("status", self.status)
        if b"event: status" in message.get("body", b"") or self.status != 200:
            self.seen.set()

    async def leave(self) -> None:
        self.left.set()
        await asyncio.wait_for(self.task, PATIENCE)


async def test_fifty_streams_hold_one_connection_and_the_last_one_lets_it_go(
    running: LabRun, opened: list[BaseDatabaseWrapper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STREAMS_A_VIEWER", 50)
    await asyncio.wait_for(no_streams(), PATIENCE)
    before = await sync_to_async(server_connections)()
    opened.clear()
    viewers = [Viewer(running) for _ in range(50)]
    for viewer in viewers:
        await asyncio.wait_for(viewer.seen.wait(), PATIENCE)
    assert {viewer.status for viewer in viewers} == {200}
    assert still_open(opened) == 1
    assert await sync_to_async(server_connections)() <= before + 1
    for viewer in viewers:
        await viewer.leave()
    await asyncio.wait_for(no_streams(), PATIENCE)
    await asyncio.get_running_loop().run_in_executor(streams._reader, lambda: None)  # behind its last order
    assert still_open(opened) == 0


async def test_a_process_holds_a_bounded_number_of_streams(
    running: LabRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STREAMS_A_PROCESS", 3)
    viewers = []
    for _ in range(4):
        viewers.append(Viewer(running))
        await asyncio.wait_for(viewers[-1].seen.wait(), PATIENCE)
    assert [viewer.status for viewer in viewers] == [200, 200, 200, 429]
    for viewer in viewers:
        await viewer.leave()
    await asyncio.wait_for(no_streams(), PATIENCE)
