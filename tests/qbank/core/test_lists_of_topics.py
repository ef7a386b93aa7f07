"""Lists whose entries need not ask: options, the file's name or the entries beside them tell that they do."""

import pytest

from qbank.core.document import ParsedQuestion
from qbank.core.parser import parse_file

NESTED = ["1. A、{}", "- A. {}", "1. (A) {}", "* a) {}"]


def read(text: str, path: str = "ropes.md") -> list[ParsedQuestion]:
    return list(parse_file(text, path).questions)


def nested(form: str, options: list[str], right: int) -> str:
    lines = []
    for place, option in enumerate(options):
        line = form.replace("1.", f"{place + 1}.").format(option)
        line = line.replace("A", "ABC"[place]).replace("a)", f"{'abc'[place]})")
        mark, rest = line.split(" ", 1)
        lines.append(f"   {mark} **{rest}**" if place == right else f"   {mark} {rest}")
    return "\n".join(lines)


@pytest.mark.parametrize("form", NESTED)
def test_an_item_with_options_below_is_a_question_whatever_it_says(form: str) -> None:
    first = nested(form, ["麻绳", "铁链", "清水"], 1)
    second = nested(form, ["蜡", "水", "焦油"], 2)
    text = f"# 绳子\n\n## 单选\n\n1. 锚用 B 系住。\n{first}\n\n2. 船身涂 C。\n{second}\n"
    found = read(text)
    assert [(q.title, q.key, q.choices[0], q.answer) for q in found] == [
        ("锚用 B 系住。", ("B",), "麻绳", ""),
        ("船身涂 C。", ("C",), "蜡", ""),
    ]
    topics = text.replace("**", "").replace("A", "甲").replace("a)", "甲)")
    assert read(topics.replace("B", "乙").replace("C", "丙")) == []


@pytest.mark.parametrize("form", NESTED)
def test_an_outline_with_letters_is_no_quiz(form: str) -> None:
    parts = [
        nested(form, options, -1) for options in (["橡木", "柚木"], ["雪松", "落叶松"], ["胶合板", "松木"])
    ]
    outline = "\n".join(
        f"{n}. {name}\n{part}" for n, (name, part) in enumerate(zip("龙船甲", parts, strict=True), 1)
    )
    assert read(f"# 造船笔记\n\n先想材料。\n\n{outline}\n") == []


LINES = ["焦油。【链接】", "自己怎么搓绳子？", "结绳与编网的区别。", "浮标 ", "锚链", "为什么用麻？"]


@pytest.mark.parametrize("form", ["{}、{}", "（{}）{}", "{}）{}", "[{}] {}"])
@pytest.mark.parametrize("head", ["# 船舶面试题", "---\ntitle: 船\ntags: [面试]\n---"])
def test_numbered_lines_of_a_file_named_for_questions_may_be_topics(head: str, form: str) -> None:
    lines = [form.format(n, line) for n, line in enumerate(LINES, 1)]
    text = "\n\n".join([head, *lines, "## 帆", form.format(1, "怎样收帆？"), form.format(2, "桅杆")])
    found = read(f"{text}\n\n* 哪些木头合适？\n* 怎样竖起来？\n", "hull.md")
    assert [q.title for q in found] == [*map(str.strip, LINES), "怎样收帆？", "桅杆"]
    assert [q.answer for q in found] == [""] * 8
    assert [title for title, _ in found[-1].follow_ups] == ["哪些木头合适？", "怎样竖起来？"]


def test_numbered_lines_of_other_files_or_below_questions_are_no_topics() -> None:
    lines = "\n\n".join(f"{n}、{line}" for n, line in enumerate(LINES, 1))
    assert "锚链" not in [q.title for q in read(f"# 船\n\n{lines}\n", "hull.md")]
    asked = "\n\n".join(f"## {title}\n\n{lines}" for title in ("什么是船？", "怎样造船？", "谁会开船？"))
    assert [q.title for q in read(f"# 船舶面试题\n\n{asked}\n")] == ["什么是船？", "怎样造船？", "谁会开船？"]


ITEMS = ["- Why is tar black?", "- What is wax?", "- Which hook holds?"]


@pytest.mark.parametrize("head", ["### {}", "## {}", "#### {}"])
def test_headings_that_ask_above_nothing_stand_beside_items_that_ask(head: str) -> None:
    asked = head.format("What is a keel?")
    text = "\n".join(["# Ropes", "## Hull", asked, head.format("Planks"), "## Questions", *ITEMS])
    titles = [q.title for q in read(text)]
    assert titles == ["What is a keel?", *(item[2:] for item in ITEMS)]
    headed = "\n\n".join(["# Ropes", head.format("Ready to ask?"), *["\n".join(ITEMS)]])
    assert [q.title for q in read(headed)] == [item[2:] for item in ITEMS]


PLANS = [
    "{n}. {t}\n   - [x] Cut the wood\n   - [ ] Boil the tar",
    "{n}. {t}\n\n- [x] Cut the wood\n- [ ] Boil the tar\n",
    "**{n}. {t}**\n\n- [x] Cut the wood\n- [ ] Boil the tar\n",
    "{n}、{t}\n\n- [ ] Cut the wood\n- [x] Boil the tar\n",
    "{n}. {t}\n\n   A. Cut the wood\n\n   B. Boil the tar\n\n   Both take an hour.",
    "{n}. {t}\n   - A: cut the wood\n   - B: boil the tar",
    "**{n}. {t}**\n\nA. Cut the wood.\n\nB. Boil the tar.\n\nThe key is to keep dry.",
    "（{n}）{t}\n\nA、先切木头。\n\nB、再煮焦油。\n\n答应了就去做。",
    "{n}. {t}\n\n```\nA tar\nB wax\n```\n\nAnswer the bell.",
    "**{t} of the ship, which takes the crew of a ship a morning\nor so {n}.**\n\nDo so.",
]


@pytest.mark.parametrize("plan", PLANS)
def test_plans_with_boxes_or_letters_hold_no_questions(plan: str) -> None:
    steps = ["Lay the keel", "Raise the mast", "Hoist the sails", "Caulk the hull"]
    text = "\n\n".join(plan.format(n=n, t=step) for n, step in enumerate(steps, 1))
    assert not parse_file(f"# Building a ship\n\nThe plan:\n\n{text}\n", "ship.md").questions
