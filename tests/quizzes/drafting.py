"""A bank of prose that gives drafts of several rules."""

from qbank.models import Bank, Question, QuestionText, Topic
from tests.quizzes.conftest import make_question, make_text

ANSWERS = {
    "jest": ("What is Jest?", "Jest is a testing framework that ships mocks and a browser-like environment."),
    "redux": (
        "What is Redux?",
        "Redux is a predictable container that keeps all data of an application in one store.",
    ),
    "relay": ("What is Relay?", "Relay is a client that fetches graph queries declared beside each view."),
    "flow": ("What is Flow?", "Flow is a static checker that finds type errors before a program runs."),
    "bytes": (
        "Is Python compiled to bytecode?",
        "Yes, the interpreter compiles every module before it runs.",
    ),
}


def make_bank() -> Bank:
    """Make the bank; five questions give five drafts."""
    bank = Bank.objects.create(slug="prose", name={"en": "Prose"}, language="en")
    topic = Topic.objects.create(bank=bank, slug="react", order=1, title={"en": "React"})
    for order, (key, (title, answer)) in enumerate(ANSWERS.items()):
        question = make_question(bank, topic, key, order=order)
        make_text(question, title, language="en", answer=answer, answer_html=f"<p>{answer}</p>")
    return bank


def edit(key: str, answer: str) -> QuestionText:
    """Change an answer, as an import would, and run the import's hooks."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    text = QuestionText.objects.get(question=Question.objects.get(key=key))
    text.answer = answer
    text.save()
    for hook in settings.BANK_IMPORT_HOOKS:
        import_string(hook)(text_ids=[text.pk])
    return text
