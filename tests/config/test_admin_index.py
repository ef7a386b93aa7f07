"""The admin's first page: what waits for an editor, and only what they may do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from accounts.models import Learner
from config.admin import heaps
from qbank.mistakes import report_mistake
from qbank.models import Question
from qbank.reportable import question_page
from quizzes.models import FlawReport, Item, ItemStatistics, Provenance
from quizzes.services import sync_authored_items
from tests.factories import FILES, ZERO_ZH, take_in, write_bank

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(tmp_path: Path) -> None:
    """One of everything that waits, two reports, and some that no longer do."""
    take_in(write_bank(tmp_path, dict(FILES)))
    broken = ZERO_ZH.replace("## 要点", "## 图\n\n![图](no.png)\n\n## 要点")
    write_bank(tmp_path, {"tuning/zero.zh-hans.md": broken})
    take_in(tmp_path)
    learner = Learner.objects.create()
    found = question_page("rank", "zh-hans") or question_page(Question.objects.all()[0].slug, "zh-hans")
    assert found is not None
    for kind in ("wrong", "typo", "other"):
        report_mistake(page=found, learner=learner, kind=kind)
    learner.reader_reports.filter(kind="other").update(state="declined")
    sync_authored_items([text.pk for q in Question.objects.all() for text in q.texts.all()])
    item = Item.objects.live()[0]
    moment = learner.created_at
    ItemStatistics.objects.create(item=item, responses=40, is_flagged=True, rolled_up_at=moment)
    FlawReport.objects.create(item=item, learner=learner, kind="other", created_at=moment, updated_at=moment)
    draft = Item.objects.live().exclude(pk=item.pk)[0]
    Item.objects.filter(pk=draft.pk).update(state="draft", source="generated")
    Provenance.objects.create(item=draft, strategy="cloze", markdown="### Single: A {#a}\n- [x] b\n- [ ] c\n")


@pytest.mark.usefixtures("busy")
def test_the_first_page_counts_what_waits_and_each_count_leads_to_its_rows(admin_client: Client) -> None:
    page = admin_client.get("/en/admin/").content.decode()
    found = re.findall(r'<a href="([^"]+)"><b>(\d+)</b> <span>([^<]+)</span>', page)
    counts = {label: int(count) for _, count, label in found}
    assert counts == {
        "Mistakes that readers reported": 2,
        "Flaws of items that learners reported": 1,
        "Drafts to review": 1,
        "Items that their statistics speak against": 1,
        "Problems of the last import (tiny)": 1,
    }
    for address, count, label in found:
        answer = admin_client.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200, label
        listed = getattr(answer, "context", None) and answer.context.get("cl")
        assert not listed or listed.result_count == int(count), label


@pytest.mark.usefixtures("busy")
def test_an_editor_sees_only_what_they_may_do(client: Client) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    assert list(heaps(reader)) == []
    reader.user_permissions.add(Permission.objects.get(codename="change_flawreport"))
    client.force_login(reader)
    page = client.get("/en/admin/").content.decode()
    assert re.findall(r"<b>(\d+)</b>", page) == ["1"]
    assert client.get("/en/admin/qbank/readerreport/").status_code == 403


@pytest.mark.usefixtures("busy")
def test_a_heap_is_a_query(admin_client: Client, django_assert_max_num_queries: Any) -> None:
    admin_client.get("/en/admin/")
    with django_assert_max_num_queries(10):
        admin_client.get("/en/admin/")
