"""An account from its beginning to its end, in a real browser, by the letters that the site sends."""

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Mailbox

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
OTHER = "another long phrase"


def fill(page: Page, **values: str) -> None:
    """Fill the fields of the page's form and send it."""
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)
    page.locator("main form button.btn-ink").last.click()


def sign_in(page: Page, site: str, name: str, password: str) -> None:
    page.goto(f"{site}/account/sign-in/")
    fill(page, username=name, password=password)


def sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/account/")
    page.locator("form[action$='/sign-out/'] button").click()
    expect(page.locator("[role=status]").last).to_contain_text("已退出")


def answer_one(page: Page, site: str) -> None:
    """Answer the first item of a quiz, as a visitor without an account."""
    page.goto(f"{site}/quizzes/new/?number=2&seed=7&kinds=single")
    page.locator("main form[method=post] button").first.click()
    page.locator(".opt input").first.check()
    page.locator("form.answering button.btn-ink").click()
    expect(page.locator("#feedback")).to_be_visible()


def walk(page: Page, site: str, letters: Mailbox, name: str) -> None:
    """Sign up with a history, confirm the address, lose the password, get a new one, change the address."""
    first, second = f"{name}@example.org", f"{name}@example.com"
    answer_one(page, site)
    page.goto(f"{site}/account/sign-up/")
    fill(page, username=name, password1=PASSWORD, password2=PASSWORD, email=first)
    expect(page.locator("[role=status]").last).to_contain_text("之前的记录都在里面")
    page.goto(letters.link(first))
    expect(page.locator("main")).to_contain_text(first)
    page.locator("main form button.btn-ink").click()
    expect(page.locator("main dl")).to_contain_text(first)
    sign_out(page, site)
    page.goto(f"{site}/account/reset/")
    fill(page, email=first)
    expect(page.locator("[role=status]").last).to_be_visible()
    link = letters.link(first)
    page.goto(link)
    fill(page, new_password1=OTHER, new_password2=OTHER)
    expect(page).to_have_url(re.compile("/account/sign-in/"))
    page.goto(link)
    expect(page.locator("main form[method=post]")).to_have_count(0)  # it served once
    sign_in(page, site, name, PASSWORD)
    expect(page.locator(".errorlist, [role=alert]").first).to_be_visible()
    sign_in(page, site, name, OTHER)
    page.goto(f"{site}/account/email/")
    fill(page, email=second, password=OTHER)
    page.goto(letters.link(second))
    page.locator("main form button.btn-ink").click()
    expect(page.locator("main dl")).to_contain_text(second)


def end(page: Page, site: str, name: str) -> None:
    """Take everything away, then delete it; the account is gone."""
    page.goto(f"{site}/account/")
    with page.expect_download() as download:
        page.locator("a[download]").click()
    with zipfile.ZipFile(Path(download.value.path())) as archive:
        files = {one: json.loads(archive.read(one)) for one in archive.namelist()}
    assert files["account.json"]["username"] == name
    assert len(files["attempts.json"]) == 1
    page.goto(f"{site}/account/delete/")
    page.locator("[name=sure]").check()
    page.locator("[name=password]").fill(OTHER)
    page.locator("main form button").first.click()
    expect(page.locator("[role=status]").last).to_contain_text("已全部删除")
    page.goto(f"{site}/quizzes/")
    expect(page.locator("main a[href*='/results/']")).to_have_count(0)
    sign_in(page, site, name, OTHER)
    expect(page).to_have_url(re.compile("/account/sign-in/"))


def test_an_account_from_sign_up_to_deletion(site: str, browser: Browser, letters: Mailbox) -> None:
    with browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN") as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        walk(page, site, letters, "yun")
        end(page, site, "yun")
        assert not errors, errors


def test_an_account_from_sign_up_to_deletion_without_script(
    site: str, plain_page: Page, letters: Mailbox
) -> None:
    walk(plain_page, site, letters, "fei")
    end(plain_page, site, "fei")


def test_a_session_elsewhere_is_listed_and_ended(site: str, browser: Browser, plain_page: Page) -> None:
    plain_page.goto(f"{site}/account/sign-up/")
    fill(plain_page, username="shan", password1=PASSWORD, password2=PASSWORD)
    elsewhere = browser.new_context(locale="zh-CN")
    other = elsewhere.new_page()
    sign_in(other, site, "shan", PASSWORD)
    expect(other).to_have_url(re.compile("/account/\\?said=in"))
    plain_page.goto(f"{site}/account/sessions/")
    expect(plain_page.locator(".sessions li")).to_have_count(2)
    plain_page.locator("button[name=session][value=others]").click()
    expect(plain_page.locator(".sessions li")).to_have_count(1)
    other.goto(f"{site}/account/sessions/")
    expect(other).to_have_url(re.compile("/account/sign-in/"))
    elsewhere.close()
