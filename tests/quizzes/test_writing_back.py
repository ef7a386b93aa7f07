"""Published items go back into their files, and come in again as the same items."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from quizzes.drafts import add_written_item, publish_draft, refresh_drafts
from quizzes.models import Item
from quizzes.writing_back import insert_items
from tests.quizzes.test_banks import ingest

pytestmark = pytest.mark.django_db

BANK = "slug: own\nname: {zh-hans: 自己}\nlanguage: zh-hans\nlicence: CC0-1.0\n"
TOPIC = "slug: modes\norder: 1\ntitle: {zh-hans: 模式}\ndescription: {zh-hans: 一句话}\n"
QUESTION = """---
id: sorting
number: 1
title: 有哪几种日志？
---

## 一句话

有三种。

## 种类

- **重做日志**：记录页面被改成了什么样子，崩溃之后据此重放一遍。
- **撤销日志**：保存修改之前的旧值，事务中止时按它退回原状。
- **归档日志**：按提交顺序保留全部语句，副本从中读取并照做。

## 来源

- 无
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "own"
    (root / "modes").mkdir(parents=True)
    (root / "_bank.yaml").write_text(BANK)
    (root / "modes" / "_topic.yaml").write_text(TOPIC)
    (root / "modes" / "01-sorting.zh-hans.md").write_text(QUESTION)
    ingest(root)
    refresh_drafts(strategies=["siblings"])
    return root


def write(folder: Path) -> None:
    call_command("write_back_items", folder, "--bank", "own", verbosity=0)


def test_a_published_item_makes_the_round_trip(folder: Path) -> None:
    drafts = list(Item.objects.filter(state="draft"))
    assert len(drafts) == 3
    item = publish_draft(item=drafts[0])
    write(folder)
    file = (folder / "modes" / "01-sorting.zh-hans.md").read_text()
    assert f"## 练习\n\n{item.provenance.markdown.strip()}\n" in file
    ingest(folder)
    again = Item.objects.live().get(key=item.key)
    assert (again.pk, again.ref, again.source, again.version) == (item.pk, item.ref, "authored", 1)
    write(folder)
    assert (folder / "modes" / "01-sorting.zh-hans.md").read_text() == file
    refresh_drafts(strategies=["siblings"])
    assert Item.objects.filter(key=item.key).count() == 1


def test_an_item_written_in_the_admin_makes_it_too(folder: Path) -> None:
    question = Item.objects.first().question  # type: ignore[union-attr]
    markdown = "### 单选：对吗？ {#mine}\n- [x] 对\n- [ ] 不对\n\n> 因为。\n"
    item = add_written_item(question=question, language="zh-hans", markdown=markdown)
    write(folder)
    ingest(folder)
    assert Item.objects.live().get(key="mine").pk == item.pk


def test_files_of_other_formats_are_left_alone(folder: Path) -> None:
    publish_draft(item=Item.objects.filter(state="draft")[0])
    (folder / "modes" / "01-sorting.zh-hans.md").write_text("# 别的\n\n## 什么？\n\n这样。\n")
    with pytest.raises(CommandError, match="1 files could not take"):
        write(folder)
    assert "{#" not in (folder / "modes" / "01-sorting.zh-hans.md").read_text()
    with pytest.raises(CommandError, match="no folder"):
        write(folder / "nowhere")


def test_items_go_to_the_end_of_the_exercises() -> None:
    text = "# t\n\n## 练习\n\n### a\n\n## 来源\n\n- x\n"
    assert insert_items(text, ["### b", "### c"], chinese=True) == (
        "# t\n\n## 练习\n\n### a\n\n### b\n\n### c\n\n## 来源\n\n- x\n"
    )
    assert insert_items("# t\n", ["### b"], chinese=False) == "# t\n\n## Exercises\n\n### b\n"
