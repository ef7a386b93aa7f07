"""Signing up, in and out: whose history is whose, and that nothing of it is lost."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.db import models
from django.test import Client, RequestFactory

from accounts.forms import SignUpForm
from accounts.limits import sign_in_limits
from accounts.merging import NotMerged, claim_learner, merge_learners
from accounts.models import Learner
from accounts.services import LearnerGone
from labs.models import Adapter, LabRun
from qbank.models import Bank, Question
from quizzes.cards import Card, Review
from quizzes.core.scheduler import Rating
from quizzes.memory import add_cards, record_review, save_settings
from quizzes.models import Attempt
from tests.quizzes.conftest import sign_in
from tests.quizzes.test_transactions import one_writer, while_uncommitted

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)
PASSWORD = "correct horse battery"
HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest, settings: Any) -> None:
    """Hash passwords quickly, but where the hash itself is looked at."""
    if "argon2" not in request.node.name:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("ming", "ming@example.org", PASSWORD)


def post(client: Client, path: str, data: dict[str, Any], **headers: str) -> Any:
    return client.post(path, data, **(headers or HERE))  # type: ignore[arg-type]


def sign_up(client: Client, **data: str) -> Any:
    given = {"username": "hua", "password1": PASSWORD, "password2": PASSWORD} | data
    return post(client, "/account/sign-up/", given)


def enter(client: Client, name: str = "ming", password: str = PASSWORD, **data: str) -> Any:
    return post(client, "/account/sign-in/", {"username": name, "password": password} | data)


def review(learner: Learner, slug: str, *ratings: int, now: datetime = NOON) -> None:
    add_cards(learner=learner, questions=Question.objects.filter(slug=slug), now=now)
    card = learner.cards.get(question__slug=slug, item_key="")
    for n, rating in enumerate(ratings):
        moment = now + timedelta(days=n)
        record_review(
            learner=learner,
            card=card,
            rating=Rating(rating),
            turn=n,
            key=f"{slug}{moment.timestamp()}",
            now=moment,
        )


def run_of(learner: Learner, status: str = "succeeded") -> LabRun:
    over = {"finished_at": NOON, "result": {}} if status == "succeeded" else {}
    return LabRun.objects.create(
        lab="ranks",
        settings_key="x",
        learner=learner,
        status=status,
        enqueued_at=NOON,
        created_at=NOON,
        **over,
    )


def test_signing_up_makes_the_cookies_history_the_accounts(
    attempt: Attempt,
    own_client: Client,
    learner: Learner,
) -> None:
    review(learner, "rich", 3)
    run_of(learner)
    response = sign_up(own_client)
    assert response.headers["Location"] == "/account/?said=up-moved"
    assert response.cookies[settings.LEARNER_COOKIE_NAME].value == ""
    learner.refresh_from_db()
    assert learner.user == User.objects.get(username="hua")
    assert own_client.get(f"/quizzes/{attempt.pk}/1/").status_code == 200
    assert (learner.cards.count(), learner.reviews.count(), learner.lab_runs.count()) == (1, 1, 1)


def test_signing_in_to_the_admin_moves_the_cookies_history_too(
    attempt: Attempt, own_client: Client, learner: Learner
) -> None:
    editor = User.objects.create_superuser("li", "", PASSWORD)
    asked = own_client.get("/admin/qbank/topic/?q=a", follow=True)
    assert asked.redirect_chain[-1][0] == "/account/sign-in/?next=/admin/qbank/topic/%3Fq%3Da"
    assert 'name="next" value="/admin/qbank/topic/?q=a"' in asked.content.decode()
    entry = {"username": "li", "password": PASSWORD, "next": "/admin/qbank/topic/?q=a"}
    response = post(own_client, "/account/sign-in/", entry)
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/qbank/topic/?q=a")
    assert own_client.get(response.headers["Location"]).status_code == 200
    assert response.cookies[settings.LEARNER_COOKIE_NAME].value == ""
    learner.refresh_from_db()
    assert learner.user == editor
    assert own_client.get(f"/quizzes/{attempt.pk}/1/").status_code == 200


@pytest.mark.parametrize("language", ["", "/en"])
def test_no_password_can_be_tried_at_the_admin_itself(
    own_client: Client, learner: Learner, language: str
) -> None:
    User.objects.create_superuser("li", "", PASSWORD)
    answer = post(own_client, f"{language}/admin/login/", {"username": "li", "password": PASSWORD})
    sign_in = f"{language}/account/sign-in/?next={language}/admin/"
    assert (answer.status_code, answer.headers["Location"]) == (302, sign_in)
    assert "sessionid" not in answer.cookies
    learner.refresh_from_db()
    assert learner.user is None


def test_an_account_that_is_no_editors_is_told_so_at_the_admin(client: Client) -> None:
    client.force_login(User.objects.create_user("li"))
    answer = client.get("/en/admin/qbank/topic/", follow=True)
    assert answer.status_code == 403
    sign_in = re.search(r'href="(/en/account/sign-in/\?next=[^"]+)"', answer.content.decode())
    assert sign_in is not None
    User.objects.create_superuser("wang", "", PASSWORD)
    form = client.get(sign_in[1]).context
    entry = {"username": "wang", "password": PASSWORD, "next": form["next"]}
    entered = client.post("/en/account/sign-in/", entry, headers={"Origin": "http://testserver"}, follow=True)
    assert entered.redirect_chain[-1] == ("/en/admin/qbank/topic/", 302)
    assert entered.status_code == 200


def test_an_editor_who_is_signed_in_is_led_past_the_sign_in_of_the_admin(admin_client: Client) -> None:
    for wanted, there in (("", ""), ("?next=/en/admin/qbank/", "qbank/"), ("?next=//a.b/", "")):
        assert admin_client.get(f"/en/admin/login/{wanted}").headers["Location"] == f"/en/admin/{there}"


def test_somebody_without_a_history_can_sign_up_too(client: Client) -> None:
    assert sign_up(client).headers["Location"] == "/account/?said=up"
    assert Learner.objects.get().user is not None


def test_passwords_are_hashed_by_argon2(client: Client) -> None:
    sign_up(client)
    assert User.objects.get().password.startswith("argon2$")


def test_the_old_cookie_opens_nothing_after_signing_up(
    attempt: Attempt,
    own_client: Client,
    learner: Learner,
) -> None:
    sign_up(own_client)
    thief = Client()
    sign_in(thief, learner)
    assert thief.get(f"/quizzes/{attempt.pk}/1/").status_code == 404


def test_signing_in_merges_the_cookies_history_into_the_accounts(
    attempt: Attempt,
    own_client: Client,
    learner: Learner,
    user: User,
) -> None:
    account = Learner.objects.create(user=user)
    review(account, "rich", 3, 3)
    review(account, "notes", 1)
    review(learner, "rich", 4, now=NOON + timedelta(hours=5))
    review(learner, "choice", 2)
    save_settings(learner=learner, values={"new_limit": 3})
    run_of(learner)
    assert enter(own_client).headers["Location"] == "/account/?said=in-moved"
    assert not Learner.objects.filter(pk=learner.pk).exists()
    assert account.attempts.get() == attempt
    assert account.reviews.count() == 5
    assert account.lab_runs.count() == 1
    assert account.memory_settings.new_limit == 3
    assert {card.question.slug: card.reps for card in account.cards.all()} == {
        "rich": 3,
        "notes": 1,
        "choice": 1,
    }
    turns = Review.objects.filter(card__question__slug="rich").order_by("reviewed_at")
    assert [(r.turn, r.rating) for r in turns] == [(0, 3), (1, 4), (2, 3)]


def test_what_the_account_chose_stays(learner: Learner, own_client: Client, user: User) -> None:
    account = Learner.objects.create(user=user)
    save_settings(learner=account, values={"new_limit": 50})
    save_settings(learner=learner, values={"new_limit": 3})
    enter(own_client)
    assert Learner.objects.get().memory_settings.new_limit == 50


@pytest.mark.parametrize("first", ["a", "b"])
def test_a_merged_card_is_what_one_learner_would_have(bank: Bank, first: str) -> None:
    learners = {name: Learner.objects.create() for name in ("a", "b", "one")}
    log = [(0, 3, "a"), (1, 3, "b"), (3, 1, "a"), (4, 3, "a"), (9, 4, "b"), (30, 1, "b"), (31, 2, "a")]
    for owner in learners.values():
        add_cards(learner=owner, questions=Question.objects.filter(slug="rich"), now=NOON)
    for day, rating, name in log:
        for owner in (learners[name], learners["one"]):
            card = owner.cards.get()
            moment = NOON + timedelta(days=day)
            record_review(
                learner=owner, card=card, rating=Rating(rating), turn=card.reps, key=f"d{day}", now=moment
            )
    into, other = learners[first], learners["b" if first == "a" else "a"]
    merge_learners(into=into, other=other)
    merged, single = into.cards.get(), learners["one"].cards.get()
    assert merged.state == single.state
    logs = [
        list(owner.reviews.in_order().values_list("turn", "rating", "phase"))
        for owner in (into, learners["one"])
    ]
    assert logs[0] == logs[1]
    befores = [
        list(owner.reviews.in_order().values_list("before", flat=True)) for owner in (into, learners["one"])
    ]
    assert befores[0] == befores[1]


def test_a_name_that_is_taken_while_it_is_asked_for_is_refused(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = SignUpForm.save

    def save_after_another(form: SignUpForm, commit: bool = True) -> User:
        User.objects.create_user(username=form.cleaned_data["username"])
        return save(form, commit)

    monkeypatch.setattr(SignUpForm, "save", save_after_another)
    data = {"username": "twice", "password1": "Zq8!kk2231", "password2": "Zq8!kk2231"}
    response = client.post("/account/sign-up/", data, headers={"Origin": "http://testserver"})
    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["username"]
    assert "_auth_user_id" not in client.session


def forget_in_turn(one: Learner, two: Learner) -> None:
    """Let each learn the same card and forget it once, months apart."""
    log = [(0, 4, one), (0, 4, two), (100, 1, one), (101, 3, one), (300, 1, two)]
    for day, rating, owner in log:
        add_cards(learner=owner, questions=Question.objects.filter(slug="rich"), now=NOON)
        card, moment = owner.cards.get(), NOON + timedelta(days=day)
        given: dict[str, Any] = {"turn": card.reps, "key": f"d{day}{owner.pk}"[:64], "now": moment}
        record_review(learner=owner, card=card, rating=Rating(rating), **given)


@pytest.mark.parametrize("suspends", [False, True])
def test_what_both_together_forgot_too_often_becomes_a_leech(bank: Bank, suspends: bool) -> None:
    one, two = Learner.objects.create(), Learner.objects.create()
    for owner in (one, two):
        save_settings(learner=owner, values={"leech_lapses": 2, "suspend_leeches": suspends})
    forget_in_turn(one, two)
    assert [owner.cards.get().leech for owner in (one, two)] == [False, False]
    merge_learners(into=one, other=two)
    merged = one.cards.get()
    assert (merged.lapses, merged.leech, merged.suspended) == (2, True, suspends)


def test_the_same_key_sent_by_two_learners_is_two_reviews(bank: Bank) -> None:
    one, two = Learner.objects.create(), Learner.objects.create()
    for owner, rating in ((one, 3), (two, 1)):
        review(owner, "rich", rating)
    merge_learners(into=one, other=two)
    assert one.reviews.count() == 2
    assert one.cards.get().reps == 2


def test_of_two_running_labs_the_others_goes_on_without_an_owner(user: User) -> None:
    one, two = Learner.objects.create(user=user), Learner.objects.create()
    mine, theirs, old = run_of(one, "queued"), run_of(two, "queued"), run_of(two)
    merge_learners(into=one, other=two)
    assert set(one.lab_runs.all()) == {mine, old}
    theirs.refresh_from_db()
    assert theirs.learner is None


def adapter_of(learner: Learner, checksum: str) -> Adapter:
    made = {"config": {}, "base": "b", "size": 1, "parameters": 1, "created_at": NOON}
    return Adapter.objects.create(name="gap-r8", task="gap", learner=learner, checksum=checksum, **made)


def test_an_adapter_that_both_keep_is_kept_once(db: None) -> None:
    one, two = Learner.objects.create(), Learner.objects.create()
    for owner, checksum in ((one, "same"), (two, "same"), (two, "other")):
        adapter_of(owner, checksum)
    merge_learners(into=one, other=two)
    assert sorted(one.adapters.values_list("checksum", flat=True)) == ["other", "same"]


def test_nothing_is_merged_when_something_would_be_lost(
    attempt: Attempt,
    learner: Learner,
    settings: Any,
) -> None:
    settings.LEARNER_MERGE_HOOKS = ["labs.learners.merge_learners"]
    into = Learner.objects.create()
    with pytest.raises(NotMerged):
        merge_learners(into=into, other=learner)
    assert Attempt.objects.get().learner == learner


def test_a_merge_leaves_no_row_of_any_app_behind(
    attempt: Attempt,
    learner: Learner,
) -> None:
    review(learner, "rich", 3)
    save_settings(learner=learner, values={})
    run_of(learner)
    adapter_of(learner, "x")
    relations = [r for r in Learner._meta.related_objects if issubclass(r.related_model, models.Model)]

    def counts(owner: Learner) -> list[int]:
        return [r.related_model._default_manager.filter(**{r.field.name: owner}).count() for r in relations]

    before, into = counts(learner), Learner.objects.create()
    merge_learners(into=into, other=learner)
    assert counts(into) == before


def test_signing_out_leaves_the_history_with_the_account(
    attempt: Attempt,
    own_client: Client,
) -> None:
    sign_up(own_client)
    assert post(own_client, "/account/sign-out/", {}).status_code == 302
    assert own_client.get(f"/quizzes/{attempt.pk}/1/").status_code == 404
    enter(own_client, "hua")
    assert own_client.get(f"/quizzes/{attempt.pk}/1/").status_code == 200


def test_a_wrong_password_signs_nobody_in(client: Client, user: User) -> None:
    response = enter(client, password="wrong")
    assert response.status_code == 400
    assert "_auth_user_id" not in client.session


def test_signing_in_goes_where_it_was_asked_from_but_never_elsewhere(client: Client, user: User) -> None:
    assert enter(client, next="/review/").headers["Location"] == "/review/"
    for evil in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert enter(Client(), next=evil).headers["Location"].startswith("/account/")


def test_no_other_site_signs_anybody_in_or_out(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    for path in ("sign-in", "sign-up", "sign-out", "delete", "password", "reset"):
        response = client.post(f"/account/{path}/", {}, HTTP_ORIGIN="https://evil.example")
        assert response.status_code == 403, path


def test_looking_at_the_accounts_pages_writes_nothing_and_sets_no_cookie(client: Client, bank: Bank) -> None:
    for path in ("", "sign-up/", "sign-in/", "password/", "reset/", "reset/MQ/x-y/", "export/", "delete/"):
        response = client.get(f"/account/{path}")
        assert response.status_code in (200, 302, 404), path
        assert not response.cookies, path
        assert "csrfmiddlewaretoken" not in response.content.decode(errors="ignore")
    assert not Learner.objects.exists()


def test_trying_many_passwords_of_one_name_is_stopped_wherever_it_comes_from(user: User) -> None:
    answers = [
        Client(REMOTE_ADDR=f"10.0.0.{n}").post(
            "/account/sign-in/", {"username": "MING", "password": "x"}, HTTP_ORIGIN="http://testserver"
        )
        for n in range(31)
    ]
    assert [answer.status_code for answer in answers] == [400] * 30 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_trying_many_names_from_one_address_is_stopped(client: Client) -> None:
    answers = [enter(client, name=f"name{n}", password="x").status_code for n in range(21)]
    assert answers == [400] * 20 + [429]


@pytest.mark.parametrize("bad", ["password", "12345678", "ming", "x" * 300])
def test_weak_or_endless_passwords_are_not_taken(client: Client, bad: str) -> None:
    response = sign_up(client, username="ming", password1=bad, password2=bad)
    assert response.status_code == 400
    assert not User.objects.exists()


def test_a_name_is_taken_once_whatever_its_case(client: Client, user: User) -> None:
    assert sign_up(client, username="Ming").status_code == 400


def test_a_password_is_changed_by_the_old_one(client: Client, user: User) -> None:
    assert client.get("/account/password/").headers["Location"].startswith("/account/sign-in/")
    enter(client)
    new = {"new_password1": "another long phrase", "new_password2": "another long phrase"}
    assert post(client, "/account/password/", {"old_password": "x", **new}).status_code == 400
    assert post(client, "/account/password/", {"old_password": PASSWORD, **new}).status_code == 302
    assert client.get("/account/password/").status_code == 200
    assert enter(Client(), password="another long phrase").status_code == 302


def test_without_mail_the_page_of_lost_passwords_says_so(client: Client, user: User, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    assert "changepassword" in client.get("/account/reset/").content.decode()
    post(client, "/account/reset/", {"email": "ming@example.org"})
    assert not mail.outbox


def test_a_lost_password_is_replaced_by_a_link_that_serves_once(
    client: Client, user: User, settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    answers = [post(client, "/account/reset/", {"email": e}) for e in ("ming@example.org", "no@example.org")]
    assert [a.headers["Location"] for a in answers] == ["/account/reset/?said=sent"] * 2
    (letter,) = mail.outbox
    link = re.search(r"http://testserver(/\S+)", letter.body)
    assert link is not None
    assert client.get(link[1]).status_code == 200
    assert not client.cookies
    new = {"new_password1": "another long phrase", "new_password2": "another long phrase"}
    assert post(client, link[1], new).status_code == 302
    assert post(client, link[1], new).status_code == 404
    assert enter(client, password="another long phrase").status_code == 302


@pytest.mark.parametrize("uid", ["MQ", "x", "////", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
def test_a_link_that_was_made_up_opens_nothing(client: Client, user: User, uid: str) -> None:
    assert client.get(f"/account/reset/{uid}/abc-def/").status_code == 404


def files_of(client: Client) -> dict[str, Any]:
    response = client.get("/account/export/")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


@pytest.mark.parametrize("with_account", [False, True])
def test_everything_of_ones_own_can_be_taken_away(
    attempt: Attempt,
    own_client: Client,
    learner: Learner,
    with_account: bool,
) -> None:
    review(learner, "rich", 3)
    review(Learner.objects.create(), "notes", 1)
    run_of(learner)
    if with_account:
        sign_up(own_client)
    files = files_of(own_client)
    assert ("account.json" in files) is with_account
    assert [a["id"] for a in files["attempts.json"]] == [str(attempt.pk)]
    assert [(r["question"], r["rating"]) for r in files["reviews.json"]] == [("rich", 3)]
    assert len(files["cards.json"]) == len(files["runs.json"]) == 1
    assert files["adapters.json"] == []
    assert "SECRET" not in json.dumps(files)


def test_whoever_left_nothing_takes_nothing_away(client: Client) -> None:
    assert files_of(client) == {}


def test_everything_of_ones_own_can_be_deleted_without_an_account(
    attempt: Attempt,
    own_client: Client,
    learner: Learner,
) -> None:
    review(learner, "rich", 3)
    run = run_of(learner)
    assert post(own_client, "/account/delete/", {}).status_code == 400
    response = post(own_client, "/account/delete/", {"sure": "on"})
    assert response.cookies[settings.LEARNER_COOKIE_NAME].value == ""
    assert not Learner.objects.exists()
    assert not Attempt.objects.exists()
    assert not Card.objects.exists()
    run.refresh_from_db()
    assert run.learner is None


def test_an_account_is_deleted_by_its_password_alone(client: Client, user: User) -> None:
    enter(client)
    assert post(client, "/account/delete/", {"sure": "on", "password": "x"}).status_code == 400
    assert post(client, "/account/delete/", {"sure": "on", "password": PASSWORD}).status_code == 302
    assert not User.objects.exists()
    assert "_auth_user_id" not in client.session


@one_writer
@pytest.mark.django_db(transaction=True)
def test_a_review_that_meets_a_merge_is_not_lost(bank: Bank, learner: Learner, user: User) -> None:
    account = Learner.objects.create(user=user)
    add_cards(learner=learner, questions=Question.objects.filter(slug="rich"), now=NOON)
    card = learner.cards.get()

    def rate() -> Review:
        return record_review(
            learner=learner, card=card, rating=Rating.GOOD, turn=0, key="first-one", now=NOON
        )

    while_uncommitted(rate, lambda: claim_learner(user=user, learner=learner))
    assert account.reviews.get().card == account.cards.get()
    assert account.cards.get().reps == 1


@one_writer
@pytest.mark.django_db(transaction=True)
def test_a_review_that_comes_after_a_merge_is_told_so(bank: Bank, learner: Learner, user: User) -> None:
    Learner.objects.create(user=user)
    add_cards(learner=learner, questions=Question.objects.filter(slug="rich"), now=NOON)
    card = learner.cards.get()
    late = while_uncommitted(
        lambda: claim_learner(user=user, learner=learner),
        lambda: record_review(
            learner=learner, card=card, rating=Rating.GOOD, turn=0, key="late-one", now=NOON
        ),
    )
    assert isinstance(late, LearnerGone)


@one_writer
@pytest.mark.django_db(transaction=True)
def test_two_sign_ins_at_once_merge_once(bank: Bank, learner: Learner, user: User) -> None:
    account = Learner.objects.create(user=user)
    review(learner, "rich", 3)
    merged = while_uncommitted(
        lambda: claim_learner(user=user, learner=learner), lambda: claim_learner(user=user, learner=learner)
    )
    assert merged == account
    assert account.reviews.count() == 1


def test_addresses_taken_away_do_not_count_for_one_another(client: Client) -> None:
    for name in ("a", "b", "c", "d", "e"):
        account = User.objects.create_user(name, f"{name}@example.org", PASSWORD)
        client.force_login(account)
        assert post(client, "/account/email/", {"email": "", "password": PASSWORD}).status_code == 302
        account.refresh_from_db()
        assert account.email == ""


def test_letters_stay_limited_for_a_mailbox_and_for_an_address(
    client: Client, settings: Any, db: None
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    one = [post(client, "/account/reset/", {"email": "no@example.org"}).status_code for _ in range(4)]
    assert one == [302] * 3 + [429]
    empty = [post(client, "/account/reset/", {"email": ""}).status_code for _ in range(7)]
    assert empty == [400] * 6 + [429]


def test_a_name_is_not_counted_for_an_address_that_is_refused(client: Client) -> None:
    for number in range(60):
        post(client, "/account/sign-in/", {"username": f"n{number}", "password": "wrong"})
    held = [sign_in_limits(f"n{n}")[1].get_cache_key(RequestFactory().get("/"), None) for n in range(60)]
    assert len(cache.get_many(held)) == 20
