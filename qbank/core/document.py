"""What a parser finds in a file: plain values, no Django, no HTML."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a place in a file, and what to do about it."""

    path: str
    line: int  # 1-based
    code: str  # stable, kebab-case: "missing-image"
    message: str
    remedy: str = ""
    fatal: bool = False  # the file cannot be taken in at all

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class ItemSource:
    """The Markdown of one authored item, not yet understood: the quiz side parses it."""

    markdown: str  # heading included
    line: int


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """One question in one language, as the author wrote it."""

    line: int  # 1-based line on which the question is marked
    title: str
    answer: str  # raw Markdown; gist, key points and the other marked sections are cut out of it
    number: str = ""
    section: tuple[str, ...] = ()
    stem: str = ""  # what stands between title and answer, where a dialect has such a thing
    choices: tuple[str, ...] = ()
    key: tuple[str, ...] = ()  # letters, in the order of the choices
    images: tuple[str, ...] = ()  # as written in the source
    has_math: bool = False
    has_code: bool = False
    placeholder: bool = False
    end_line: int = 0
    answer_line: int = 0  # 1-based line on which the answer begins
    # What only this project's own format marks:
    id: str = ""
    slug: str = ""
    lab: str = ""
    difficulty: int | None = None
    frequency: int | None = None
    tags: tuple[str, ...] = ()
    gist: str = ""
    key_points: tuple[str, ...] = ()  # one Markdown line each
    mistakes: tuple[tuple[str, str], ...] = ()  # (claim, correction)
    follow_ups: tuple[tuple[str, str], ...] = ()  # (question, answer)
    sources: tuple[str, ...] = ()
    items: tuple[ItemSource, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """One Markdown file."""

    path: str  # relative to the bank's root, forward slashes
    dialect: str
    language: str  # "zh-hans", "en", or another tag where the text tells
    questions: tuple[ParsedQuestion, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    title: str = ""  # of the whole file
