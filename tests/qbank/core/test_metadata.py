"""What a bank says of itself is held against what can be stored and linked."""

from pathlib import Path

import pytest

from qbank.core.metadata import check_described, check_questions
from qbank.core.parser import parse_file
from qbank.sources import read_bank

QUESTION = "---\nid: {id}\ntitle: What is a rank?\n---\n\nThe number of independent rows.\n"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("slug", "a/b", "bad-slug"),
        ("slug", "", "bad-slug"),
        ("slug", "x" * 121, "too-long"),
        ("licence", "x" * 65, "too-long"),
        ("licence_url", "javascript:alert(1)", "bad-url"),
        ("source_url", "//example.org/x", "bad-url"),
        ("source_url", "https://[", "bad-url"),
    ],
)
def test_a_value_that_cannot_be_taken_forbids_the_import(name: str, value: str, code: str) -> None:
    (problem,) = check_described("_bank.yaml", {name: value})
    assert (problem.code, problem.fatal) == (code, True)


def test_good_values_pass() -> None:
    said = {"slug": "量子-1", "licence": "MIT", "licence_url": "", "source_url": "https://example.org/a"}
    assert not list(check_described("_bank.yaml", said))


def test_an_id_longer_than_its_column_is_named_with_its_file() -> None:
    parsed = parse_file(QUESTION.format(id="a" * 201), "x.md")
    (problem,) = check_questions([parsed])
    assert (problem.path, problem.code) == ("x.md", "too-long")


def test_a_bad_slug_of_a_topic_is_found_when_the_bank_is_read(tmp_path: Path) -> None:
    topic = tmp_path / "topic"
    topic.mkdir()
    (topic / "_topic.yaml").write_text("slug: a/b\ntitle: {en: A}\n")
    (topic / "q.en.md").write_text(QUESTION.format(id="q"))
    (tmp_path / "_bank.yaml").write_text("licence_url: 'javascript:alert(1)'\n")
    fatal = {(problem.path, problem.code) for problem in read_bank([tmp_path]).fatal}
    assert fatal == {("topic/_topic.yaml", "bad-slug"), ("_bank.yaml", "bad-url")}
