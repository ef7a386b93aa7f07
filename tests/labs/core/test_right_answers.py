"""The right answer of every question of the menu, against the labels of the training data."""

from __future__ import annotations

import pytest
import torch

from labs.core.data import PICTURE_KINDS, Scenes, draw_scenes, stream
from labs.core.questions import COLOURS, MENU, VOCABULARY
from labs.core.right_answers import Right, Seen, find_right

BY_WORDS = {question.words: question for question in MENU.values()}


def seen(left: int | None, right: int | None, colours: tuple[str, str] = ("red", "blue")) -> Seen:
    return Seen({"left": left, "right": right}, dict(zip(("left", "right"), colours, strict=True)))


def as_seen(scenes: Scenes, row: int) -> Seen:
    digits = [int(digit) for digit in scenes.digits[row]]
    names = [list(COLOURS)[int(number)] for number in scenes.colours[row]]
    return seen(digits[0], digits[1], (names[0], names[1]))


@pytest.mark.parametrize("kind", list(PICTURE_KINDS))
def test_right_answers_are_those_that_the_model_learns(kind: str) -> None:
    scenes = draw_scenes(200, "held_out", stream(0, "right answers"))
    words, answers = PICTURE_KINDS[kind](scenes, torch.Generator().manual_seed(0))
    for row in range(len(scenes)):
        first, second, third = (VOCABULARY[int(word)] for word in words[row])
        right = find_right(BY_WORDS[first, second, third], as_seen(scenes, row))
        assert right == Right("known", VOCABULARY[int(answers[row])])


def test_what_only_adapters_learn_has_a_right_answer_too() -> None:
    assert find_right(MENU["gap"], seen(3, 8)).words == "5"
    assert find_right(MENU["wug"], seen(3, 8)).words == "8"
    assert find_right(MENU["caption"], seen(3, 8)).words == "red 3 blue 8"
    assert find_right(MENU["chinese-12"], seen(None, None)).words == "十二"
    assert find_right(MENU["number-12"], seen(None, None)).words == "12"


@pytest.mark.parametrize("asked", ["left-digit", "left-parity", "gap", "sum", "wug", "caption", "where-3"])
def test_what_was_drawn_by_hand_is_not_known(asked: str) -> None:
    assert find_right(MENU[asked], seen(None, 3)) == Right("drawn")


def test_colours_are_known_even_of_a_drawing() -> None:
    assert find_right(MENU["left-colour"], seen(None, None)).words == "red"
    assert find_right(MENU["blue-digit"], seen(None, 4)).words == "4"


@pytest.mark.parametrize(
    ("asked", "picture"),
    [("green-digit", seen(1, 2)), ("red-digit", seen(1, 2, ("red", "red"))), ("where-5", seen(1, 2))],
)
def test_a_question_about_what_is_not_there_has_no_right_answer(asked: str, picture: Seen) -> None:
    right = find_right(MENU[asked], picture)
    assert right == Right("none")
    assert right.mark("left") is None


def test_a_chinese_numeral_is_right_in_another_notation_but_not_where_notation_is_asked() -> None:
    three = find_right(MENU["left-digit"], seen(3, 8))
    assert [three.mark(word) for word in ("3", "三", "四", "red")] == ["right", "numeral", "wrong", "wrong"]
    chinese = find_right(MENU["chinese-3"], seen(3, 8))
    assert [chinese.mark(word) for word in ("三", "3")] == ["right", "wrong"]
