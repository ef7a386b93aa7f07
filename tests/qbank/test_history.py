"""A question stays itself while its files change, and an import is whole or has not been."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from qbank.models import Bank, IngestReport, Question, QuestionText
from qbank.services import find_unchanged, import_bank
from qbank.sources import read_bank
from tests.factories import ZERO_ZH, take_in, write_bank
from tests.qbank.core.test_pictures import png

THEN = datetime(2026, 1, 1, tzinfo=UTC)
CODE = "const numbers = [{n}, {m}];\nconsole.log(numbers.map(x => x * {m}).join('-'), typeof {n});"


def output_questions(count: int) -> list[str]:
    """Return numbered questions that all have one title, as file 02 of the corpora has."""
    return [
        f"What's the output?\n\n```js\n{CODE.format(n=n, m=n * n + 7)}\n```\n\nBecause of {n * 31}.\n"
        for n in range(1, count + 1)
    ]


def numbered(questions: list[str]) -> str:
    return "\n---\n\n".join(f"###### {n}. {text}" for n, text in enumerate(questions, 1))


def history() -> dict[str, tuple[int, str]]:
    """Return row and address by answer, of what is in the bank."""
    texts = QuestionText.objects.filter(question__state="published").select_related("question")
    return {f"{text.stem}{text.answer}": (text.question_id, text.question.slug) for text in texts}


@pytest.mark.django_db
def test_a_question_inserted_at_place_three_moves_no_history(tmp_path: Path) -> None:
    questions = output_questions(30)
    folder = write_bank(tmp_path / "js", {"README.md": numbered(questions)})
    take_in(folder)
    before = history()
    extra = (
        "What's the output?\n\n```js\nconsole.log(0.1 + 0.2 === 0.3);\n```\n\n#### Answer: no\n\nFloats.\n"
    )
    write_bank(folder, {"README.md": numbered([*questions[:2], extra, *questions[2:]])})
    summary = take_in(folder).summary
    after = history()
    assert (summary["added"], summary["changed"], summary["retired"]) == (1, 0, 0)
    assert {text: after[text] for text in before} == before


@pytest.mark.django_db
def test_an_insertion_into_a_real_file_of_equal_titles_moves_no_history(
    corpora: Path, tmp_path: Path
) -> None:
    text = (corpora / "02_lydiahallie" / "README.md").read_text(encoding="utf-8")
    folder = write_bank(tmp_path / "js", {"README.md": text})
    take_in(folder)
    before = history()
    assert QuestionText.objects.filter(title__startswith="What's the output?").count() >= 100
    place = text.index("###### 3.")
    extra = "###### 3. What's the output?\n\n```js\nconsole.log([] + {});\n```\n\n- A: `1`\n- B: `2`\n\n"
    extra += (
        "<details><summary><b>Answer</b></summary>\n<p>\n\n#### Answer: B\n\nAdded.\n\n</p>\n</details>\n\n"
    )
    extra += "---\n\n"
    write_bank(folder, {"README.md": text[:place] + extra + text[place:]})
    summary = take_in(folder).summary
    after = history()
    assert (summary["added"], summary["changed"], summary["retired"]) == (1, 0, 0)
    assert {answer: after[answer] for answer in before} == before


@pytest.mark.django_db
def test_reword_renumber_and_move_at_once_keep_every_question(tmp_path: Path, client: Client) -> None:
    questions = output_questions(12)
    folder = write_bank(tmp_path / "js", {"README.md": numbered(questions)})
    take_in(folder)
    before = list(Question.objects.order_by("order").values_list("pk", "slug"))
    edited = [
        text.replace("Because of", "This is because of").replace("typeof", "typeof ") for text in questions
    ]
    (folder / "README.md").unlink()
    write_bank(folder, {"docs/all.md": numbered([edited[-1], *edited[:-1]])})
    summary = take_in(folder).summary
    assert (summary["added"], summary["retired"], summary["changed"]) == (0, 0, 12)
    after = list(Question.objects.published().order_by("order").values_list("pk", "slug"))
    assert after == [before[-1], *before[:-1]]
    assert client.get(f"/questions/{before[3][1]}/").status_code == 200


@pytest.mark.django_db
def test_a_tie_is_reported_and_takes_nothing(tmp_path: Path) -> None:
    twin = "## 秩怎么选择？{x}\n\n先取八，再看显存与验证集上的损失，不够再加，足够就减。{x}\n\n"
    folder = write_bank(tmp_path / "n", {"a.md": twin.format(x="甲") + twin.format(x="乙")})
    take_in(folder)
    write_bank(folder, {"a.md": twin.format(x="丙") + "## 别的问题是什么？\n\n别的。\n"})
    result = take_in(folder)
    assert [p.code for p in result.problems] == ["ambiguous-identity"]
    assert result.summary["retired"] == 2


def test_a_large_change_is_marked_and_a_small_one_is_not(bank: Path) -> None:
    text = QuestionText.objects.get(question__key="zero")
    QuestionText.objects.update(changed_at=THEN)
    write_bank(bank, {"tuning/zero.zh-hans.md": ZERO_ZH.replace("为零。", "为零值。")})
    import_bank(sources=read_bank([bank]), now=THEN + timedelta(days=1))
    text.refresh_from_db()
    assert not text.changed_since(THEN)
    other = ZERO_ZH.replace(
        "令一个因子为零。", "先做奇异值分解，再把主成分放进适配器，余下的留给冻结的权重。"
    )
    write_bank(bank, {"tuning/zero.zh-hans.md": other})
    import_bank(sources=read_bank([bank]), now=THEN + timedelta(days=2))
    text.refresh_from_db()
    assert text.changed_since(THEN)
    assert not text.changed_since(THEN + timedelta(days=3))
    assert Question.objects.get(key="zero").pk == text.question_id


def test_a_changed_text_is_a_changed_question_for_the_api(bank: Path) -> None:
    write_bank(bank, {"tuning/zero.zh-hans.md": ZERO_ZH.replace("不破坏", "不会破坏")})
    now = datetime.now(UTC) + timedelta(days=1)
    import_bank(sources=read_bank([bank]), now=now)
    assert [q.key for q in Question.objects.filter(updated_at__gte=now)] == ["zero"]


def test_files_as_they_were_are_not_read_again(bank: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qbank.sources.parse_file", lambda *args: pytest.fail("a file was read"))
    found = find_unchanged(paths=[bank])
    assert found is not None
    assert (found.changed, found.summary["texts"], found.summary["unchanged"]) == (False, 3, 3)


@pytest.mark.parametrize(
    "name", ["tuning/zero.zh-hans.md", "tuning/_topic.yaml", "_bank.yaml", "tuning/new.md"]
)
def test_any_changed_file_is_noticed(bank: Path, name: str) -> None:
    path = bank / name
    path.write_text(path.read_text() + "\n" if path.exists() else "x")
    assert find_unchanged(paths=[bank]) is None


def test_pictures_and_rows_that_changed_are_noticed(bank: Path) -> None:
    text = ZERO_ZH.replace("## 要点", "## 图\n\n![图](x.png)\n\n## 要点")
    write_bank(bank, {"tuning/zero.zh-hans.md": text})
    take_in(bank)
    assert find_unchanged(paths=[bank]) is not None
    write_bank(bank, {"tuning/x.png": png(8, 8)})
    assert find_unchanged(paths=[bank]) is None
    take_in(bank)
    assert find_unchanged(paths=[bank]) is not None
    Question.objects.get(key="zero").save()
    assert find_unchanged(paths=[bank]) is None
    take_in(bank)
    QuestionText.objects.first().delete()  # type: ignore[union-attr]
    assert find_unchanged(paths=[bank]) is None


def test_a_problem_is_told_again_when_nothing_is_read(bank: Path) -> None:
    write_bank(bank, {"tuning/zero.zh-hans.md": ZERO_ZH.replace("从原模型", "从BABA与AA的原模型")})
    problems = take_in(bank).problems
    found = find_unchanged(paths=[bank])
    assert found is not None
    assert found.problems == problems
    assert IngestReport.objects.count() == 2
    assert Bank.objects.get().version == 2


BEGUN = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.core.management import call_command
print("ready", flush=True)
call_command("ingest", sys.argv[1])
"""


def rows(path: Path) -> list[tuple[object, ...]]:
    """Return what readers would see of a bank in a database file."""
    with sqlite3.connect(path) as connection:
        asked = (
            "SELECT q.slug, q.state, t.title, t.answer_html, s.body_tokens, b.version FROM qbank_question q"
            " JOIN qbank_bank b ON b.id = q.bank_id LEFT JOIN qbank_questiontext t ON t.question_id = q.id"
            " LEFT JOIN qbank_searchtext s ON s.text_id = t.id ORDER BY q.slug"
        )
        return connection.execute(asked).fetchall()


def test_an_import_killed_at_any_moment_leaves_the_old_bank_or_the_new(tmp_path: Path) -> None:
    state = tmp_path / "var"
    state.mkdir()
    environment = {**os.environ, "VAR_DIR": str(state)}
    environment.pop("DATABASE_URL", None)

    def run(*words: str) -> None:
        subprocess.run(
            [sys.executable, *words], env=environment, cwd=settings.BASE_DIR, check=True, capture_output=True
        )

    def folder(edition: str) -> Path:
        texts = [
            f"## {n}. What is {edition} {n}?\n\n- It is **{n}** `{edition}`.\n- And more.\n"
            for n in range(150)
        ]
        return write_bank(tmp_path / edition / "notes", {"a.md": "\n".join(texts)})

    old, new = folder("old"), folder("new")
    run("manage.py", "migrate", "--verbosity", "0")
    run("manage.py", "ingest", str(old))
    database = state / "db.sqlite3"
    before = rows(database)
    assert len(before) == 150
    start = time.monotonic()
    run("manage.py", "ingest", "--dry-run", str(new))
    whole = time.monotonic() - start
    ended = []
    for part in (0.0, 0.1, 0.2, 0.3, 0.45, 0.6):
        process = subprocess.Popen(
            [sys.executable, "-c", BEGUN, str(new)],
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
        )
        assert process.stdout
        while b"ready" not in process.stdout.readline():
            pass
        time.sleep(part * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        found = rows(database)
        new_titles = [row for row in found if row[1] == "published" and "new" in str(row[2])]
        assert found == before or len(new_titles) == 150
        ended.append(found == before)
        if not ended[-1]:
            break
    assert ended[0]
    run("manage.py", "ingest", str(new))
    assert sum(row[1] == "published" and "new" in str(row[2]) for row in rows(database)) == 150
