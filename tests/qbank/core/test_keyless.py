"""Choice questions whose key is missing, says words, or stands at the end of the title."""

import pytest

from qbank.core.document import ParsedQuestion
from qbank.core.parser import parse_file

WOODS = ["oak", "teak", "pine"]
LINES = "A、oak\nB、teak\nC、pine"


def parsed(text: str, path: str = "woods.md") -> list[ParsedQuestion]:
    return list(parse_file(text, path).questions)


def read(text: str) -> list[tuple[str, list[str], tuple[str, ...], str]]:
    return [(q.title, list(q.choices), q.key, q.answer) for q in parsed(text)]


OPTIONS = [
    LINES,
    "A. oak\n\nB. teak\n\nC. pine",
    "- A. oak\n- B. teak\n- C. pine",
    "- **A.** oak\n- **B.** teak\n- **C.** pine",
    "A) oak  \nB) teak  \nC) pine",
    "(a) oak\n(b) teak\n(c) pine",
]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("title", ["Which wood floats best?", "Q：船用的木材，错误的是：", "3. 造船用（ ）"])
def test_options_without_a_key_are_no_answer(title: str, options: str) -> None:
    text = f"# Woods\n\n## {title}\n\n{options}\n\n## What is tar?\n\nA seal."
    first, second = parsed(text)
    assert (list(first.choices), first.key, first.answer, first.placeholder) == (WOODS, (), "", True)
    assert (second.choices, second.answer) == ((), "A seal.")


def test_code_above_options_without_a_key_is_the_stem() -> None:
    (first, _) = parsed(f"## What does it print?\n\n```\nprint(1)\n```\n\n{LINES}\n\n## Why tar?\n\nA seal.")
    assert (first.stem, list(first.choices), first.answer) == ("```\nprint(1)\n```", WOODS, "")


def test_lettered_answers_stay() -> None:
    text = (
        f"# Ships\n\n## How is a ship built?\n\nIn three steps.\n\n{LINES}\n\n## Why do ships float?\n\nText."
    )
    assert [q.choices for q in parsed(text)] == [(), ()]
    text = f"# Ships\n\n## Which wood is good?\n\n{LINES}\n\nAll of them are.\n\n## Why tar?\n\nText."
    assert [q.choices for q in parsed(text)] == [(), ()]


@pytest.mark.parametrize("tail", ["：b", ": B", "（） B", "____B"])
def test_a_key_at_the_end_of_the_title(tail: str) -> None:
    text = "\n\n".join(f"## Q：第{n}种船，不用的是{tail}\n{LINES}" for n in "一二三")
    found = parsed(text)
    assert [(q.key, list(q.choices)) for q in found] == [(("B",), WOODS)] * 3
    assert {q.title for q in found} == {f"第{n}种船，不用的是{tail.rstrip('bB ')}" for n in "一二三"}


TOLD = [
    ("**Answer:** teak, oak", ("A", "B")),
    ("**Answer:** pine, teak, oak", ("A", "B", "C")),
    ("**正确答案：B teak**", ("B",)),
    ("Correct answer: (C) pine", ("C",)),
]


@pytest.mark.parametrize("options", ["- [ ] oak\n- [ ] teak\n- [ ] pine", "- A. oak\n- B. teak\n- C. pine"])
@pytest.mark.parametrize(("told", "key"), TOLD)
def test_keys_that_say_the_texts_of_options(told: str, key: tuple[str, ...], options: str) -> None:
    if "[ ]" in options and len(key) == 1:
        options = "- [ ] A. oak\n- [ ] B. teak\n- [ ] C. pine"
    text = "\n\n".join(f"### {n}. Which wood floats?\n\n{options}\n\n{told}\n\nIt is light." for n in (1, 2))
    assert read(text) == [("Which wood floats?", WOODS, key, "It is light.")] * 2


def test_an_option_that_says_key_is_none() -> None:
    text = "1. Which things help?\n- [ ] A saw\n- [ ] Glue\n- [ ] Key Ring of iron\n\n**Answer:** Glue, A saw"
    texts = "\n\n".join([text, text.replace("1.", "2."), text.replace("1.", "3.")])
    assert [(q.key, len(q.choices)) for q in parsed(texts)] == [(("A", "B"), 3)] * 3


def test_a_heading_above_the_key_is_no_part_of_the_question() -> None:
    text = "\n\n".join(
        f"## 第{n}题\n哪种好？\n\n- **A.** oak\n- **B.** teak\n\n#### 答案与解析\n\n**正确答案：B**\n\n硬。"
        for n in (1, 2)
    )
    assert [(q.stem, q.key, q.answer) for q in parsed(text)] == [("", ("B",), "硬。")] * 2


def test_a_key_in_the_list_of_options() -> None:
    form = "* **Q{n}. 何者較輕？**\n  * (A) oak\n  * (B) pine\n  * **【標準答案】(B)**\n  * **【解析】** 輕。"
    text = "# 木材\n\n" + "\n\n".join(form.format(n=n) for n in (1, 2))
    assert [(list(q.choices), q.key) for q in parsed(text)] == [(["oak", "pine"], ("B",))] * 2


STEMS = ["造船木材的首要性质是", "For the mast we took what is called", "桅杆用______。"]
BELOW = [
    "   - [ ] A) oak\n   - [ ] B) teak\n   - [x] C) pine\n   正确答案：C",
    "   1. A、oak\n   2. B、teak\n   3. **C、pine**",
    "   - A. oak\n   - B. teak\n   - C. pine\n\n   答案：C",
    "   A. oak  \n   B. teak  \n   C. pine  \n   答案：C",
    "   - A. oak\n   - B. teak\n   - C. pine\n   答案：C",
]


@pytest.mark.parametrize("below", BELOW)
def test_numbered_items_with_options_are_questions_whatever_they_say(below: str) -> None:
    items = "\n\n".join(f"{n}. {stem}\n{below}" for n, stem in enumerate(STEMS, 1))
    expected = [(stem, WOODS, ("C",), "") for stem in STEMS]
    assert read(f"# 木材\n\n## 一、选择题\n\n{items}\n") == expected


@pytest.mark.parametrize("below", ["   a. oak\n\n   b. teak", "   A. oak  \n   B. teak"])
def test_numbered_items_with_options_need_no_key(below: str) -> None:
    items = "\n\n".join(f"{n}. {stem}\n\n{below}" for n, stem in enumerate(STEMS, 1))
    assert read(f"# Woods\n\n## Questions\n\n{items}\n") == [(stem, WOODS[:2], (), "") for stem in STEMS]


def test_an_outline_with_letters_holds_no_questions() -> None:
    items = "\n\n".join(f"{n}. {t}\n   A. oak\n   B. teak" for n, t in enumerate(["Keel", "Mast", "Oars"], 1))
    assert read(f"# The parts of a ship\n\n{items}\n") == []


@pytest.mark.parametrize("label", ["Réponse correcte", "Respuesta correcta", "Resposta correta"])
def test_a_key_in_the_last_option_of_other_languages(label: str) -> None:
    form = "**Quel bois est {n} ?**\n- a) oak\n- b) teak\n- c) pine  \n  **{label} :** c) pine"
    text = "\n\n---\n\n".join(form.format(n=n, label=label) for n in (1, 2, 3))
    assert read(text) == [(f"Quel bois est {n} ?", WOODS, ("C",), "") for n in (1, 2, 3)]


COUNTED = ["{}.{}", "{}、{}", "({}) {}", "{} {}"]
KEYED = [
    "##### 答案：{}\n\n解释：好。",
    "答案：{}\n\n解析：好。",
    "**正确答案**：{}  \n好。",
    "【答案】{}\n\n好。",
]


@pytest.mark.parametrize("key", KEYED)
@pytest.mark.parametrize("form", COUNTED)
def test_numbers_of_keyed_choices_may_lose_their_sign_on_the_way(form: str, key: str) -> None:
    titles = ["以下哪种木材最硬？", "造船用的木材是。", "哪种会沉？", "下面最轻的是", "不能做桅杆的木材。"]
    forms = [form, form, form, "{} {}", "{} {}"]
    parts = [f.format(n, t) for n, (f, t) in enumerate(zip(forms, titles, strict=True), 1)]
    options = "A. oak\n\nB. teak\n\nC. pine"
    text = "## 木材\n\n" + "\n\n\n".join(f"{part}\n\n{options}\n\n{key.format('AC')}" for part in parts)
    found = parsed(f"{text}\n", "notes.md")
    assert [(q.title, q.number, q.key) for q in found] == [
        (title, str(n), ("A", "C")) for n, title in enumerate(titles, 1)
    ]


def test_numbers_without_a_sign_in_running_text_are_no_questions() -> None:
    text = "# 木材\n\n3 月买木材。\n\nA. oak\n\nB. teak\n\n4 月晒干。\n\n答案在书里。\n\n5 个月以后再用。\n"
    assert parsed(text, "notes.md") == []
