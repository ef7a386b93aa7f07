"""Make drafts of a whole bank: every strategy in turn, every filter asked, the same seed the same drafts."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from quizzes.core.blueprint import generator
from quizzes.core.folding import fold_text
from quizzes.core.generation.drafts import Draft, judge
from quizzes.core.generation.filters import dated, writable
from quizzes.core.generation.material import Material
from quizzes.core.generation.strategies import OFFERED, STRATEGIES

OF_ONE_RULE = 3
A_QUESTION = 4  # drafts that one question may give: an editor shall not meet one answer again and again


def generate(material: Material, *, seed: str, strategies: Iterable[str] = OFFERED) -> Iterator[Draft]:
    """Yield every proposal with its verdicts, strategy by strategy; each stretch of text only once each."""
    current = dated.check_of(material)
    for name in strategies:
        strategy = STRATEGIES[name]
        seen: set[str] = set()
        for candidate in strategy.propose(material, generator(seed, name)):
            draft = judge(name, strategy.VERSION, candidate, (*strategy.FILTERS, current, writable.check))
            if draft.span_hash not in seen:
                seen.add(draft.span_hash)
                item = replace(candidate.item, slug=f"{name}-{draft.span_hash[:10]}")
                yield replace(draft, candidate=replace(candidate, item=item))


def accepted(drafts: Iterable[Draft]) -> list[Draft]:
    """Return the drafts that all filters passed, no stem twice, four a question, three of them of a rule."""
    kept: list[Draft] = []
    stems: set[str] = set()
    counts: dict[tuple[str, str], int] = {}
    for draft in drafts:
        stem = fold_text(draft.item.stem)
        question = draft.candidate.text.question
        whole, own = counts.get((question, ""), 0), counts.get((question, draft.strategy), 0)
        if draft.state == "draft" and stem not in stems and whole < A_QUESTION and own < OF_ONE_RULE:
            counts[question, ""], counts[question, draft.strategy] = whole + 1, own + 1
            stems.add(stem)
            kept.append(draft)
    return kept
