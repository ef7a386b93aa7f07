"""Where one is signed in, and how one ends it; another e-mail address."""

from __future__ import annotations

import re
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail, signing
from django.core.cache import caches
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts.devices import name_device, shorten_address
from accounts.models import Learner, SignIn
from qbank.models import Bank
from tests.accounts.test_account import (
    PASSWORD,
    enter,
    files_of,
    fresh_limits,
    post,
    quick_passwords,
    sign_up,
    user,
)

__all__ = ["fresh_limits", "quick_passwords", "user"]
pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36"
LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Chrome · Android"),
        (LAPTOP, "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (iPhone) MicroMessenger/8.0", "WeChat · iPhone"),
        ("curl/8.5.0", "curl"),
        ("", ""),
    ],
)
def test_a_browser_and_its_system_are_named_in_a_few_words(agent: str, name: str) -> None:
    assert name_device(agent) == name


@pytest.mark.parametrize(
    ("address", "net"),
    [
        ("203.0.113.77", "203.0.113.*"),
        ("10.0.0.1", "10.0.0.*"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.*"),
        ("unix", ""),
    ],
)
def test_of_an_address_only_the_net_is_kept(address: str, net: str) -> None:
    assert shorten_address(address) == net


def browser(agent: str, address: str, user: User) -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert enter(client, user.username).status_code == 302
    return client


@pytest.fixture
def phone(user: User) -> Client:
    return browser(PHONE, "198.51.100.7", user)


@pytest.fixture
def laptop(user: User) -> Client:
    return browser(LAPTOP, "203.0.113.77", user)


def is_in(client: Client) -> bool:
    return "ming" in client.get("/account/").content.decode()


def test_each_session_is_listed_by_device_and_net(phone: Client, laptop: Client) -> None:
    page = laptop.get("/en/account/sessions/").content.decode()
    for words in ("Firefox · Linux", "203.0.113.*", "Chrome · Android", "198.51.100.*", "This browser"):
        assert words in page
    assert "198.51.100.7" not in page
    assert page.count('name="session"') == 2, "one to end, and all others"


def test_one_other_session_is_ended(phone: Client, laptop: Client) -> None:
    row = SignIn.objects.get(device="Chrome · Android")
    assert post(laptop, "/account/sessions/end/", {"session": row.pk}).status_code == 302
    assert (is_in(phone), is_in(laptop)) == (False, True)
    assert not SignIn.objects.filter(pk=row.pk).exists()
    assert Session.objects.count() == 1


def test_all_other_sessions_are_ended(phone: Client, laptop: Client, user: User) -> None:
    third = browser(PHONE, "192.0.2.1", user)
    post(laptop, "/account/sessions/end/", {"session": "others"})
    assert [is_in(client) for client in (phone, third, laptop)] == [False, False, True]


def test_a_session_that_was_never_noted_is_ended_too(phone: Client, laptop: Client) -> None:
    other = Client()
    sign_up(other)
    SignIn.objects.exclude(device="Firefox · Linux").delete()
    post(laptop, "/account/sessions/end/", {"session": "others"})
    assert (is_in(phone), is_in(laptop)) == (False, True)
    assert "hua" in other.get("/account/").content.decode()


def test_a_sign_in_that_could_not_be_noted_is_noted_next_time(
    laptop: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches["sign-ins"].clear()
    SignIn.objects.all().delete()

    def fail(**given: Any) -> None:
        raise IntegrityError

    with monkeypatch.context() as broken:
        broken.setattr(SignIn.objects, "update_or_create", fail)
        assert is_in(laptop)
    assert not SignIn.objects.exists()
    assert is_in(laptop)
    assert SignIn.objects.count() == 1


def test_nobody_ends_the_session_of_somebody_else(phone: Client) -> None:
    other = Client()
    sign_up(other)
    for wanted in (SignIn.objects.get(device="Chrome · Android").pk, "others", "x", "9" * 30, ""):
        post(other, "/account/sessions/end/", {"session": wanted})
    post(Client(), "/account/sessions/end/", {"session": "others"})
    assert is_in(phone)


def test_no_other_site_ends_a_session(phone: Client, user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert enter(strict).status_code == 302
    answer = post(strict, "/account/sessions/end/", {"session": "others"}, HTTP_ORIGIN="http://evil.example")
    assert answer.status_code == 403
    assert is_in(phone)


def test_a_new_password_ends_all_other_sessions(phone: Client, laptop: Client) -> None:
    new = "another long sentence"
    given = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert post(laptop, "/account/password/", given).status_code == 302
    assert (is_in(phone), is_in(laptop)) == (False, True)
    assert "This browser" in laptop.get("/en/account/sessions/").content.decode()


def test_signing_out_takes_the_row_along(laptop: Client) -> None:
    assert SignIn.objects.count() == 1
    post(laptop, "/account/sign-out/", {})
    assert not SignIn.objects.exists()


def test_being_seen_costs_one_write_an_hour(
    laptop: Client, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = SignIn.objects.get().seen_at
    with django_assert_num_queries(3) as quiet:  # session, account, learner
        laptop.get("/account/")
    assert not [query for query in quiet.captured_queries if "signin" in query["sql"].lower()]
    caches["default"].clear()
    monkeypatch.setattr("accounts.sign_ins.timezone.now", lambda: seen + timedelta(minutes=2))
    laptop.get("/account/")
    assert SignIn.objects.get().seen_at == seen
    caches["sign-ins"].clear()  # as after an hour
    monkeypatch.setattr("accounts.sign_ins.timezone.now", lambda: seen + timedelta(hours=2))
    laptop.get("/account/")
    assert SignIn.objects.get().seen_at == seen + timedelta(hours=2)


def test_a_page_that_does_not_ask_who_reads_notes_nobody(laptop: Client, bank: Bank) -> None:
    caches["sign-ins"].clear()
    SignIn.objects.all().delete()
    assert "Cookie" not in laptop.get("/glossary/").headers.get("Vary", "")
    assert not SignIn.objects.exists()


def test_the_admins_door_is_noted_too(admin_client: Client) -> None:
    admin_client.get("/admin/")
    assert SignIn.objects.get().user.is_superuser


def test_expired_sessions_are_not_listed(phone: Client, laptop: Client) -> None:
    Session.objects.filter(sign_in__device__startswith="Chrome").update(
        expire_date=timezone.now() - timedelta(days=1)
    )
    assert "Chrome" not in laptop.get("/account/sessions/").content.decode()


def test_sessions_are_taken_away_and_deleted_with_the_account(phone: Client, laptop: Client) -> None:
    assert {row["device"] for row in files_of(laptop)["sign_ins.json"]} == {
        "Chrome · Android",
        "Firefox · Linux",
    }
    assert post(laptop, "/account/delete/", {"sure": "on", "password": PASSWORD}).status_code == 302
    for model in (User, Learner, SignIn, Session):
        assert not model._default_manager.exists(), model


def test_whoever_is_not_signed_in_is_asked_to(client: Client) -> None:
    for path in ("email/", "email/x/", "sessions/"):
        assert client.get(f"/account/{path}").headers["Location"].startswith("/account/sign-in/?next=")


def change(client: Client, email: str, password: str = PASSWORD, language: str = "") -> Any:
    return post(client, f"{language}/account/email/", {"email": email, "password": password})


def test_without_an_address_and_without_mail_there_is_none_to_take_away(client: Client) -> None:
    assert sign_up(client).status_code == 302
    page = client.get("/en/account/email/").content.decode()
    assert "sends no mail" in page
    assert 'name="password"' not in page
    User.objects.update(email="ming@example.org")
    assert 'name="password"' in client.get("/en/account/email/").content.decode()


@pytest.fixture
def with_mail(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.org"


def link_of(letter: Any) -> str:
    found = re.search(r"https?://testserver(\S+)", letter.body)
    assert found
    return found[1]


@pytest.mark.usefixtures("with_mail")
@pytest.mark.parametrize(
    ("language", "subject", "told"), [("", "新邮箱", "不再使用"), ("/en", "new e-mail", "serves no more")]
)
def test_an_address_changes_by_the_link_sent_to_it_and_the_old_one_is_told(
    laptop: Client, user: User, language: str, subject: str, told: str
) -> None:
    assert change(laptop, "new@example.org", language=language).status_code == 302
    (letter,) = mail.outbox
    assert letter.to == ["new@example.org"]
    assert subject in letter.subject
    link = link_of(letter)
    assert link.startswith(f"{language}/account/email/")
    assert "new@example.org" in laptop.get(link).content.decode()
    user.refresh_from_db()
    assert user.email == "ming@example.org", "looking at the link changes nothing"
    assert post(laptop, link, {}).status_code == 302
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert mail.outbox[1].to == ["ming@example.org"]
    assert told in mail.outbox[1].body
    assert post(laptop, link, {}).status_code == 404, "it serves once"


@pytest.mark.usefixtures("with_mail")
def test_a_new_account_has_its_address_once_the_link_was_opened(client: Client, db: None) -> None:
    assert sign_up(client, email="hua@example.org").headers["Location"] == "/account/?said=up-sent"
    assert "一天之内" in client.get("/account/?said=up-sent").content.decode()
    account = User.objects.get(username="hua")
    assert account.email == ""
    (letter,) = mail.outbox
    assert letter.to == ["hua@example.org"]
    assert post(client, link_of(letter), {}).status_code == 302
    account.refresh_from_db()
    assert account.email == "hua@example.org"
    assert len(mail.outbox) == 1, "there was no old address to be told"


@pytest.mark.usefixtures("with_mail")
def test_letters_of_new_accounts_to_one_mailbox_are_few(db: None) -> None:
    answers = [sign_up(Client(), username=f"hua{n}", email="hua@example.org").status_code for n in range(4)]
    assert answers == [302, 302, 302, 429]
    assert len(mail.outbox) == 3
    assert sign_up(Client(), username="li").status_code == 302


@pytest.mark.usefixtures("with_mail")
def test_a_form_that_is_refused_costs_no_letter(client: Client, db: None) -> None:
    for _ in range(4):
        assert sign_up(client, email="hua@example.org", password2="another").status_code == 400
    assert sign_up(client, email="hua@example.org").headers["Location"] == "/account/?said=up-sent"


def test_where_no_mail_is_sent_no_address_is_asked_for(client: Client, db: None, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    assert 'name="email"' not in client.get("/account/sign-up/").content.decode()
    assert sign_up(client, email="hua@example.org").headers["Location"] == "/account/?said=up"
    assert User.objects.get(username="hua").email == ""


@pytest.mark.usefixtures("with_mail")
def test_a_mail_that_cannot_be_sent_is_told(
    laptop: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any, **more: Any) -> None:
        raise SMTPException

    monkeypatch.setattr("accounts.emails.send_mail", refuse)
    answer = change(laptop, "new@example.org")
    assert (answer.status_code, "稍后再试" in answer.content.decode()) == (503, True)
    visitor = Client()
    assert sign_up(visitor, email="hua@example.org").headers["Location"] == "/account/?said=up-unsent"
    assert "没能发出" in visitor.get("/account/?said=up-unsent").content.decode()


@pytest.mark.usefixtures("with_mail")
def test_an_address_goes_though_its_mailbox_cannot_be_told(
    laptop: Client, user: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*given: Any, **more: Any) -> None:
        raise SMTPException

    monkeypatch.setattr("accounts.emails.send_mail", refuse)
    assert change(laptop, "").status_code == 302
    user.refresh_from_db()
    assert user.email == ""
    assert "could not be told" in caplog.text


@pytest.mark.usefixtures("with_mail")
def test_a_link_serves_its_account_alone_and_not_for_ever(
    laptop: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(laptop, "new@example.org")
    link = link_of(mail.outbox[0])
    other = Client()
    sign_up(other)
    assert post(other, link, {}).status_code == 404
    assert Client().get(link).status_code == 302
    assert laptop.get(link[:-3] + "xx/").status_code == 404
    forged = signing.dumps([user.pk, user.email, "evil@example.org"], salt="x", compress=True)
    assert post(laptop, f"/account/email/{forged}/", {}).status_code == 404
    monkeypatch.setattr("accounts.emails.SERVES", timedelta(seconds=-1))
    assert post(laptop, link, {}).status_code == 404
    assert User.objects.get(pk=user.pk).email == "ming@example.org"


@pytest.mark.usefixtures("with_mail")
def test_a_link_tells_the_new_mailbox_nothing_of_the_old_one(laptop: Client, user: User) -> None:
    change(laptop, "new@example.org")
    link = link_of(mail.outbox[0])
    held = signing.loads(link.rstrip("/").rpartition("/")[2], salt="accounts.emails")
    assert held[::2] == [user.pk, "new@example.org"]
    assert "ming" not in str(held)
    assert user.password not in str(held)


@pytest.mark.usefixtures("with_mail")
def test_a_new_password_ends_a_link(laptop: Client, user: User) -> None:
    change(laptop, "new@example.org")
    user.set_password("another long sentence")
    user.save()
    assert enter(laptop, user.username, "another long sentence").status_code == 302
    assert post(laptop, link_of(mail.outbox[0]), {}).status_code == 404
    assert User.objects.get(pk=user.pk).email == "ming@example.org"


@pytest.mark.usefixtures("with_mail")
def test_an_address_is_not_changed_without_the_password_or_to_itself(laptop: Client) -> None:
    assert change(laptop, "new@example.org", "wrong").status_code == 400
    assert change(laptop, "ming@example.org").status_code == 400
    assert change(laptop, "no address").status_code == 400
    assert not mail.outbox


@pytest.mark.usefixtures("with_mail")
def test_not_many_letters_go_to_one_mailbox(laptop: Client) -> None:
    assert [change(laptop, "new@example.org").status_code for _ in range(4)] == [302, 302, 302, 429]
    assert len(mail.outbox) == 3


@pytest.mark.usefixtures("with_mail")
def test_an_address_can_be_taken_away_and_is_told(laptop: Client, user: User) -> None:
    assert change(laptop, "").status_code == 302
    user.refresh_from_db()
    assert user.email == ""
    assert mail.outbox[0].to == ["ming@example.org"]


def test_without_mail_an_address_can_only_be_taken_away(laptop: Client, user: User) -> None:
    assert "不发送邮件" in laptop.get("/account/email/").content.decode()
    assert change(laptop, "new@example.org").status_code == 400
    assert change(laptop, "").status_code == 302
    user.refresh_from_db()
    assert (user.email, mail.outbox) == ("", [])
