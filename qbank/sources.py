"""Read a bank's folder: its description, its topics, its Markdown files and pictures. Writes nothing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from qbank.core.authored_yaml import YamlError, load_yaml
from qbank.core.checks import check_contents, check_file, check_ids
from qbank.core.document import ParsedFile, Problem
from qbank.core.duplicates import check_duplicates
from qbank.core.figures import Settled
from qbank.core.glossary import FILE as GLOSSARY_FILE
from qbank.core.glossary import Term, read_terms
from qbank.core.links import bank_path
from qbank.core.metadata import LONGEST, check_described, check_questions
from qbank.core.parser import parse_file, too_large
from qbank.core.pictures import LARGEST_PICTURE, PictureError, PictureFacts, read_picture
from qbank.figures import settle_text
from qbank.origins import git_origin
from qbank.surveys import survey

ENDINGS = frozenset({".md", ".markdown"})
SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "venv"})
ABOUT_THE_BANK = frozenset({"readme", "license", "licence", "contributing", "changelog", "code_of_conduct"})
LARGEST_ORDER = 1_000_000  # of a topic
BANK_FILE, TOPIC_FILE = "_bank.yaml", "_topic.yaml"


@dataclass(frozen=True)
class BankInfo:
    """What a bank says of itself; texts are keyed by language."""

    slug: str
    name: dict[str, str]
    language: str
    description: dict[str, str] = field(default_factory=dict)
    licence: str = ""
    licence_url: str = ""
    source_url: str = ""
    attribution: str = ""
    open_keys: bool = False
    glossary: tuple[Term, ...] = ()
    described: bool = False  # by a _bank.yaml


@dataclass(frozen=True)
class BankOptions:
    """What whoever imports says of a bank; what is empty the files decide."""

    name: str = ""
    dialect: str = ""
    licence: str = ""
    source_url: str = ""
    attribution: str = ""

    def as_words(self) -> tuple[str, ...]:
        """Return the options in a fixed order."""
        return (self.name, self.dialect, self.licence, self.source_url, self.attribution)


NO_OPTIONS = BankOptions()


@dataclass(frozen=True)
class TopicInfo:
    """A chapter: described by its folder, else made of one file."""

    slug: str
    title: dict[str, str]
    order: int
    description: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """A picture that some file shows, with its bytes."""

    source: str  # path in the bank
    data: bytes
    facts: PictureFacts

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Sources:
    """A bank as it stands on disk."""

    root: Path
    scope: tuple[str, ...]  # paths in the bank that were asked for; "" is all of it
    bank: BankInfo
    topics: dict[str, TopicInfo]  # file path → topic
    files: tuple[ParsedFile, ...]
    pictures: dict[str, Picture]  # path in the bank → picture
    problems: tuple[Problem, ...]
    cited: list[str] = field(default_factory=list)  # references of all figures that the files name
    survey: str = ""  # a digest of the files as they were when reading began
    _lines: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def fatal(self) -> list[Problem]:
        """List what forbids taking the bank in."""
        return [problem for problem in self.problems if problem.fatal]

    def lines_of(self, path: str) -> tuple[str, ...]:
        """Return the lines of a file; those of the last one asked for are kept."""
        if path not in self._lines:
            self._lines.clear()
            self._lines[path] = tuple(_decoded((self.root / path).read_bytes()).split("\n"))
        return self._lines[path]

    @property
    def sought(self) -> set[str]:
        """Return the paths of all pictures that the files name, there or not."""
        named = ((file.path, image) for file in self.files for q in file.questions for image in q.images)
        return {source for path, image in named if (source := bank_path(image, path))}

    @property
    def question_count(self) -> int:
        """Count the texts of questions in all files."""
        return sum(len(file.questions) for file in self.files)


def read_bank(
    paths: Sequence[Path],
    *,
    options: BankOptions = NO_OPTIONS,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Sources:
    """Read files and folders as one bank. Problems are collected."""
    problems = [_unknown(path) for path in paths if not path.exists()]
    there = [path.resolve() for path in paths if path.exists()]
    root = find_root(there) if there else Path.cwd()
    names = list_files(there, root)
    seen = survey_files(there, options) if there else ""
    files: list[ParsedFile] = []
    cited: set[str] = set()
    for done, path in enumerate(names):
        progress(done, len(names))
        if problem := _unfit(path, root):
            problems.append(problem)
            continue
        file, settled = _read_file(path, path.relative_to(root).as_posix(), options.dialect)
        problems += [*file.problems, *settled.problems, *_check(file, settled.text, root)]
        cited.update(settled.references)
        files.append(file)
    progress(len(names), len(names))
    if there and not any(file.questions for file in files) and not any(p.fatal for p in problems):
        about = "No Markdown file was found." if not names else "No file holds a question."
        problems.append(
            Problem(str(paths[0]), 1, "empty-bank", about, "Name a folder with questions.", fatal=True)
        )
    problems += check_ids(files) + check_duplicates(files)
    bank = _bank_info(root, options, files, problems)
    pictures = _pictures(root, files, problems)
    topics = _topics(root, bank, files, problems)
    problems += check_metadata(bank, topics, files)
    return Sources(
        root=root,
        scope=tuple("" if path == root else path.relative_to(root).as_posix() for path in there),
        bank=bank,
        topics=topics,
        files=tuple(files),
        pictures=pictures,
        cited=sorted(cited),
        survey=seen,
        problems=tuple(sorted(problems, key=lambda p: (p.path, p.line, p.code))),
    )


def survey_files(paths: Sequence[Path], options: BankOptions) -> str:
    """Return a digest of all that decides what `read_bank` finds in these paths, pictures left out."""
    root = find_root(paths)
    files = list_files(paths, root)
    about = {root / BANK_FILE, root / GLOSSARY_FILE, *(file.parent / TOPIC_FILE for file in files)}
    return survey(root, paths, [*files, *sorted(filter(Path.is_file, about))], options.as_words())


def list_files(paths: Sequence[Path], root: Path) -> list[Path]:
    """List the Markdown files at or below some paths of a bank, in order."""
    described = (root / BANK_FILE).is_file()
    return sorted({file for path in paths for file in _markdown_files(path, described)})


def find_root(paths: Sequence[Path]) -> Path:
    """Return the folder with a _bank.yaml above all paths, else their nearest common folder."""
    common = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in paths]))
    return next((folder for folder in (common, *common.parents) if (folder / BANK_FILE).is_file()), common)


def _markdown_files(path: Path, described: bool) -> Iterator[Path]:
    """Yield the Markdown files at or below a path, and the folders that cannot be read.

    Files about a described bank are no questions.
    """
    if path.is_file():
        yield path
        return
    refused: list[OSError] = []
    for folder, subfolders, names in os.walk(path, onerror=refused.append):
        subfolders[:] = sorted(n for n in subfolders if not n.startswith(".") and n not in SKIPPED_FOLDERS)
        for name in names:
            file = Path(folder, name)
            if file.suffix.lower() not in ENDINGS or name.startswith("."):
                continue
            if described and file.stem.split(".")[0].lower() in ABOUT_THE_BANK:
                continue
            yield file
    yield from (Path(error.filename) for error in refused)


def _unknown(path: Path) -> Problem:
    """Return the problem of a path that is not there."""
    message = "There is no such file or folder."
    return Problem(str(path), 1, "unknown-path", message, "Check the path.", fatal=True)


def _check(file: ParsedFile, text: str, root: Path) -> list[Problem]:
    """Lint a file and its table of contents."""
    dead = check_contents(file, text.split("\n"), lambda name: os.path.exists(root / name))
    return [*check_file(file, text), *dead]


def _unfit(path: Path, root: Path) -> Problem | None:
    """Return the problem of a path whose name is no text, or that is no file or folder of the bank."""
    name = path.relative_to(root).as_posix()
    if (shown := os.fsencode(name).decode(errors="replace")) != name:
        remedy = "Name the file in UTF-8."
        return Problem(shown, 1, "unreadable", "Its name is no text.", remedy)
    if (path.is_file() or path.is_dir()) and path.resolve().is_relative_to(root):
        return None
    message = "It is no file, or a link that leads out of the bank; it is not read."
    return Problem(name, 1, "unreadable", message, "Put the file itself there.")


def _read_file(path: Path, name: str, dialect: str) -> tuple[ParsedFile, Settled]:
    """Parse one file, its figures the stored ones; one that is too large is not even opened."""
    try:
        if problem := too_large(path.stat().st_size, name):
            return ParsedFile(name, "", "", problems=(problem,)), Settled("")
        data = path.read_bytes()
    except OSError as error:
        problem = Problem(
            name,
            1,
            "unreadable",
            f"The file cannot be read: {error.strerror}.",
            "Check its rights.",
            fatal=True,
        )
        return ParsedFile(name, "", "", problems=(problem,)), Settled("")
    file, text = parse_file(data, name, dialect), _decoded(data)
    settled = settle_text(text, name)
    if settled.text != text and not any(problem.fatal for problem in file.problems):
        file = parse_file(settled.text, name, dialect)
    return file, settled


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _load_yaml(path: Path, name: str, problems: list[Problem]) -> dict[str, Any]:
    """Read a YAML mapping; what is wrong with it is fatal."""
    try:
        meta = load_yaml(path.read_text(encoding="utf-8-sig"))
    except (YamlError, UnicodeDecodeError, OSError) as error:
        line = error.line if isinstance(error, YamlError) else 1
        problems.append(Problem(name, line, "broken-yaml", f"{error}", "Correct the YAML.", fatal=True))
        return {}
    if not isinstance(meta, dict):
        problems.append(
            Problem(name, 1, "broken-yaml", "It must be a mapping.", "Write key: value lines.", fatal=True)
        )
        return {}
    return meta


def _by_language(value: Any, language: str) -> dict[str, str]:
    """Take a text, or texts by language."""
    if isinstance(value, dict):
        return {str(key): str(text) for key, text in value.items() if text}
    return {language: str(value)} if value else {}


def _bank_info(
    root: Path, options: BankOptions, files: Sequence[ParsedFile], problems: list[Problem]
) -> BankInfo:
    """Take the bank's description from the options, else from _bank.yaml, else from the folder and git."""
    described = (root / BANK_FILE).is_file()
    meta = _load_yaml(root / BANK_FILE, BANK_FILE, problems) if described else {}
    languages = [file.language for file in files if file.questions]
    language = str(
        meta.get("language") or max(dict.fromkeys(languages), key=languages.count, default="zh-hans")
    )
    named = bool(options.licence or options.source_url or options.attribution)
    origin = str(meta.get("source_url") or meta.get("source") or "")
    return BankInfo(
        slug=_slug(options.name or str(meta.get("slug") or root.name)) or "bank",
        name=_by_language(meta.get("name"), language) or {language: options.name or _name_of(root)},
        language=language,
        description=_by_language(meta.get("description"), language),
        licence=options.licence or str(meta.get("license") or meta.get("licence") or ""),
        licence_url="" if options.licence else str(meta.get("license_url") or meta.get("licence_url") or ""),
        source_url=options.source_url or origin or git_origin(root),
        attribution=options.attribution or str(meta.get("attribution") or ""),
        open_keys=meta.get("open_keys") is True,
        glossary=_glossary(root, language, problems) if described else (),
        described=described or named,
    )


def _glossary(root: Path, language: str, problems: list[Problem]) -> tuple[Term, ...]:
    """Read the glossary beside a bank's description; every term needs the language of the originals."""
    if not (root / GLOSSARY_FILE).is_file():
        return ()
    meta = _load_yaml(root / GLOSSARY_FILE, GLOSSARY_FILE, problems)
    terms, found = read_terms(meta, [language], [code for code, _ in settings.LANGUAGES])
    problems += found
    return tuple(terms)


def bank_slug(root: Path, options: BankOptions) -> str:
    """Return the slug of the bank in a folder, as an import names it."""
    problems: list[Problem] = []
    meta = _load_yaml(root / BANK_FILE, BANK_FILE, problems) if (root / BANK_FILE).is_file() else {}
    return _slug(options.name or str(meta.get("slug") or root.name)) or "bank"


def check_metadata(
    bank: BankInfo, topics: Mapping[str, TopicInfo], files: Sequence[ParsedFile]
) -> list[Problem]:
    """Report what bank, topics and questions say of themselves that cannot be stored or linked."""
    said = {
        name: getattr(bank, name)
        for name in ("language", "licence", "licence_url", "source_url", "attribution")
    }
    problems = [*check_described(BANK_FILE, said), *check_questions(files)]
    described = {topic.slug: path for path, topic in topics.items() if topic.slug}
    for slug, path in described.items():
        problems += check_described((Path(path).parent / TOPIC_FILE).as_posix(), {"slug": slug})
    return problems


def _name_of(folder: Path) -> str:
    """Return a folder's name as text."""
    return os.fsencode(folder.name).decode(errors="replace")


def _slug(name: str) -> str:
    """Make a slug of ASCII letters, digits and hyphens; other letters fall out."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())
    return "-".join(filter(None, kept.split("-")))[:50]


def _topics(
    root: Path,
    bank: BankInfo,
    files: Sequence[ParsedFile],
    problems: list[Problem],
) -> dict[str, TopicInfo]:
    """Give every file its topic: its folder's, where that is described, else one of its own."""
    topics: dict[str, TopicInfo] = {}
    folders: dict[str, TopicInfo] = {}
    for place, file in enumerate(files, 1):
        folder = Path(file.path).parent
        name = (folder / TOPIC_FILE).as_posix()
        if (root / name).is_file() or file.dialect == "front-matter":
            if folder.as_posix() not in folders:
                meta = _load_yaml(root / name, name, problems) if (root / name).is_file() else {}
                folders[folder.as_posix()] = _folder_topic(meta, folder, bank, len(folders) + 1)
            topics[file.path] = folders[folder.as_posix()]
        else:
            title = file.title or Path(file.path).stem
            topics[file.path] = TopicInfo("", {file.language or bank.language: title}, place)
    return topics


def _folder_topic(meta: dict[str, Any], folder: Path, bank: BankInfo, place: int) -> TopicInfo:
    order = meta.get("order")
    title = folder.name or next(iter(bank.name.values()))
    return TopicInfo(
        slug=str(meta.get("slug") or folder.name),
        title=_by_language(meta.get("title"), bank.language) or {bank.language: title},
        order=order if isinstance(order, int) and 0 <= order <= LARGEST_ORDER else place,
        description=_by_language(meta.get("description"), bank.language),
    )


def _pictures(root: Path, files: Sequence[ParsedFile], problems: list[Problem]) -> dict[str, Picture]:
    """Read every picture of the bank that some file shows; each one missing or unfit is a problem."""
    pictures: dict[str, Picture] = {}
    for file in files:
        for question in file.questions:
            for address in question.images:
                source = bank_path(address, file.path)
                if source is None or source in pictures:
                    if source is None and "://" not in address and not address.startswith("//"):
                        problems.append(
                            _picture_problem(file, question.line, address, "it leads out of the bank")
                        )
                    continue
                try:
                    pictures[source] = _read_picture(root, source)
                except PictureError as error:
                    problems.append(_picture_problem(file, question.line, address, str(error)))
    return pictures


def _read_picture(root: Path, source: str) -> Picture:
    """Read one picture below the root; links that lead elsewhere are not followed. Raises PictureError."""
    path = root / source
    if len(source) > LONGEST["path"] or not os.path.isfile(path) or not path.resolve().is_relative_to(root):
        raise PictureError("there is no such file")
    try:
        if path.stat().st_size > LARGEST_PICTURE:
            raise PictureError(f"it is larger than {LARGEST_PICTURE // 1024 // 1024} MB")
        data = path.read_bytes()
    except OSError as error:
        raise PictureError(f"it cannot be read: {error.strerror}") from None
    return Picture(source, data, read_picture(data))


def _picture_problem(file: ParsedFile, line: int, address: str, reason: str) -> Problem:
    code = "missing-image" if "no such file" in reason else "unfit-image"
    return Problem(
        file.path,
        line,
        code,
        f"The picture {address} is not shown: {reason}.",
        "Put the picture there, or correct the address.",
    )
