"""A real site for a real browser: the three processes that `make run` starts, and their own database."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    """Give the site a database of its own on the server under test; None means SQLite in its folder."""
    if "DATABASE_URL" not in os.environ:
        yield None
        return
    import psycopg

    host = settings.DATABASES["default"]
    name = f"e2e_{uuid.uuid4().hex[:12]}"
    address = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    user = quote(host["USER"]) + (f":{quote(host['PASSWORD'], safe='')}" if host["PASSWORD"] else "")
    yield f"postgres://{user}@{host['HOST']}:{host['PORT'] or 5432}/{name}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the address answers; fail when the process ended or the time is over."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the site ended while it started"
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{address} did not answer in {START_SECONDS:.0f} s")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> Iterator[str]:
    """Run the site as `make run` does and return its address."""
    environment = {**os.environ, "VAR_DIR": str(tmp_path_factory.mktemp("var"))}
    if database_url:
        environment["DATABASE_URL"] = database_url
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "prepare"], env=environment, check=True, capture_output=True)
    port = free_port()
    process = subprocess.Popen([*manage, "serve", "--port", str(port)], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for path in ("/healthz/", "/api/v1/labs/model/"):  # the second needs the inference process
            wait_for(f"{address}{path}", process)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page on a phone; any script error or refused resource fails the test."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert not complaints, complaints


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """Open a page in a browser that runs no script."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="zh-CN", java_script_enabled=False
    )
    yield context.new_page()
    context.close()
