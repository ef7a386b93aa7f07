"""A real site for a real browser: the three processes that `make run` starts, and their own database."""

import os
import re
import time
import uuid
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.e2e.running import environment_of, free_port, running_site

PATIENCE = 30_000  # ms: of a loaded machine
LETTER_SECONDS = 20.0  # how long a letter may take on a loaded machine


class Mailbox:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a letter."""
        letter = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[call-overload]
        self.letters.append(cast("EmailMessage", letter))
        return "250 OK"

    def link(self, to: str) -> str:
        """Return the link in the latest letter to an address, once there is one; it is thrown away."""
        deadline = time.monotonic() + LETTER_SECONDS
        while time.monotonic() < deadline:
            found = [letter for letter in self.letters if letter["To"] == to]
            if found:
                self.letters.remove(found[-1])
                return re.findall(r"https?://\S+", found[-1].get_content())[0]
            time.sleep(0.1)
        raise AssertionError(f"no letter came to {to}")


def until(page: Page, script: str, arg: Any = None) -> None:
    """Wait until a function in the page gives true; our policy forbids the eval of wait_for_function."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(script, arg):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(100)


@pytest.fixture(scope="session")
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """Run a mail server; give what it got and its port."""
    letters, port = Mailbox(), free_port()
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    yield letters, port
    controller.stop()


@pytest.fixture
def letters(mailbox: tuple[Mailbox, int]) -> Mailbox:
    """Give what the site's mail server got."""
    return mailbox[0]


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


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, database_url: str | None, mailbox: tuple[Mailbox, int]
) -> Iterator[str]:
    """Run the site as `make run` does, with a mail server, and return its address."""
    mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mailbox[1]), "EMAIL_USE_TLS": "0"}
    environment = environment_of(tmp_path_factory.mktemp("var"), database_url) | mail
    with running_site(environment) as address:
        yield address


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
