"""The words the model knows and the questions one may ask it, without torch."""

from __future__ import annotations

from dataclasses import dataclass

from labs.core.config import Text

NUMBERS = tuple(str(n) for n in range(19))
CHINESE = (*"零一二三四五六七八九十", *("十" + unit for unit in "一二三四五六七八"))
COLOURS: dict[str, tuple[float, float, float]] = {
    "red": (1, 0, 0),
    "green": (0, 1, 0),
    "blue": (0, 0, 1),
    "yellow": (1, 1, 0),
    "magenta": (1, 0, 1),
    "cyan": (0, 1, 1),
    "white": (1, 1, 1),
}
SIDES = ("left", "right", "both")
PARITIES = ("even", "odd")
# Never in pre-training: "gap" waits for a new skill, "wug" means nothing (Berko 1958).
ASKED = (
    "?",
    "digit",
    "colour",
    "parity",
    "larger",
    "sum",
    "where",
    "caption",
    "picture",
    "number",
    "chinese",
)
UNSEEN = ("gap", "wug")
VOCABULARY = NUMBERS + CHINESE + tuple(COLOURS) + SIDES + PARITIES + ASKED + UNSEEN
WORD_ID = {word: number for number, word in enumerate(VOCABULARY)}

PROMPT_LENGTH = 3
CAPTION_LENGTH = 4


@dataclass(frozen=True)
class Question:
    """An entry of the menu: three prompt words and their meaning in both languages."""

    id: str
    words: tuple[str, str, str]
    label: Text
    sees: bool = True  # False: answered from the text alone, without a picture
    answer_words: int = 1


def _menu() -> tuple[Question, ...]:
    """List the questions of pre-training, then the two whose prompts only an adapter can have learnt."""
    single = (
        Question("left-digit", ("left", "digit", "?"), {"zh": "左边是几？", "en": "Which digit is left?"}),
        Question("right-digit", ("right", "digit", "?"), {"zh": "右边是几？", "en": "Which digit is right?"}),
        Question(
            "left-colour", ("left", "colour", "?"), {"zh": "左边什么颜色？", "en": "Which colour is left?"}
        ),
        Question(
            "right-colour", ("right", "colour", "?"), {"zh": "右边什么颜色？", "en": "Which colour is right?"}
        ),
        Question(
            "left-parity",
            ("left", "parity", "?"),
            {"zh": "左边是奇是偶？", "en": "Is the left one even or odd?"},
        ),
        Question(
            "right-parity",
            ("right", "parity", "?"),
            {"zh": "右边是奇是偶？", "en": "Is the right one even or odd?"},
        ),
        Question("larger", ("larger", "digit", "?"), {"zh": "较大的是几？", "en": "Which is the larger?"}),
        Question("sum", ("sum", "digit", "?"), {"zh": "两数之和？", "en": "What is their sum?"}),
    )
    by_colour = tuple(
        Question(
            f"{colour}-digit",
            (colour, "digit", "?"),
            {"zh": f"{zh}色的是几？", "en": f"Which digit is {colour}?"},
        )
        for colour, zh in zip(COLOURS, "红绿蓝黄品青白", strict=True)
    )
    where = tuple(
        Question(f"where-{n}", (str(n), "where", "?"), {"zh": f"{n} 在哪边？", "en": f"Where is the {n}?"})
        for n in range(10)
    )
    caption = Question(
        "caption",
        ("caption", "picture", "?"),
        {"zh": "描述这张图", "en": "Describe the picture"},
        answer_words=CAPTION_LENGTH,
    )
    numerals = tuple(
        Question(
            f"chinese-{n}",
            (NUMBERS[n], "chinese", "?"),
            {"zh": f"{n} 的中文数字？", "en": f"{n} in Chinese?"},
            sees=False,
        )
        for n in range(len(NUMBERS))
    ) + tuple(
        Question(
            f"number-{n}",
            (CHINESE[n], "number", "?"),
            {"zh": f"“{CHINESE[n]}”是多少？", "en": f"Which number is {CHINESE[n]}?"},
            sees=False,
        )
        for n in range(len(CHINESE))
    )
    unseen = (
        Question(
            "gap",
            ("gap", "digit", "?"),
            {"zh": "两数相差多少？（基座没学过）", "en": "How far apart are they? (new to the base)"},
        ),
        Question(
            "wug",
            ("wug", "picture", "?"),
            {"zh": "wug？（没有意义的提示）", "en": "wug? (a meaningless prompt)"},
        ),
    )
    return single + by_colour + where + (caption,) + numerals + unseen


MENU: dict[str, Question] = {question.id: question for question in _menu()}
