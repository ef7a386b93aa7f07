"""The author's own comment beside a line of code says what it prints or is worth: blank it and ask."""

import ast
import random
import re
import warnings
from collections.abc import Iterator

from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import say
from quizzes.core.items import BLANK, Cloze
from quizzes.core.passages import Fence, Span

NAME = "output"
VERSION = 2
MARK = "①"
MOST_LINES = 24
LONGEST = 40
PRINTS = re.compile(
    r"console\.log|print(?:ln|f)?\s*\(|System\.out|cout|fmt\.Print|echo|puts|alert\(|document\.write"
)
COMMENT = re.compile(
    r"(?P<code>^.*?\S)\s*(?P<sign>//|#)\s*(?P<lead>(?:=>|->|→|输出[：:]?|打印[：:]?|结果[：:]?"
    r"|[Oo]utputs?[：:]?|[Pp]rints?[：:]?|[Rr]eturns?[：:]?|logs?[：:]?"
    r"|[Rr]esults?[：:]?)\s*)?(?P<value>\S.*?)\s*$"
)
LITERAL = re.compile(
    r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null|undefined|None|True|False|NaN|-?Infinity|nil"
    r"|\"[^\"]*\"|'[^']*'|\[[^\[\]]*\]|\{[^{}]*\}|\([\d., ]+\)"
    r"|(?:Type|Reference|Syntax|Range|Key|Value|Index|Name|Attribute|ZeroDivision)Error"
)
ANY_OUTPUT = re.compile(
    r"\s*(?://|#)\s*(?:=>|->|→|输出|[Oo]utput|[Pp]rints?|[Rr]eturns?|[Rr]esult|logs?)?.*$"
)
UNSTABLE = re.compile(
    r"random|Date\b|datetime|time\.|now\(|performance|setTimeout|setInterval|Promise|async|await|fetch\("
    r"|input\(|process\.|window|document|"
    r"hashCode|\bid\(|sys\.|Thread|goroutine|localStorage|prompt\(|navigator|require\(|import\(|\.\.\.\s*$"
)
INFO = (
    "js",
    "javascript",
    "jsx",
    "ts",
    "typescript",
    "python",
    "py",
    "java",
    "go",
    "c",
    "cpp",
    "c++",
    "ruby",
    "php",
    "rust",
    "kotlin",
    "scala",
    "",
)
SHOWN_INFO = ("", "plain", "plaintext", "text", "txt", "output", "console", "bash", "shell", "sh")
SHOWS = re.compile(r"输出|打印|运行结果|执行结果|结果|\boutputs?\b|\bprints?\b|\bresults?\b", re.IGNORECASE)
LINE_PRINT = re.compile(r"\s*(?:console\.log|print|System\.out\.println|fmt\.Println|puts)\s*\(.*\);?\s*$")
LOOPS = re.compile(r"\b(?:for|while|forEach|map|each|def|function|void|=>)\b|=>")
OLD_PRINT = re.compile(r"^\s*print[ \t]+(?![(=])[\w\"'`\[{]", re.MULTILINE)
PLAIN = re.compile(r"[\w .+*/:,'\"\[\]{}()=<>!-]{1,40}")
KEYWORDS = frozenset(
    re.findall(
        r"\S+",
        "if else for while do switch case break continue return function const let var class extends new "
        "this super import from export default try catch finally throw typeof instanceof in of void "
        "delete yield async await static get set true false null undefined None True False def lambda "
        "pass with as not and or is print elif except raise global nonlocal assert del public private "
        "protected final int float double char long boolean bool string String void byte short package "
        "interface enum console log Math Object Array JSON Number Boolean Symbol Map Set Error parseInt "
        "parseFloat isNaN NaN Infinity len range list dict set tuple str type sum min max sorted map "
        "filter zip enumerate isinstance abs any all reversed round System out println printf Integer "
        "List ArrayList Arrays HashMap BigDecimal BigInteger Long Double Float Character Objects equals "
        "valueOf TypeError ReferenceError SyntaxError RangeError Function RegExp Reflect Proxy WeakMap "
        "WeakSet Promise alert arguments eval isFinite encodeURIComponent decodeURIComponent globalThis "
        "main args Exception ValueError KeyError self cls super object property staticmethod classmethod "
        "Decimal int8 fmt func chan go range nil make append ",
    )
)


def runnable(candidate: Candidate) -> Verdict:
    """Object to code that cannot be followed: cut short, or with names that come from elsewhere."""
    code = _code_of(candidate)
    if found := UNSTABLE.search(code):
        return Verdict("runnable", False, f"what it prints may vary: {found[0]}")
    if re.search(r"^\s*(?:\.\.\.|…)|/\*.*\.\.\..*\*/", code, re.MULTILINE):
        return Verdict("runnable", False, "the code is cut short")
    if len(code.splitlines()) > MOST_LINES:
        return Verdict("runnable", False, f"more than {MOST_LINES} lines")
    if strange := undeclared(code):
        return Verdict("runnable", False, f"not declared: {', '.join(strange[:3])}")
    return Verdict("runnable", True)


def parses(candidate: Candidate) -> Verdict:
    """Object to Python that Python 3 cannot read, and to its old print statements in any block."""
    code = _code_of(candidate)
    if OLD_PRINT.search(code):
        return Verdict("parses", False, "a print statement of Python 2")
    if re.search(r"^```(?:python|py)\s*$", candidate.item.stem, re.MULTILINE):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            try:
                ast.parse(code)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return Verdict("parses", False, "Python 3 cannot read it")
    return Verdict("parses", True)


def unseen(candidate: Candidate) -> Verdict:
    """Object where the value stands in the code as it is, or the expression is the value itself."""
    code, value = _code_of(candidate), candidate.key
    line = next((row for row in code.splitlines() if MARK in row), "")
    bare = value.strip("\"'")
    if bare and re.search(rf"\(\s*[\"']?{re.escape(bare)}[\"']?\s*\)", line):
        return Verdict("unseen", False, "the line shows its own output")
    if len(bare) > 12 and bare in code:
        return Verdict("unseen", False, "the output stands in the code")
    return Verdict("unseen", True)


def literal(candidate: Candidate) -> Verdict:
    """Object to comments that are prose and not an output."""
    value = candidate.key
    if not (LITERAL.fullmatch(value) or PLAIN.fullmatch(value)):
        return Verdict("literal", False, "the comment is not a plain value")
    if len(value) > LONGEST:
        return Verdict("literal", False, "the value is too long to type")
    return Verdict("literal", True)


FILTERS = (literal, runnable, unseen, parses)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield one candidate a code block: one of its lines with a comment that reads as an output."""
    for text in material.texts:
        fences = text.passages.fences
        for fence, after in zip(fences, [*fences[1:], None], strict=False):
            if fence.info not in INFO:
                continue
            candidate = _candidate(text, fence, rng)
            if not candidate and after and after.info in SHOWN_INFO and SHOWS.search(after.before):
                candidate = _from_block(text, fence, after, rng)
            if candidate:
                yield candidate


def _candidate(text: Text, fence: Fence, rng: random.Random) -> Candidate | None:
    rows = fence.code.split("\n")
    outputs = {}
    for place, row in enumerate(rows):
        found = COMMENT.match(row)
        if not found or row.lstrip().startswith(("//", "#")):
            continue
        value = found["value"].rstrip(".。;；")
        printing = bool(PRINTS.search(found["code"]))
        if LITERAL.fullmatch(value) and (printing or found["lead"] or _is_expression(found["code"])):
            outputs[place] = (found["code"].rstrip(), value, printing)
    if not outputs:
        return None
    place = rng.choice(sorted(outputs))
    code, value, printing = outputs[place]
    sign = "#" if COMMENT.match(rows[place])["sign"] == "#" else "//"  # type: ignore[index]
    bare = without_comments(fence.code, sign).split("\n")
    bare[place] = f"{code}  {sign} {MARK}"
    shown = [row for i, row in enumerate(bare) if row.strip() or not rows[i].strip()]
    chinese = text.chinese
    ask = say("output" if printing else "value", chinese=chinese, mark=MARK)
    body = "\n".join(shown).strip("\n")
    stem = f"{ask}\n\n```{fence.info}\n{body}\n```\n\n{MARK} {BLANK}"
    item = Cloze(
        slug=NAME,
        stem=stem,
        rationale=say("shown", chinese=chinese, source=f"`{value}`"),
        key=(accepted(value),),
    )
    return Candidate(item, text, fence.span, body, f"{place}:{value}", value)


def _from_block(text: Text, fence: Fence, shown: Fence, rng: random.Random) -> Candidate | None:
    """Ask for one line of an output that stands in a block of its own, line for line after the code."""
    rows, outputs = fence.code.split("\n"), [row.strip() for row in shown.code.split("\n") if row.strip()]
    places = [i for i, row in enumerate(rows) if LINE_PRINT.match(row)]
    looped = any(LOOPS.search(row) for row in rows)
    if (
        looped
        or not places
        or len(places) != len(outputs)
        or sum(bool(PRINTS.search(row)) for row in rows) != len(places)
    ):
        return None
    chosen = rng.randrange(len(places))
    sign = "#" if fence.info in ("python", "py", "ruby") else "//"
    bare = without_comments(fence.code, sign).split("\n")
    bare[places[chosen]] += f"  {sign} {MARK}"
    body = "\n".join(row for i, row in enumerate(bare) if row.strip() or not rows[i].strip()).strip("\n")
    chinese, value = text.chinese, outputs[chosen]
    stem = f"{say('output', chinese=chinese, mark=MARK)}\n\n```{fence.info}\n{body}\n```\n\n{MARK} {BLANK}"
    why = say("printed", chinese=chinese, source=f"`{value}`")
    item = Cloze(slug=NAME, stem=stem, rationale=why, key=(accepted(value),))
    span = Span(fence.span.start, shown.span.end, fence.span.line)
    return Candidate(item, text, span, body, f"{places[chosen]}:{value}", value)


def _is_expression(code: str) -> bool:
    """Tell whether a line is an expression whose value a comment may give: `typeof x;`, `f(2)`, `a == b`."""
    bare = code.strip().rstrip(";")
    if re.match(
        r"(?:const|let|var|return|if|for|while|function|class|def|import|from|case|else|int|double"
        r"|String|\}|\{|@|public|private)\b|[{}]",
        bare,
    ):
        return False
    return not re.search(r"(?<![=!<>+*/%-])=(?![=>])", bare) and bool(
        re.search(r"[=!<>+*/%(\[.]|\btypeof\b", bare)
    )


def without_comments(code: str, sign: str) -> str:
    """Return code without its comments, line for line: they may tell what it prints."""
    strings = r"`(?:[^`\\]|\\.)*`|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    comments = r"#[^\n]*" if sign == "#" else r"//[^\n]*|/\*.*?\*/"

    def drop(found: re.Match[str]) -> str:
        return found[0] if found[0][0] in "\"'`" else "\n" * found[0].count("\n")

    cleared = re.sub(rf"{strings}|{comments}", drop, code, flags=re.DOTALL)
    return "\n".join(row.rstrip() for row in cleared.split("\n"))


def accepted(value: str) -> tuple[str, ...]:
    """Return the forms of an output that count as right: with its quotes, without, with the other kind."""
    forms = [value]
    if value[:1] in "\"'" and value[-1:] == value[:1] and len(value) > 2:
        inner = value[1:-1]
        forms += [inner, f'"{inner}"', f"'{inner}'"]
    if "[" in value or "{" in value or "(" in value:
        forms += [re.sub(r"\s+", "", value), value.replace('"', "'"), value.replace("'", '"')]
    return tuple(
        dict.fromkeys(form for form in forms if form.strip() and "|" not in form and "]]" not in form)
    ) or (value,)


def undeclared(code: str) -> list[str]:
    """Return the names that a piece of code uses without declaring them, first to last."""
    bare = re.sub(r"//.*|#.*|/\*.*?\*/", "", code, flags=re.DOTALL if "/*" in code else 0)
    bare = re.sub(r"`(?:[^`\\]|\\.)*`|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", '""', bare)
    declared = set(
        re.findall(
            r"\b(?:const|let|var|function\*?|class|def|int|double|float|char|long|boolean|String|Integer"
            r"|Long|List<\w+>|interface|enum|for|func|type|import|as|from|except|byte|short|auto|final"
            r"|Object|BigDecimal|StringBuilder|Double|Float)\s*(?:\[\]\s*)?([A-Za-z_$][\w$]*)",
            bare,
        )
    )
    declared |= set(
        re.findall(
            r"([A-Za-z_$][\w$]*)\s*(?:=(?!=)|:=|=>|,(?=[\w\s,.$]*[)\]}]\s*(?:=|=>|\{))|\)\s*(?:=>|\{)"
            r"|:(?!:))",
            bare,
        )
    )
    declared |= set(
        re.findall(
            r"[({,]\s*([A-Za-z_$][\w$]*)\s*(?=[,)}=:])",
            "".join(
                re.findall(
                    r"(?:function\s*\w*|def\s+\w+|\w+)?\s*\([^()]*\)\s*(?:=>|\{|:)|(?:const|let"
                    r"|var)\s*[\[{][^\]}]*[\]}]|lambda[^:]*:",
                    bare,
                )
            ),
        )
    )
    for pattern in re.findall(r"(?:const|let|var)\s*([\[{][^\]}=]*[\]}])\s*=", bare):
        declared |= set(re.findall(r"[A-Za-z_$][\w$]*", pattern))
    declared |= set(re.findall(r"\blambda\s+([\w$]+)", bare)) | set(
        re.findall(r"(?:const|let|var)\s*\[\s*(\w+)", bare)
    )
    declared |= (
        set(re.findall(r",\s*([A-Za-z_$][\w$]*)\s*=(?!=)", bare))
        | set(re.findall(r"\bfor\s+(?:\w+\s*,\s*)?(\w+)\s+in\b", bare))
        | set(re.findall(r"\bfor\s+(\w+)", bare))
    )
    used = re.findall(r"(?<![\w.$])([A-Za-z_$][\w$]*)(?!\s*:(?!:))", bare)
    return [name for name in dict.fromkeys(used) if name not in declared and name not in KEYWORDS]


def _code_of(candidate: Candidate) -> str:
    return candidate.shown
