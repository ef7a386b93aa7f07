"""Sums over an attempt."""

from quizzes.core.results import Sat, tally, tally_by

SAT = [
    Sat("lora", "single", 1.0),
    Sat("lora", "open", 0.5),
    Sat("cot", "single", 0.0),
    Sat("cot", "cloze", None),
]


def test_an_unanswered_item_counts_as_nothing() -> None:
    whole = tally(SAT)
    assert (whole.items, whole.right, whole.wrong, whole.unanswered) == (4, 1, 2, 1)
    assert (whole.percent, whole.right_percent) == (38, 25)


def test_sums_by_topic_and_by_kind_cover_everything() -> None:
    for field in ("topic", "kind"):
        groups = tally_by(SAT, field)
        assert sum(group.items for group in groups) == 4
    assert [(group.name, group.right, group.items) for group in tally_by(SAT, "topic")] == [
        ("lora", 1, 2),
        ("cot", 0, 2),
    ]


def test_nothing_sums_to_nothing() -> None:
    assert (tally([]).percent, tally([]).right_percent) == (0, 0)
