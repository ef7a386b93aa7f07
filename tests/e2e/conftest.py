"""A real site for a real browser: the three processes that `make run` starts, and their own database."""

import os
import uuid
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.e2e.running import environment_of, running_site


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
def site(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> Iterator[str]:
    """Run the site as `make run` does and return its address."""
    environment = environment_of(tmp_path_factory.mktemp("var"), database_url)
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
