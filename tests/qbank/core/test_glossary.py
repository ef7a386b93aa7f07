"""Reading a glossary file: what is kept, and everything that is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from qbank.core.glossary import LONGEST, Term, read_terms

RANK = {"zh-hans": "秩", "en": "rank", "means": {"zh-hans": "行数。", "en": "Rows."}}


def complaints(*terms: object) -> list[str]:
    return [problem.message for problem in read_terms({"terms": list(terms)}, ["zh-hans", "en"])[1]]


def test_a_term_is_read_with_its_question_and_the_spellings_to_avoid() -> None:
    entry = {**RANK, "question": "lora-rank", "avoid": {"en": ["ranc"]}}
    terms, problems = read_terms({"terms": [entry]}, ["zh-hans", "en"])
    assert problems == []
    assert terms == [
        Term(
            {"zh-hans": "秩", "en": "rank"},
            {"zh-hans": "行数。", "en": "Rows."},
            "lora-rank",
            {"en": ["ranc"]},
        )
    ]


def test_a_language_that_is_known_but_not_needed_may_be_missing() -> None:
    entry = {"zh-hans": "秩", "means": {"zh-hans": "行数。"}}
    assert read_terms({"terms": [entry]}, ["zh-hans"], ["zh-hans", "en"]) == (
        [Term({"zh-hans": "秩"}, {"zh-hans": "行数。"}, "", {})],
        [],
    )


@pytest.mark.parametrize(
    "entry",
    [
        {**RANK, "en": ""},
        {**RANK, "means": {"zh-hans": "行数。"}},
        {**RANK, "means": "not a mapping"},
        {**RANK, "en": "x" * (LONGEST + 1)},
        "not a mapping",
        None,
    ],
)
def test_a_term_without_name_or_meaning_is_named_and_left_out(entry: Any) -> None:
    terms, problems = read_terms({"terms": [RANK, entry]}, ["zh-hans", "en"])
    assert len(terms) == 1
    assert problems[0].message.startswith("Term 2 has no name or no meaning in ")


def test_a_name_that_stands_twice_is_named_whatever_its_case() -> None:
    assert complaints(RANK, {**RANK, "zh-hans": "次", "en": "RANK"}) == ["“RANK” stands twice."]


@pytest.mark.parametrize("meta", [{}, {"terms": None}, {"terms": {"a": 1}}, {"terms": [RANK] * 2001}])
def test_a_file_that_holds_no_list_of_terms_is_refused(meta: dict[str, Any]) -> None:
    terms, problems = read_terms(meta, ["en"])
    assert not terms
    assert "terms" in problems[0].message
