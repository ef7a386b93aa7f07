"""Items of every kind. Whatever must stay hidden before a response carries the word SECRET."""

from __future__ import annotations

from typing import Any

from quizzes.models import AttemptItem

RICH = """### 单选：若都为零会怎样？ {#both-zero}
- [ ] 慢一点
  > SECRET 不是慢。
- [x] 一步不动
- [ ] 发散

> SECRET 梯度恰好为零。

### 多选：哪些对？ {#which}
- [x] 甲
- [x] 乙
- [ ] 丙
  > SECRET 丙不对。

> SECRET 甲乙对。

### 判断：只有零才行。 {#only-zero}
- [ ] 对
- [x] 错

> SECRET 还有别的。

### 填空：W = W₀ + [[SECRETBLANK|另写]]·BA，换任务先[[减去SECRET]]。 {#cloze}

> SECRET 缩放。

### 数值：多少个参数？ {#number}
= 91827 ± 3

> SECRET 就是这么多。

### 连线：连起来。 {#pairs}
- 秩 :: 宽度
- 缩放 :: 系数
- 冻结 :: 不更新

> SECRET 直接读出。

### 排序：依次发生什么？ {#steps}
1. 前向
2. 反向
3. 更新
4. 再反向

> SECRET 先后。

### 简答：为什么？ {#why}
- SECRETPOINT 一
- SECRETPOINT 二

> SECRET 参考答案。
"""
ENGLISH = """### Single: What if both are zero? {#both-zero}
- [ ] Slower
- [x] It stands still
- [ ] It diverges

> SECRET: both gradients are zero.
"""
PLAIN = {
    "answer": "SECRETANSWER 一。",
    "answer_html": "<p>SECRETANSWER 一。</p>",
    "gist_html": "<p>SECRETGIST</p>",
    "key_points": [
        {"text": "SECRETPOINT 甲", "html": "SECRETPOINT 甲"},
        {"text": "SECRETPOINT 乙", "html": "SECRETPOINT 乙"},
    ],
}
RICH_KINDS = ("single", "multiple", "true_false", "cloze", "numeric", "matching", "ordering", "open")


def right(row: AttemptItem) -> Any:
    """What somebody who knows everything answers."""
    from tests.quizzes.core.test_grading import right_response

    return right_response(row.asked())


def wrong(row: AttemptItem) -> Any:
    """A response of the right shape that is wrong."""
    key: Any = right(row)
    match row.item.kind:
        case "single":
            return (key + 1) % len(row.item.sheet["options"])
        case "multiple":
            return [i for i in range(len(row.item.sheet["options"])) if i not in key]
        case "true_false":
            return not key
        case "cloze":
            return ["nonsense"] * len(key)
        case "numeric":
            return "-1"
        case "matching" | "ordering":
            return [*key[1:], key[0]]
    return {"points": [], "grade": "missed"}


def form(row: AttemptItem, response: Any) -> dict[str, Any]:
    """Write a response as the page's form would post it."""
    match row.item.kind:
        case "single" | "multiple":
            return {"choice": response}
        case "true_false":
            return {"choice": "true" if response else "false"}
        case "cloze":
            return {f"blank{i}": text for i, text in enumerate(response)}
        case "numeric":
            return {"number": response}
        case "matching":
            return {f"term{i}": value for i, value in enumerate(response)}
        case "ordering":
            return {"order": response}
    return {"point": response.get("points", []), "grade": response.get("grade", "got")}
