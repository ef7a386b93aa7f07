"""The bank and the learners of the sitting's tests: what accounts move is theirs."""

from tests.quizzes.conftest import attempt, bank, learner, other_client, own_client

__all__ = ["attempt", "bank", "learner", "other_client", "own_client"]
