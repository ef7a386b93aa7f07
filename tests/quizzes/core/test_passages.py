"""An answer falls into passages, code, tables and sentences that know where they stand."""

from hypothesis import given
from hypothesis import strategies as st

from quizzes.core.passages import Passages, plain

ANSWER = """开头的一句话。第二句 e.g. 这样的 不断开！

## 小标题

- **甲**：第一。
  续行在此。
- **乙**：第二。

| 方面 | 甲 | 乙 |
|---|---|---|
| 速度 | `a|b` 很快 | 很慢 |

```python
print(1)  # 1
```

(1) 第一步
(2) 第二步
"""


def test_passages_know_their_kind_heading_and_place() -> None:
    found = Passages(ANSWER).passages
    assert [(p.kind, p.heading, p.span.line) for p in found] == [
        ("paragraph", "", 1),
        ("heading", "小标题", 3),
        ("bullet", "小标题", 5),
        ("bullet", "小标题", 7),
        ("numbered", "小标题", 17),
        ("numbered", "小标题", 18),
    ]
    assert found[2].text == "**甲**：第一。\n  续行在此。"


def test_sentences_end_at_full_stops_but_not_at_abbreviations() -> None:
    sentences = Passages(
        "Use a list, e.g. Python's. It is fast. See `a. B` here. Version 1.2 is out."
    ).sentences
    assert [s.text for s in sentences] == [
        "Use a list, e.g. Python's.",
        "It is fast.",
        "See `a. B` here.",
        "Version 1.2 is out.",
    ]


def test_cells_are_not_cut_at_bars_in_code() -> None:
    (table,) = Passages(ANSWER).tables
    assert [cell.text for cell in table.head] == ["方面", "甲", "乙"]
    assert [cell.text for cell in table.rows[0]] == ["速度", "`a|b` 很快", "很慢"]
    cell = table.rows[0][2]
    assert ANSWER[cell.span.start : cell.span.end] == "很慢"
    assert cell.span.line == 11


def test_code_comes_without_its_fence_and_says_where_it_stands() -> None:
    (fence,) = Passages(ANSWER).fences
    assert (fence.info, fence.code, fence.span.line) == ("python", "print(1)  # 1", 14)
    assert ANSWER[fence.span.start : fence.span.end] == "print(1)  # 1\n"


def test_plain_drops_marks_but_keeps_code_as_it_is() -> None:
    assert plain("**a** [b](http://c.d) `<Router>` <b>e</b> ![f](g) _h_ a_b_c") == "a b `<Router>` e h a_b_c"


@given(st.text(alphabet="a。.\n -*`|#>1)：\t$", max_size=120))
def test_every_span_gives_back_its_text(answer: str) -> None:
    read = Passages(answer)
    for passage in read.passages:
        assert answer[passage.span.start : passage.span.end] == passage.text
        assert answer.count("\n", 0, passage.span.start) + 1 == passage.span.line
    for sentence in read.sentences:
        assert answer[sentence.span.start : sentence.span.end] == sentence.text
        assert answer.count("\n", 0, sentence.span.start) + 1 == sentence.span.line
    for table in read.tables:
        for row in (table.head, *table.rows):
            for cell in row:
                assert answer[cell.span.start : cell.span.end] == cell.text
