"""The dialect that CONTRIBUTING.md shows is true to the code."""

import re
from pathlib import Path
from types import ModuleType

from qbank.core.blocks import read_document

ROOT = Path(__file__).resolve().parents[3]
TEXT = (
    "# Notes\n\n> Q1: What is a *rank*?\n\nA dimension.\n\n```\n> What is code?\n```\n\n"
    "> Said by nobody.\n\n> Why low?\n\nIt is cheap.\n"
)


def test_the_example_is_a_whole_dialect_of_few_lines() -> None:
    (code,) = re.findall(
        r"```python\n(.*?)^```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert len([line for line in code.splitlines() if line.strip()]) <= 40
    module = ModuleType("quotes")
    exec(compile(code, "CONTRIBUTING.md", "exec"), module.__dict__)
    document = read_document(TEXT, "notes.md")
    questions, problems = module.parse(document)
    assert [(q.line, q.number, q.title) for q in questions] == [
        (3, "1", "What is a *rank*?"),
        (13, "", "Why low?"),
    ]
    assert questions[0].answer.startswith("A dimension.")
    assert questions[1].answer == "It is cheap."
    assert problems == []
    assert module.recognises(document) == 0.5
