"""The bank in the admin."""

import io
import zipfile
from pathlib import Path

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from qbank.models import Bank, IngestReport, Question, Topic
from tests.factories import FILES, ZERO_ZH, take_in, write_bank


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


UPLOAD = "admin:qbank_bank_upload"


def archive(files: dict[str, str], name: str = "notes.zip") -> SimpleUploadedFile:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for path, text in files.items():
            packed.writestr(path, text)
    return SimpleUploadedFile(name, data.getvalue(), content_type="application/zip")


def test_the_staff_import_an_archive_and_see_its_report(admin_client: Client) -> None:
    assert reverse(UPLOAD) in admin_client.get(reverse("admin:qbank_bank_changelist")).content.decode()
    assert 'enctype="multipart/form-data"' in admin_client.get(reverse(UPLOAD)).content.decode()
    given = {"file": archive(FILES), "name": "uploaded", "licence": "MIT"}
    response = admin_client.post(reverse(UPLOAD), given, follow=True)
    report = IngestReport.objects.get()
    assert response.redirect_chain[-1][0] == reverse("admin:qbank_ingestreport_change", args=[report.pk])
    assert "tuning/rank.zh-hans.md" in response.content.decode()
    assert (Bank.objects.get().slug, Bank.objects.get().licence) == ("uploaded", "MIT")
    assert Question.objects.published().count() == 2


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (archive({"../a.md": "## What?\n\nx\n"}), "unsafe-entry"),
        (archive({"a.md": "nothing"}), "empty-bank"),
        (archive({"a.md": "x"}, "a.tar"), ""),
        (SimpleUploadedFile("a.zip", b"no"), "broken-zip"),
    ],
)
def test_a_refused_archive_says_why_and_changes_nothing(
    admin_client: Client, file: SimpleUploadedFile, reason: str
) -> None:
    file.seek(0)  # parameters are shared between runs
    page = admin_client.post(reverse(UPLOAD), {"file": file})
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert not reason or reason in page.content.decode()
    assert not Bank.objects.exists()


@pytest.mark.django_db
def test_nobody_else_may_import(client: Client) -> None:
    assert client.get(reverse(UPLOAD)).status_code == 302
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_bank"))
    client.force_login(reader)
    assert client.get(reverse(UPLOAD)).status_code == 403
    assert client.post(reverse(UPLOAD), {"file": archive(FILES)}).status_code == 403
    assert reverse(UPLOAD) not in client.get(reverse("admin:qbank_bank_changelist")).content.decode()


def test_an_import_needs_its_token(admin_user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin_user)
    assert strict.post(reverse(UPLOAD), {"file": archive(FILES)}).status_code == 403
    assert not Bank.objects.exists()


def test_a_report_and_topics_are_told_in_the_editors_language(admin_client: Client, bank: Path) -> None:
    take_in(bank)
    counts = admin_client.get("/admin/qbank/ingestreport/").content.decode()
    assert "新增" in counts
    assert "added" not in counts
    Topic.objects.update(title={"zh-hans": "低秩适配", "en": "Low rank"})
    assert "低秩适配" in admin_client.get("/admin/qbank/question/").content.decode()
    assert "Low rank" in admin_client.get("/en/admin/qbank/question/").content.decode()
