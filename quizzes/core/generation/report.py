"""Print items, bias and rating sheets for people."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from quizzes.core.generation.bias import measure
from quizzes.core.generation.listing import Listed
from quizzes.core.items import BLANK, Cloze, Multiple, Numeric, Ordering, Single
from quizzes.core.sheet import split


def item_text(listed: Listed) -> str:
    """Return one item with its provenance as plain text."""
    head = f"[{listed.state}] {listed.item.kind.value} · {listed.strategy} v{listed.version}"
    lines = [f"{head} · {listed.question}", f"question: {listed.title}", *face(listed)]
    lines += [f"source (line {listed.line}): {' '.join(listed.source.split())[:400]}"]
    for verdict in listed.verdicts:
        said = "passed" if verdict.passed else f"FAILED, {verdict.reason}"
        lines.append(f"  {verdict.filter}: {said}")
    return "\n".join(lines)


def face(listed: Listed, *, key: bool = True) -> list[str]:
    """Return stem and options, and the key where it may be seen."""
    item = listed.item
    lines = [item.stem.replace(BLANK, "____")]
    if isinstance(item, Single | Multiple):
        keys = {item.key} if isinstance(item, Single) else set(item.key)
        lines += [
            f"  {'*' if key and i in keys else ' '} {chr(ord('A') + i)}. {option.text}"
            for i, option in enumerate(item.options)
        ]
    elif isinstance(item, Ordering):
        lines += [f"    {place}. {item.steps[i]}" for place, i in enumerate(item.key, 1)]
    elif key:
        hidden = split(item)[1]
        lines.append(f"key: {hidden.get('key', hidden.get('points'))}")
    return lines


def bias_text(listed: Sequence[Listed], questions: int) -> str:
    """Return the figures of bias, and from where items come."""
    live = [one for one in listed if one.state in ("published", "draft")]
    found = measure(one.item for one in live)
    shares = ", ".join(str(count) for count in found.positions)
    lines = [
        f"questions {questions}, items {len(live)}, single choices {found.singles}",
        f"keys at place 1, 2, …: {shares}",
        f"key position: chi-square {found.chi_square:.2f}, {found.freedom} degrees of freedom, "
        f"p = {found.p_value:.3f}",
        f"key longer than all others: {found.longest:.1%}, shorter: {found.shortest:.1%} "
        f"(by chance {found.expected:.1%})",
        f"items with duplicate options: {found.duplicates}",
        "share of questions with an item, by source:",
    ]
    asked: dict[str, set[str]] = {}
    for one in live:
        asked.setdefault(f"{one.strategy} ({one.state})", set()).add(one.question)
    for name, several in sorted(asked.items(), key=lambda pair: -len(pair[1])):
        lines.append(f"  {name}: {len(several) / max(1, questions):.1%}")
    drafts = [one for one in live if one.state == "draft"]
    lines.append(f"drafts a question: {len(drafts) / max(1, questions):.3f}")
    lines += [f"  {name}: {count}" for name, count in Counter(d.strategy for d in drafts).most_common()]
    return "\n".join(lines)


def draw_sample(listed: Iterable[Listed], *, each: int, seed: str) -> list[Listed]:
    """Draw up to so many drafts of every strategy, in an order that does not tell the strategies apart."""
    by_strategy: dict[str, list[Listed]] = {}
    for one in listed:
        if one.state == "draft":
            by_strategy.setdefault(one.strategy, []).append(one)
    rng = random.Random(seed)
    drawn = [
        one
        for name in sorted(by_strategy)
        for one in rng.sample(by_strategy[name], min(each, len(by_strategy[name])))
    ]
    rng.shuffle(drawn)
    return drawn


RULES = """# Drafts to rate

Rate each draft `valid` or `invalid`, strictly. Valid means all of:

1. it can be answered from the stem by somebody who knows the matter (nothing missing, no pointing elsewhere);
2. exactly one key, and it is right (for a gap: what is accepted is what an expert would write);
3. the distractors are plausible and each is wrong;
4. nothing gives the key away: wording, length, form, grammar;
5. it is grammatical and reads naturally;
6. it is worth asking in an interview: no trivia of one product, no private shorthand, nothing that passes.

Write the ratings as JSON: `{"1": {"valid": true}, "2": {"valid": false, "reason": "leak"}, …}`, with reasons
such as `unanswerable`, `two keys`, `wrong key`, `implausible`, `leak`, `grammar`, `vague`, `trivial`.
"""


def _accepted(forms: tuple[str, ...]) -> str:
    """Write the forms that a blank accepts; those that differ in spaces, hyphens or a plural only once."""
    distinct = {re.sub(r"[\s-]|s$", "", form).casefold(): form for form in reversed(forms)}
    said = " / ".join(form for form in forms if form in distinct.values())
    return said if len(distinct) == len(forms) else f"{said} (also with other spaces, hyphens or number)"


def sheet_text(drawn: Sequence[Listed]) -> str:
    """Return the sheet that raters get: items, keys and sources, but neither strategy nor verdicts."""
    parts = [RULES]
    for number, one in enumerate(drawn, 1):
        key = ""
        if isinstance(one.item, Cloze):
            key = "\n\nKey: " + "; ".join(map(_accepted, one.item.key))
        elif isinstance(one.item, Single):
            key = f"\n\nKey: {chr(ord('A') + one.item.key)}"
        elif isinstance(one.item, Numeric):
            key = f"\n\nKey: {one.item.key}"
        elif isinstance(one.item, Ordering):
            key = "\n\nKey: this order (learners meet the steps shuffled)"
        options = "\n".join(face(one, key=False)[1:])
        parts.append(
            f"## {number}\n\n{one.item.stem.replace(BLANK, '____')}\n\n{options}{key}\n\n"
            f"Source: {' '.join(one.source.split())[:600]}\n\nFrom the answer to: {one.title}\n"
        )
    return "\n".join(parts)
