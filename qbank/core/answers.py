"""What an answer holds, whether it is one at all, and where it really begins and ends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qbank.core.maths import find_maths

_READER = MarkdownIt("commonmark").enable("table")
_READER.normalizeLink = lambda url: url  # type: ignore[method-assign]
_READER.validateLink = lambda url: True  # type: ignore[method-assign]
_READER.core.ruler.disable(["inline", "text_join"])
# Where none of these is, a closer look finds nothing but fences at the edge, which are easily seen.
_REMARKABLE = re.compile(
    r"[$\r\t\x00]|^[ >]*<|<img|!\[|\\[(\[]|^[ >]+(?:```|~~~)|(?:[-*+]|\d[.)]) +(?:```|~~~|<)",
    re.MULTILINE | re.IGNORECASE,
)
_REMARKS = ("$", "<", "![", "\\[", "\\(", "```", "~~~", "\r", "\t", "\x00")  # each match has one
_WHOLE_FENCE = re.compile(r"^```[^`\n]*\n(?:.*?\n)??```[ \t]*$", re.DOTALL | re.MULTILINE)
_PLAIN_FENCE = re.compile(r"^(?:```[^`\n]*|~~~.*)$", re.MULTILINE)
MOST_FRAMES = 20  # around an answer that are taken off; for the end of each much is looked through
LONGEST_TAIL = 1000  # characters; what closes an answer is looked for there
MOST_AFTER_PLACEHOLDER = 400  # characters; whoever wrote more has answered
_IMG = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)[^)]*\)")
_FENCE = re.compile(r"^[ \t>]*(?:```|~~~)|`[^`]+`|^(?: {4}|\t)\S", re.MULTILINE)
_PLACEHOLDER = re.compile(
    r"""^[\W_]*(?:
      (?:your\ )?answers?\ (?:here|(?:is\ )?coming\ soon|to\ be\ (?:added|completed|written|done))
    | to\ be\ (?:completed|added|written|done|continued)|coming\ soon|work\ in\ progress|wip
    | to-?do|tbd|tba|tbc|fixme|n/?a|no\ answer(?:\ yet)?|placeholder|pending|empty|xxx+
    | 待(?:补充?|完善|填写?|写|续|更新|添加|整理|解答|回答|定)
    | (?:暂|尚|还)[无没未]有?(?:答案|解析|内容|补充)?|未完(?:待续|成)?|略|答案?(?:略|待补)|无
    | 此处(?:填写|补充)(?:答案)?|(?:请)?(?:在此|在这里)?(?:补充|填写)答案
    | 敬请期待|建设中|正在(?:编写|整理|更新)中?
    | (?:欢迎|请).{0,20}(?:留下|补充|提交|分享|写下|贡献).{0,12}(?:答案|回答|解答)
    )[\W_]*$""",
    re.VERBOSE | re.IGNORECASE,
)


_EMPTY_LINK = re.compile(r"\[[^\[\]]*\]\(\s*#?\s*\)")
_ABOUT = re.compile(  # lines that say where a question comes from
    r"^[\s*_>-]*(?:公司|分类|标签|来源|出处|类型|company|companies|category|tags?|topics?|asked (?:in|by|at))"
    r"[\s*_]*[:：][^\n]{0,60}$",
    re.MULTILINE | re.IGNORECASE,
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--(?:(?!<!--|-->).)*-->", re.DOTALL)


@dataclass(frozen=True)
class Facts:
    """What a piece of Markdown holds."""

    images: tuple[str, ...]  # addresses as written
    has_math: bool
    has_code: bool


def find_facts(markdown: str) -> Facts:
    """Look at stem and answer: pictures, formulas outside of code, fenced code."""
    rest = _WHOLE_FENCE.sub("\n", markdown) if "```" in markdown else markdown
    if not (any(sign in rest for sign in _REMARKS) and _REMARKABLE.search(rest)):
        return Facts((), has_math=False, has_code=rest != markdown or bool(_PLAIN_FENCE.search(rest)))
    images: list[str] = []
    has_math = has_code = False
    references: dict[str, Any] = {}
    for token in _walk(_READER.parse(markdown, references), references):
        if token.type == "image":
            images.append(str(token.attrs.get("src", "")))
        elif token.type in ("html_block", "html_inline"):
            images += [m.strip("\"'") for m in _IMG.findall(token.content)]
        elif token.type == "fence":
            has_code = True
        elif token.type == "code_block":  # often a paragraph that begins with a tab
            images += _PICTURE.findall(token.content)
        if token.type in ("inline", "html_block", "code_block") and not has_math:
            has_math = bool(find_maths(token.content))
    has_math = has_math or any(m.display for m in find_maths(markdown))
    return Facts(tuple(images), has_math, has_code)


def is_placeholder(answer: str) -> bool:
    """Tell whether an answer only promises one: nothing, or "to be completed" and little more than links."""
    said = answer if _FENCE.search(answer) else _EMPTY_LINK.sub("", _TAG.sub("", answer))
    if len(said) <= MOST_AFTER_PLACEHOLDER:
        said = _ABOUT.sub("", said)
    if not any(c.isalnum() for c in said):
        return "![" not in answer and "<img" not in answer
    text = re.sub(r"<br\s*/?>|<!--(?:(?!<!--|-->).)*-->", "", answer).strip()
    if len(text) > MOST_AFTER_PLACEHOLDER:
        return False
    first = re.split(r"\n\s*\n", text, maxsplit=1)[0]
    return bool(_PLACEHOLDER.match(first))


def says_placeholder(text: str) -> bool:
    """Tell whether a title only promises what is to come: "TODO"."""
    return bool(_PLACEHOLDER.match(text))


_COMMENT = (
    r"<!--(?!\s*(?:difficulty|level|frequency|\w*难\w*|\w*频率)\s*[:：=])(?:(?!<!--|-->).)*-->"  # no grade
)
_PLACE = r"<(?:a|span)\s+(?:name|id)=[^<>\n]*(?:/>|>\s*</(?:a|span)>)"  # to which contents lead
_EDGE = rf"<br\s*/?>|</?p(?:\s[^>]*)?>|{_PLACE}|{_COMMENT}|&nbsp;|&emsp;|&#x20;"
_CLOSES = r"(?!(?:(?!\n[ \t]*\n).){0,4000}?</"  # not what ends in the same paragraph and is not all
_FOLLOWED = r">\s*\S)"
_HEAD = rf"<br\s*/?>|</p>|<p(?:\s[^>]*)?>{_CLOSES}p{_FOLLOWED}|{_COMMENT}|&nbsp;|&emsp;|&#x20;"
_FRAME = r"b|strong|i|em|font|center|div|span|blockquote|section|article"
_OPENED = re.compile(
    rf"^\s*<({_FRAME})(?:\s[^>]*)?>{_CLOSES}\1{_FOLLOWED}[ \t]*(?:\n|\Z)", re.IGNORECASE | re.DOTALL
)
_OPENED_LAST = re.compile(rf"<(?:{_FRAME})(?:\s[^<>]*)?>\s*\Z", re.IGNORECASE)  # the frame of what follows
_CLOSED = re.compile(rf"</({_FRAME}|details)>\s*\Z", re.IGNORECASE)
_LEADS = re.compile(r"\s*[<&]|[ \t]*\n")  # with which whatever is cut off the beginning begins
_LEADING = re.compile(rf"^(?:\s*(?:{_HEAD})){{1,20}}[ \t]*\n?|^(?:[ \t]*\n)+", re.DOTALL)
_RULE = r"^[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$"
_TRAILING = re.compile(rf"(?:\s*(?:{_EDGE}|{_RULE}))+\s*\Z", re.DOTALL | re.MULTILINE)
_BACK_DIV = re.compile(
    r"\n?[ \t]*<(div|p|h[1-6]|sub|sup)\b[^>]*>\s*[(（\[]?(?:<(?:b|strong|sub|sup)>\s*)?"
    r"(?:<a\s+href=[\"']#[^>]*>[^<]{0,60}</a>|\[[^\[\]]{0,60}\]\(#[^()\s]*\))"
    r"\s*(?:</(?:b|strong|sub|sup)>\s*)?[)）\]]?\s*</\1>\s*\Z",
    re.IGNORECASE,
)
_BACK_ARROW = re.compile(
    r"\n?[ \t>]*(?:\*\*|<b>)*\s*\[\s*(?:[←↑⬆⇧↩⤴⬅🔝🔙▲△↥]|(?:back\s+to|return\s+to)\b|返回|回到|回目录"
    r"|[上下]一[题篇章]|(?:previous|next)\b)[^\]\n]{0,60}\]\([^)\n]*\)\s*(?:\*\*|</b>)*\s*\Z",
    re.IGNORECASE,
)
_BACK_LINK = re.compile(
    r"\n?[ \t>]*(?:<div[^>]*>\s*)?(?:\*\*|<b>)*\s*\[(?:[^\[\]\n]|\[[^\[\]\n]*\]){0,60}\]\(#[^)\n]*\)\s*"
    r"(?:\*\*|</b>)*(?:\s*</div>)?\s*\Z"
)
_LINK_LAST = re.compile(r"[^)\n]*\)[\s*</bdiv>]*\Z", re.IGNORECASE)  # what ends a link at the end of a text
_BACK = (("](", _BACK_LINK), ("](", _BACK_ARROW))
_EDGE_LINE = re.compile(
    r".*[>;]\s*\Z|[-*_ \t]+\s*\Z"
)  # a last line that may hold a break, a comment or a rule
_TAIL_ENDS = (">", "-", "*", "_", ";", ")", "%}")  # whatever is cut off the end of an answer ends so
_HINTS = re.compile(r"(?:(?:\n|\A)[ \t]*\{%[ \t]*(?:end)?hint\b[^{}%]*%\}\s*)+\Z")  # frames of a box
_SIGNS = re.compile(r"[\u2190-\u2bff\U0001f000-\U0001faff]\ufe0f?")
_FOLDED = re.compile(
    r"^(?:第?\s*[\d一二三四五六七八九十]+\s*[题问]?\s*的?)?(?:点击|单击|展开|查看|显示|参考|正确|标准)*(?:看|查看|本题)?"
    r"(?:参考|正确)?(?:答案|解析|解答|回答|详情|答)(?:[与和及&/、]?(?:答案|解析|解答|详解))?[\s：:。.]*$"
    r"|^(?:点击|点我|单击)?(?:查看|展开|显示|看答案)$"
    r"|^(?:(?:click|tap|expand|show|see|view|reveal|check|display|toggle|open|unfold|an?|the|to|for|correct|right"
    r"|here|me|my|our|spoiler|sample|suggested|model|possible|example|full|detailed|short|quick)"
    r"\s+)*"
    r"(?:answers?|solutions?|explanations?|details|hint)(?:\s*(?:and|&|&amp;|/|with)\s*explanations?)?"
    r"(?:\s+(?:to|for)\s+question)?(?:\s*\d+)?[\s:!.]*$"
    r"|^(?:(?:click|tap)\s+)?(?:here|me|to\s+(?:expand|reveal|show|see|view)|reveal|expand|show|spoiler)[\s:!.]*$",
    re.IGNORECASE,
)


def trim_answer(answer: str) -> str:
    """Cut off what is not the answer at its edges: breaks, rules, empty tags, links back to the contents."""
    for _ in range(MOST_FRAMES):
        if not (_LEADS.match(answer) and (match := _LEADING.match(answer) or _OPENED.match(answer))):
            break
        answer = answer[match.end() :]
    cut = max(0, len(answer) - LONGEST_TAIL)
    if cut and (line := answer.find("\n", cut)) >= 0:
        cut = line + 1
    head, tail = answer[:cut], answer[cut:]
    before = None
    while before != tail:
        before = tail
        if not tail.rstrip().endswith(_TAIL_ENDS):
            break
        tail = _HINTS.sub("", tail) if "hint" in tail[-80:] else tail
        tail = _without_last(tail, "<a", _BACK_DIV) if "<a" in tail else tail
        tail = _without_last(tail, "](#", _BACK_DIV) if tail.endswith(">") and "](#" in tail else tail
        if _EDGE_LINE.match(tail[tail.rstrip().rfind("\n") + 1 :]):
            tail = _TRAILING.sub("", tail)
        if _LINK_LAST.match(tail, tail.rfind("](") + 2):
            for sign, pattern in _BACK:
                tail = _without_last(tail, sign, pattern)
        if not tail.rstrip().endswith(">"):
            continue
        if opened := _OPENED_LAST.search(tail):
            tail = tail[: opened.start()]
        closed = _CLOSED.search(tail)
        if closed and _unopened(head + tail, closed[1]):
            tail = tail[: closed.start()]
    return (head + tail).strip("\n").rstrip()


def _without_last(tail: str, sign: str, pattern: re.Pattern[str]) -> str:
    """Cut off what a pattern finds at the end: it holds the sign and begins at most two lines before it."""
    place = tail.rfind(sign)
    if place < 0:
        return tail
    for _ in range(3):
        place = tail.rfind("\n", 0, max(0, place))
    match = pattern.search(tail, max(0, place))
    return tail[: match.start()] if match else tail


def _unopened(text: str, tag: str) -> bool:
    """Tell whether an element is closed more often than opened."""
    return len(re.findall(rf"</{tag}>", text, re.I)) > len(re.findall(rf"<{tag}\b", text, re.I))


def says_answer(summary: str) -> bool:
    """Tell whether the summary of a fold only says that the answer is inside."""
    text = re.sub(r"<[^>]*>|[*_`]|[(（][^()（）]{1,30}[)）]\s*$", "", summary)
    return bool(_FOLDED.match(_SIGNS.sub("", text).strip()))


def _walk(tokens: list[Token], references: dict[str, Any]) -> Iterator[Token]:
    """Yield the blocks, and what is inside of those that may show a picture: most need no closer look."""
    for token in tokens:
        yield token
        if token.type == "inline" and ("![" in token.content or "<img" in token.content.lower()):
            inner: list[Token] = []
            _READER.inline.parse(token.content, _READER, references, inner)
            yield from inner
