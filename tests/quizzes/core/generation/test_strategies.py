"""Each rule proposes what it should from both languages, and its filters refuse what they should."""

import random
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.core.authored import parse_item
from quizzes.core.generation import sides
from quizzes.core.generation.abbreviations import FIELDS, KNOWN, Known, known
from quizzes.core.generation.drafts import Draft
from quizzes.core.generation.making import accepted, generate
from quizzes.core.generation.material import Material, Text, subject_of
from quizzes.core.generation.strategies import OFFERED, STRATEGIES, columns, definition, expansion, output
from quizzes.core.grading import grade
from quizzes.core.items import BLANK, Cloze, Ordering, Single
from quizzes.core.writing import write_item


def texts(*pairs: tuple[str, str], language: str = "en", section: str = "s") -> Material:
    return Material(
        tuple(Text(str(i), title, answer, language, section) for i, (title, answer) in enumerate(pairs))
    )


def drafts(material: Material, strategy: str) -> list[Draft]:
    return list(generate(material, seed="1", strategies=[strategy]))


def objections(draft: Draft) -> list[str]:
    return [verdict.filter for verdict in draft.verdicts if not verdict.passed]


def key_of(draft: Draft) -> str:
    assert isinstance(draft.item, Single)
    return draft.item.options[draft.item.key].text


REACT = texts(
    ("What is Jest?", "Jest is a testing framework that ships mocks and a browser-like environment."),
    (
        "What is Redux?",
        "Redux is a predictable container that keeps all data of an application in one store.",
    ),
    ("What is Relay?", "Relay is a client that fetches graph queries declared beside each view."),
    ("What is Flow?", "Flow is a static checker that finds type errors before a program runs."),
)


def test_a_definition_asks_for_its_term_among_other_defined_terms() -> None:
    found = drafts(REACT, "definition")
    assert [key_of(draft) for draft in found] == ["Jest", "Redux", "Relay", "Flow"]
    assert all(draft.state == "draft" for draft in found)
    first = found[0].item
    assert isinstance(first, Single)
    assert first.stem == (
        "Which of these is described here?\n\n"
        "____ is a testing framework that ships mocks and a browser-like environment."
    )
    assert {option.text for option in first.options} == {"Jest", "Redux", "Relay", "Flow"}


def test_a_chinese_definition_is_asked_in_chinese() -> None:
    material = texts(
        ("什么是损失函数？", "损失函数是一种衡量单个样本预测值与真实标签差距的度量。"),
        ("什么是梯度裁剪？", "梯度裁剪是指在更新之前把过长的向量缩短到给定阈值。"),
        ("什么是权重衰减？", "权重衰减是在每一步把参数乘以略小于一的系数。"),
        ("什么是批归一化？", "批归一化是一种按小批统计量标准化激活的技巧。"),
        language="zh-hans",
    )
    first = drafts(material, "definition")[0]
    assert first.item.stem.startswith("下面的描述说的是哪一个？\n\n____是一种衡量单个样本")
    assert key_of(first) == "损失函数"


def test_a_definition_that_holds_a_word_of_its_term_leaks() -> None:
    material = texts(
        *((text.title, text.answer) for text in REACT.texts),
        ("What is code splitting?", "Code splitting is a feature that splits one large bundle into several."),
    )
    leaking = [draft for draft in drafts(material, "definition") if key_of(draft) == "code splitting"]
    assert "leak" in objections(leaking[0])


def test_a_definition_whose_verb_fits_one_option_only_is_refused() -> None:
    material = texts(
        *((text.title, text.answer) for text in REACT.texts),
        ("What are portals?", "Portals are a tool that mounts children into nodes outside their parent."),
    )
    (plural,) = (draft for draft in drafts(material, "definition") if key_of(draft) == "portals")
    assert objections(plural) == ["agrees"]


def test_a_definition_of_no_particular_kind_is_refused() -> None:
    material = texts(
        *((text.title, text.answer) for text in REACT.texts[1:]),
        ("What is Jest?", "Jest is a technique that replaces parts of a program by stand-ins."),
    )
    (doing,) = (draft for draft in drafts(material, "definition") if key_of(draft) == "Jest")
    assert objections(doing) == ["akin"]


def test_definitions_of_other_chapters_are_no_distractors() -> None:
    material = Material(
        tuple(
            Text(text.question, text.title, text.answer, "en", f"chapter {i}")
            for i, text in enumerate(REACT.texts)
        )
    )
    assert {"near"} == {name for draft in drafts(material, "definition") for name in objections(draft)}


@pytest.mark.parametrize(
    ("sentence", "term", "masked"),
    [
        ("The Shadow DOM is a browser technology.", "Shadow DOM", "____ is a browser technology."),
        ("Portals are a way out.", "Portal", "____ are a way out."),
        ("思维链（CoT）是一系列推理步骤。", "思维链", "____是一系列推理步骤。"),
        ("Redux keeps state.", "Redux", None),
        ("思维链是否有效取决于规模。", "思维链", None),
        ("In short, a store is useful.", "store", None),
    ],
)
def test_only_a_verb_of_definition_after_the_term_makes_a_definition(
    sentence: str, term: str, masked: str | None
) -> None:
    assert definition.mask_definition(sentence, term) == masked


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("What is Redux?", "Redux"),
        ("What are portals in React?", "portals"),
        ("什么是思维链？", "思维链"),
        ("解释什么是思维链?", "思维链"),
        ("KL散度相关概念", "KL散度"),
        ("What are the downsides of Redux?", ""),
        ("How does it work?", ""),
        ("简述二者的区别", ""),
    ],
)
def test_a_title_asks_about_one_thing_or_about_none(title: str, subject: str) -> None:
    assert subject_of(title) == subject


def test_a_yes_or_no_of_the_author_is_asked() -> None:
    material = texts(
        ("Is Python compiled to bytecode?", "Yes, the interpreter compiles every module before it runs."),
        ("Can a tuple be changed?", "No. Tuples are immutable."),
        ("Does it support threads?", "Yes, it does."),
        ("Is recursion fast?", "Yes, but only when the depth is small."),
        ("Should you use globals?", "No, they hide dependencies."),
    )
    found = {draft.candidate.text.title: draft for draft in drafts(material, "verdict")}
    assert key_of(found["Is Python compiled to bytecode?"]) == "Yes"
    assert key_of(found["Can a tuple be changed?"]) == "No"
    assert objections(found["Does it support threads?"]) == ["factual", "named"]
    assert objections(found["Is recursion fast?"]) == ["decided", "named"]
    assert "Should you use globals?" not in found


def test_a_yes_to_can_and_what_we_do_are_refused() -> None:
    material = texts(
        ("Can a Python set hold a tuple?", "Yes, tuples are hashable."),
        ("Does Python import our modules twice?", "No, they are cached."),
    )
    assert [objections(draft) for draft in drafts(material, "verdict")] == [["open_ended"], ["open_ended"]]


def test_a_yes_or_no_about_nothing_named_is_refused() -> None:
    material = texts(("Is the heap sorted?", "Yes, it is."), ("Is a Python set sorted?", "No, it is not."))
    assert [objections(draft) for draft in drafts(material, "verdict")] == [["named"], []]


def test_a_chinese_yes_or_no_is_asked() -> None:
    material = texts(("构造方法能否被重写？", "不能。构造方法的名字必须与类相同。"), language="zh-hans")
    (draft,) = drafts(material, "verdict")
    assert (draft.state, key_of(draft)) == ("draft", "否")


CODE = """```python
a = [1, 2]
b = a  # the same list
b.append(3)
print(len(a))  # 3
print(a is b)  # True
```
"""


def test_an_output_comment_is_blanked_and_every_comment_goes() -> None:
    (draft,) = drafts(texts(("What happens to a?", CODE)), "output")
    assert draft.state == "draft"
    assert isinstance(draft.item, Cloze)
    assert "the same list" not in draft.item.stem
    assert draft.item.stem.count("#") == 1
    line = next(row for row in draft.item.stem.splitlines() if "①" in row and "#" in row)
    assert draft.item.key[0][0] == {"print(len(a))  # ①": "3", "print(a is b)  # ①": "True"}[line]


@pytest.mark.parametrize(
    ("code", "objection"),
    [
        ("print(compute(3))  # 7", "runnable"),
        ("import random\nprint(random.random())  # 3", "runnable"),
        ("a = 1\n...\nprint(a)  # 1", "runnable"),
        ('print("hi")  # "hi"', "unseen"),
    ],
)
def test_code_that_cannot_be_followed_or_shows_its_output_is_refused(code: str, objection: str) -> None:
    (draft,) = drafts(texts(("What?", f"```python\n{code}\n```")), "output")
    assert objections(draft) == [objection]


def test_a_comment_in_prose_is_no_output() -> None:
    assert drafts(texts(("What?", "```js\nlet x = 1; // set it\nf(x); // calls f\n```")), "output") == []


def test_an_output_block_after_the_code_gives_its_lines() -> None:
    code = 'String a = "x";\nSystem.out.println(a + 1);\nSystem.out.println(a.length());'
    answer = f"```java\n{code}\n```\n\n输出：\n\n```plain\nx1\n1\n```"
    (draft,) = drafts(texts(("结果？", answer), language="zh-hans"), "output")
    assert isinstance(draft.item, Cloze)
    assert draft.item.key[0][0] in ("x1", "1")


def test_undeclared_names_are_found_and_declared_ones_are_not() -> None:
    assert output.undeclared("const [a, b] = [1, 2]; const f = (x, y) => x + y; console.log(f(a, b))") == []
    assert output.undeclared("for (let i = 0; i < n; i++) console.log(i)") == ["n"]
    assert output.undeclared("def f(x, y=2):\n    return x * y\nprint(f(3))") == []


TABLE = """
| {corner} | Map | Set |
|---|---|---|
| Stored entries | pairs of a key and its value | single values without any key |
| Lookup result | the value that belongs to the key | whether the member is there |
"""


def test_a_table_asks_to_which_thing_a_cell_belongs() -> None:
    found = drafts(
        texts(("What is the difference between Map and Set?", TABLE.format(corner="Feature"))), "columns"
    )
    assert len(found) == 2
    for draft in found:
        assert draft.state == "draft"
        assert key_of(draft) in ("Map", "Set")
        column = ["Map", "Set"].index(key_of(draft))
        row = TABLE.splitlines()[3 if "Stored entries" in draft.item.stem else 4]
        assert draft.candidate.source == row.split("|")[2 + column].strip()


def test_a_table_whose_rows_are_the_things_is_turned() -> None:
    table = """
| 方法 | 训练什么 | 作用在哪里 |
|---|---|---|
| 提示微调 | 输入前面的一串连续向量 | 只在最前面的输入层起作用 |
| 前缀微调 | 每一层注意力的键值前缀 | 在每一层的注意力里都起作用 |
"""
    found = drafts(texts(("两种方法有何不同？", table), language="zh-hans"), "columns")
    assert {key_of(draft) for draft in found} <= {"提示微调", "前缀微调"}
    assert found


def test_a_row_label_that_is_a_clause_is_refused() -> None:
    english = TABLE.format(corner="Feature").replace("Stored entries", "When a member is stored")
    chinese = """
| 对比 | 映射 | 集合 |
|---|---|---|
| 键缺失的时候 | 返回预先给定的空值对象 | 抛出找不到成员的异常 |
| 存放内容 | 由键与值组成的许多条目 | 彼此不同的单个成员元素 |
"""
    for material, clause, label in (
        (texts(("Map versus Set", english)), "When a member is stored", "Lookup result"),
        (texts(("映射与集合有何不同？", chinese), language="zh-hans"), "键缺失的时候", "存放内容"),
    ):
        found = {
            draft.candidate.hidden.split(":")[0]: objections(draft) for draft in drafts(material, "columns")
        }
        assert found == {clause: ["labelled"], label: []}


def test_cells_that_differ_in_their_figures_alone_are_told_apart() -> None:
    table = """
| 对比 | UDP | TCP |
|---|---|---|
| 头部长度 | 8 字节 | 20 到 60 字节 |
| 校验和长度 | 2 字节 | 2 字节 |
"""
    found = {
        draft.candidate.hidden.split(":")[0]: objections(draft)
        for draft in drafts(texts(("UDP 与 TCP 有什么区别？", table), language="zh-hans"), "columns")
    }
    assert found == {"头部长度": [], "校验和长度": ["apart"]}


def test_things_without_a_name_of_their_own_are_refused() -> None:
    table = TABLE.format(corner="Feature").replace("Map", "Stage 1").replace("Set", "Stage 2")
    found = drafts(texts(("What do stage 1 and stage 2 keep?", table)), "columns")
    assert found
    assert all("standing" in objections(draft) for draft in found)


def test_a_comparison_is_asked_with_its_things_in_the_stem() -> None:
    found = drafts(texts(("Map versus Set", TABLE.format(corner="Feature"))), "columns")
    first, row = found[0].item.stem.split("\n\n")
    assert first == "Of Map and Set, which one does this describe?"
    assert row.startswith(("Stored entries: ", "Lookup result: "))


def test_a_cell_that_judges_is_refused() -> None:
    judged = TABLE.format(corner="Feature").replace("the value that", "usually the value that")
    judged = judged.replace("whether the", "typically whether the")
    found = {
        draft.candidate.hidden.split(":")[0]: objections(draft)
        for draft in drafts(texts(("Map versus Set", judged)), "columns")
    }
    assert found == {"Stored entries": [], "Lookup result": ["factual"]}


def test_a_countable_thing_has_its_article_in_the_question_alone() -> None:
    table = (
        "| Aspect | OSI Model | TCP/IP Model |\n|---|---|---|\n"
        "| Layers | Physical, Data Link, Network | Link, Internet, Transport |\n"
        "| Approach | Layered and strictly defined | Built around protocols |\n"
    )
    found = drafts(texts(("Compare the OSI model and the TCP/IP model", table)), "columns")
    assert {draft.item.stem.split("\n")[0] for draft in found} == {
        "Of the OSI model and the TCP/IP model, which one does this describe?"
    }
    options = [{draft.candidate.key, *draft.candidate.distractors} for draft in found]
    assert options == [{"OSI Model", "TCP/IP Model"}] * 2
    asked = [draft.candidate.source for draft in found if draft.state == "draft"]
    assert "Layered and strictly defined" not in asked


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("MAC Address", "the MAC address"),
        ("primary key", "the primary key"),
        ("Primary Key", "Primary Key"),
        ("quick sort", "quick sort"),
        ("TCP", "TCP"),
        ("the model", "the model"),
    ],
)
def test_only_a_countable_head_takes_an_article(name: str, asked: str) -> None:
    assert columns.in_phrase(name) == asked


def test_a_table_of_notes_is_no_comparison() -> None:
    head = "\n| Name | Description | Default |\n|---|---|---|\n"
    table = f"{head}| a | first long text here | 1 |\n| b | second one | 2 |\n"
    assert drafts(texts(("Which parameters are there?", table)), "columns") == []


KINDS = """There are three types:

- **Insertion sort**: takes one element after the other and shifts larger ones to the right.
- **Merge sort**: halves the input, works on both parts and joins the two results.
- **Bucket sort**: spreads the input over ranges and treats every range by itself.
"""


def test_described_entries_of_a_closed_list_are_asked() -> None:
    found = drafts(texts(("Which types of sorting are there?", KINDS)), "siblings")
    assert {key_of(draft) for draft in found} == {"Insertion sort", "Merge sort", "Bucket sort"}
    assert all(draft.state == "draft" for draft in found)
    first = found[0].candidate
    assert first.source == "takes one element after the other and shifts larger ones to the right."


def test_described_headings_are_asked_and_their_noun_is_named() -> None:
    answer = (
        "#### 1. 强引用（StrongReference）\n\n强引用是指只要还存在，垃圾收集器就不会回收被指向的对象。\n\n"
        "#### 2. 软引用（SoftReference）\n\n软引用是指在内存将要溢出之前才把被指向的对象列入回收范围。\n\n"
        "#### 3. 弱引用（WeakReference）\n\n弱引用是指被指向的对象只能活到下一次垃圾收集发生为止。\n"
    )
    found = drafts(texts(("Java 有几种引用？", answer), language="zh-hans"), "siblings")
    assert [(key_of(draft), draft.state) for draft in found] == [
        ("强引用（StrongReference）", "draft"),
        ("软引用（SoftReference）", "draft"),
        ("弱引用（WeakReference）", "draft"),
    ]
    assert found[0].item.stem.startswith("下面说的是哪一种引用？\n\n____是指只要还存在")


def test_terms_without_a_common_noun_and_labels_are_refused() -> None:
    loose = KINDS.replace("Merge sort", "Merging").replace("Bucket sort", "Buckets")
    found = drafts(texts(("Which types of sorting are there?", loose)), "siblings")
    assert found
    assert all("of_a_kind" in objections(draft) for draft in found)
    labels = KINDS.replace("Insertion sort", "Advantages")
    found = drafts(texts(("Which types of sorting are there?", labels)), "siblings")
    assert all("ordinal" in objections(draft) for draft in found)


def test_a_contrast_asks_of_which_side_a_statement_is_said() -> None:
    answer = (
        "A process owns its address space and its open files, and the kernel protects them.\n\n"
        "A thread shares memory with its siblings and needs only a stack and a set of registers."
    )
    found = drafts(texts(("What is the difference between a process and a thread?", answer)), "contrast")
    assert [(key_of(draft), draft.state) for draft in found] == [
        ("a process", "draft"),
        ("a thread", "draft"),
    ]
    assert {option.text for option in found[0].item.options} == {"a process", "a thread"}  # type: ignore[union-attr]
    assert found[0].item.stem.endswith(
        "____ owns its address space and its open files, and the kernel protects them."
    )


@pytest.mark.parametrize(
    ("first", "second", "said", "objection"),
    [
        (
            "processes",
            "threads",
            "Processes own their address space and open files, and the kernel protects them.",
            [],
        ),
        (
            "process",
            "threads",
            "A process owns its address space and open files, and the kernel protects them.",
            ["fitting"],
        ),
        (
            "process",
            "thread",
            "A process, own address space and open files, and the kernel protects them.",
            ["fitting"],
        ),
    ],
)
def test_what_follows_a_contrast_agrees_with_both_sides(
    first: str, second: str, said: str, objection: list[str]
) -> None:
    answer = f"{said}\n\n{second.capitalize()} can share all memory with siblings of the same program."
    title = f"What is the difference between {first} and {second}?"
    found = drafts(texts((title, answer)), "contrast")
    assert objections(found[0]) == objection


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("What is the difference between state and props?", ("state", "props")),
        ("3. What is the difference between a stack, a queue and a heap?", ("stack", "queue", "heap")),
        ("Q: What are primary and foreign keys?", ("primary", "foreign keys")),
        ("TCP vs UDP", ("TCP", "UDP")),
        ("KL散度和交叉熵的区别是什么？", ("KL散度", "交叉熵")),
        ("深拷贝与浅拷贝有什么区别？", ("深拷贝", "浅拷贝")),
        ("String、StringBuffer 和 StringBuilder 有什么区别？", ("String", "StringBuffer", "StringBuilder")),
        ("重载和重写什么区别？", ("重载", "重写")),
        ("What is state mutation and how to prevent it?", ()),
        ("线程的生命周期和状态？", ()),
        ("什么是索引和优缺点？", ()),
        ("What is state?", ()),
    ],
)
def test_a_title_sets_things_beside_each_other(title: str, named: tuple[str, ...]) -> None:
    assert sides.sides_of(title) == named


def test_three_things_beside_each_other_give_three_options() -> None:
    answer = (
        "- **Stack**: hands back whatever entry came in last, as a pile of plates does.\n"
        "- **Queue**: serves its entries in the sequence of arrival, like people at a counter.\n"
        "- **Heap**: keeps the smallest member on top and sifts every new one upwards.\n"
    )
    found = drafts(texts(("What is the difference between a stack, a queue and a heap?", answer)), "contrast")
    assert [(key_of(draft), draft.state) for draft in found] == [
        ("stack", "draft"),
        ("queue", "draft"),
        ("heap", "draft"),
    ]
    assert found[0].item.stem.startswith("Which of these is this true of?")


@pytest.mark.parametrize(
    ("title", "answer", "language", "said", "key"),
    [
        (
            "What is the difference between random forest and gradient boosting?",
            "Random forests build every tree by itself, while gradient boosting adds one tree at a time.",
            "en",
            "____ adds one tree at a time.",
            "gradient boosting",
        ),
        (
            "ArrayList 和 LinkedList 有什么区别？",
            "- 1.ArrayList 基于动态数组，而 LinkedList 基于双向链表。",
            "zh-hans",
            "____ 基于动态数组。",
            "ArrayList",
        ),
        (
            "What are the differences between OLTP and OLAP systems?",
            "- **OLTP (Online Transaction Processing):** many short transactions that write few rows each.\n"
            "- **OLAP (Online Analytical Processing):** long queries over very much history at once.\n",
            "en",
            "____: many short transactions that write few rows each.",
            "OLTP",
        ),
        (
            "What is the difference between stack and heap memory?",
            "**Stack:**\n- Holds local variables and the frames of running calls.\n\n"
            "**Heap:**\n- Keeps objects that outlive the function that made them.\n",
            "en",
            "Holds local variables and the frames of running calls.",
            "stack",
        ),
    ],
)
def test_the_halves_of_a_contrast_are_statements(
    title: str, answer: str, language: str, said: str, key: str
) -> None:
    first = next(d for d in drafts(texts((title, answer), language=language), "contrast"))
    assert (objections(first), key_of(first)) == ([], key)
    assert first.item.stem.split("\n\n")[1] == said


def test_one_sentence_gives_one_of_its_halves_only() -> None:
    answer = "TCP keeps a connection for its bytes, whereas UDP sends each datagram for itself."
    assert len(drafts(texts(("TCP vs UDP", answer)), "contrast")) == 1


def test_a_masked_side_is_masked_as_a_word_only() -> None:
    said = sides.mask_subject("State changes by setState in a class with state.", "state")
    assert said == "____ changes by setState in a class with ____."


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("均方误差（Mean Squared Error, MSE）很常用。", [("MSE", "Mean Squared Error", True)]),
        ("We use Principal Component Analysis (PCA) here.", [("PCA", "Principal Component Analysis", False)]),
        (
            "ROC stands for Receiver Operating Characteristic.",
            [("ROC", "Receiver Operating Characteristic", True)],
        ),
        (
            "CDN stands for Content Delivery Network or Content Distribution Network.",
            [("CDN", "Content Delivery Network", True), ("CDN", "Content Distribution Network", True)],
        ),
        ("Bag of Words (BOW) and that (TBD) thing.", [("BOW", "Bag of Words", True)]),
        ("Some Other Words (XYZ)", []),
        ("The PCI DSS (Data Security Standard) covers cards.", []),
        ("The Data Security Standard (PCI DSS) covers cards.", []),
    ],
)
def test_abbreviations_are_read_where_their_letters_fit(
    sentence: str, found: list[tuple[str, str, bool]]
) -> None:
    assert list(expansion.expansions(sentence)) == found


def test_an_expansion_accepts_hyphens_spaces_and_plurals() -> None:
    (draft,) = drafts(texts(("Which model?", "Support-Vector Machines (SVM) separate classes.")), "expansion")
    assert isinstance(draft.item, Cloze)
    forms = draft.item.key[0]
    folded = [form.casefold() for form in forms]
    assert forms[0] == "Support-Vector Machine"
    assert {"support-vector machines", "support vector machine"} <= set(folded)
    assert len(set(folded)) == len(folded)
    assert draft.item.stem.endswith(f"SVM = {BLANK}")


@pytest.mark.parametrize(
    ("title", "sentence", "form", "counts"),
    [
        (
            "What is a CDN?",
            "CDN stands for Content Delivery Network or Content Distribution Network.",
            "content distribution networks",
            True,
        ),
        (
            "What is a CDN?",
            "CDN stands for Content Delivery Network or Content Distribution Network.",
            "content discovery network",
            False,
        ),
        ("What is MTU?", "MTU stands for Maximum Transmission Unit.", "maximum transfer unit", True),
    ],
)
def test_every_expansion_in_use_is_accepted_and_no_other(
    title: str, sentence: str, form: str, counts: bool
) -> None:
    (draft,) = drafts(texts((title, sentence)), "expansion")
    assert isinstance(draft.item, Cloze)
    (right,) = grade(draft.item, [form]).parts
    assert right is counts


@pytest.mark.parametrize(
    ("sentence", "language", "asked"),
    [
        (
            "MTU stands for Maximum Transmission Unit.",
            "en",
            "In computer networking, what does MTU stand for?",
        ),
        ("NAT stands for Network Address Translation.", "en", "What does NAT stand for?"),
        ("往返时延（Round-Trip Time, RTT）很短。", "zh-hans", "在计算机网络中，缩写 RTT 的英文全称是什么？"),
    ],
)
def test_an_expansion_is_asked_plainly_in_its_field(sentence: str, language: str, asked: str) -> None:
    (draft,) = drafts(texts(("Title", sentence), language=language), "expansion")
    assert draft.state == "draft"
    assert draft.item.stem == f"{asked}\n\n{draft.candidate.shown} = {BLANK}"


def test_an_expansion_in_the_title_too_is_asked_since_no_stem_shows_the_title() -> None:
    (draft,) = drafts(
        texts(("What is a graph neural network?", "A graph neural network (GNN) …")), "expansion"
    )
    assert (draft.state, draft.candidate.shown) == ("draft", "GNN")


def test_an_expansion_that_is_not_the_known_one_is_refused() -> None:
    for sentence in ("MTU stands for Most Tested Unit.", "Props Proxy (PP) wraps."):
        (draft,) = drafts(texts(("Title", sentence)), "expansion")
        assert objections(draft) == ["confirmed"]


def test_every_known_abbreviation_is_read_back_from_a_sentence() -> None:
    for short, meanings in KNOWN.items():
        for meaning in meanings:
            full = meaning.wordings[0]
            found = known(short, full)
            assert found == meaning
            assert short.isalpha()
            assert meaning.field in FIELDS
            if "," not in full and "/" not in full:
                assert (short, full) in [
                    pair[:2] for pair in expansion.expansions(f"We use {full} ({short}) here.")
                ]


@pytest.mark.parametrize(
    ("title", "answer", "language", "key"),
    [
        ("Java 是值传递还是引用传递？", "Java 中只有值传递。", "zh-hans", "值传递"),
        (
            "Is JavaScript a compiled or interpreted language?",
            "It is an interpreted language.",
            "en",
            "interpreted",
        ),
        (
            "Is Java pass-by-value or pass-by-reference?",
            "Java is always pass-by-value.",
            "en",
            "pass-by-value",
        ),
    ],
)
def test_a_question_that_names_two_answers_is_asked_as_it_is(
    title: str, answer: str, language: str, key: str
) -> None:
    (draft,) = drafts(texts((title, answer), language=language), "either")
    assert (draft.state, key_of(draft), draft.item.stem) == ("draft", key, title)


@pytest.mark.parametrize(
    "answer", ["Both: it is compiled to bytecode first.", "Mostly interpreted.", "It is not interpreted."]
)
def test_a_choice_that_the_author_does_not_make_is_refused(answer: str) -> None:
    found = drafts(texts(("Is Python a compiled or interpreted language?", answer)), "either")
    assert all(objections(draft) for draft in found)


def test_a_status_code_is_asked_where_the_author_gives_its_registered_phrase() -> None:
    answer = "HTTP knows these:\n\n- `403 Forbidden`: no right to it.\n- 404 Lost: not there.\n"
    (draft,) = drafts(texts(("Which codes are there?", answer)), "status")
    assert (draft.state, key_of(draft)) == ("draft", "Forbidden")
    assert draft.item.stem == "What does the HTTP status code 403 mean?"


def test_a_port_is_asked_where_the_author_gives_the_registered_one() -> None:
    answer = "HTTPS listens on port 443, whereas SSH was moved to port 2222 here. Redis 的默认端口是 6379。"
    found = drafts(texts(("Which ports are open?", answer)), "port")
    assert [(draft.item.stem, draft.item.key) for draft in found] == [  # type: ignore[union-attr]
        ("Which port does HTTPS use by default?", Decimal(443)),
        ("Which port does Redis use by default?", Decimal(6379)),
    ]


LOADING = """1. **加载**：读入字节流。
2. **验证**：检查格式。
3. **准备**：为静态变量分配内存。
4. **初始化**：执行静态代码块。
"""


def test_a_course_of_events_is_put_in_order() -> None:
    (draft,) = drafts(texts(("类加载的流程是怎样的？", LOADING), language="zh-hans"), "steps")
    assert draft.state == "draft"
    assert isinstance(draft.item, Ordering)
    assert draft.item.steps == ("加载", "验证", "准备", "初始化")
    assert draft.item.stem == "类加载的流程是怎样的？\n\n请把下面各步按先后顺序排列。"
    chain = "浏览器缓存 → 系统缓存 → 本地域名服务器 → 根域名服务器"
    (arrows,) = drafts(texts(("DNS 解析的顺序是怎样的？", chain), language="zh-hans"), "steps")
    assert isinstance(arrows.item, Ordering)
    assert arrows.item.steps[0] == "浏览器缓存"


def test_a_list_that_is_no_course_or_tells_its_order_is_refused() -> None:
    (told,) = drafts(
        texts(("类加载的流程是怎样的？", LOADING.replace("**验证**", "**最后验证**")), language="zh-hans"),
        "steps",
    )
    assert objections(told) == ["unordered"]
    assert drafts(texts(("类加载器有哪些？", LOADING), language="zh-hans"), "steps") == []
    (careless,) = drafts(texts(("What is the methods order in mounting?", LOADING)), "steps")
    assert objections(careless) == ["in_course"]


def test_a_default_or_size_is_asked_as_a_number() -> None:
    material = texts(
        ("缓存", "连接池的最大空闲连接数默认为 8 个，超过后关闭多余连接。"),
        ("端口", "服务大约默认监听 80 端口左右。"),
        language="zh-hans",
    )
    found = drafts(material, "number")
    assert isinstance(found[0].item, Cloze)
    assert found[0].item.key == (("8",),)
    assert "exact" in {name for draft in found[1:] for name in objections(draft)} or len(found) == 1


POINTS = """1. Writes go to the log first and only afterwards to the pages themselves.
2. A checkpoint flushes dirty pages and remembers how far it came.
3. After a crash the server replays everything behind the last checkpoint.
"""


def test_key_points_ask_which_question_they_answer() -> None:
    material = texts(
        ("How does recovery work?", POINTS),
        ("How are indexes rebuilt?", "After many deletions."),
        ("How are locks granted?", "In order of arrival."),
        ("Which isolation levels exist?", "Four of them."),
    )
    (draft,) = drafts(material, "which")
    assert (draft.state, key_of(draft)) == ("draft", "How does recovery work?")
    told = texts(("What does a checkpoint do?", POINTS), *((t.title, t.answer) for t in material.texts[1:]))
    (leaking,) = drafts(told, "which")
    assert {"hidden", "alike"} <= set(objections(leaking))


def test_an_abbreviation_has_one_meaning_in_a_field_and_no_meaning_twice() -> None:
    for short, meanings in KNOWN.items():
        assert len({meaning.field for meaning in meanings}) == len(meanings), short
        wordings = [{expansion.fold(wording) for wording in meaning.wordings} for meaning in meanings]
        assert len(set().union(*wordings)) == sum(map(len, wordings)), short


@pytest.mark.parametrize(
    "sentence",
    [
        "A virtual machine (VM) runs on a hypervisor.",
        "An Amazon Machine Image (AMI) starts an instance.",
        "Message authentication code (MAC) and mandatory access control (MAC).",
        "The longest common subsequence (LCS) of two texts.",
    ],
)
def test_what_has_two_meanings_in_a_field_or_is_a_product_is_no_known_abbreviation(sentence: str) -> None:
    for draft in drafts(texts(("Title", sentence)), "expansion"):
        assert objections(draft) == ["confirmed"]


def test_an_expansion_names_its_field_by_a_word_that_does_not_tell() -> None:
    plainly, renamed = (
        drafts(texts(("Title", sentence)), "expansion")[0]
        for sentence in (
            "NAT stands for Network Address Translation.",
            "TDD stands for test driven development.",
        )
    )
    assert (plainly.state, plainly.item.stem.split("\n")[0]) == ("draft", "What does NAT stand for?")
    assert renamed.item.stem.startswith("In software engineering, what does TDD stand for?")


def test_only_what_the_list_gives_one_meaning_is_asked_without_a_field() -> None:
    for short, meanings in KNOWN.items():
        assert len(meanings) == 1 or not any(meaning.sole for meaning in meanings), short
    alone, elsewhere, named = (
        drafts(texts(("Title", sentence)), "expansion")[0]
        for sentence in (
            "SIEM stands for Security Information and Event Management.",
            "NLP stands for natural language processing.",
            "A network interface card (NIC) has an address.",
        )
    )
    assert (alone.state, alone.item.stem.split("\n")[0]) == ("draft", "What does SIEM stand for?")
    assert elsewhere.item.stem.startswith("In artificial intelligence, what does NLP stand for?")
    assert named.item.stem.startswith("In computer hardware, what does NIC stand for?")


def test_what_may_mean_another_thing_is_refused_where_its_field_would_tell() -> None:
    for sentence in (
        "TLS stands for Transport Layer Security.",
        "SDN stands for software-defined networking.",
        "NFS stands for Network File System.",
        "JCA stands for Java Cryptography Architecture.",
    ):
        (draft,) = drafts(texts(("Title", sentence)), "expansion")
        assert objections(draft) == ["placed"]


def test_an_abbreviation_of_two_fields_whose_field_would_tell_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = (Known("security", ("computer security council",)), Known("web", ("client side cache",)))
    monkeypatch.setitem(KNOWN, "CSC", both)
    (draft,) = drafts(texts(("Title", "CSC stands for computer security council.")), "expansion")
    assert objections(draft) == ["placed"]


def test_an_expansion_counts_in_every_variant_in_use() -> None:
    (draft,) = drafts(texts(("T", "Non-Maximum Suppression (NMS) drops boxes.")), "expansion")
    for form in ("non-maximal suppression", "non maximum suppression", "nonmaximum suppression"):
        assert grade(draft.item, [form]).parts == (True,)
    assert draft.item.stem.startswith("In computer vision, what does NMS stand for?")


@pytest.mark.parametrize(
    ("title", "answer", "objection"),
    [
        (
            "InnoDB 与 MyISAM 的区别",
            "InnoDB 没有全文索引的功能，而 MyISAM 有全文索引（5.7 以后的 InnoDB 也有）。",
            "undisputed",
        ),
        ("InnoDB 与 MyISAM 的区别", "InnoDB 的表必须有一个主键，而 MyISAM 的表可以没有主键。", "undisputed"),
        (
            "TCP vs UDP",
            "TCP never loses a byte of a stream, whereas UDP keeps the bounds of datagrams.",
            "undisputed",
        ),
        (
            "TCP vs UDP",
            "TCP keeps the order of bytes, whereas UDP sends datagrams, except in one case.",
            "undisputed",
        ),
        ("Redis 与 Memcache 的区别", "Redis 最大可以达到1GB，而 Memcache 只有1MB。", "alone"),
        ("协程与线程的区别", "线程和进程都由系统内核来调度，而协程由程序自己安排。", "alone"),
        (
            "Redis 与 Memcache 的区别",
            "Redis 自己管理换页，因为系统调用的话要花时间，而 Memcache 交给系统。",
            "undisputed",
        ),
        (
            "ArrayAdapterFactory vs LinkedAdapterFactory",
            "ArrayAdapterFactory keeps items in one block, whereas LinkedAdapterFactory chains them.",
            "known_names",
        ),
    ],
)
def test_contrasts_that_authors_get_wrong_or_leave_open_are_refused(
    title: str, answer: str, objection: str
) -> None:
    language = "en" if answer.isascii() else "zh-hans"
    (draft,) = drafts(texts((title, answer), language=language), "contrast")
    assert objection in objections(draft)


def test_what_a_side_makes_possible_is_no_contrast() -> None:
    answer = "Cookie 使无状态的协议记录稳定的状态信息成为了可能。\n\nSession 存放一个用户会话的属性。"
    found = drafts(texts(("Cookie 和 Session 的区别", answer), language="zh-hans"), "contrast")
    assert "one_sided" in objections(next(draft for draft in found if "可能" in draft.candidate.source))


def test_a_clause_said_of_both_sides_tells_neither() -> None:
    answer = "轮询：效率低等待时间长，CPU利用率不高。\n中断：容易遗漏一些问题，CPU利用率不高。"
    found = drafts(texts(("中断和轮询有什么区别？", answer), language="zh-hans"), "contrast")
    assert found
    assert all("of_one_only" in objections(draft) for draft in found)


def test_a_short_definition_of_a_side_is_asked_and_ends_in_a_full_stop() -> None:
    answer = "并发就是在一段时间内，多个任务都会被处理；\n\n并行就是在同一时刻，有多个任务在执行。"
    found = drafts(texts(("并发和并行有什么区别？", answer), language="zh-hans"), "contrast")
    assert [(key_of(draft), draft.state) for draft in found] == [("并发", "draft"), ("并行", "draft")]
    assert found[0].item.stem.endswith("____ 就是在一段时间内，多个任务都会被处理。")


def test_not_this_but_that_is_no_comparison() -> None:
    answer = "协程不被系统内核管理，而完全由程序控制。\n\n线程由系统内核来管理，切换时要进入内核态。"
    found = drafts(texts(("协程与线程的区别？", answer), language="zh-hans"), "contrast")
    assert "one_sided" not in objections(found[0])


def test_a_description_without_a_subject_gets_the_gap_for_one() -> None:
    answer = (
        "- **Primary key**: Is a field that tells every row of its table from all the others.\n"
        "- **Foreign key**: Is a field that names a row of another table by its value.\n"
        "- **Unique key**: Is a field in which no two rows of the table hold the same value.\n"
    )
    found = drafts(texts(("Which keys are there?", answer)), "siblings")
    stems = {draft.item.stem.split("\n\n")[1] for draft in found}
    assert "____ is a field that names a row of another table by its value." in stems
    assert all(stem.startswith("____ is a field") for stem in stems)


def test_an_order_has_a_bare_title_and_steps_that_end_alike() -> None:
    answer = (
        "1. Client opens a socket\n2. Server answers by SYN/ACK\n"
        "3. Client sends its ACK\n4. Data flows by TCP/IP."
    )
    (draft,) = drafts(texts(("Scenario 2: “A page is asked for: what happens?”.", answer)), "steps")
    assert isinstance(draft.item, Ordering)
    assert draft.item.stem == "A page is asked for: what happens?\n\nPut these steps in order."
    assert not any(step.endswith(".") for step in draft.item.steps)


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("，打开一个网页的请求流程是什么样的。", "打开一个网页的请求流程是什么样的？"),
        ("打开一个网页的请求流程", "打开一个网页的请求流程。"),
        ("！ What happens when a page is opened.", "What happens when a page is opened?"),
        (".NET: the steps of a build", ".NET: the steps of a build."),
    ],
)
def test_a_quoted_title_loses_stray_marks_and_ends_as_what_it_is(title: str, asked: str) -> None:
    answer = "1. 解析域名\n2. 建立连接\n3. 发送请求\n4. 渲染页面"
    language = "en" if "the" in title or "page" in title else "zh-hans"
    (draft,) = drafts(texts((title, answer), language=language), "steps")
    assert draft.item.stem.split("\n\n")[0] == asked


@pytest.mark.parametrize(
    ("sentence", "stem", "objection"),
    [
        (
            "连接池的最大空闲连接数默认为 8 个，超过后关闭多余连接。",
            "连接池的最大空闲连接数默认为 ____ 个。",
            [],
        ),
        ("如果没有设置，连接池的最大空闲连接数默认为 8 个。", "", ["short"]),
        ("默认值为 16 个，连接池按需要增长。", "", ["named"]),
        ("The default size is 16 pages of memory for every pool of buffers.", "", ["named"]),
        ("HTTP 服务的默认端口是 80，它很早就有了。", "", ["once"]),
        ("每个批次累计的数据大小上限（如64KB）。", "", ["exact"]),
        ("A batch of records may take a size of 64 KB, for instance.", "", ["exact"]),
        ("消息队列可以接收的最大消息默认为 1000000 字节，可在配置参数里改。", "", ["lasting"]),
        ("缓冲池的最大页数 buffer.pool.max.pages 默认为 512 页。", "", ["lasting"]),
        ("The default page count of a buffer pool is 512, and it is configurable.", "", ["lasting"]),
    ],
)
def test_a_number_is_asked_in_one_clause_with_its_subject_and_once(
    sentence: str, stem: str, objection: list[str]
) -> None:
    language = "en" if sentence.isascii() else "zh-hans"
    (draft,) = drafts(texts(("T", sentence), language=language), "number")
    assert set(objection) <= set(objections(draft))
    if stem:
        assert (draft.state, draft.item.stem.split("\n\n")[1].replace(BLANK, "____")) == ("draft", stem)
    else:
        assert draft.state == "rejected"


def test_a_short_cell_among_several_things_and_a_row_of_causes_are_refused() -> None:
    table = """
| 对比 | 偏差 | 方差 | 噪声 |
|---|---|---|---|
| 增大的原因 | 模型过于死板的假设 | 训练样本的随机波动 | 采集数据时的误差 |
| 来源 | 模型假设 | 样本波动 | 数据质量 |
| 含义 | 预测均值与真实函数之间的距离 | 预测值围绕自身均值的波动 | 数据本身不可消除的随机性 |
"""
    found = {
        draft.candidate.hidden.split(":")[0]: objections(draft)
        for draft in drafts(texts(("偏差、方差与噪声的区别", table), language="zh-hans"), "columns")
    }
    assert found == {"增大的原因": ["labelled"], "来源": ["told"], "含义": []}


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ("python", "a = [1, 2]\nprint len(a)  # 2"),
        ("", "a = [1, 2]\nprint len(a)\nprint(len(a) + 1)  # 3"),
        ("python", "a = [1, 2\nprint(len(a))  # 2"),
    ],
)
def test_code_that_python_3_cannot_read_is_refused(info: str, code: str) -> None:
    (draft,) = drafts(texts(("What?", f"```{info}\n{code}\n```")), "output")
    assert "parses" in objections(draft)


def test_one_bank_asks_no_stem_twice() -> None:
    material = texts(
        ("A", "```python\nprint(len('ab') * 2)  # 4\n```"),
        ("B", "```python\nprint(len('ab') * 2)   # => 4\n```"),
    )
    found = list(generate(material, seed="1", strategies=["output"]))
    assert [draft.state for draft in found] == ["draft", "draft"]
    assert len(accepted(found)) == 1


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_the_same_seed_gives_the_same_drafts_whatever_ran_before(name: str) -> None:
    def run() -> list[object]:
        return [(draft.item, draft.span_hash) for draft in drafts(REACT, name)]

    first = run()
    random.random()
    assert run() == first


def test_every_source_stands_in_its_answer() -> None:
    everything = texts(
        *((text.title, text.answer) for text in REACT.texts),
        ("What is the difference between Map and Set?", TABLE.format(corner="")),
        ("Which types of sorting are there?", KINDS),
        ("What happens to a?", CODE),
    )
    found = list(generate(everything, seed="1", strategies=STRATEGIES))
    assert {draft.strategy for draft in found} >= {"definition", "columns", "siblings", "output"}
    for draft in found:
        assert draft.candidate.source
        assert draft.candidate.source in draft.candidate.text.answer
        assert draft.item.slug == f"{draft.strategy}-{draft.span_hash[:10]}"


def test_one_question_gives_no_heap_of_drafts() -> None:
    fourth = "deals numbers out by single digits, beginning at the lowest, and gathers them."
    more = f"{KINDS}- **Radix sort**: {fourth}\n"
    found = drafts(texts(("Which types of sorting are there?", more)), "siblings")
    assert [draft.state for draft in found] == ["draft"] * 4
    assert len(accepted(found)) == 3


def test_rules_that_rated_badly_run_only_by_name() -> None:
    assert set(STRATEGIES) - set(OFFERED) == {"which"}
    material = texts(
        ("How does recovery work?", POINTS),
        ("How are indexes rebuilt?", "After many deletions."),
        ("How are locks granted?", "In order of arrival."),
        ("How do readers wait?", "They do not."),
    )
    assert "which" not in {draft.strategy for draft in generate(material, seed="1")}
    assert [draft.strategy for draft in generate(material, seed="1", strategies=["which"])] == ["which"]


def test_span_hashes_outlive_new_spacing_but_no_new_words() -> None:
    def hashes(answer: str) -> Sequence[str]:
        return [d.span_hash for d in drafts(texts(("Which types of sorting are there?", answer)), "siblings")]

    moved = "A new first paragraph.\n\n" + KINDS
    assert hashes(moved) == hashes(KINDS)
    assert hashes(KINDS.replace("larger", "bigger"))[0] != hashes(KINDS)[0]
    assert hashes(KINDS.replace("larger", "bigger"))[1:] == hashes(KINDS)[1:]


MARKDOWN = """## 标题
- **甲**：一段关于第一个概念的描述。
- **乙**：另一段关于第二个概念的描述。
1. 第一步
Jest is a framework.
```python
```
print(1 + 1)  # 2
| a | b | c |
|---|---|---|
| x | y | z |
$$
> q
是的。
No.
均方误差（Mean Squared Error, MSE）：
默认为 8 个字节。
`
**
(
甲与乙的区别
"""
LINES = st.sampled_from(MARKDOWN.splitlines())


@given(st.lists(st.tuples(st.lists(LINES, max_size=14), LINES), min_size=1, max_size=6))
def test_no_markdown_breaks_a_rule(questions: list[tuple[list[str], str]]) -> None:
    material = texts(*((title, "\n".join(rows)) for rows, title in questions), language="zh-hans")
    for draft in generate(material, seed="1", strategies=STRATEGIES):
        assert draft.candidate.source in draft.candidate.text.answer
        if draft.state == "draft":
            assert parse_item(write_item(draft.item, chinese=True), 1) == draft.item
