"""How a learner stands with questions, for those who list questions and know nothing of memory."""

from collections.abc import Iterable

from accounts.models import Learner
from quizzes.card_managers import LEARNING
from quizzes.cards import Card
from quizzes.core.scheduler import Phase


def standings(learner: Learner, questions: Iterable[int]) -> dict[int, str]:
    """Return "learning" or "learnt" for those questions that the learner has reviewed (one query).

    A question counts as learnt when none of its cards is being learnt.
    """
    cards = Card.objects.of(learner).filter(question__in=questions).exclude(phase=Phase.NEW)
    found: dict[int, str] = {}
    for question, phase in cards.values_list("question_id", "phase"):
        if phase in LEARNING:
            found[question] = "learning"
        else:
            found.setdefault(question, "learnt")
    return found
