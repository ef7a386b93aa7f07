"""Headings that ask nothing: contents over questions, or placeholders below them, tell what they are."""

from itertools import product

import pytest

from qbank.core.parser import parse_file

HEADS = (
    "## {n}. {t}",
    "## {n}.{t}",
    "### {n}、{t}",
    "## {n} {t}",
    "{n}. {t}\n---",
    '<h1 id="{n}">{n}.{t}</h1>',
    '<h2 id="{n}">{n}、{t}</h2>',
    '<h3 id="{n}">{n}. {t}</h3>',
)
ENTRIES = (
    "- [{n}. {t}](#{n})",
    "* [{n}.{t}](<#{n}>)",
    "    - [{n} {t}](#{n}-x)",
    "{n}. [{n}、{t}](#%E7%BB%B3{n})",
    '<li><a href="#{n}">{n}. {t}</a></li>',
)
TERMS = (
    "麻绳",
    "锚与锚链",
    "为什么涂焦油",
    "缆桩",
    "平结和死结的区别",
    "桅杆",
    "舵",
    "如何看风向？",
    "浮标",
    "帆布",
)
CHAPTERS = (
    "安装",
    "配置环境",
    "如何安装插件",
    "第一个绳结",
    "部署",
    "绳结的概念",
    "常用命令",
    "升级",
    "卸载",
    "许可",
)
LESSONS = (
    "Setup",
    "How to tie",
    "Options",
    "What is a hitch?",
    "Plugins",
    "Hooks",
    "Deploy",
    "Tests",
    "Usage",
    "Tips",
)


FORMS = [  # a counting list would go on with a counting line below it
    (head, entry)
    for head, entry in product(HEADS, ENTRIES)
    if not (head.endswith("---") and entry.startswith("{n}"))
]


def bank(head: str, entry: str, terms: tuple[str, ...], top: str = "# 目录\n\n") -> str:
    listed = "\n".join(entry.format(n=n, t=t) for n, t in enumerate(terms, 1))
    below = "\n\n".join(f"{head.format(n=n, t=t)}\n\n说明{n}。" for n, t in enumerate(terms, 1))
    return f"{top}{listed}\n\n{below}\n"


def titles(text: str, path: str = "notes.md") -> list[str]:
    return [q.title for q in parse_file(text, path).questions]


@pytest.mark.parametrize(("head", "entry"), FORMS)
def test_numbered_headings_that_contents_over_questions_list_are_questions(head: str, entry: str) -> None:
    found = parse_file(bank(head, entry, TERMS), "notes.md").questions
    assert [(q.title, q.number, q.answer) for q in found] == [
        (t, str(n), f"说明{n}。") for n, t in enumerate(TERMS, 1)
    ]


@pytest.mark.parametrize(("head", "entry"), FORMS)
@pytest.mark.parametrize("chapters", [CHAPTERS, LESSONS])
def test_chapters_that_contents_list_are_none(head: str, entry: str, chapters: tuple[str, ...]) -> None:
    assert titles(bank(head, entry, chapters, "# 绳子教程\n\n")) == []


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("name", ["绳子知识点.md", "ropes-cheat-sheet.md", "高频考点.md"])
def test_few_topics_are_questions_where_the_file_is_of_what_to_know(head: str, name: str) -> None:
    terms = ("绳结的作用", "缆桩", "浮标的分类", "为什么涂焦油？")
    text = bank(head, "- [{n}.{t}](#{n})", terms)
    assert titles(text, name) == list(terms)
    by_hand = list(terms) if head.startswith("<") else []
    assert titles(text, "ropes.md") == by_hand


def test_numbers_that_begin_anew_below_sections_of_which_one_says_questions() -> None:
    sections = {
        "绳子": TERMS[:5],
        "船": ("龙骨", "甲板", "锚和桩的区别", *"舱首尾舷窗桨帆"),
        "编程题": ("打结", "解结"),
    }
    listed = "".join(
        f"- [{name}](#{name})\n" + "".join(f"    - [{n} {t}](#{n}-{t})\n" for n, t in enumerate(terms, 1))
        for name, terms in sections.items()
    )
    text = listed + "".join(
        f"\n# {name}\n" + "".join(f"\n## {n} {t}\n\n说明。\n" for n, t in enumerate(terms, 1))
        for name, terms in sections.items()
    )
    assert titles(text) == [t for terms in sections.values() for t in terms]
    plain = text.replace("区别", "用法").replace("为什么涂焦油", "涂焦油")
    assert titles(plain) == []
    for other in ("习题", "常见问题", "FAQ", "Quiz"):  # of a book or a manual
        assert titles(text.replace("编程题", other)) == []


PROMISES = ("- [ ] TODO", "TODO", "待补充", "*待完善*", "TBD", "Coming soon...", "（略）", "_To be added_")


@pytest.mark.parametrize("promise", PROMISES)
@pytest.mark.parametrize("head", ["## {t}", "### **{t}**", "<h2>{t}</h2>", "{t}\n==="])
def test_headings_above_placeholders_await_their_answers(promise: str, head: str) -> None:
    bodies = {t: "系住船。" if n < 2 else promise for n, t in enumerate(TERMS)}
    text = "\n\n".join(f"{head.format(t=t)}\n\n{body}" for t, body in bodies.items())
    found = parse_file(f"{text}\n\n{head.format(t='TODO')}\n\n待补充\n", "notes.md").questions
    assert [(q.title, q.placeholder) for q in found] == [(t, n > 1) for n, t in enumerate(TERMS)]


@pytest.mark.parametrize("promise", PROMISES)
def test_a_manual_with_stubs_and_a_plan_hold_no_questions(promise: str) -> None:
    skeleton = ("Overview", "Goals", "API", *TERMS[:7])
    for chapters, written in ((LESSONS, 8), (CHAPTERS, 0), (TERMS, 9), (TERMS[:4], 0), (skeleton, 0)):
        text = "\n\n".join(
            f"## {t}\n\n{'Tie it.' if n < written else promise}" for n, t in enumerate(chapters)
        )
        assert titles(f"# 绳子\n\n{text}\n") == []


def test_a_number_without_a_sign_is_one_among_those_with_a_sign() -> None:
    heads = ("### 1. 为什么涂焦油？", "### 2 为何不涂漆？", "### 3. 怎样收帆？", "### 5 年的绳子还能用吗？")
    found = parse_file("\n\n".join(f"{head}\n\n说明。" for head in heads), "notes.md").questions
    assert [(q.number, q.title) for q in found] == [
        ("1", "为什么涂焦油？"),
        ("2", "为何不涂漆？"),
        ("3", "怎样收帆？"),
        ("", "5 年的绳子还能用吗？"),
    ]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("head", ["**{n}. {t}**", "__{n}、{t}__"])
def test_bold_lines_that_contents_over_questions_list_are_questions(head: str, entry: str) -> None:
    assert titles(bank(head, entry, TERMS)) == list(TERMS)
    chapters = titles(bank(head, entry, CHAPTERS, "# 绳子教程\n\n"))
    assert set(chapters) <= {"如何安装插件", "绳结的概念"}  # which ask, as in a file without contents


@pytest.mark.parametrize("head", ["## {t}", "### {t}", "<h2>{t}</h2>", "{t}\n---"])
def test_listed_headings_need_no_number_in_a_file_named_for_questions(head: str) -> None:
    text = bank(head, "- [{t}](#{t})", TERMS, "# 船舶面试题\n\n")
    assert titles(text) == list(TERMS)
    assert titles(text.replace("船舶面试题", "船舶")) == []


def test_few_stubs_are_questions_in_a_file_named_for_them() -> None:
    text = "\n\n".join(f"## {t}\n\n待补充" for t in TERMS[:4])
    assert titles(f"# 船舶面试题\n\n{text}") == list(TERMS[:4])


@pytest.mark.parametrize(("asking", "count"), [("How does tar keep water out?", 4), ("Tar against water", 0)])
def test_few_headings_of_html_that_are_numbered_and_linked(asking: str, count: int) -> None:
    titles = ["Oak and elm", asking, "The keel and its ribs", "Masts, yards and sails"]
    links = "  \n".join(f"[{n}. {title}](#p{n})" for n, title in enumerate(titles, 1))
    heads = "\n\n".join(f'<h3 id="p{n}">{n}. {title}</h3>\n\nIron.' for n, title in enumerate(titles, 1))
    assert len(parse_file(f"# Ships\n\n{links}\n\n{heads}\n", "ships.md").questions) == count


def test_a_numbered_title_that_says_questions_is_none() -> None:
    heads = "\n\n".join(f"### {n}. What is part {n}?\n\nIron." for n in (1, 2, 3))
    found = parse_file(f"# 10. 面试题\n\n## 10.1 初级\n\n{heads}\n", "ships.md").questions
    assert [q.number for q in found] == ["1", "2", "3"]
