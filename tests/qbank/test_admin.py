"""The bank in the admin."""

from pathlib import Path

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse

from qbank.models import IngestReport
from tests.factories import ZERO_ZH, take_in, write_bank


@pytest.mark.usefixtures("bank")
def test_every_list_of_the_bank_opens(admin_client: Client) -> None:
    for model in site._registry:
        if model._meta.app_label == "qbank":
            address = reverse(f"admin:qbank_{model._meta.model_name}_changelist")
            assert admin_client.get(address).status_code == 200, model


def test_a_report_is_a_table_of_problems(admin_client: Client, bank: Path) -> None:
    text = ZERO_ZH.replace("## 要点", "## 图\n\n![图](no<b>.png)\n\n## 要点")
    write_bank(bank, {"tuning/zero.zh-hans.md": text})
    take_in(bank)
    report = IngestReport.objects.first()
    assert report is not None
    page = admin_client.get(reverse("admin:qbank_ingestreport_change", args=[report.pk])).content.decode()
    assert "<td>missing-image</td>" in page
    assert "no&lt;b&gt;.png" in page


def test_a_report_comes_as_one_file_and_as_data(admin_client: Client, bank: Path) -> None:
    text = ZERO_ZH.replace("## 要点", "## 图\n\n![图](no<b>.png)\n\n## 要点")
    write_bank(bank, {"tuning/zero.zh-hans.md": text})
    take_in(bank)
    report = IngestReport.objects.first()
    assert report is not None
    page = admin_client.get(reverse("admin:qbank_report_html", args=[report.pk]))
    assert page["Content-Disposition"].startswith("attachment")
    assert "no&lt;b&gt;.png" in page.content.decode()
    answer = admin_client.get(reverse("admin:qbank_report_json", args=[report.pk])).json()
    assert {
        "path": "tuning/zero.zh-hans.md",
        "dialect": "front-matter",
        "language": "zh-hans",
        "questions": 1,
    } in (answer["files"])
    assert [problem["code"] for problem in answer["problems"]] == ["missing-image"]


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize("kind", ["html", "json"])
def test_a_report_is_for_the_staff(client: Client, kind: str) -> None:
    report = IngestReport.objects.first()
    assert report is not None
    assert client.get(reverse(f"admin:qbank_report_{kind}", args=[report.pk])).status_code == 302
