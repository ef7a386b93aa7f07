"""Run the whole site as `make run` does, in a folder and a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
READY = ("/healthz/", "/api/v1/labs/model/")  # the second needs the inference process


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the address answers; raise when the process ended or the time is over."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("the site ended while it started")
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} did not answer in {START_SECONDS:.0f} s")


def manage(environment: Mapping[str, str], *arguments: str) -> None:
    """Run a command of manage.py in that installation."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    subprocess.run(command, env=environment, check=True, capture_output=True)


def environment_of(folder: Path, database_url: str | None) -> dict[str, str]:
    """Return the environment of an installation in a folder, on SQLite without a database's address."""
    environment = {**os.environ, "VAR_DIR": str(folder)}
    environment.pop("DATABASE_URL", None)
    return environment | ({"DATABASE_URL": database_url} if database_url else {})


@contextmanager
def running_site(environment: Mapping[str, str]) -> Iterator[str]:
    """Prepare the installation, run it, and give its address."""
    manage(environment, "prepare")
    port = free_port()
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for path in READY:
            wait_for(f"{address}{path}", process)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
