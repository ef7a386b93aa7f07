"""The Markdown twin of a question's page."""

import pytest
from django.test import Client

from qbank.core.parser import parse_file
from qbank.models import Bank, Picture, Question, QuestionText

pytestmark = pytest.mark.usefixtures("questions")


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    return response.content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_our_own_dialect_reads_it_back_without_the_items(client: Client, prefix: str) -> None:
    language = "en" if prefix else "zh-hans"
    text = QuestionText.objects.get(question__slug="zero", language=language)
    parsed = parse_file(read(client, f"{prefix}/questions/zero.md"), "lora/zero.md")
    assert not parsed.problems
    assert parsed.dialect == "front-matter"
    (question,) = parsed.questions
    assert (question.id, question.title, question.number) == ("zero", text.title, "2")
    assert (question.lab, question.difficulty, question.frequency) == ("initialisation", 2, 3)
    assert (question.tags, question.gist, question.answer) == (("init",), text.gist, text.answer)
    assert question.key_points == ("A **key** point",)
    assert question.mistakes == (("A wrong claim", "What is right"),)
    assert question.follow_ups == (("And then?", "Then this."),)
    assert question.sources == ("Hu et al., [arXiv](https://arxiv.org/abs/2106.09685)",)
    assert question.items == ()


def test_an_answer_without_headings_stays_the_answer(client: Client) -> None:
    QuestionText.objects.update(
        answer="Only a paragraph.", key_points=[], mistakes=[], follow_ups=[], sources=[]
    )
    (question,) = parse_file(read(client, "/en/questions/zero.md"), "lora/zero.md").questions
    assert question.answer == "Only a paragraph."
    assert question.gist == "Gist of LoRA starts at zero"


def test_its_pictures_are_the_ones_we_serve(client: Client, bank: Bank) -> None:
    Picture.objects.create(bank=bank, source="lora/figures/x.svg", file="bank/abc.svg")
    assert "![A picture](/media/bank/abc.svg)" in read(client, "/en/questions/zero.md")


def test_it_says_which_language_it_is_in(client: Client) -> None:
    assert client.get("/en/questions/chinese-only.md")["Content-Language"] == "zh-hans"


def test_an_unknown_question_has_no_markdown(client: Client) -> None:
    assert not Question.objects.filter(slug="none").exists()
    assert client.get("/questions/none.md").status_code == 404
