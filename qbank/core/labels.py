"""Words that label the parts of a question: "Answer:", "题目" …"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from qbank.core.answers import says_answer, trim_answer
from qbank.core.blocks import Document
from qbank.core.titles import plain_markdown
from qbank.core.tree import Block, Fold

_SIGN = r"(?:[\u2190-\u2bff\U0001f000-\U0001faff]\ufe0f?\s*)*"  # an emoji before the word
_FRAME = rf"[\s#>*_`|【\[（(]*{_SIGN}[*_`]*"
_KIND = (
    r"(?:(?:my|the|ideal|model|sample|suggested|reference|expected|short|best|correct|possible|example)\s+)?"
    r"(?:answers?|ans|solutions?|sol|response)(?:\s+(?:keys?|guide|outline|sketch|notes))?"
    r"(?:\s*(?:and|&|with)\s+(?:detailed\s+)?(?:explanations?|rationales?|solutions?))?"
    r"|(?:[参參]考|标准|標準|推荐|推薦|满分|正[确確]|示例|[简簡]要|[详詳][细細]|我的)?(?:答案|回答|解答|[题題]解|答)(?:[与和及]?(?:解析|详解)|要点|思路|速查)?|正解|答え|回答例|정답|답"
    r"|候选人|求职者|应聘者|respuesta|resposta|réponse|risposta|antwort|ответ|відповідь|odpowiedź|cevap|jawaban|câu\s+trả\s+lời|đáp\s+án|trả\s+lời|답변"
)
_OF = r"(?:\s*[(（][^()（）]{1,20}[)）])?"  # "(EN)"
_COUNTED = r"(?:answer|ans|(?:参考)?答案)\s*#?\d{1,3}\b|A\d{1,3}"  # "A3."
_ANSWER_ONLY = re.compile(
    rf"^{_FRAME}(?:{_COUNTED}|{_KIND}){_OF}[】\])）.]*\s*[:：]?[\s*_`:：】\])）]*$", re.IGNORECASE
)
_GIVES_LETTERS = re.compile(  # "**Answer: B**", "答案：A、C"
    rf"^{_FRAME}(?i:{_KIND})[】\])）*_`]*\s*(?:is\b|是|为)?\s*[:：]?[\s*_`(（\[]*"
    r"[A-H](?:\s*(?:[,，、/&+和]|and\b)?\s*[A-H])*(?![\w'])"
)
_MARKS = r"(?:\*{1,3}|_{1,2}|`|</?(?:b|strong|em|i|u)>)"
_LONE_A = (
    r"(?:\*\*|__)A\d*\s*[:：](?!(?:[^\n]*\n)+?[ \t]*[-*+]\s+\W*B\W)"  # an answer, no option: no B follows
)
_ANSWER_OPENER = re.compile(
    rf"^[\s>]*(?:#{{1,6}}\s+|[-*+]\s+(?=\W*(?:{_KIND})|{_LONE_A}))?{_SIGN}(?:"
    rf"{_MARKS}\s*{_SIGN}(?:(?:{_KIND}|[AR]\d*)\s*(?:[:：]-?\s*{_MARKS}|{_MARKS}\s*[:：])"
    rf"|(?:{_KIND})\s*(?:[.\-–—]\s*{_MARKS}|{_MARKS}\s*[\-–—]|{_MARKS}\s+(?-i:(?=[A-Z]|[^\x00-\x7f]))))"
    rf"|{_MARKS}?【(?:{_KIND})】{_MARKS}?\s*[:：]?"
    rf"|(?:{_KIND}|A\d*)\s*[:：]-?|(?:ans|sol)\s*[.)\-–—]+\s"
    rf"|(?:{_KIND})\s+[\-–—]\s|解\s*[:：]|A\d+[.)]\s)[ \t]*",
    re.IGNORECASE,
)
_ASKED = (
    r"题目(?:描述|内容)?|题干|题面|问题(?:描述)?|題目|問題|面试题|练习题?|思考题|自测题?|例题|习题"
    r"|(?:(?:interview|practice|quiz|exam|sample|example|review)\s+)?(?:question|problem|exercise)"
    r"|вопрос|task|description|prompt"
)
_SEVERAL = r"|(?:\w+\s+)?(?:questions|problems|exercises)|试题|题库"
_CLOSES = rf"{_OF}[】\])）]*\s*[:：]?[\s*_`:：】\])）]*$"
_QUESTION_ONLY = re.compile(rf"^{_FRAME}(?:{_ASKED}){_CLOSES}", re.IGNORECASE)
_QUESTIONS_ONLY = re.compile(rf"^{_FRAME}(?:{_ASKED}{_SEVERAL}){_CLOSES}", re.IGNORECASE)
WHY = r"(?:答案|题目)?(?:解析|解释|分析|说明|详解)|(?:detailed\s+)?(?:explanations?|reason|rationale|why)"
_WHY_ONLY = re.compile(rf"^{_FRAME}(?:{WHY})[】\])）]*\s*[:：]?[\s*_`:：】]*$", re.IGNORECASE)
_EXPLAINS = re.compile(rf"^(?:<details>\s*<summary>)?{_FRAME}(?:{WHY})", re.IGNORECASE)
_WHY_OPENER = re.compile(  # "**解析：** the text", "Explanation: …"
    rf"^[\s>]*(?:{_MARKS}\s*|【\s*)?(?:(?:答案|题目|试题)?(?:解析|详解|讲解|分析|解释|说明)|(?:detailed\s+)?explanations?|reason|why)"
    rf"\s*(?:【?】\s*[:：]?|[:：]\s*{_MARKS}?|{_MARKS}\s*[:：])[ \t]*",
    re.IGNORECASE,
)
_OF_CODE = re.compile(  # titles that ask about what is shown below them
    r"下面|下列|以下|如下|上面|这段|该段|程序|代码|输出|打印|结果|运行|执行|找出|指出|改错|报错"
    r"|\b(?:outputs?|prints?|printed|logs?|logged|following|below|snippets?|codes?|results?|happens?|wrong|bugs?"
    r"|returns?|evaluates?|compiles?|errors?)\b",
    re.IGNORECASE,
)
_ORDERS_CODE = re.compile(
    r"实现|手写|编写|写一个|写个|封装|\b(?:write|implement|create|build|design)\b", re.IGNORECASE
)
_ANALYSED = re.compile(  # the answer where the question stands under "question", or above a remark
    r"\W*(?:(?:面试题?|题目|问题|试题|考题|答案)(?:剖析|解析|详解|讲解|解答|回答|答案|参考答案)"
    r"|(?:(?:question|problem|answer|interview)\s+)(?:analysis|breakdown|walk-?through|discussion|explained))\W*",
    re.IGNORECASE,
)
_THINKS = re.compile(
    r"\W*(?:面试官|考官)?(?:心理|考[察查]|意图|出题)(?:分析|意图|目的|点|重点)\W*"
    r"|\W*(?:what the )?interviewers?(?:['’]s)? (?:intent(?:ion)?|mind|wants?|perspective|expects?)\W*",
    re.IGNORECASE,
)
_LEADS_ON = re.compile(r"(?<![析案答])[:：?？][\s*_]*$")
_PICTURE = re.compile(r"(?:\s*(?:!\[[^\]\n]*\]\([^)\n]*\)|<img\b[^<>]*>))+\s*")
_SHOWN = ("fence", "code", "quote", "table")
_NAMES = re.compile(rf"^{_FRAME}(?:{_KIND}|{WHY})[】\])）*_`]*\s*[:：]", re.IGNORECASE)
_OPTIONS_ONLY = re.compile(r"[\s#>*_`]*(?:options|choices|选项|選項)[\s*_`:：]*", re.IGNORECASE)
_LETTERED = r"[ \t>]*(?:(?:[-*+]|\d+[.)])\s+)?(?:\[[ xX]\]\s*)?[*(（]{{0,3}}{}\s?[.)）、．]"
_ONCE = re.compile(  # the label of an answer; an option A with B on the next line
    r"^(?:[ \t>#*_-]*+(?:\d+[.)]\s+)?[*_]{0,2}【?"
    r"(?P<label>(?:correct |right |sample |model |suggested )?answer|ans"
    r"|(?:参考|正确|标准)?(?:答案|回答)|答)(?:[】*_ ]*[:：]|】)"
    rf"|{_LETTERED.format('A')}.*\n+{_LETTERED.format('B')})",
    re.MULTILINE | re.IGNORECASE,
)
_BOX = re.compile(r"[ \t>]*[-*+]\s+\[[ xX-]\]\s")
OPTION = "A"  # stands for the first of lettered options
LONGEST = 100  # characters of a line that is only a label
_MORE = re.compile(  # of a fold that does not say that the answer begins there
    r"\W*(?:(?:点击|查看|展开|更多|显示)*(?:详情|详细|细节|更多|展开)|(?:(?:click|show|see|view|read|to|for|the)\s+)*"
    r"(?:more|details|expand)(?:\s+details)?)\W*",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"\w.*[.。!！；;][\s*_`)）]*\Z", re.DOTALL)
_STATED = re.compile(  # a section that states the question, where those below it answer
    rf"^{_FRAME}(?:题目(?:描述|内容|要求|大意)?|题干|题面|题意|問題描述|问题描述|題目"
    rf"|(?:interview\s+|(?:the\s+)?question\s+|(?:the\s+)?problem\s+)?(?:question|(?<=\s)(?:description|statement))){_CLOSES}",
    re.IGNORECASE,
)
_DESCRIBES = re.compile(
    rf"^{_FRAME}(?:description|statement|描述){_CLOSES}", re.IGNORECASE
)  # if it is solved
_SOLVES = re.compile(  # a section that answers a stated question
    rf"^{_FRAME}(?:我的|参考)?(?:解题|实现|算法|题目|代码|解决)?(?:思路|解法|题解|代码|实现|分析|解析|方法|算法|复杂度|答案|方案|解答|步骤)"
    r"|^\W*(?:my\s+|the\s+)?(?:solutions?|approach|code|implementation|algorithm|complexity|intuition|answer)\b",
    re.IGNORECASE,
)
_SOLUTION = re.compile(
    r"\W*(?:(?:my|the)\s+)?(?:solutions?|approach|sol)\b|\W*(?:解题)?(?:思路|解法|题解)|\W*解决", re.I
)
_LOCAL = re.compile(
    r"\s*(?:(?:[-*+]|\d+[.)])\s+)?\[.*\]\(#[^()]*(?:\([^()]*\)[^()]*)*\)\s*|\s*<!--.*-->\s*|\s*|\s*\[TOC\]\s*"
)
_LINK = re.compile(r"!?\[[^\[\]]{0,500}\]\([^()]{0,500}\)|https?://\S+")


def says_only_answer(text: str) -> bool:
    """Tell whether a line says nothing but that the answer follows."""
    return len(text) <= LONGEST and bool(_ANSWER_ONLY.match(plain_markdown(text)))


@lru_cache(maxsize=1_000)
def says_only_question(text: str, *, several: bool = False) -> bool:
    """Tell whether a line says nothing but that the question follows; or, where `several`, the questions."""
    if len(text) > LONGEST:
        return False
    form = _QUESTIONS_ONLY if several else _QUESTION_ONLY
    return bool(form.match(plain_markdown(text)))


@lru_cache(maxsize=1)
def _repeated(document: Document) -> tuple[tuple[int, str], ...]:
    """List the lines that a question has once: labels of answers and options A, each with its text."""
    text = "\n".join(document.lines)
    found, line, before = [], 0, 0
    for match in _ONCE.finditer(text):
        line, before = line + text.count("\n", before, match.start()), match.start()
        found.append((line, match["label"] or OPTION))
    return tuple(found)


def holds_several(document: Document, start: int, end: int) -> bool:
    """Tell whether lines hold the same label of an answer, or fold, or lettered options more than once."""
    lines = _repeated(document)
    first = bisect_left(lines, (start, ""))
    said = [what for _, what in lines[first : bisect_left(lines, (end, ""))]]
    said += [
        f"<{fold.summary}>"
        for fold in document.folds
        if not fold.depth and start <= fold.start < end and says_answer(fold.summary)
    ]
    return len(said) > len(set(said))


def answer_lines(document: Document) -> list[int]:
    """List the lines (0-based) on which a label or a fold says that an answer follows."""
    folds = [fold.start for fold in document.folds if not fold.depth and says_answer(fold.summary)]
    return folds + [line for line, what in _repeated(document) if what != OPTION]


def offers_choice(document: Document, start: int, end: int) -> bool:
    """Tell whether lettered options or several tick boxes stand on lines."""
    lines = _repeated(document)
    said = lines[bisect_left(lines, (start, "")) : bisect_left(lines, (end, ""))]
    if any(what == OPTION for _, what in said):
        return True
    return sum(bool(_BOX.match(line)) for line in document.lines[start:end]) > 1


def most_repeated(document: Document) -> int:
    """Return how often the label of an answer comes that comes most often."""
    labels = Counter(label for _, label in _repeated(document) if label != OPTION)
    return max(labels.values(), default=0)


def names_answer(text: str) -> bool:
    """Tell whether a text begins with "Answer:" or "Explanation:", in whatever marks."""
    return bool(_NAMES.match(text))


def explains(text: str) -> bool:
    """Tell whether a text begins with "Explanation:"."""
    return bool(_EXPLAINS.match(text))


def says_only_why(text: str) -> bool:
    """Tell whether a line says nothing but that the explanation follows."""
    return len(text) <= LONGEST and bool(_WHY_ONLY.match(text))


@lru_cache(maxsize=1_000)
def heads_answer(text: str) -> bool:
    """Tell whether a heading begins an answer or what explains it, and no question of its own."""
    return says_only_answer(text) or says_only_why(text) or opens_answer(text)


def says_only_options(text: str) -> bool:
    """Tell whether a line says nothing but that the options follow."""
    return bool(_OPTIONS_ONLY.fullmatch(text))


def opens_answer(text: str) -> bool:
    """Tell whether a text begins with "Answer:" and goes on."""
    return bool(_ANSWER_OPENER.match(text))


def drop_opener(answer: str) -> str:
    """Cut "Answer:" off the beginning of an answer, on a line of its own or before its first words."""
    first, _, rest = answer.lstrip("\n").partition("\n")
    if len(first) <= LONGEST and _ANSWER_ONLY.match(first) and not first.lstrip().startswith(("|", "-", "+")):
        return rest.lstrip("\n")
    if match := _ANSWER_OPENER.match(answer):
        quoted = re.match(r"[\s>]*", answer)
        return (quoted[0] if quoted else "") + answer[match.end() :]
    return answer


def is_answered(document: Document, start: int, end: int) -> bool:
    """Tell whether a fold or a label between two lines says that the answer follows."""
    fold = document.first_fold(start, end)
    if fold and says_answer(fold.summary):
        return True
    texts = (b.text for b in document.between(start, end) if b.kind in ("paragraph", "heading"))
    return any(
        opens_answer(text) or says_only_answer(text.split("\n", 1)[0]) or gives_letters(text)
        for text in texts
    )


def offers_solution(document: Document, start: int, end: int) -> bool:
    """Tell whether a paragraph between two lines begins with "Solution": it may be that of a trouble."""
    return any(_SOLUTION.match(b.text) for b in document.between(start, end) if b.kind == "paragraph")


def gives_letters(text: str) -> bool:
    """Tell whether a text begins with "Answer: B"."""
    return bool(_GIVES_LETTERS.match(text))


@dataclass(frozen=True)
class Body:
    """What stands below a title: the rest of the question, and the answer."""

    stem: str
    answer: str
    line: int  # 0-based, on which the answer begins


def read_body(document: Document, start: int, end: int, indent: int = 0, asked: str = "") -> Body:
    """Part the lines below a title at a fold or a label that says "answer"; without one all is answer.

    Where the title, `asked`, is about code or a quote below it, "explanation" after this says so as well.
    """
    fold = document.first_fold(start, end)
    if fold and says_answer(fold.summary):
        inside = [fold.lead, document.cut(fold.body_start, fold.end, indent + fold.indent), fold.tail]
        answer = "\n".join([*inside, after_fold(document, fold, end, indent)]).strip()
        above = trim_answer(document.cut(start, fold.start, indent))
        if _MORE.fullmatch(plain_markdown(fold.summary)) and _states(above):
            return Body("", f"{above}\n\n{trim_answer(answer)}", start)
        return Body(above, trim_answer(answer), fold.body_start)
    if not indent and (split := _split_at_answer(document, start, end)):
        return Body(trim_answer(split[0]), trim_answer(document.cut(split[1], end)), split[1])
    if not indent and (explained := _split_at_explanation(document, start, end, asked)):
        return explained
    return Body("", trim_answer(document.cut(start, end, indent)), start)


def _states(text: str) -> bool:
    """Tell whether a text is sentences that ask nothing, with no code among them."""
    return bool(_SENTENCES.search(text)) and not any(sign in text for sign in ("?", "？", "```", "~~~"))


def after_fold(document: Document, fold: Fold, end: int, indent: int = 0) -> str:
    """Return what goes on after a fold with the answer; what a rule parts from it does not."""
    rules = (block.start for block in document.between(fold.end + 1, end) if block.kind == "rule")
    return document.cut(fold.end + 1, next(rules, end), indent)


def _split_at_answer(document: Document, start: int, end: int) -> tuple[str, int] | None:
    """Return the stem and the line (0-based) of the answer, where a label stands before any sub-heading."""
    for block in document.between(start, end):
        text = block.text if block.kind in ("heading", "paragraph") else ""
        first = text.split("\n", 1)[0]
        if text and says_only_answer(first):
            line = block.end if "\n" not in text else block.start + 1
            if _LINK.search(first):
                line = block.start  # it says where the answer is
            return (document.cut(start, block.start), line) if _tells(document, line, end) else None
        if block.kind == "list" and opens_answer(document.lines[block.start]):
            return document.cut(start, block.start), block.start
        if block.kind == "heading" and (analysed := _analysed(document, block, end)):
            return document.cut(start, block.start), analysed
        if block.kind == "heading" and (stated := _stated(document, start, block, end)):
            return stated
        if block.kind == "heading" or any(inner.kind == "heading" for inner in block.walk()):
            return None
        if (place := _opener_line(block)) is not None:
            line = block.start + place
            return (document.cut(start, line), line) if _tells(document, line, end) else None
    return None


def _analysed(document: Document, head: Block, end: int) -> int | None:
    """Return the line of an answer that stands under "analysis", below what the interviewer thinks."""
    if len(head.text) > LONGEST or not _THINKS.fullmatch(plain_markdown(head.text)):
        return None
    after = (b for b in document.between(head.end, end) if b.kind == "heading" and b.level <= head.level)
    told = next(after, None)
    return told.end if told and is_analysis(plain_markdown(told.text)) else None


def is_analysis(text: str) -> bool:
    """Tell whether a heading only says that the question is analysed below."""
    return len(text) <= LONGEST and bool(_ANALYSED.fullmatch(text))


def _split_at_explanation(document: Document, start: int, end: int, asked: str) -> Body | None:
    """Part code or quotes that a question shows from the explanation that answers it."""
    blocks = document.between(start, end)
    shown = list(takewhile(_is_shown, blocks))
    if not any(block.kind in _SHOWN or _PICTURE.fullmatch(block.text) for block in shown[-1:]) or len(
        shown
    ) == len(blocks):
        return None
    label = blocks[len(shown)]
    inner = label.children[0] if label.kind == "quote" and label.children else label
    if inner.kind not in ("paragraph", "heading") or not explains(inner.text):
        return None
    if shown[0].kind != "quote" and (_ORDERS_CODE.search(asked) or not _OF_CODE.search(asked)):
        return None
    first = label.text.split("\n", 1)[0]
    if inner is not label:
        line, answer = label.start, document.cut(label.start, end)
    elif says_only_why(first):
        line = label.end if "\n" not in label.text else label.start + 1
        answer = document.cut(line, end)
    elif match := _WHY_OPENER.match(label.text):
        line = label.start
        answer = document.cut(line, end).lstrip()[match.end() :]
    else:
        return None
    stem = trim_answer(document.cut(start, label.start))
    return Body(stem, trim_answer(answer), line) if any(map(str.isalnum, answer)) else None


def _is_shown(block: Block) -> bool:
    """Tell whether a block may belong to what a question shows: code, a quote, a line that leads to them."""
    if block.kind == "quote":
        return not (block.children and explains(block.children[0].text))
    if block.kind in ("paragraph", "html"):
        return bool(_LEADS_ON.search(block.text) or _PICTURE.fullmatch(block.text))
    return block.kind in _SHOWN


def states_question(head: Block, later: Sequence[Block]) -> bool:
    """Tell whether a section states the question, and one after it, no deeper and no higher, answers."""
    text = plain_markdown(head.text)
    if len(text) > LONGEST or not (_STATED.match(text) or _DESCRIBES.match(text)):
        return False
    after = next((h for h in later if h.start > head.start and h.level <= head.level + 1), None)
    if after is None or after.level < head.level:
        return False
    form = _SOLVES if _STATED.match(text) else _SOLUTION
    return bool(form.match(plain_markdown(after.text)))


def _stated(document: Document, start: int, head: Block, end: int) -> tuple[str, int] | None:
    """Return the section that states the question as the stem; the next section begins the answer."""
    text = plain_markdown(head.text)
    if len(text) > LONGEST or not (_STATED.match(text) or _DESCRIBES.match(text)):
        return None
    rest = [b for b in document.between(head.end, end) if b.kind == "heading"]
    if not rest or not _tells(document, rest[0].end, end):
        return None
    if not (_STATED.match(text) or states_question(head, rest)):
        return None
    above = [line for line in document.lines[start : head.start] if not _LOCAL.fullmatch(line)]
    line = rest[0].end if says_only_answer(rest[0].text) else rest[0].start
    return "\n".join([*above, document.cut(head.end, rest[0].start)]).strip("\n"), line


def _tells(document: Document, start: int, end: int) -> bool:
    """Tell whether lines say more than where the answer is to be found."""
    rest = _LINK.sub("", drop_opener(document.cut(start, end)))
    return any(c.isalnum() for c in rest)


def _opener_line(block: Block) -> int | None:
    """Return which line of a paragraph or quote opens the answer; of a quote that opens several, none."""
    inner = block.children[0] if block.kind == "quote" and block.children else block
    if inner.kind != "paragraph":
        return None
    places = (n for n, line in enumerate(inner.text.split("\n")) if opens_answer(line))
    place = next(places, None)
    if place is None or (inner is not block and next(places, None) is not None):
        return None
    return inner.start - block.start + place
