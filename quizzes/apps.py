"""The sitting: items, attempts, marks."""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"
