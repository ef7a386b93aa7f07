"""What a reader sees at a question's address."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from qbank.core.formulas import CLASSES
from qbank.models import Question, QuestionText, Slug
from qbank.templatetags.bank import breaks_at_marks

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
pytestmark = pytest.mark.usefixtures("questions")


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_it_shows_everything_the_author_wrote(client: Client) -> None:
    html = page(client, "/en/questions/zero/")
    for part in (
        "<h1>LoRA starts at zero</h1>",
        "Gist of LoRA",
        "Answer of LoRA",
        "A <strong>key</strong> point",
        "<s>A wrong claim</s>",
        "What is right",
        "And then?",
        "https://arxiv.org/abs/2106.09685",
        'href="#s1"',
        'rel="license">CC BY 4.0',
        "Somebody",
        '<aside class="lab"',
    ):
        assert part in html


@pytest.mark.parametrize("slug", ["rank", "zero"])
def test_it_takes_seven_queries_with_a_lab_or_without(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, slug: str
) -> None:
    with django_assert_num_queries(7):  # the run shown beside a question is a file
        client.get(f"/questions/{slug}/")


def test_reading_sets_no_cookie(client: Client) -> None:
    assert not client.get("/questions/zero/").cookies


def test_the_sixty_second_view_leaves_the_long_answer_out(client: Client) -> None:
    html = page(client, "/en/questions/zero/?view=60s")
    assert "Gist of LoRA" in html
    assert "A <strong>key</strong> point" in html
    assert "Answer of LoRA" not in html
    assert "A wrong claim" not in html


def test_recalling_first_hides_the_answer_in_a_fold(client: Client) -> None:
    html = page(client, "/en/questions/zero/?recall=1")
    before, fold, after = html.partition("<details")
    assert fold
    assert "Gist of LoRA starts at zero" not in before.partition("<body>")[2]
    assert "Gist of LoRA" in after
    assert "Answer of LoRA" in after


def test_an_unknown_view_shows_the_page_in_full(client: Client) -> None:
    assert "Answer of LoRA" in page(client, "/en/questions/zero/?view=nonsense")


def test_the_neighbours_follow_the_authors_order(client: Client) -> None:
    html = page(client, "/en/questions/zero/")
    assert 'rel="prev" href="/en/questions/prompts/"' in html
    assert 'rel="next" href="/en/questions/rank/"' in html


def test_the_first_question_has_nothing_before_it(client: Client) -> None:
    html = page(client, "/en/questions/prompts/")
    assert 'rel="prev"' not in html
    assert 'rel="next"' in html


def test_turning_the_page_keeps_the_view(client: Client) -> None:
    assert 'rel="next" href="/en/questions/rank/?recall=1"' in page(client, "/en/questions/zero/?recall=1")


def test_retired_questions_are_no_neighbours(client: Client) -> None:
    Question.objects.filter(slug="rank").update(state="retired")
    html = page(client, "/en/questions/zero/")
    assert 'rel="next" href="/en/questions/chinese-only/"' in html
    assert "/en/questions/rank/" not in html


def test_related_questions_share_tags_first(client: Client) -> None:
    near = page(client, "/en/questions/rank/").partition('id="related"')[2]
    assert "/en/questions/zero/" in near
    assert "/en/questions/chinese-only/" in near
    assert "/en/questions/prompts/" not in near


def test_a_text_missing_in_english_is_shown_in_chinese_and_marked(client: Client) -> None:
    html = page(client, "/en/questions/chinese-only/")
    assert '<html lang="en"' in html
    assert '<h1 lang="zh-hans" class="whole">只有中文</h1>' in html
    assert "no text in this language" in html


def test_a_retired_question_is_gone_but_readable(client: Client) -> None:
    assert "data-keep" in page(client, "/en/questions/zero/")
    Question.objects.filter(slug="zero").update(state="retired")
    html = page(client, "/en/questions/zero/", status=410)
    assert "data-keep" not in html  # nobody can fetch it to keep it
    assert "on this topic today</a>" in html
    assert "no longer part of the bank" in html
    assert "Answer of LoRA" in html
    assert 'content="noindex"' in html


@pytest.mark.parametrize(
    ("title", "ems", "whole"),
    [
        ("LoRA 为什么能加速训练？总是更快吗？", 12, True),
        ("奖励模型的过度优化是什么？怎样发现", 12, False),
        ("奖励模型的过度优化是什么？怎样发现", 13, True),
        ("怎样从零开始", 6, True),
        ("怎样从零开始", 5, False),
        ("用LoRA微调", 5, False),
        ("用 LoRA 微调", 3, True),
        ("Why from zero?", 40, False),
    ],
)
def test_a_chinese_title_breaks_at_its_marks_where_every_part_fits(title: str, ems: int, whole: bool) -> None:
    assert breaks_at_marks(title, ems) is whole


def test_titles_are_whole_in_headings_and_lists_and_in_chinese_alone(client: Client) -> None:
    QuestionText.objects.filter(question__slug="zero", language="zh-hans").update(
        title="为什么从零？", title_html=""
    )
    assert '<h1 class="whole">为什么从零？</h1>' in page(client, "/questions/zero/")
    assert '<span class="whole">为什么从零？</span>' in page(client, "/questions/rank/")
    assert (
        'class="whole"' not in page(client, "/en/questions/zero/").partition("<h1")[2].partition("</h1>")[0]
    )


def test_an_old_address_moves_for_good(client: Client) -> None:
    Slug.objects.create(slug="once", question=Question.objects.get(slug="zero"))
    response = client.get("/en/questions/once/")
    assert (response.status_code, response["Location"]) == (301, "/en/questions/zero/")


def test_an_unknown_question_is_not_found(client: Client) -> None:
    assert "does not exist" in page(client, "/en/questions/none/", status=404)


@pytest.mark.parametrize(
    "address", ["/en/questions/zero/", "/en/questions/zero/?recall=1", "/en/questions/zero.md"]
)
def test_items_and_their_keys_are_never_shown(client: Client, address: str) -> None:
    assert "secret stem" not in page(client, address)


def test_it_practises_this_question_and_its_topic(client: Client) -> None:
    assert 'href="/en/quizzes/new/?questions=zero"' in page(client, "/en/questions/zero/")
    assert 'href="/en/quizzes/new/?topics=lora"' in page(client, "/en/topics/lora/")


def test_nothing_stands_inline_and_nothing_comes_from_elsewhere(client: Client) -> None:
    html = page(client, "/questions/zero/")
    assert "style=" not in html
    assert "<style" not in html
    assert html.count("<script") == html.count('<script type="module" src="/static/')
    assert 'src="http' not in html
    assert 'rel="stylesheet" href="http' not in html


def test_formulas_come_without_the_tex_behind_them(client: Client) -> None:
    QuestionText.objects.filter(question__slug="rank").update(
        answer_html='<p><math><semantics><mi>A</mi><annotation encoding="application/x-tex">A'
        "</annotation></semantics></math></p>"
    )
    html = page(client, "/en/questions/rank/")
    assert "<math><mi>A</mi></math>" in html
    assert "annotation" not in html


def sheets(html: str) -> list[str]:
    return re.findall(r'<link rel="stylesheet" href="/static/css/([a-z-]+)', html)


def test_all_it_needs_stands_in_one_sheet(client: Client) -> None:
    """A second one costs a round trip or a connection before the first paint."""
    html = page(client, "/questions/zero/")
    assert sheets(html) == ["site"]
    elsewhere = set(re.findall(r"^\.([\w-]+)(?: \{| >|:)", (CSS / "pages.css").read_text(), re.MULTILINE))
    assert {"btn-ink", "row", "stack-l"} <= elsewhere
    assert not elsewhere & {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()}


def test_the_rules_of_matrices_come_with_a_matrix(client: Client) -> None:
    formula = '<math><mtable><mtr><mtd class="m-left"><mi>A</mi></mtd></mtr></mtable></math>'
    text = QuestionText.objects.get(question__slug="zero", language="en")
    text.follow_ups = [{"question_html": "And then?", "answer_html": formula}]
    text.save()
    assert sheets(page(client, "/en/questions/zero/")) == ["site", "pages"]


def test_every_class_of_a_matrix_has_its_rule() -> None:
    rules = (CSS / "pages.css").read_text()
    assert [name for name in CLASSES.values() if name and f".{name} {{" not in rules] == []
