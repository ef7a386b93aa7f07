"""A whole site at work: how soon a run shows its first event, and what pages lose while two trainings run."""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from django.conf import settings

from config.management.commands.serve import free_port

START_SECONDS = 120.0
CLICKS = 7
ROUNDS = 6
WINDOW_SECONDS = 3.0
RUNS = "/api/v1/labs/runs/"
LONGEST = {"lab": "methods", "settings": {"steps": 160}}
QUICKEST = {"lab": "training", "settings": {"steps": 20}}


@contextmanager
def site() -> Iterator[str]:
    """Run web, runner and inference in a folder of their own and give the address."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port("127.0.0.1")
        environment = {**os.environ, "VAR_DIR": folder}
        environment.pop("DATABASE_URL", None)
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        subprocess.run([*manage, "prepare"], env=environment, check=True, stdout=subprocess.DEVNULL)
        serve = [*manage, "serve", "--port", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # 503 until the model is there
        process = subprocess.Popen(serve, env=environment, **quiet)
        address = f"http://127.0.0.1:{port}"
        try:
            await_answer(f"{address}/api/v1/labs/model/", process)
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def await_answer(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the address answers 200."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    sys.exit(f"{address} did not answer in {START_SECONDS:.0f} s")


def visitor(address: str) -> httpx.Client:
    """A visitor of their own: the learner's cookie is kept."""
    return httpx.Client(base_url=address, timeout=30)


def start(client: httpx.Client, wanted: dict[str, object]) -> str:
    """Start a run and return its address in the API."""
    response = client.post(RUNS, json=wanted)
    response.raise_for_status()
    found: str = response.json()["url"]
    return found


def await_events(client: httpx.Client, run: str, kind: str) -> float:
    """Follow a run's event stream until an event of this kind comes; return the moment it came."""
    with client.stream("GET", f"{run}events/", headers={"Accept": "text/event-stream"}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:") and f'"type":"{kind}"' in line:
                return time.perf_counter()
    sys.exit(f"{run} ended without a {kind}")


def end(client: httpx.Client, run: str) -> None:
    """Cancel a run and wait until it is over."""
    client.post(f"{run}cancel/").raise_for_status()
    while client.get(run).json()["status"] in ("queued", "running"):
        time.sleep(0.1)


def measure_clicks(address: str) -> None:
    """Print how long after the click the first event and the first point of a curve came."""
    client = visitor(address)
    waits: dict[str, list[float]] = {"progress": [], "point": []}
    for number in range(CLICKS):
        for kind, seconds in waits.items():
            clicked = time.perf_counter()
            run = start(client, {**QUICKEST, "seed": number})
            seconds.append(await_events(client, run, kind) - clicked)
            end(client, run)
    load = os.getloadavg()[0]
    for kind, seconds in waits.items():
        print(
            f"running: click to first {kind:8} {statistics.median(seconds):.2f} s "
            f"(best {min(seconds):.2f}; goal ≤ 1 on an idle machine; load now {load:.1f})"
        )


def count_pages(client: httpx.Client) -> float:
    """Ask for a page again and again; return pages a second."""
    ends, pages = time.perf_counter() + WINDOW_SECONDS, 0
    started = time.perf_counter()
    while time.perf_counter() < ends:
        client.get("/questions/lora-latency/").raise_for_status()
        pages += 1
    return pages / (time.perf_counter() - started)


def measure_pages(address: str) -> None:
    """Print the rate of pages while two trainings run, against the rate when none does, in turns."""
    reader, trainers = visitor(address), [visitor(address) for _ in range(2)]
    count_pages(reader)
    shares, rates = [], []
    for number in range(ROUNDS):
        idle = count_pages(reader)
        runs = [start(trainer, {**LONGEST, "seed": number}) for trainer in trainers]
        for trainer, run in zip(trainers, runs, strict=True):
            await_events(trainer, run, "point")
        shares.append(count_pages(reader) / idle)
        rates.append(idle)
        for trainer, run in zip(trainers, runs, strict=True):
            assert trainer.get(run).json()["status"] == "running", "a training ended before its window"
            end(trainer, run)
    print(
        f"running: pages while two trainings run {statistics.median(shares):.2f} × idle "
        f"(goal ≥ 0.9; rounds {' '.join(f'{share:.2f}' for share in shares)})"
    )


def main() -> None:
    """Print the figures."""
    with site() as address:
        measure_clicks(address)
        measure_pages(address)
