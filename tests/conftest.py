"""Fixtures that every room shares."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright
from pytest_django.fixtures import Settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


def missing(what: str) -> None:
    """Skip with the reason at home; fail where CI promised to have everything."""
    if os.environ.get("REQUIRE_ALL"):
        pytest.fail(f"{what} is missing, and REQUIRE_ALL promises it")
    pytest.skip(f"{what} is not on this machine")


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings) -> None:
    """Serve static files by their plain names: tests need no collectstatic."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def no_kept_pages(settings: Settings) -> None:
    """Make every page anew: what one test's database holds must not show in the next."""
    settings.SHARED_PAGES_BYTES = 0


@pytest.fixture
def corpora() -> Path:
    """The folder of real Markdown files, which stands beside the checkout of those who develop."""
    folder = SHARED / "corpora"
    if not folder.is_dir():
        pytest.skip("the test corpora stand beside the checkout of its developers alone, and not here")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    missing("Chromium")
    raise AssertionError


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Start the one browser of all tests."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what drives a browser last: its event loop runs on in this thread until the end."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))
