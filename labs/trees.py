"""Trees: nodes in, nested lists out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.core.config import Text, Tree


@dataclass(frozen=True)
class Branch:
    """One node with what hangs under it."""

    text: Text | str
    fate: str  # its CSS class
    branches: list[Branch] = field(default_factory=list)


@dataclass(frozen=True)
class DrawnTree:
    """A tree ready to be written."""

    chart: Tree
    root: Branch

    template = "labs/_tree.html"
    live = False  # the server draws it again
    drawn = True


def draw_tree(tree: Tree, events: Iterable[Mapping[str, Any]]) -> DrawnTree | None:
    """Draw the tree of this name as far as it has grown; None when the run has reported no node of it."""
    known: dict[int, Branch] = {}
    for event in events:
        if event.get("type") == "node" and event.get("tree") == tree.name:
            branch = Branch(event["text"], event["fate"])
            if event["parent"] in known:
                known[event["parent"]].branches.append(branch)
            known[event["number"]] = branch
    return DrawnTree(tree, next(iter(known.values()))) if known else None
