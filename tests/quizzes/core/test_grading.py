"""Marks."""

import contextlib
import string
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.core.folding import NotANumber, fold_text, read_number
from quizzes.core.grading import ResponseError, grade, suggest_grade, tidy
from quizzes.core.items import (
    BLANK,
    Cloze,
    Item,
    Matching,
    Multiple,
    Numeric,
    Open,
    Option,
    Ordering,
    Single,
    TrueFalse,
    arrange,
    shuffled_count,
)
from quizzes.core.sheet import arrange_sheet, join, split, stored_order
from tests.quizzes.core.strategies import items

OPTIONS = tuple(Option(letter) for letter in "ABCD")
SINGLE = Single(slug="a", stem="?", options=OPTIONS, key=1)
MULTIPLE = Multiple(slug="a", stem="?", options=OPTIONS, key=(0, 2))
VERDICT = TrueFalse(slug="a", stem="?", key=False)
CLOZE = Cloze(slug="a", stem=f"{BLANK} {BLANK}", key=(("α/r", "alpha/r"), ("减去",)))
MATCHING = Matching(slug="a", stem="?", terms=("x", "y", "z"), descriptions=("1", "2", "3"), key=(2, 0, 1))
ORDERING = Ordering(slug="a", stem="?", steps=("c", "a", "b"), key=(1, 2, 0))
NUMERIC = Numeric(slug="a", stem="?", key=Decimal("0.39"), tolerance=Decimal("0.01"))
OPEN = Open(slug="a", stem="?", points=("p", "q", "r"))


def stored(item: Item) -> Item:
    """The item in the order in which it is stored."""
    return arrange(item, stored_order(item))


def right_response(item: Item) -> Any:
    """What somebody who knows everything answers."""
    match item:
        case Cloze():
            return [accepted[-1] for accepted in item.key]
        case Numeric():
            return str(item.key)
        case Open():
            return {"points": list(range(len(item.points)))}
        case Multiple() | Matching() | Ordering():
            return list(item.key)
    return item.key


@given(items(), st.data())
def test_the_right_response_scores_one_in_whatever_order_it_is_shown(item: Item, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(shuffled_count(item))))
    shown = arrange(stored(item), order)
    mark = grade(shown, right_response(shown))
    assert mark.correct
    assert mark.score == mark.fraction == 1
    assert all(mark.parts)


@given(items())
def test_sheet_and_key_together_are_the_item(item: Item) -> None:
    sheet, key = split(item)
    assert join(kind=item.kind, slug=item.slug, stem=item.stem, sheet=sheet, key=key) == item


@given(items(), st.data())
def test_a_sheet_is_arranged_without_its_key(item: Item, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(shuffled_count(item))))
    assert arrange_sheet(split(item)[0], order) == split(arrange(item, order))[0]


@given(items())
def test_a_tidied_response_is_worth_the_same(item: Item) -> None:
    response = right_response(item)
    assert grade(item, tidy(item, response)) == grade(item, response)


@given(items(), st.data())
def test_an_order_that_is_undone_gives_the_item_back(item: Item, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(shuffled_count(item))))
    back = [order.index(i) for i in range(len(order))]
    assert arrange(arrange(item, order), back) == item


@given(items())
def test_scrambling_depends_on_the_texts_alone(item: Item) -> None:
    reversed_order = list(range(shuffled_count(item)))[::-1]
    if isinstance(item, Matching | Ordering):
        assert stored(arrange(item, reversed_order)) == stored(item)


def test_an_order_must_be_a_permutation() -> None:
    with pytest.raises(ValueError, match="not an order"):
        arrange(SINGLE, [0, 0, 1, 2])


def test_a_single_choice_is_right_or_wrong() -> None:
    assert grade(SINGLE, 1).score == 1
    assert grade(SINGLE, 0).score == 0


def test_a_multiple_choice_is_all_or_nothing_and_tells_the_fraction() -> None:
    mark = grade(MULTIPLE, [0])
    assert (mark.score, mark.fraction) == (0, 0.75)
    assert mark.parts == (True, True, False, True)
    assert grade(MULTIPLE, [2, 0]).score == 1


def test_a_verdict_is_a_boolean() -> None:
    assert grade(VERDICT, False).correct
    assert not grade(VERDICT, True).correct


def test_each_blank_counts() -> None:
    mark = grade(CLOZE, ["Ａｌｐｈａ/Ｒ。", "加上"])
    assert (mark.score, mark.parts) == (0.5, (True, False))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LoRA", "ｌｏｒａ"),
        ("Alpha / r", "alpha / R"),
        ("（α/r）", "(α/r)"),
        ("低秩 分解", "低秩分解"),
        ("LoRA 微调", "LoRA微调"),
        ("W₀", "W0"),
        ("减去。", "减去"),
        ("“merge”", '"merge"'),
        ("1 − x", "1 - x"),
    ],
)
def test_spellings_that_read_the_same_are_the_same(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


def test_folding_keeps_different_words_apart() -> None:
    assert len({fold_text(text) for text in ("A", "B", "AB", "减", "加", "-", ".", "1", "-1")}) == 9


@given(st.text([chr(code) for code in range(0x21, 0x7F)]))
def test_full_width_reads_like_half_width(text: str) -> None:
    assert fold_text("".join(chr(ord(letter) + 0xFEE0) for letter in text)) == fold_text(text)


def test_matching_and_ordering_count_what_is_in_place() -> None:
    assert grade(MATCHING, [2, 1, 1]).parts == (True, False, True)
    assert grade(ORDERING, [1, 0, 2]).score == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1024", "1024"),
        ("1,024", "1024"),
        ("1 024", "1024"),
        ("1.0e3", "1000"),
        ("１０２４", "1024"),
        ("１，０２４", "1024"),
        ("1.5×10^3", "1500"),
        ("−3.5", "-3.5"),
        ("+.5", "0.5"),
        (" 12 ", "12"),
        ("1,024,000.25", "1024000.25"),
    ],
)
def test_numbers_are_read_in_every_usual_form(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("12 ms", "unit"),
        ("0.39%", "unit"),
        ("4.7M", "unit"),
        ("0,39", "comma"),
        ("about 3", "number"),
        ("NaN", "number"),
        ("Infinity", "number"),
        ("1e9999", "number"),
        ("1" * 100, "number"),
        ("3 or 4", "number"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(text: str, code: str) -> None:
    with pytest.raises(NotANumber) as caught:
        read_number(text)
    assert caught.value.code == code


@given(st.text(string.digits + "., eE+-×^%mｅ１２", max_size=12))
def test_reading_a_number_never_fails_otherwise(text: str) -> None:
    with contextlib.suppress(NotANumber):
        assert read_number(text).is_finite()


def test_a_number_on_the_edge_of_the_tolerance_counts() -> None:
    assert grade(NUMERIC, "0.40").correct
    assert grade(NUMERIC, 0.38).correct
    assert not grade(NUMERIC, "0.4001").correct


def test_an_open_item_is_marked_by_the_learner_alone() -> None:
    mark = grade(OPEN, {"points": [0], "grade": "got"})
    assert (mark.score, mark.self_graded, mark.parts) == (1, True, (True, False, False))
    assert grade(OPEN, {"points": [0, 1]}).score == 0.5
    assert [suggest_grade(n, 5) for n in range(6)] == ["missed", "missed", "partly", "partly", "got", "got"]
    assert suggest_grade(0, 0) == "partly"


WRONG_SHAPES: list[tuple[Item, Any]] = [
    (SINGLE, None),
    (SINGLE, 4),
    (SINGLE, -1),
    (SINGLE, True),
    (SINGLE, "0"),
    (MULTIPLE, []),
    (MULTIPLE, 0),
    (MULTIPLE, [9]),
    (VERDICT, 1),
    (VERDICT, "true"),
    (CLOZE, ["a"]),
    (CLOZE, ["", " "]),
    (CLOZE, [1, 2]),
    (CLOZE, ["a" * 30_000, ""]),
    (MATCHING, [0, 1]),
    (MATCHING, [0, 1, 3]),
    (ORDERING, [0, 0, 1]),
    (NUMERIC, "12 ms"),
    (NUMERIC, None),
    (NUMERIC, True),
    (OPEN, "text"),
    (OPEN, {"points": [7]}),
    (OPEN, {"points": "0"}),
    (OPEN, {"grade": "perfect"}),
]


@pytest.mark.parametrize(("item", "response"), WRONG_SHAPES)
def test_a_response_of_the_wrong_shape_is_refused(item: Item, response: Any) -> None:
    with pytest.raises(ResponseError):
        grade(item, response)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=6), children, max_size=3)
    ),
    max_leaves=8,
)


@given(items(), json_values)
def test_any_json_is_marked_or_refused(item: Item, response: Any) -> None:
    with contextlib.suppress(ResponseError):
        assert 0 <= grade(item, response).score <= 1


@pytest.mark.parametrize(
    "text", ["α/r", "α / r", "alpha / r", "Alpha/ r", "α⁄r", "α ∕ r", "ａｌｐｈａ ／ ｒ"]
)
def test_spaces_beside_operators_do_not_count(text: str) -> None:
    assert grade(CLOZE, [text, "减去"]).correct


@pytest.mark.parametrize(
    ("one", "other"), [("W + BA", "W+BA"), ("a = b", "a=b"), ("2 × 3", "2*3"), ("r < d", "r<d")]
)
def test_operators_are_folded(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


def test_words_are_not_joined() -> None:
    assert fold_text("low rank") != fold_text("lowrank")
    assert fold_text("a / b") != fold_text("ab")


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\udfff z"])
@pytest.mark.parametrize("item", [CLOZE, NUMERIC], ids=["cloze", "numeric"])
def test_what_no_database_can_store_is_refused(item: Item, text: str) -> None:
    with pytest.raises(ResponseError) as caught:
        grade(item, text if item is NUMERIC else [text, "减去"])
    assert caught.value.code == "characters"


@pytest.mark.parametrize("chosen", [["got"], {"a": 1}, 7, True])
def test_a_grade_is_a_word(chosen: Any) -> None:
    with pytest.raises(ResponseError) as caught:
        grade(OPEN, {"points": [], "grade": chosen})
    assert caught.value.code == "grade"
