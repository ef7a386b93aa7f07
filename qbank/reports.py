"""The quality report of an import as data, and as one HTML file that needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string

from qbank.core.document import Problem
from qbank.sources import Sources

MOST_FILES = 2000  # listed one by one in a report

Json = dict[str, Any]


def problems_as_json(problems: Sequence[Problem]) -> list[Json]:
    """Return problems as a report keeps them."""
    return [
        {"path": p.path, "line": p.line, "code": p.code, "message": p.message, "remedy": p.remedy}
        for p in problems
    ]


def files_as_json(sources: Sources) -> list[Json]:
    """Tell of each file the dialect that was chosen, its language and how many questions it holds."""
    return [
        {
            "path": file.path,
            "dialect": file.dialect,
            "language": file.language,
            "questions": len(file.questions),
        }
        for file in sources.files[:MOST_FILES]
    ]


def count_codes(problems: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Count the problems of each kind, the most frequent first."""
    return Counter(str(problem["code"]) for problem in problems).most_common()


def write_html(
    *, bank: str, summary: Mapping[str, int], files: Sequence[Json], problems: Sequence[Json], when: str = ""
) -> str:
    """Write a report as one self-contained page; everything in it is escaped."""
    context = {
        "bank": bank,
        "when": when,
        "summary": [(name, count) for name, count in summary.items() if count],
        "files": files,
        "problems": problems,
        "codes": count_codes(problems),
    }
    return render_to_string("qbank/report.html", context)
