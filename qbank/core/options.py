"""Read a choice question between two lines: its options, its key, and what stands before and after them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qbank.core.answers import trim_answer
from qbank.core.blocks import Document
from qbank.core.document import ParsedQuestion
from qbank.core.titles import plain_markdown
from qbank.core.tree import Block, Fold

LETTERS = "ABCDEFGH"
LONGEST = 2000  # characters of a line that gives the key and its reason
_BODIES = ("fence", "code", "paragraph")  # what may follow an item that is only a box
_ABJAD = str.maketrans("أابجدهو", "AABCDEF")
_LABEL = re.compile(
    r"^\s*(?:\*\*|`)?[(（\[]?([A-Ha-hأابجدهوＡ-Ｈ])"
    r"(?:[)）\]](?:\*\*)?\s*[:：.．、)）]?|(?:\*\*)?\s*[:：.．、)）]|`|\s+[-–—]\s)\s*(?:\*\*)?\s*(?=\S)"
)
_INLINE = re.compile(r"(?:^|(?<=[\s|;,；，]))[(（\[]?([A-Ha-hＡ-Ｈ])[)）\].、．:：]\s*(?=\S)")
_GAP = re.compile(r"<br\s*/?>|&(?:emsp|ensp|nbsp|#160);", re.IGNORECASE)
_APART = re.compile(r"(?:\s{2}|\t|　|[|;；,，]\s*)$")  # before the second of only two options on a line
_BREAK = re.compile(r"\s*(?:<br\s*/?>|\\)\s*$", re.IGNORECASE)
_WHOLLY_MARKED = re.compile(r"^\s*(\*\*|__|==)((?:(?!\1).)+)\1\s*$")
_LETTER_BEFORE_BOLD = re.compile(r"^\W*[A-Ha-h]\W*?(?=\*\*|==)")
_SIGNS = re.compile(r"[✅✔☑✓👉➡💡🎯🔑]\ufe0f?")
_OPTIONS = re.compile(r"\n?[*_\s]*(?:选项|options|choices)[*_\s]*[:：]?[*_\s]*\Z", re.IGNORECASE)
_BOX = re.compile(r"^\s*\[([ xX✓✔])\](?:\s+|$)")
_WORD = (
    r"answers?|ans\b|solution|(?:correct|right)(?:\s+(?:answer|option|choice))?|key|答案|正确(?:答案|选项)?|[应故]?选|答"
    r"|odgovor|الاجابة|الإجابة|respuesta|réponse|antwort|ответ|resposta|risposta|正解|答え|정답"
)
_KEY_WORD = re.compile(_WORD, re.IGNORECASE)
_LETTER = "A-Hأابجدهو"
_KEYS = r"(?:(?i:option|choice|选项)\s*[(（]?)?" + (
    rf"(?P<key>[{_LETTER}](?:\s*[,，、/和及&+]?\s*(?:and\s+)?[{_LETTER}])*)"
)
_KEY = re.compile(
    rf"^[\s#>*_-]*[^:：\n]{{0,40}}?(?:[:：\s]|(?<=[案选是为答]))[\s*_`（(\[-]*{_KEYS}\s*[*_`）)\].。]*\s*$",
)
_KEY_THEN_REASON = re.compile(
    rf"^[\s#>*_-]*[^:：\n]{{0,12}}?(?:{_WORD})\s*(?:is|为|是)?[\s:：*_`（(\[]*{_KEYS}\s*[*_`）)\]]*"
    r"\s*[.。,，;；:：)）\]—–-][\s*_`]*(?P<reason>\S.*)$",
    re.IGNORECASE,
)
_BARE_KEY = re.compile(r"^[*_`(]*([A-H])[*_`]*\s*[.):：、—–-][*_`]*\s*(\S.*)$")
_MARKED = re.compile(
    r"\s*(?:✅|✔\ufe0f?|☑\ufe0f?|✓|√|(?:\*\*|_)?[(（](?:correct(?:\s+answer)?|正确(?:答案)?)[)）](?:\*\*|_)?"
    r"|(?:←|<-+)\s*correct(?:\s+answer)?)\s*$|^\s*(?:✅|✔\ufe0f?|☑\ufe0f?|✓)\s*",
    re.IGNORECASE,
)
_CROSSED = re.compile(r"\s*[❌✗✘]\ufe0f?\s*$|^\s*[❌✗✘]\ufe0f?\s*")
_BLANK = re.compile(r"[(（]\s*([A-H](?:\s*[,，、]?\s*[A-H])*)\s*[)）](?=\s*[。.?？]?\s*$)")


@dataclass(frozen=True)
class Options:
    """The options of a question, the lines that hold them, and the key where they are ticked."""

    texts: tuple[str, ...]
    start: int
    end: int
    key: tuple[str, ...] = ()
    lead: str = ""  # what the block of the options says before the first of them
    bold: tuple[str, ...] = ()  # the only one that is bold from end to end: the key where no line gives it


@dataclass(frozen=True)
class Choice:
    """A choice question without its title."""

    stem: str
    options: tuple[str, ...]
    key: tuple[str, ...]
    answer: str
    answer_line: int  # 0-based


def read_choice(
    document: Document, start: int, end: int, *, title: str = "", any_list: bool = False
) -> Choice | None:
    """Return the choice question on lines start to end, None where options or key are missing.

    `any_list` takes the last list for the options where none is lettered or ticked.
    """
    fold = document.first_fold(start, end)
    limit = fold.start if fold else end
    rest = document.rest_of_paragraph(start)
    blocks = (*((rest,) if rest else ()), *document.between(start, limit))
    options = find_options(blocks, document, any_list=any_list)
    if options is None:
        return None
    before = "\n\n".join(p for p in (document.cut(start, options.start), options.lead) if p)
    before = _OPTIONS.sub("", before)
    if options.key:
        answer = document.cut(options.end, end)
        return Choice(trim_answer(before), options.texts, options.key, trim_answer(answer), options.end)
    after_options = document.cut(options.end, limit) if fold else ""
    stem = trim_answer("\n\n".join(part for part in (before, after_options) if part))
    keyed = _find_key(document, fold, options.end, end)
    if keyed is None and (blank := _BLANK.search(title or stem)):
        answer = trim_answer(document.cut(options.end, end))
        return Choice(stem, options.texts, _letters(blank[1]), answer, options.end)
    if keyed is None and options.bold:
        answer = trim_answer(document.cut(options.end, end))
        return Choice(stem, options.texts, options.bold, answer, options.end)
    if keyed is None:
        return None
    key, line, reason = keyed
    if fold:
        inside = document.cut(max(line + 1, fold.body_start), fold.end)
        answer = "\n".join([reason, inside, fold.tail, document.cut(fold.end + 1, end)])
    else:
        answer = "\n\n".join(p for p in (reason, document.cut(line + 1, end)) if p)
    return Choice(stem, options.texts, key, trim_answer(answer.strip("\n")), line + 1)


def with_choice(question: ParsedQuestion, choice: Choice) -> ParsedQuestion:
    """Put stem, options, key and explanation into a question."""
    return replace(
        question,
        title=_BLANK.sub("( )", question.title),
        stem=choice.stem,
        choices=choice.options,
        key=choice.key,
        answer=choice.answer,
        answer_line=choice.answer_line + 1,
    )


def find_options(blocks: Sequence[Block], document: Document, *, any_list: bool = False) -> Options | None:
    """Find the options: ticked items, else a lettered list, else lettered lines, else the last list."""
    if ticked := _ticked(blocks, document):
        return ticked
    lists = [_without_key(b) for b in blocks if b.kind == "list"]
    lists = [b for b in lists if len(b.children) > 1]
    for listing in reversed(lists):
        boxed = all(map(_box, listing.children))
        if boxed or sum(map(_lettered, listing.children)) >= len(listing.children) / 2:
            if any(len(_parted(line)) > 1 for item in listing.children for line in _lines_of(item)):
                break  # side by side
            return _plain(_texts(document, listing), listing.start, listing.end)
    if lines := _lettered_lines(blocks):
        return lines
    if any_list and lists:
        return _plain(_texts(document, lists[-1]), lists[-1].start, lists[-1].end)
    return None


def _ticked(blocks: Sequence[Block], document: Document) -> Options | None:
    """Take the task list; the code after an item without text is that item's."""
    texts: list[str] = []
    key: list[str] = []
    start = end = -1
    for place, block in enumerate(blocks):
        if block.kind != "list" or not all(_box(item) for item in block.children):
            continue
        if start < 0:
            start = block.start
        for item, text in zip(block.children, _texts(document, block), strict=True):
            text = _BOX.sub("", text, count=1).strip()
            end = item.end
            if not text and item is block.children[-1]:
                follow = [b for b in blocks[place + 1 : place + 2] if b.kind in _BODIES]
                text = "\n\n".join(document.cut(b.start, b.end) for b in follow)
                end = follow[-1].end if follow else end
            if _box(item).lower() != " " and len(texts) < len(LETTERS):
                key.append(LETTERS[len(texts)])
            texts.append(_LABEL.sub("", text) if _LABEL.match(text) else text)
    if len(texts) < 2 or not key or len(texts) > len(LETTERS):
        return None
    return Options(tuple(texts), start, end, tuple(key))


def _box(item: Block) -> str:
    """Return what stands in an item's tick box, "" where it has none."""
    first = item.children[0].text if item.children else ""
    match = _BOX.match(first)
    return match[1] if match else ""


def _without_key(listing: Block) -> Block:
    """Drop the last item of a list of options where it gives the key."""
    *options, last = listing.children
    text = last.children[0].text if last.children else ""
    if len(options) < 2 or _lettered(last) or not _is_key_line(_SIGNS.sub("", text)):
        return listing
    return replace(listing, end=last.start, children=tuple(options))


def _lettered(item: Block) -> bool:
    return bool(item.children and _LABEL.match(_unsigned(item.children[0].text)))


def _unsigned(text: str) -> str:
    """Return an option without its box, tick, cross and emphasis, so that its letter comes first."""
    text = _CROSSED.sub("", _MARKED.sub("", _BOX.sub("", text, count=1)))
    return match[2] if (match := _WHOLLY_MARKED.match(text)) else text


def _lines_of(item: Block) -> list[str]:
    """Return the lines of an item's first paragraph."""
    return item.children[0].text.split("\n") if item.children and item.children[0].kind == "paragraph" else []


def _lettered_lines(blocks: Sequence[Block]) -> Options | None:
    """Take the last run of lines A, B, C … in paragraphs or indented code; other lines may lead into it."""
    rows: list[tuple[str, Block, int]] = []  # text, its block, the line after it (0-based)
    for block in blocks:
        if block.kind == "quote" and len(block.children) == 1 and block.children[0].kind == "paragraph":
            block = replace(block.children[0], end=block.end)
        if block.kind in ("paragraph", "code"):
            for end, line in enumerate(block.text.split("\n"), block.start + 1):
                rows += [(part, block, end) for part in _parted(line) if part.strip()]
        elif block.kind == "list" and any(len(_parted(t)) > 1 for i in block.children for t in _lines_of(i)):
            parts = [(part, item) for item in block.children for t in _lines_of(item) for part in _parted(t)]
            rows += [(part, block, item.end) for part, item in parts]
        else:
            rows.append(("", block, block.end))
    best: list[int] = []
    run: list[int] = []
    for place, (line, _, _) in enumerate(rows):
        match = _LABEL.match(_unsigned(line))
        letter = _letters(match[1])[0] if match else ""
        if letter == "A":
            run = [place]
        elif run and letter == LETTERS[len(run)] if len(run) < len(LETTERS) else False:
            run.append(place)
        elif (run and run[-1] != place - 1) or letter:
            run = []
        if len(run) >= 2:
            best = list(run)
    if not best:
        return None
    first, last = rows[best[0]][1], rows[best[-1]][1]
    follows = best[-1] + 1 < len(rows) and rows[best[-1] + 1][1] is last
    if follows and not _is_key_line(rows[best[-1] + 1][0]):
        return None  # the run is part of running text
    lead = "\n".join(line for line, block, _ in rows[: best[0]] if block is first)
    texts = [rows[i][0] for i in best]
    end = rows[best[-1]][2] if follows else last.end
    options = _plain(texts, first.start, end)
    return replace(options, lead=lead)


def _parted(line: str) -> list[str]:
    """Part a line that holds the options A, B, C … side by side."""
    text = _GAP.sub("  ", _BREAK.sub("", line)) if len(line) <= LONGEST else ""
    marks = list(_INLINE.finditer(text))
    letters = "".join(_letters(mark[1])[0] for mark in marks)
    if len(marks) < 2 or text[: marks[0].start()].strip() or letters not in LETTERS:
        return [_BREAK.sub("", line)]
    starts = [mark.start() for mark in marks]
    if (len(marks) < 3 or letters[0] != "A") and not all(_APART.search(text[:start]) for start in starts[1:]):
        return [line]
    parts = [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    sign = parts[0][-1]
    if sign in "|;,；，" and all(part.endswith(sign) for part in parts[:-1]):
        parts = [part.rstrip(f"{sign} ") for part in parts]
    return parts


def _is_key_line(line: str) -> bool:
    text = unicodedata.normalize("NFKC", plain_markdown(line[:LONGEST]))
    return bool(_KEY_WORD.search(text[:20]))


def _plain(texts: Sequence[str], start: int, end: int) -> Options:
    """Make options of texts without box and letter; a tick at one is the key, or else the only bold one."""
    texts = [_BOX.sub("", text, count=1) for text in texts]
    key = tuple(LETTERS[i] for i, text in enumerate(texts[: len(LETTERS)]) if _MARKED.search(text))
    if len(key) == len(texts):
        key = ()
    if key:
        texts = [_CROSSED.sub("", _MARKED.sub("", text)) for text in texts]
    bare = [_without_emphasis(text) for text in texts]
    bold = [LETTERS[i] for i, text in enumerate(bare[: len(LETTERS)]) if text]
    texts = [_LABEL.sub("", inner or text).strip() for inner, text in zip(bare, texts, strict=True)]
    return Options(tuple(texts), start, end, key, bold=tuple(bold) if len(bold) == 1 else ())


def _without_emphasis(text: str) -> str:
    """Return the inside of an option that is bold from end to end, its letter aside; "" where it is not."""
    match = _WHOLLY_MARKED.match(text) or _WHOLLY_MARKED.match(_LETTER_BEFORE_BOLD.sub("", text))
    return match[2] if match else ""


def _texts(document: Document, listing: Block) -> tuple[str, ...]:
    """Return the text of each option without its mark and letter."""
    texts = []
    for item in listing.children:
        lines = document.cut(item.start, item.end, 0).split("\n")
        first = re.sub(r"^\s*(?:[-*+]|\d+[.)])\s*", "", lines[0])
        rest = [line[item.indent :] if not line[: item.indent].strip() else line for line in lines[1:]]
        texts.append("\n".join([first, *rest]).strip())
    return tuple(texts)


def _letters(key: str) -> tuple[str, ...]:
    letters = unicodedata.normalize("NFKC", key).translate(_ABJAD).upper()
    return tuple(sorted({c for c in letters if c in LETTERS}))


def _find_key(
    document: Document, fold: Fold | None, start: int, end: int
) -> tuple[tuple[str, ...], int, str] | None:
    """Find the line that gives the key; return its letters, the line (0-based), the reason given on it."""
    if (
        fold
        and (summed := _KEY.match(_raise_letter(plain_markdown(fold.summary))))
        and _KEY_WORD.search(fold.summary)
    ):
        return _letters(summed["key"]), fold.summary_line, ""
    places = range(fold.body_start, fold.end) if fold else range(start, end)
    lines = [(place, document.lines[place]) for place in places]
    if fold and fold.lead.strip():
        lines.insert(0, (fold.body_start - 1, fold.lead))
    for line, source in lines:
        if len(source) > LONGEST:
            continue
        text = plain_markdown(source.lstrip("#> "))
        if not text or text.startswith("<"):
            continue
        text = unicodedata.normalize("NFKC", text).replace("ـ", "")
        signed = bool(_SIGNS.match(text))
        text = re.sub(r"^([*_]*)【([^】]*)】[:：]?", r"\1\2: ", _SIGNS.sub("", text).strip())
        worded = bool(_KEY_WORD.search(text))
        match = _KEY.match(_raise_letter(text) if worded else text)
        if match and (fold or worded):
            return _letters(match["key"]), line, ""
        if (fold or signed) and re.fullmatch(r"[*_`(]*[A-H][*_`).]*", text):
            return _letters(text), line, ""
        if reasoned := _KEY_THEN_REASON.match(text):
            return _letters(reasoned["key"]), line, reasoned["reason"]
        if (
            fold
            and (bare := _BARE_KEY.match(text))
            and not _LABEL.match("".join(_next_line(document, line, fold.end)))
        ):
            return _letters(bare[1]), line, bare[2]
        if fold and len(text) > 60:
            return None
    return None


def _next_line(document: Document, line: int, end: int) -> list[str]:
    """Return the next line that is not blank, as a list of at most one."""
    return [text for text in document.lines[line + 1 : end] if text.strip()][:1]


def _raise_letter(text: str) -> str:
    """Write the letters after the last colon large: "answer: b" says B."""
    head, colon, tail = text.rpartition(":")
    return head + colon + tail.upper() if len(tail) <= 12 else text
