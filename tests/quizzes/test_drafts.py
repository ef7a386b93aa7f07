"""Drafts come from the bank, are decided once, and follow their source."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from accounts.models import Learner
from qbank.models import Bank, Question
from quizzes.core.authored import ItemError
from quizzes.core.blueprint import Blueprint
from quizzes.drafts import (
    DraftError,
    add_written_item,
    discard_draft,
    publish_draft,
    refresh_drafts,
    reopen_draft,
)
from quizzes.memory import add_cards
from quizzes.models import Card, Decision, Item, Provenance
from quizzes.pool import Pool
from quizzes.services import record_response, start_attempt, sync_authored_items
from tests.quizzes.bank import right
from tests.quizzes.drafting import ANSWERS, edit, make_bank

pytestmark = pytest.mark.django_db


@pytest.fixture
def prose() -> Bank:
    bank = make_bank()
    refresh_drafts()
    return bank


def draft(key: str = "redux") -> Item:
    return Item.objects.filter(question__key=key, source="generated").latest("version")


def pool() -> set[str]:
    return set(Pool(Blueprint(kinds=("single",)), "en").items().values_list("ref", flat=True))


def test_drafts_carry_their_provenance(prose: Bank) -> None:
    found = Item.objects.filter(source="generated").select_related("provenance", "text")
    assert {(item.question.key, item.provenance.strategy, item.state) for item in found} == {
        *((key, "definition", "draft") for key in ("jest", "redux", "relay", "flow")),
        ("bytes", "verdict", "draft"),
    }
    for item in found:
        assert item.text is not None
        said = item.provenance
        assert item.text.answer[said.span_start : said.span_end] == said.source
        assert said.markdown.startswith("### Single: ")
        assert said.verdicts
        assert all(verdict["passed"] for verdict in said.verdicts)
        assert item.key == f"{said.strategy}-{item.span_hash[:10]}"


def test_a_learner_meets_no_draft_until_it_is_published(prose: Bank) -> None:
    assert pool() == set()
    publish_draft(item=draft())
    assert pool() == {draft().ref}


def test_generating_again_keeps_what_is_there(prose: Bank) -> None:
    before = set(Item.objects.values_list("pk", "version", "state"))
    assert refresh_drafts() == {"new": 0, "kept": 5, "decided": 0, "withdrawn": 0}
    assert set(Item.objects.values_list("pk", "version", "state")) == before


def test_decided_spans_never_come_back(prose: Bank) -> None:
    publish_draft(item=draft("redux"))
    discard_draft(item=draft("jest"), reason="leak")
    assert refresh_drafts() == {"new": 0, "kept": 3, "decided": 2, "withdrawn": 0}
    assert draft("redux").state == "published"
    assert draft("jest").state == "retired"
    Question.objects.all().delete()
    Bank.objects.all().delete()
    make_bank()
    assert refresh_drafts()["decided"] == 2
    assert not Item.objects.filter(question__key__in=["redux", "jest"], source="generated").exists()


def test_a_decision_says_who_when_and_why(prose: Bank) -> None:
    editor = User.objects.create_user("editor")
    discard_draft(item=draft("jest"), reason="leak", by=editor)
    decision = Decision.objects.get()
    assert (decision.verdict, decision.reason, decision.strategy) == ("discarded", "leak", "definition")
    assert (decision.decided_by, decision.question) == (editor, draft("jest").question)
    with pytest.raises(ValueError, match="nonsense"):
        discard_draft(item=draft("flow"), reason="nonsense")


def test_what_is_decided_is_no_draft_any_more(prose: Bank) -> None:
    publish_draft(item=draft())
    for act in (lambda: publish_draft(item=draft()), lambda: discard_draft(item=draft(), reason="leak")):
        with pytest.raises(DraftError, match="decided"):
            act()


def test_a_decision_can_be_taken_back(prose: Bank) -> None:
    discard_draft(item=draft(), reason="vague")
    reopen_draft(item=draft())
    assert draft().state == "draft"
    assert not Decision.objects.exists()
    with pytest.raises(DraftError, match="decided"):
        reopen_draft(item=draft())


def test_a_draft_is_fixed_in_place(prose: Bank) -> None:
    markdown = draft().provenance.markdown.replace("Which of these is described here?", "Which one is it?")
    item = publish_draft(item=draft(), markdown=markdown)
    assert "Which one is it?" in item.stem_html
    assert (item.state, item.version, item.provenance.fixed) == ("published", 1, True)
    assert Decision.objects.get().fixed
    assert Item.objects.filter(key=item.key).count() == 1


def test_a_broken_fix_changes_nothing(prose: Bank) -> None:
    markdown = draft().provenance.markdown.replace("- [x]", "- [ ]")
    with pytest.raises(ItemError, match="No option is ticked"):
        publish_draft(item=draft(), markdown=markdown)
    with pytest.raises(DraftError, match="slug"):
        publish_draft(item=draft(), markdown=draft().provenance.markdown.replace("{#", "{#x"))
    assert draft().state == "draft"
    assert not draft().provenance.fixed


def test_an_edited_answer_sends_its_items_back_but_attempts_go_on(prose: Bank, learner: Learner) -> None:
    item = publish_draft(item=draft())
    blueprint = Blueprint(items=(item.ref,))
    attempt = start_attempt(learner=learner, blueprint=blueprint, seed="1", language="en")
    edit("redux", "Redux is a library with a reducer.")
    item.refresh_from_db()
    assert (item.state, item.provenance.stale) == ("draft", True)
    assert pool() == set()
    row = attempt.items.whole().get()
    assert record_response(attempt=attempt, position=1, response=right(row), learner=learner).score == 1
    refresh_drafts()
    item.refresh_from_db()
    assert item.state == "draft"


def test_cards_of_an_item_pause_while_it_is_a_draft(prose: Bank, learner: Learner) -> None:
    item = publish_draft(item=draft())
    add_cards(learner=learner, questions=[item.question], item_key=item.key)
    assert Card.objects.askable().count() == 1
    edit("redux", "Something else entirely.")
    assert Card.objects.askable().count() == 0
    edit("redux", ANSWERS["redux"][1])
    assert Card.objects.askable().count() == 1


def test_a_source_that_comes_back_brings_its_item_back(prose: Bank) -> None:
    publish_draft(item=draft())
    edit("redux", "Something else entirely.")
    edit("redux", "A first paragraph.\n\n" + ANSWERS["redux"][1])
    assert (draft().state, draft().provenance.stale) == ("published", False)


def test_an_unseen_draft_leaves_with_its_source(prose: Bank) -> None:
    edit("redux", "Something else entirely.")
    assert draft().state == "retired"
    assert refresh_drafts()["new"] == 0
    edit("redux", ANSWERS["redux"][1])
    assert refresh_drafts()["new"] == 1
    assert draft().state == "draft"
    assert draft().version == 2


def test_a_stale_item_is_decided_anew(prose: Bank, learner: Learner) -> None:
    item = publish_draft(item=draft())
    start_attempt(learner=learner, blueprint=Blueprint(items=(item.ref,)), seed="1", language="en")
    edit("redux", "Redux is a library with a reducer.")
    markdown = draft().provenance.markdown.replace("described here", "meant here")
    fresh = publish_draft(item=draft(), markdown=markdown)
    item.refresh_from_db()
    assert (fresh.version, fresh.state, fresh.provenance.stale) == (2, "published", False)
    assert (item.version, item.state) == (1, "retired")
    edit("redux", "Redux is a library with a reducer, edited again.")
    assert draft().state == "published"


def test_other_edits_of_the_answer_leave_the_item_alone(prose: Bank) -> None:
    publish_draft(item=draft())
    edit("redux", ANSWERS["redux"][1] + "\n\nAnd a second paragraph.")
    assert draft().state == "published"


def test_an_item_written_back_into_its_file_stays_the_same_item(prose: Bank) -> None:
    item = publish_draft(item=draft())
    assert item.text is not None
    item.text.items_source = [{"markdown": item.provenance.markdown, "line": 9}]
    item.text.save()
    sync_authored_items([item.text_id or 0])
    again = draft_or_authored(item)
    assert (again.pk, again.source, again.state, again.version) == (item.pk, "authored", "published", 1)
    assert refresh_drafts()["new"] == 0


def draft_or_authored(item: Item) -> Item:
    return Item.objects.get(question=item.question_id, key=item.key)


WRITTEN = "### Single: One? {#mine}\n- [x] yes\n- [ ] no\n\n> because\n"


def test_an_editor_writes_an_item_and_writes_it_anew(prose: Bank) -> None:
    question = Question.objects.get(key="redux")
    first = add_written_item(question=question, language="en", markdown=WRITTEN)
    assert (first.state, first.source, first.version) == ("published", "written", 1)
    same = add_written_item(question=question, language="en", markdown=WRITTEN)
    assert same == first
    second = add_written_item(question=question, language="en", markdown=WRITTEN.replace("One?", "Two?"))
    assert (second.version, Item.objects.live().filter(key="mine").get()) == (2, second)
    edit("redux", "Another answer.")
    assert Item.objects.live().filter(key="mine").get() == second
    with pytest.raises(ItemError):
        add_written_item(question=question, language="en", markdown="### nonsense")
    taken = WRITTEN.replace("mine", draft("jest").key)
    with pytest.raises(DraftError, match="twice"):
        add_written_item(question=Question.objects.get(key="jest"), language="en", markdown=taken)


def test_an_import_looks_at_its_own_texts_only(prose: Bank, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        edit("bytes", ANSWERS["bytes"][1] + " More.")
    assert Provenance.objects.filter(stale=True).count() == 0
