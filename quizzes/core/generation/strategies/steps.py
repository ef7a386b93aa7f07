"""A question after a course of events, answered by a numbered list or a chain of arrows: put it in order."""

import random
import re
from collections.abc import Iterator, Sequence

from quizzes.core.folding import fold_text
from quizzes.core.generation.described import LED
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.filters import hygiene
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import say
from quizzes.core.generation.titles import quoted_title
from quizzes.core.generation.words import width
from quizzes.core.items import Ordering
from quizzes.core.labels import is_label
from quizzes.core.passages import Span, plain

NAME = "steps"
VERSION = 3
FEWEST, MOST = 4, 7
WIDEST = 90
COURSE = re.compile(
    r"(?:加载|启动|连接|请求|执行|编译|访问|解析|创建|销毁|构建|响应|提交|查询|写入|读取|选举|初始化|通信|认证|登录)的?(?:整个|完整|具体|详细)?过程"
    r"|流程|步骤|顺序|握手|挥手|发生了?什么|生命周期"
    r"|\b(?:steps|process|procedure|order|sequence|life ?cycle|workflow|handshake|phases|stages|flow"
    r"|pipeline)\b"
    r"|\bwhat happens\b|\bboot",
    re.IGNORECASE,
)
ENDS = " :：.。;；,，"  # what a step of an order is not to end with: the last alone often does
NO_COURSE = re.compile(
    r"区别|优缺点|优点|缺点|方法|方式|原则|为什么|哪些(?!步骤|阶段|过程)|如何(?:优化|提高|避免|防止|保证)|处理过"
    r"|\b(?:differences?|why|ways?|tips|best|advantages?|methods?(?! order)|types?|reasons?|improve"
    r"|avoid|troubleshoot|would you|your)\b",
    re.IGNORECASE,
)
ARROW = re.compile(r"\s*(?:→|⟶|➔|➡️?|=>|-{1,2}>|—+>)\s*")
NODE = re.compile(r"[\w\u4e00-\u9fff`][^→]{0,38}")
TELLS = re.compile(
    r"^(?:首先|其次|然后|接着|接下来|随后|之后|最后|最终|第[一二三四五六七]步?|(?:first|second|third"
    r"|next|then|after that|afterwards"
    r"|finally|lastly)(?:ly)?\b)[\s,，:：]*",
    re.IGNORECASE,
)
ORDERED = re.compile(
    r"第[一二三四五六七]|\d\s*(?:st|nd|rd|th)\b|\b(?:first|second|third|finally|lastly|next|previous|above)\b|上一步|前面|最后|首先|接着|然后",
    re.IGNORECASE,
)
CHOICE = re.compile(r"\b(?:or|optional\w*|if|alternatively|may)\b|如果|或者|可选|也可以|可能", re.IGNORECASE)


def in_course(candidate: Candidate) -> Verdict:
    """Object where the question does not ask after a course of events."""
    title = quoted_title(candidate.text)
    if re.search(r"\b\w+[^s]s (?:order|sequence|flow)\b", title):
        return Verdict("in_course", False, "the title is carelessly written")
    if not title or not COURSE.search(title) or NO_COURSE.search(title):
        return Verdict("in_course", False, "the title does not ask after a course of events")
    return Verdict("in_course", True)


def unordered(candidate: Candidate) -> Verdict:
    """Object to steps that tell their own place, leave a choice, or do not stand alone."""
    for step in candidate.distractors:
        if found := ORDERED.search(step):
            return Verdict("unordered", False, f"tells its place: {found[0]}")
        if found := CHOICE.search(step):
            return Verdict("unordered", False, f"leaves a choice: {found[0]}")
        if hygiene.POINTS.search(step) or hygiene.ADDRESS.search(step) or not hygiene.is_balanced(step):
            return Verdict("unordered", False, f"does not stand alone: {step[:30]}")
        if is_label(step) or width(step) < 4 or width(step) > WIDEST or step.endswith(("?", "？", ":", "：")):
            return Verdict("unordered", False, f"no step: {step[:30]}")
    if len({fold_text(step) for step in candidate.distractors}) < len(candidate.distractors):
        return Verdict("unordered", False, "a step occurs twice")
    return Verdict("unordered", True)


FILTERS = (in_course, unordered)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield the only numbered list of an answer, or the first chain of arrows in it."""
    for text in material.texts:
        if COURSE.search(text.title):
            runs = [run for run in text.passages.lists if run[0].kind == "numbered"]
            if len(runs) == 1 and FEWEST <= len(runs[0]) <= MOST:
                steps = [_step(passage.text) for passage in runs[0]]
                first, last = runs[0][0].span, runs[0][-1].span
                yield _candidate(text, steps, Span(first.start, last.end, first.line))
            elif chain := _chain(text):
                yield _candidate(text, *chain)


def _step(markdown: str) -> str:
    """Return what an entry calls its step: its bold or led head, else its first clause."""
    led = LED.match(markdown)
    if led and (led["inner"] or led["outer"]) and led["mark"]:
        return plain(led["term"]).strip(ENDS)
    said = TELLS.sub("", plain(markdown.split("\n")[0]))
    return re.split(r"[。；;]|(?<=[a-z)])\.(?:\s|$)", said)[0].strip(ENDS)


def _chain(text: Text) -> tuple[list[str], Span] | None:
    start = 0
    for number, line in enumerate(text.answer.splitlines(keepends=True), 1):
        nodes = [plain(node).strip(" *`。.") for node in ARROW.split(line.strip().lstrip("-*>• "))]
        if FEWEST <= len(nodes) <= MOST and all(NODE.fullmatch(node) and width(node) <= 40 for node in nodes):
            return nodes, Span(start, start + len(line.rstrip()), number)
        start += len(line)
    return None


def _candidate(text: Text, steps: Sequence[str], span: Span) -> Candidate:
    chinese = text.chinese
    title = quoted_title(text) or plain(text.title)
    ends = "" if title.endswith(("?", "？", "。", ".")) else ("。" if chinese else ".")
    stem = f"{title}{ends}\n\n{say('order', chinese=chinese)}"
    why = say("because", chinese=chinese, source=" → ".join(steps))
    item = Ordering(slug=NAME, stem=stem, rationale=why, steps=tuple(steps), key=tuple(range(len(steps))))
    return Candidate(item, text, span, stem, "\n".join(steps), "", tuple(steps))
