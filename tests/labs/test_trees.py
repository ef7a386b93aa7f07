"""Trees, before they are written as pages, and on a page."""

from typing import Any

from django.template.loader import render_to_string

from labs.core.config import Tree
from labs.core.events import node
from labs.core.experiments.tree_of_thoughts import grow_tree, pick_search
from labs.core.game24 import list_hands
from labs.core.tree_search import simulated_judge
from labs.trees import draw_tree

TREE = Tree("search", {"zh": "树", "en": "Tree"}, {"zh": "看", "en": "Look"})


def events() -> list[dict[str, Any]]:
    return [
        node("search", 0, None, "1 2 3", "kept"),
        node("search", 1, 0, "1 + 2 <b>", "kept"),
        node("search", 9, 0, {"zh": "剪掉 3 个", "en": "3 cut off"}, "dropped"),
        node("another", 2, 1, "elsewhere", "kept"),
        node("search", 5, 1, "3 + 3 = 6", "goal"),
    ]


def test_nodes_hang_under_their_parents_in_the_order_of_telling() -> None:
    drawn = draw_tree(TREE, events())
    assert drawn is not None
    assert drawn.root.branches[0].text == "1 + 2 <b>"
    assert [branch.fate for branch in drawn.root.branches] == ["kept", "dropped"]
    assert [branch.text for branch in drawn.root.branches[0].branches] == ["3 + 3 = 6"]


def test_a_tree_nobody_told_of_is_not_drawn() -> None:
    assert draw_tree(TREE, events()[3:4]) is None


def test_a_tree_is_written_as_nested_lists_in_the_readers_language() -> None:
    drawn = draw_tree(TREE, events())
    assert drawn is not None
    written = render_to_string(drawn.template, {"figure": drawn})
    assert written.count("<ul>") == written.count("</ul>") == 3
    assert "1 + 2 &lt;b&gt;" in written
    assert "剪掉 3 个" in written
    assert '<li class="goal">' in written


def test_the_tree_of_a_hand_ends_at_24_and_counts_every_state_once() -> None:
    hand, nodes = pick_search(list(list_hands(10)[::25]), lambda h: simulated_judge(0.8, f"0 {h}"))
    told = list(grow_tree(hand, nodes))
    assert [event["fate"] for event in told].count("goal") == 1
    assert len({event["number"] for event in told}) == len(told)
    followed = [event for event in told if isinstance(event["text"], str)]
    others = [event for event in told if isinstance(event["text"], dict)]
    counted = sum(int(word) for event in others for word in event["text"]["en"].split() if word.isdigit())
    assert len(followed) - 1 + counted - 24 * sum(e["fate"] == "miss" for e in others) == len(nodes)
