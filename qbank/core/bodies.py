"""What stands below a title: the rest of the question, its options and key, its answer."""

from dataclasses import replace

from qbank.core.answer_lists import listed_key
from qbank.core.blocks import Document, dedent, read_document
from qbank.core.choice import read_choice, with_choice
from qbank.core.document import ParsedQuestion
from qbank.core.labels import read_body


def with_body(
    question: ParsedQuestion, document: Document, start: int, end: int, *, listed: tuple[str, ...] = ()
) -> ParsedQuestion:
    """Fill stem, options, key and answer of a question from the lines below its title (0-based).

    `listed` is its key in the list of keys of the whole file, where that is not this document's.
    """
    listed = listed or listed_key(document, question.line, question.number)
    body = read_body(document, start, end, asked=question.title)
    question = replace(question, stem=body.stem, answer=body.answer, answer_line=body.line + 1, end_line=end)
    choice = read_choice(document, start, end, title=question.title, listed=listed)
    return with_choice(question, choice) if choice else question


def with_inner_body(
    question: ParsedQuestion, document: Document, start: int, end: int, *, indent: int = 0, lead: str = ""
) -> ParsedQuestion:
    """Do the same inside a list item, whose lines less `indent` columns are read as a text of their own.

    `lead` is what the line of the title says after the title.
    """
    lines = [dedent(line, indent) for line in document.lines[start:end]]
    inner = read_document("\n".join([lead, *lines]), document.path)
    listed = listed_key(document, question.line, question.number)
    filled = with_body(question, inner, 0 if lead else 1, len(inner.lines), listed=listed)
    return replace(filled, answer_line=filled.answer_line + start - 1, end_line=end)
