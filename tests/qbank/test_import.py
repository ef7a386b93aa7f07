"""Files → database."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from pytest_django.fixtures import Settings

from qbank.models import (
    Bank,
    IngestReport,
    Picture,
    Question,
    QuestionText,
    SearchText,
    SearchWord,
    Slug,
    Tag,
    Topic,
)
from qbank.services import BankRejected
from tests.factories import RANK_EN, RANK_ZH, ZERO_ZH, take_in, write_bank
from tests.qbank.core.test_pictures import png

TABLES = (Bank, Topic, Question, QuestionText, SearchText, SearchWord, Tag, Picture, Slug, IngestReport)
LOOSE = "# 杂题\n\n## 1. 什么是微调？\n\n改动权重。\n\n## 2. 什么是提示？\n\n改动输入。\n"


def everything() -> dict[str, list[dict[str, object]]]:
    """Return every row of the bank's tables."""
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in TABLES}


called: list[list[int]] = []


def note(*, text_ids: list[int]) -> None:
    called.append(text_ids)


def fail(*, text_ids: list[int]) -> None:
    raise RuntimeError("the hook fails")


@pytest.fixture
def hooks(settings: Settings) -> list[list[int]]:
    """The calls of a hook that only takes note."""
    called.clear()
    settings.BANK_IMPORT_HOOKS = ["tests.qbank.test_import.note"]
    return called


def test_the_languages_of_a_question_share_a_row(bank: Path) -> None:
    question = Question.objects.get(key="rank")
    assert {text.language for text in question.texts.all()} == {"zh-hans", "en"}
    assert (question.slug, question.number, question.lab) == ("rank", "1", "ranks")
    assert (question.difficulty, question.frequency) == (2, 3)
    tags = {text.language: sorted(tag.name for tag in text.tags.all()) for text in question.texts.all()}
    assert tags == {"zh-hans": ["LoRA", "秩"], "en": ["LoRA", "rank"]}
    assert question.topic.title == {"zh-hans": "微调", "en": "Tuning"}


def test_what_search_knows_is_kept_in_line_though_the_text_is_as_before(bank: Path) -> None:
    before = everything()
    SearchText.objects.update(body_plain="as an older version wrote it")
    result = take_in(bank)
    assert result.text_ids == []
    assert result.summary["unchanged"] == result.summary["texts"]
    assert everything() == before


def test_html_is_stored_and_links_between_questions_lead_there(bank: Path) -> None:
    text = QuestionText.objects.get(question__key="rank", language="zh-hans")
    assert "<math>" in text.title_html
    assert '<a href="/questions/zero/">初始化</a>' in text.answer_html
    assert text.toc == [{"id": "h-为什么不大", "title": "为什么不大"}]
    assert text.mistakes[0]["correction_html"] == "<p>不一定。</p>"
    assert text.items_source[0]["markdown"].startswith("### 单选")


def test_the_keys_of_items_are_not_searched(bank: Path) -> None:
    assert not SearchText.objects.filter(body_plain__contains="秘密").exists()


def test_a_second_import_changes_nothing(bank: Path, hooks: list[list[int]]) -> None:
    before = everything()
    result = take_in(bank)
    assert not result.changed
    assert everything() == before
    assert hooks == []


def test_an_edit_changes_one_text_and_the_version(bank: Path, hooks: list[list[int]]) -> None:
    version = Bank.objects.get().version
    text = QuestionText.objects.get(question__key="zero")
    write_bank(bank, {"tuning/zero.zh-hans.md": ZERO_ZH.replace("不破坏", "不会破坏")})
    result = take_in(bank)
    assert (result.summary["changed"], result.summary["unchanged"], result.text_ids) == (1, 2, [text.pk])
    assert hooks == [[text.pk]]
    assert Bank.objects.get().version == version + 1
    assert QuestionText.objects.get(pk=text.pk).gist.endswith("不会破坏它。")
    assert "不会破坏" in SearchText.objects.get(pk=text.pk).body_plain


def test_a_line_that_moves_is_no_change(bank: Path) -> None:
    version = Bank.objects.get().version
    write_bank(
        bank, {"tuning/zero.zh-hans.md": ZERO_ZH.replace("tags:", "\ntags:").replace("title: ", "\ntitle: ")}
    )
    result = take_in(bank)
    assert not result.changed
    assert (result.summary["moved"], Bank.objects.get().version) == (1, version)


def test_what_vanished_is_retired_and_can_come_back(bank: Path, hooks: list[list[int]]) -> None:
    question = Question.objects.get(key="zero")
    (bank / "tuning/zero.zh-hans.md").unlink()
    assert take_in(bank).summary["retired"] == 1
    assert Question.objects.get(key="zero").state == "retired"
    write_bank(bank, {"tuning/zero.zh-hans.md": ZERO_ZH})
    assert take_in(bank).summary["restored"] == 1
    assert Question.objects.get(key="zero").state == "published"
    assert Question.objects.get(key="zero").pk == question.pk
    assert len(hooks) == 2


def test_a_new_tag_changes_its_text_alone(bank: Path) -> None:
    write_bank(bank, {"tuning/rank.en.md": RANK_EN.replace("[LoRA, rank]", "[LoRA, size]")})
    result = take_in(bank)
    assert (result.summary["changed"], result.summary["unchanged"]) == (1, 2)
    assert [t.name for t in QuestionText.objects.get(pk=result.text_ids[0]).tags.all()] == ["LoRA", "size"]


def test_a_language_that_vanished_goes_and_the_question_stays(bank: Path) -> None:
    (bank / "tuning/rank.en.md").unlink()
    take_in(bank)
    assert [t.language for t in Question.objects.get(key="rank").texts.all()] == ["zh-hans"]


def test_one_file_of_a_bank_retires_nothing_else(bank: Path) -> None:
    result = take_in(bank / "tuning" / "zero.zh-hans.md")
    assert result.bank.slug == "tiny"
    assert not result.changed
    assert Question.objects.published().count() == 2


@pytest.mark.django_db
def test_a_folder_without_description_is_a_bank_of_its_name(tmp_path: Path) -> None:
    take_in(write_bank(tmp_path / "My Notes", {"a.md": LOOSE}))
    bank = Bank.objects.get()
    assert (bank.slug, bank.name, bank.language) == ("my-notes", {"zh-hans": "My Notes"}, "zh-hans")
    assert [t.title for t in Topic.objects.all()] == [{"zh-hans": "杂题"}]
    assert [q.slug for q in Question.objects.order_by("order")] == ["什么是微调", "什么是提示"]


@pytest.mark.django_db
def test_an_edited_question_without_id_keeps_row_and_address(tmp_path: Path) -> None:
    folder = write_bank(tmp_path / "notes", {"a.md": LOOSE})
    take_in(folder)
    before = {q.number: (q.pk, q.slug) for q in Question.objects.all()}
    write_bank(folder, {"a.md": LOOSE.replace("什么是微调？", "什么是模型微调？")})
    result = take_in(folder)
    assert (result.summary["changed"], result.summary["added"], result.summary["retired"]) == (1, 0, 0)
    assert {q.number: (q.pk, q.slug) for q in Question.objects.all()} == before


@pytest.mark.django_db
def test_a_question_that_moved_to_another_file_stays_itself(tmp_path: Path) -> None:
    folder = write_bank(tmp_path / "notes", {"a.md": LOOSE})
    take_in(folder)
    before = set(Question.objects.values_list("pk", flat=True))
    (folder / "a.md").rename(folder / "b.md")
    assert not take_in(folder).summary["added"]
    assert set(Question.objects.published().values_list("pk", flat=True)) == before


@pytest.mark.django_db
def test_many_questions_with_one_title_get_addresses_of_their_own(tmp_path: Path) -> None:
    text = "\n".join(f"## What's the output?\n\n{n} it prints.\n" for n in range(3))
    take_in(write_bank(tmp_path / "notes", {"a.md": text}))
    assert sorted(Question.objects.values_list("slug", flat=True)) == [
        "whats-the-output",
        "whats-the-output-2",
        "whats-the-output-3",
    ]


def test_two_banks_with_one_slug_do_not_collide(bank: Path, tmp_path: Path) -> None:
    other = {"_bank.yaml": "slug: other\nname: Other\n", "tuning/rank.zh-hans.md": RANK_ZH}
    take_in(write_bank(tmp_path / "other", other))
    assert set(Question.objects.values_list("slug", flat=True)) == {"rank", "zero", "other-rank"}
    assert set(Topic.objects.values_list("slug", flat=True)) == {"tuning", "other-tuning"}
    before = everything()
    assert not take_in(bank).changed
    assert not take_in(tmp_path / "other").changed
    assert everything() == before


def test_pictures_are_copied_under_their_checksum_with_their_size(bank: Path) -> None:
    text = ZERO_ZH.replace("## 要点", "## 图\n\n![图](figures/x.png)\n\n## 要点")
    write_bank(bank, {"tuning/zero.zh-hans.md": text, "tuning/figures/x.png": png(64, 48)})
    take_in(bank)
    picture = Picture.objects.get()
    assert (picture.source, picture.width, picture.height) == ("tuning/figures/x.png", 64, 48)
    assert (Path(django_settings.MEDIA_ROOT) / picture.file).read_bytes() == png(64, 48)
    html = QuestionText.objects.get(question__key="zero").answer_html
    assert f'<img src="/media/{picture.file}" alt="图" width="64" height="48" loading="lazy"' in html


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("figures/no.png", "missing-image"),
        ("../../secret.png", "unfit-image"),
        ("figures/fake.png", "unfit-image"),
        ("https://example.org/x.png", "remote-image"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_told(bank: Path, address: str, code: str) -> None:
    text = ZERO_ZH.replace("## 要点", f"## 图\n\n![图]({address})\n\n## 要点")
    write_bank(bank, {"tuning/zero.zh-hans.md": text, "tuning/figures/fake.png": b"<script>"})
    problems = [p for p in take_in(bank).problems if p.code == code]
    assert [p.path for p in problems] == ["tuning/zero.zh-hans.md"]
    assert not Picture.objects.exists()
    assert "<img" not in QuestionText.objects.get(question__key="zero").answer_html


@pytest.mark.parametrize(
    ("name", "data", "place"),
    [
        ("tuning/bad.md", b"## x?\n\n\xff", "tuning/bad.md:3: broken-utf8"),
        ("tuning/bad.md", b"## x?\n\x00", "tuning/bad.md:2: not-text"),
        ("tuning/_topic.yaml", b"a: [", "tuning/_topic.yaml:1: broken-yaml"),
        ("tuning/copy.zh-hans.md", ZERO_ZH.encode(), "tuning/zero.zh-hans.md:4: repeated-id"),
    ],
)
def test_a_broken_file_leaves_the_database_as_it_was(bank: Path, name: str, data: bytes, place: str) -> None:
    before = everything()
    write_bank(bank, {name: data, "tuning/rank.en.md": "---\nid: rank\ntitle: New\n---\n\nNew.\n"})
    with pytest.raises(BankRejected) as error:
        take_in(bank)
    assert place in str(error.value)
    assert everything() == before


def test_an_exception_in_a_hook_leaves_the_old_bank(bank: Path, settings: Settings) -> None:
    before = everything()
    settings.BANK_IMPORT_HOOKS = ["tests.qbank.test_import.fail"]
    write_bank(bank, {"tuning/zero.zh-hans.md": ZERO_ZH.replace("不破坏", "不会破坏")})
    with pytest.raises(RuntimeError, match="the hook fails"), transaction.atomic():
        take_in(bank)
    assert everything() == before


def test_the_report_keeps_counts_and_problems(bank: Path) -> None:
    write_bank(bank, {"tuning/zero.zh-hans.md": ZERO_ZH.replace("从原模型", "从BABA与AA的原模型")})
    take_in(bank)
    report = IngestReport.objects.first()
    assert report is not None
    assert report.summary["texts"] == 3
    assert IngestReport.objects.count() == 2


def test_a_new_id_moves_the_address_and_the_old_one_redirects(tmp_path: Path, db: None) -> None:
    folder = write_bank(tmp_path / "notes", {"x.zh-hans.md": ZERO_ZH})
    take_in(folder)
    row = Question.objects.get()
    Question.objects.update(key="~old", slug="old-address")
    result = take_in(folder)
    assert result.summary["added"] == 0
    assert Question.objects.get().pk == row.pk
    assert (Question.objects.get().slug, Slug.objects.get().slug) == ("zero", "old-address")


@pytest.mark.django_db
def test_files_that_leave_a_described_topic_get_topics_of_their_own(tmp_path: Path) -> None:
    root = tmp_path / "notes"
    (root / "x").mkdir(parents=True)
    (root / "x" / "_topic.yaml").write_text("slug: tuning\ntitle: Tuning\n")
    (root / "x" / "a.md").write_text("# A\n\n## What is a?\n\nIt.\n\n## Why a?\n\nSo.\n")
    (root / "x" / "b.md").write_text("# B\n\n## What is b?\n\nThat.\n\n## Why b?\n\nThus.\n")
    take_in(root)
    (root / "x" / "_topic.yaml").unlink()
    take_in(root)
    titles = {text.path: text.question.topic.title["en"] for text in QuestionText.objects.all()}
    assert titles == {"x/a.md": "A", "x/b.md": "B"}
    assert take_in(root).changed is False
    (root / "y").mkdir()
    (root / "y" / "_topic.yaml").write_text("slug: tuning\ntitle: Tuning\n")
    (root / "y" / "c.md").write_text("# C\n\n## What is c?\n\nIt.\n\n## Why c?\n\nSo.\n")
    take_in(root)
    assert Topic.objects.count() == 3
    assert take_in(root).changed is False
