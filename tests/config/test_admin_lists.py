"""Every list of the admin opens, and takes no more queries for many rows than for few."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import Learner
from qbank.mistakes import report_mistake
from qbank.models import Bank, Question
from qbank.reportable import question_page
from quizzes.core.blueprint import Blueprint
from quizzes.models import FlawReport, Item
from quizzes.services import start_attempt
from tests.accounts.test_account import run_of
from tests.quizzes.conftest import bank

__all__ = ["bank"]

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def add_rows() -> None:
    """Let one more learner do a little of everything."""
    learner = Learner.objects.create()
    start_attempt(learner=learner, blueprint=Blueprint(number=5), seed="1", language="zh-hans")
    for question in Question.objects.all():
        found = question_page(question.slug, "zh-hans")
        assert found is not None
        report_mistake(page=found, learner=learner, kind="typo", now=NOON)
    for item in Item.objects.live()[:4]:
        FlawReport.objects.create(item=item, learner=learner, kind="other", created_at=NOON, updated_at=NOON)
    run_of(learner)


def queries_of(client: Client) -> dict[str, int]:
    counts = {}
    for model in site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200, model
        counts[model._meta.label] = len(seen)
    return counts


def test_no_list_asks_once_a_row(bank: Bank, admin_client: Client, settings: Any) -> None:
    add_rows()
    queries_of(admin_client)  # what is asked once a process is asked here
    few = queries_of(admin_client)
    for _ in range(4):
        add_rows()
    assert queries_of(admin_client) == few


@pytest.mark.django_db
def test_every_table_has_a_name_in_both_languages(admin_client: Client) -> None:
    english, chinese = (admin_client.get(f"{prefix}/admin/").content.decode() for prefix in ("/en", ""))
    for model in site._registry:
        if model._meta.app_label in ("accounts", "qbank", "quizzes", "labs"):
            with translation.override("en"):
                name = str(model._meta.verbose_name_plural)
            assert f">{name.capitalize()}</a>" in english, model
            assert f">{name.capitalize()}</a>" not in chinese, model
