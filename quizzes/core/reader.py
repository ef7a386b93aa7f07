"""Part the Markdown of one item into heading, stem, list and reasons, before its kind is looked at."""

import re
from dataclasses import dataclass, replace

from qbank.core.document import Problem

HEADING = re.compile(r"#{1,6}\s+(?P<text>.*?)\s*(?:\{#(?P<slug>[^}]*)\}\s*)?$")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FENCE = re.compile(r"\s*(`{3,}|~{3,})")
QUOTE = re.compile(r"(?P<indent>\s*)>\s?(?P<text>.*)")
ENTRIES = {
    "task": re.compile(r"[-*+]\s+\[(?P<tick>[ xX])\]\s*(?P<text>.*)"),
    "step": re.compile(r"\d+[.)]\s+(?P<text>.*)"),
    "bullet": re.compile(r"[-*+]\s+(?P<text>.*)"),
    "value": re.compile(r"=\s*(?P<text>.*)"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the item's list."""

    line: int
    mark: str  # "task", "step", "bullet" or "value"
    text: str
    ticked: bool = False
    rationale: str = ""


@dataclass(frozen=True)
class Draft:
    """An item in its parts, not yet of a kind."""

    line: int
    heading: str
    slug: str
    stem: str  # what the body adds to the heading
    entries: tuple[Entry, ...]
    rationale: str


class Reader:
    """Collect an item's parts and what is wrong with them, line by line."""

    def __init__(self, markdown: str, line: int, path: str) -> None:
        self.lines = markdown.strip("\n").splitlines()
        self.first = line
        self.path = path
        self.problems: list[Problem] = []

    def report(self, line: int, code: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.path, line, code, message, remedy))

    def draft(self) -> Draft:
        """Part the lines into heading, stem, entries with their rationales, and the item's own rationale."""
        heading = HEADING.match(self.lines[0]) if self.lines else None
        if heading is None:
            self.report(
                self.first, "item-heading", "The item has no heading.", "Begin with `### Kind: stem {#slug}`."
            )
        slug = ((heading and heading["slug"]) or "").strip()
        if heading and not SLUG.fullmatch(slug):
            remedy = "End the heading with `{#slug}`: a-z, 0-9 and hyphens, the same in every language."
            self.report(
                self.first, "item-slug", f"The mark {slug!r} is not a slug." if slug else "No mark.", remedy
            )
        stem, entries, why = self._body()
        return Draft(self.first, heading["text"] if heading else "", slug, stem, entries, why)

    def _body(self) -> tuple[str, tuple[Entry, ...], str]:
        stem: list[str] = []
        entries: list[Entry] = []
        why: list[str] = []
        fence = ""
        for number, text in enumerate(self.lines[1:], self.first + 1):
            opened = FENCE.match(text)
            if fence or opened:
                fence = self._fenced(number, text, fence, opened, stem, in_stem=not entries and not why)
            elif quote := QUOTE.fullmatch(text):
                if quote["indent"] and entries and not why:
                    told = f"{entries[-1].rationale}\n{quote['text']}".strip("\n")
                    entries[-1] = replace(entries[-1], rationale=told)
                else:
                    why.append(quote["text"])
            elif not text.strip():
                (why or stem).append("")
            elif (entry := self._entry(number, text)) and not why:
                entries.append(entry)
            elif entries and not why and text[:1].isspace():
                entries[-1] = replace(entries[-1], text=f"{entries[-1].text}\n{text.strip()}")
            elif not entries and not why:
                stem.append(text)
            else:
                self.report(
                    number, "item-stray", f"{text.strip()!r} belongs to nothing.", "Indent it, or quote it."
                )
        return "\n".join(stem).strip("\n"), tuple(entries), "\n".join(why).strip("\n")

    def _fenced(
        self,
        number: int,
        text: str,
        fence: str,
        opened: re.Match[str] | None,
        stem: list[str],
        *,
        in_stem: bool,
    ) -> str:
        """Keep a line of a code block; return the fence that is open after it, if one is."""
        if in_stem:
            stem.append(text)
        elif not fence:
            self.report(
                number,
                "item-code",
                "A code block after the list.",
                "Put it between the heading and the list.",
            )
        if not fence:
            return opened[1] if opened else ""
        return "" if text.strip().startswith(fence) else fence

    def _entry(self, number: int, text: str) -> Entry | None:
        for mark, pattern in ENTRIES.items():
            if found := pattern.fullmatch(text):
                ticked = mark == "task" and found["tick"] != " "
                return Entry(number, mark, found["text"].strip(), ticked)
        return None
