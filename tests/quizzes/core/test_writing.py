"""What is written is what is read: items go into the authors' form and come back the same."""

import pytest
from hypothesis import given

from quizzes.core.authored import parse_item
from quizzes.core.generation.making import generate
from quizzes.core.items import Item, Open, OpenForm, canonical
from quizzes.core.writing import Unwritable, write_item
from tests.quizzes.core import strategies
from tests.quizzes.core.generation.test_strategies import CODE, KINDS, REACT, TABLE, texts


@given(strategies.items())
def test_every_kind_survives_writing_and_reading_in_both_languages(item: Item) -> None:
    for chinese in (True, False):
        again = parse_item(write_item(item, chinese=chinese), 1)
        assert canonical(again) == canonical(item)
        assert again.slug == item.slug


def test_generated_items_survive_too() -> None:
    material = texts(
        *((text.title, text.answer) for text in REACT.texts),
        ("What is the difference between Map and Set?", TABLE.format(corner="Feature")),
        ("Which types of sorting are there?", KINDS),
        ("What happens to a?", CODE),
    )
    drafts = [draft for draft in generate(material, seed="1") if draft.state == "draft"]
    assert len(drafts) > 5
    for draft in drafts:
        assert parse_item(write_item(draft.item, chinese=False), 1) == draft.item


def test_a_self_graded_item_of_the_answer_has_no_authored_form() -> None:
    with pytest.raises(Unwritable):
        write_item(Open(slug="x", stem="s", form=OpenForm.TERM), chinese=True)
