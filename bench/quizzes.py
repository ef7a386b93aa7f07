"""Beginning and answering a quiz from a bank of 10,000 items, against the plainest queries it needs."""

import itertools
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases

from accounts.models import Learner
from bench.interleave import interleaved
from qbank.models import Bank, Question, QuestionText, Topic
from quizzes.core.blueprint import Blueprint, hash_question
from quizzes.core.items import Option, Single
from quizzes.core.sheet import split
from quizzes.making import make_ref
from quizzes.models import Attempt, Item, ItemKey
from quizzes.services import record_response, start_attempt

ITEMS, A_QUIZ = 10_000, 20
A_QUESTION = (5, 1)  # items a question
LIMIT = 3  # times the two plainest queries
MOST_QUERIES = 8  # of an answer


def fill(a_question: int) -> None:
    """Write a bank of 10,000 single choice items."""
    bank = Bank.objects.create(slug="bench", name={"en": "Bench"})
    topics = [
        Topic.objects.create(bank=bank, slug=f"topic-{n}", order=n, title={"en": f"Topic {n}"})
        for n in range(10)
    ]
    count = ITEMS // a_question
    questions = Question.objects.bulk_create(
        Question(bank=bank, topic=topics[n % 10], key=f"question-{n}", slug=f"question-{n}", order=n)
        for n in range(count)
    )
    texts = QuestionText.objects.bulk_create(
        QuestionText(question=question, title=question.key, language="en", path="x.md", line=1, checksum="")
        for question in questions
    )
    sheet, key = split(Single(slug="x", stem="", options=tuple(map(Option, "abcd")), key=1))
    items = Item.objects.bulk_create(
        Item(
            question=text.question,
            text=text,
            ref=make_ref("bench", text.question.key, f"item-{n}"),
            question_hash=hash_question("bench", text.question.key),
            key=f"item-{n}",
            language="en",
            kind="single",
            source="authored",
            position=n,
            stem_html=f"<p>Item {n} of {text.title}: which of the four?</p>",
            sheet=sheet,
            size=4,
        )
        for text in texts
        for n in range(a_question)
    )
    ItemKey.objects.bulk_create(ItemKey(item=item, key=key) for item in items)


def plain_pool() -> None:
    """Read the names of all items that may be drawn."""
    assert len(Item.objects.filter(state="published").order_by().values_list("pk", "ref")) == ITEMS


def plain_items(first: int) -> None:
    """Read twenty items with their keys."""
    items = Item.objects.filter(pk__gte=first, pk__lt=first + A_QUIZ).order_by()
    assert len(items.select_related("answer")) == A_QUIZ


def beginning(learner: Learner) -> Callable[[], Attempt]:
    """Return a callable that begins another quiz each time."""
    seeds = itertools.count()
    return lambda: start_attempt(
        learner=learner, blueprint=Blueprint(number=A_QUIZ), seed=str(next(seeds)), language="en"
    )


def count_queries(task: Callable[[], object]) -> int:
    """Return how many statements a task sends, those of its transaction among them."""
    with CaptureQueriesContext(connection) as captured:
        task()
    return len(captured)


def main() -> None:
    """Print the cost of a beginning in its two plainest queries, and the statements of an answer."""
    for a_question in A_QUESTION:
        databases = setup_databases(verbosity=0, interactive=False)
        measure(a_question)
        teardown_databases(databases, verbosity=0)


def measure(a_question: int) -> None:
    """Fill an empty database, and print what a bank of that many items a question costs."""
    fill(a_question)
    learner = Learner.objects.create()
    begin = beginning(learner)
    attempt = begin()
    first = Item.objects.values_list("pk", flat=True).order_by("pk").first() or 0
    tasks = {
        "names of the pool": plain_pool,
        "twenty items": lambda: plain_items(first),
        "begin a quiz": begin,
    }
    seconds = interleaved(tasks, rounds=15, calls=3)
    base = seconds["names of the pool"] + seconds["twenty items"]
    queries = count_queries(lambda: record_response(attempt=attempt, position=1, response=0, learner=learner))
    started = count_queries(begin)
    for name, value in seconds.items():
        ratio = f"{value / base:5.2f} × the two plainest queries (goal: {LIMIT})"
        print(f"quizzes: {a_question} items a question: {name:18} {ratio}")
    print(f"quizzes: {queries} statements an answer (goal: {MOST_QUERIES}), {started} a beginning")


if __name__ == "__main__":
    main()
