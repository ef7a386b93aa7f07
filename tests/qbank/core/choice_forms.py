"""The forms in which authors mark choice questions, their options and their keys."""

import re
from dataclasses import dataclass

from tests.qbank.core.choice_samples import LETTERS, Sample


@dataclass(frozen=True)
class Mark:
    """How a question begins: `form` has number {n}, title {t}, topic {p}."""

    form: str
    joint: str = "\n\n"  # between it and the options
    inside: int = 0  # columns by which the options are indented
    key_inside: int = 0  # columns by which the key is
    topical: bool = False  # its title is the topic, the question its stem
    tail: str = ""  # what its title has more than the sample's
    languages: str = "en zh"

    @property
    def name(self) -> str:
        """Tell the form and how the options follow."""
        return repr(f"{self.form}{self.joint}{' ' * self.inside}…")

    @property
    def counts(self) -> bool:
        """Tell whether it has a number."""
        return "{n}" in self.form

    @property
    def is_item(self) -> bool:
        """Tell whether Markdown reads it as an item of a numbered list."""
        return bool(re.match(r"(?:\{n\}|1)[.)] |[-*] ", self.form))


@dataclass(frozen=True)
class Options:
    """How options stand: each `lead` and `body` with letter {u} or {l}, number {i}, text {x}."""

    lead: str
    body: str
    joint: str = "\n"
    table: str = ""  # its first lines
    fence: str = ""  # the line that opens the code they stand in

    @property
    def name(self) -> str:
        """Tell the form of two options."""
        return repr(f"{self.fence}{self.table}{self.lead}{self.body}{self.joint}")

    @property
    def running(self) -> bool:
        """Tell whether they are lines that can stand in a paragraph of others."""
        return not (self.lead.strip() or self.table or self.fence) and self.joint != "\n\n"

    @property
    def letters(self) -> str:
        """Return "letters", "numbers" or "" for what the options begin with."""
        if "{i}" in self.lead + self.body:
            return "numbers"
        return "letters" if "{u}" in self.lead + self.body or "{l}" in self.body else ""

    def write(self, sample: Sample, mark: str = "{}") -> str:
        """Write the options out, the right ones in a mark."""
        written = []
        for place, text in enumerate(sample.options):
            letter = LETTERS[place]
            names = {"u": letter, "l": letter.lower(), "i": place + 1, "x": text}
            cells = self.body.split(" | ") if self.table else [self.body]
            marked = mark if letter in sample.right else "{}"
            box = "x" if letter in sample.right and mark == "{}" else " "
            cells = [cell.format(**names) for cell in cells]
            tagged = cells if "<" in marked else cells[-1:]  # colour goes over the row
            rest = cells[: len(cells) - len(tagged)]
            body = " | ".join([*rest, *map(marked.format, tagged)])
            end = " |" if self.table else ""
            written.append(f"{self.lead.format(b=box, **names)}{body}{end}")
        whole = self.table + self.joint.join(written)
        return f"{self.fence}\n{whole}\n```" if self.fence else whole


@dataclass(frozen=True)
class Key:
    """A key: letters {k}, apart {s}, joined {a}, small {l}; text {x}; explanation {y}; or a mark."""

    form: str
    mark: str = "{}"  # at the right option
    boxes: bool = False  # the key is ticked
    entry: str = ""  # an entry of the list of keys at the end of the file
    head: str = ""
    joint: str = "\n"  # of its entries
    languages: str = "en zh"
    joined: str = "\n\n"  # between the options and it
    several: bool = True  # it can give several letters

    @property
    def name(self) -> str:
        """Tell the form."""
        return repr(f"{self.mark} {self.joined}{self.form} {self.head}{self.entry}{self.joint}")

    def explanation(self, why: str) -> str:
        """Return what explains it."""
        if EACH in self.form:
            return EACH.format(y=why)
        return why if "{y}" in self.form else ""

    @property
    def marks(self) -> bool:
        """Tell whether the options themselves show which is right."""
        return self.boxes or self.mark != "{}"


MARKS = (
    Mark("#### [单项选择题00{n}]\n\n- {t}", languages="zh"),
    Mark("### Question {n}\n- {t}", languages="en"),
    Mark("## 第{n}题\n\n* {t}", languages="zh"),
    Mark("**Question {n}**\n\n- {t}", languages="en"),
    Mark("**Question {n}** *(Select the best)*\n\n{t}", languages="en"),
    Mark("### 0{n}\n\n{t}"),
    Mark("**{n}.**\n\n{t}"),
    Mark("**{n}**\n\n{t}"),
    Mark("### 题号：{n}\n\n{t}", languages="zh"),
    Mark("### 题目 {n}\n\n**题干**：{t}", languages="zh"),
    Mark("#### 【单选题】{n}\n\n{t}", languages="zh"),
    Mark("### Question {n} of 6\n\n{t}", languages="en"),
    Mark("**Question {n} of 6**\n\n{t}", languages="en"),
    Mark("Question {n}\n\n{t}", languages="en"),
    Mark("QUESTION NO: {n}\n\n{t}", languages="en"),
    Mark("NEW QUESTION {n}\n{t}", languages="en"),
    Mark("第{n}题\n\n{t}", languages="zh"),
    Mark("单选题{n}：\n\n{t}", languages="zh"),
    Mark("## {n} {t}"),
    Mark("### [{n}] {t}"),
    Mark("### {n}. **{t}**"),
    Mark("### **{n}. {t}**", "\n"),
    Mark("#### Q{n} - {t}"),
    Mark("###### {n}. {t}"),
    Mark("## 题目 {n}\n\n{t}", languages="zh"),
    Mark("## 题目{n}：{t}", languages="zh"),
    Mark("### {c}、{t}", languages="zh"),
    Mark("<h3>{n}. {t}</h3>"),
    Mark("***{n}. {t}***"),
    Mark("__{n}. {t}__", "  \n"),
    Mark("**({n}) {t}**"),
    Mark("**Q{n})** {t}"),
    Mark("**Question {n}**: {t}", languages="en"),
    Mark("**Question {n}**\n{t}", "\n", languages="en"),
    Mark("**{n}.** **{t}**"),
    Mark("**Q:** {t}"),
    Mark("Q{n}) {t}", "\n"),
    Mark("{n}\\. {t}", "\n"),
    Mark("{n}. {t}", "\n", 4, 4),
    Mark("{n}. {t}", "\n\n", 4, 4),
    Mark("- **{n}. {t}**", "\n", 2, 2),
    Mark("- {t}", "\n", 2, 2),
    Mark("* {t}", "\n\n", 2, 2),
    Mark("- Q{n}: {t}", "\n", 2, 2),
    Mark("## {n}. {t}"),
    Mark("## {n}. {t}", "\n"),
    Mark("#### {n}、{t}", languages="zh"),
    Mark("### {n}) {t}"),
    Mark("### Q{n}: {t}"),
    Mark("## Q{n}. {t}"),
    Mark("#### Question {n}: {t}", languages="en"),
    Mark("### 问题{n}：{t}", languages="zh"),
    Mark("### 第{n}题 {t}", languages="zh"),
    Mark("### 第 {n} 题：{t}", "\n", languages="zh"),
    Mark("## 第{n}题\n\n{t}", languages="zh"),
    Mark("## 第{n}题\n\n{t}", "\n", languages="zh"),
    Mark("### Question {n}\n\n{t}", languages="en"),
    Mark("### Question {n}\n{t}", "\n", languages="en"),
    Mark("### {t}"),
    Mark("## {t}", "\n"),
    Mark("## Q{n} {p}\n\n{t}", topical=True),
    Mark("### {n}. {p}\n\n{t}", topical=True),
    Mark("### {n}. {p}\n\n{t}", "\n", topical=True),
    Mark("### {n}. {p}\n\n**Question:** {t}", topical=True, languages="en"),
    Mark("### 第 {n} 题 🟢 {p}\n\n**题目：** {t}", topical=True, languages="zh"),
    Mark("### 第 {n} 题 🟢 {p}\n\n**题目：**\n\n{t}", topical=True, languages="zh"),
    Mark("**{n}. {t}**"),
    Mark("**{n}. {t}**", "\n"),
    Mark("**{n}. {t}**", "  \n"),
    Mark("**{n}. {t}**", "<br>\n"),
    Mark("**{n}、{t}**", "\n", languages="zh"),
    Mark("**{t}**"),
    Mark("**{t}**", "  \n"),
    Mark("**Q{n}: {t}**"),
    Mark("**Q{n}: {t}**", "  \n"),
    Mark("**Q{n}.** {t}"),
    Mark("**Q{n}.** {t}", "\n"),
    Mark("**{n}.** {t}", "  \n"),
    Mark("**Question {n}:** {t}", "  \n", languages="en"),
    Mark("**Question {n}**\n\n{t}", languages="en"),
    Mark("**第{n}题** {t}", languages="zh"),
    Mark("**第{n}题：{t}**", "\n", languages="zh"),
    Mark("{n}. {t}"),
    Mark("{n}. {t}", "\n"),
    Mark("{n}. {t}", "\n", 3, 3),
    Mark("{n}. {t}", "\n\n", 3, 3),
    Mark("{n}. {t}", "  \n", 3, 3),
    Mark("{n}. {t}", "\n", 3, 0),
    Mark("{n}. {t}", "\n\n", 3, 0),
    Mark("{n}. **{t}**"),
    Mark("{n}. **{t}**", "\n\n", 3, 3),
    Mark("{n}. **{t}**", "\n", 3, 3),
    Mark("{n}) {t}", "\n", 3, 3),
    Mark("1. {t}"),
    Mark("{n}、{t}", languages="zh"),
    Mark("{n}、{t}", "\n", languages="zh"),
    Mark("{n}．{t}", "\n", languages="zh"),
    Mark("{n}.{t}", "\n"),
    Mark("({n}) {t}", "\n"),
    Mark("（{n}）{t}", languages="zh"),
    Mark("第{n}题：{t}", "\n", languages="zh"),
    Mark("Q{n}. {t}", "\n"),
    Mark("Q{n}: {t}"),
    Mark("Q: {t}", "\n"),
    Mark("Question {n}: {t}", "\n", languages="en"),
    Mark("题目：{t}", languages="zh"),
    Mark("**题目：** {t}", "\n", languages="zh"),
    Mark("**题目{n}：** {t}", languages="zh"),
    Mark("**{n}.（{p}）** {t}", languages="zh"),
    Mark("**{n}. ({p}, p. 20)** {t}", languages="en"),
    Mark("**{n}、【{p}】** {t}", "\n", languages="zh"),
    Mark("**Q{n}. [{p}]** {t}", languages="en"),
    Mark("{n}. **{t}** (Select all that apply)", "\n", 3, 3, languages="en", tail=" (Select all that apply)"),
    Mark("**{n}. {t}** (Choose two)", languages="en", tail="(Choose two)"),
    Mark("**{n}、{t}** （多选）", languages="zh"),
    Mark("{n} {t}"),
    Mark("{n} {t}", "\n"),
    Mark("**Question {n}**\n\n**{t}**", languages="en"),
    Mark("**第{n}题**\n\n**{t}**", languages="zh"),
    Mark("**Q{n}.**\n\n**{t}**", "\n"),
)
OPTIONS = (
    Options("+ ", "{u}. {x}"),
    Options("- ", "{u}.{x}"),
    Options("* ", "({l}) {x}"),
    Options("  - ", "{u}. {x}"),
    Options("- ", "{u} - {x}"),
    Options("- ", "[{u}] {x}"),
    Options("", "[{u}] {x}", "  \n"),
    Options("", "【{u}】{x}"),
    Options("", "{u} - {x}"),
    Options("", "{u}）{x}"),
    Options("", "（{u}） {x}", "\n\n"),
    Options("", "({l}) {x}", "<br>\n"),
    Options("", "**{u}**. {x}", "  \n"),
    Options("", "*{u}.* {x}", "  \n"),
    Options("", "**({u})** {x}"),
    Options("", "`{u}.` {x}", "  \n"),
    Options("", "{u}. {x}", "\t"),
    Options("", "{u}. {x}", " &nbsp; "),
    Options("", "{u}. {x}", " | "),
    Options("", "{u}、{x}", "； "),
    Options("> ", "{u}. {x}"),
    Options("> - ", "{u}. {x}"),
    Options("- [{b}] ", "**{u}.** {x}"),
    Options("- [{b}] ", "{l}) {x}"),
    Options("* [{b}] ", "{x}"),
    Options("- ", "{u}. {x}"),
    Options("- ", "{u}) {x}"),
    Options("- ", "({u}) {x}"),
    Options("- ", "{u} {x}"),
    Options("- ", "{u}: {x}"),
    Options("- ", "{u}、{x}"),
    Options("- ", "{l}) {x}"),
    Options("* ", "{l}. {x}"),
    Options("- ", "**{u}.** {x}"),
    Options("- ", "**{u}** {x}"),
    Options("- ", "`{u}` {x}"),
    Options("- ", "{u}. {x}", "\n\n"),
    Options("", "{u}. {x}"),
    Options("", "{u}. {x}", "  \n"),
    Options("", "{u}. {x}", "<br>\n"),
    Options("", "{u}. {x}", "\\\n"),
    Options("", "{u}. {x}", "\n\n"),
    Options("", "{u}、{x}"),
    Options("", "{u}、{x}", "\n\n"),
    Options("", "{u}．{x}"),
    Options("", "{u}.{x}"),
    Options("", "{u}) {x}", "  \n"),
    Options("", "({u}) {x}"),
    Options("", "（{u}）{x}"),
    Options("", "{l}) {x}"),
    Options("", "{l}. {x}", "  \n"),
    Options("", "{u}：{x}"),
    Options("", "**{u}.** {x}", "  \n"),
    Options("", "**{u})** {x}", "\n\n"),
    Options("", "{u} {x}", "  \n"),
    Options("", "{u}. {x}", "  "),
    Options("", "{u}) {x}", " "),
    Options("", "{u}、{x}", "　　"),
    Options("", "{u}. {x}", "&emsp;"),
    Options("- [{b}] ", "{x}"),
    Options("- [{b}] ", "{u}. {x}"),
    Options("- [{b}] ", "{u}) {x}"),
    Options("- ", "{x}"),
    Options("{i}. ", "{x}"),
    Options("{i}) ", "{x}"),
    Options("    ", "{u}. {x}"),
    Options("| ", "{u} | {x}", table="| 选项 | 内容 |\n|---|---|\n"),
    Options("| ", "{u}. | {x}", table="| | |\n|:-:|---|\n"),
    Options("| ", "**{u}** | {x}", table="| Option | Text |\n| --- | --- |\n"),
    Options("| ", "({u}) {x}", table="| Options |\n|---|\n"),
    Options("", "{u} {x}", fence="```"),
    Options("", "{u}. {x}", fence="```text"),
    Options("", "{u}、{x}", fence="```c"),
    Options(" ", "{u} {x}", fence="```"),
)
_FOLD = "<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def _fold(body: str, summary: str = "Answer") -> str:
    return _FOLD.replace("{summary}", summary).replace("{body}", body)


EACH = "- A: {y}\n- B: {y}"
KEYS = (
    Key("Answer : {k}"),
    Key("**Answer** : {k}"),
    Key("**Ans.** {k}", languages="en"),
    Key("Ans: ({l})", languages="en"),
    Key("Correct Option: {k}", languages="en"),
    Key("Correct: {k}\n\nWhy: {y}", languages="en"),
    Key("Answer: Option {k}", languages="en"),
    Key("**Answer**: `{k}`"),
    Key("`Answer: {k}`"),
    Key("<b>Answer:</b> {k}"),
    Key("<p><b>Answer: {k}</b></p>"),
    Key("**Solution:** {k}\n\n{y}", languages="en"),
    Key("🔑 Answer: {k}"),
    Key("💡 **答案：{k}**\n\n{y}", languages="zh"),
    Key("✅ 正确答案：{k}", languages="zh"),
    Key("(Answer: {k})", languages="en"),
    Key("（答案：{k}）", languages="zh"),
    Key("[答案] {k}", languages="zh"),
    Key("【答案】：{k}", languages="zh"),
    Key("**【答案】** {k}\n\n**【解析】** {y}", languages="zh"),
    Key("**答案:** **{k}**\n\n**解析:** {y}", languages="zh"),
    Key("*答案*：{k}", languages="zh"),
    Key("答案: {k}\n\n> 解析：{y}", languages="zh"),
    Key("标准答案: {k}", languages="zh"),
    Key("答：{k}", languages="zh"),
    Key("选 {k}", languages="zh"),
    Key("答案是{k}，{y}", languages="zh"),
    Key("应选 {k}。\n\n{y}", languages="zh"),
    Key(f"答案：{{k}}\n\n解析：\n\n{EACH}", languages="zh"),
    Key(f"**Answer:** {{k}}\n\n**Explanation:**\n\n{EACH}", languages="en"),
    Key(_fold(f"**Answer: {{k}}**\n\n{EACH}"), languages="en"),
    Key(_fold(f"{{k}}\n\n{EACH}")),
    Key(_fold("> **{k}**", "<strong>查看答案</strong>"), languages="zh"),
    Key(_fold("**正确答案：** {k}\n\n**解析**：\n- {y}", "答案"), languages="zh"),
    Key(_fold("{k}：{y}", "答案"), languages="zh"),
    Key(_fold("**Correct Answer: {k}) {x}**\n\n**Explanation:**\n\n{y}"), languages="en", several=False),
    Key(_fold("✅ **{k}) {x}**\n\n{y}", "💡 Solution"), several=False),
    Key(_fold("Correct answer: **{k}**\n\n---\n\n{y}", "Show Solution"), languages="en"),
    Key(_fold("The correct answer is **{k}** because it holds.\n\n{y}"), languages="en"),
    Key("<details><summary>Answer</summary><p>{k}</p></details>"),
    Key("<details>\n<summary>Answer</summary>\n\n{k}</details>"),
    Key("::: details 答案\n{k}\n:::", languages="zh"),
    Key("", mark="{} ✔️"),
    Key("", mark="**{}** ✅"),
    Key("", mark="__{}__"),
    Key("", mark="{} ← correct", languages="en"),
    Key("", mark="{} *(correct answer)*", languages="en"),
    Key("> {y}", mark="<u>{}</u>"),
    Key("Answer: {k}"),
    Key("**Answer:** {k}"),
    Key("**Answer: {k}**\n\n{y}", languages="en"),
    Key("**Answer:** {k}  \n**Explanation:** {y}", languages="en"),
    Key("Answer: {s}\n\nExplanation: {y}", languages="en"),
    Key("Answer: {k}\n{y}", languages="en"),
    Key("Answer: {k}", joined="\n"),
    Key("Ans: {l}", languages="en"),
    Key("Answer: {l}) {x}", several=False),
    Key("**Answer:** {k}. {x}\n\n**Explanation:** {y}", languages="en", several=False),
    Key("Answer: {k} - {y}", languages="en"),
    Key("Answer: {x}", languages="en", several=False),
    Key("**Answer:** {x}\n\n{y}", languages="en", several=False),
    Key("**Correct Answer:** {k}\n\n*Explanation:* {y}", languages="en"),
    Key("*Answer: {k}*", languages="en"),
    Key("Correct answer: **{k}) {x}**\n\n{y}", languages="en", several=False),
    Key("Explanation: {y}\n\nAnswer: {k}", languages="en"),
    Key("✅ **Answer: {k}**\n\n{y}", languages="en"),
    Key("- **Answer:** {k}\n- **Explanation:** {y}", languages="en"),
    Key("> {k}"),
    Key("{k}"),
    Key("> [!success]- Answer\n> {k}"),
    Key("> [!question]- Show answer\n> **Correct Answer: {a}.** {y}", languages="en"),
    Key("我的答案：F\n正确答案：{k}", languages="zh"),
    Key("**Your answer:** F\n\n**Correct answer:** {k}\n\n{y}", languages="en"),
    Key("My answer: F\n\nCorrect answer: {k}", languages="en"),
    Key("我的答案: F 正确答案: {k}", languages="zh"),
    Key("`{k}`\n\n{y}"),
    Key("**{k}**\n\n{y}"),
    Key("```answer\n{k}\n```"),
    Key("```\n{k}\n```\n\n{y}"),
    Key("```\nAnswer: {k}\n```", languages="en"),
    Key("答案：\n\n```\n{k}\n```\n\n{y}", languages="zh"),
    Key(_fold("```\n{k}\n```\n\n{y}")),
    Key("**Correct Answer: {a}.** {y}", languages="en"),
    Key("Answer: {a}", languages="en"),
    Key(_fold("**Answers: {a}**\n\n{y}"), languages="en"),
    Key("答案：{a}", languages="zh"),
    Key("**正确答案：{a}。**\n\n{y}", languages="zh"),
    Key("> **Answer:** {k}\n>\n> {y}", languages="en"),
    Key("> Answer: {k}  \n> {y}", languages="en"),
    Key("#### Answer: {k}\n\n{y}", languages="en"),
    Key("#### Answer\n\n{k}\n\n{y}", languages="en"),
    Key("**Answer**\n\n{k}. {x}", several=False),
    Key("**Answer:**\n{k}\n\n{y}", languages="en"),
    Key("<!-- Answer: {k} -->"),
    Key("<!-- answer: {k} -->\n\n> {y}", languages="en"),
    Key("<!-- 答案：{k} -->", languages="zh"),
    Key(_fold("{k}")),
    Key(_fold("**{k}**")),
    Key(_fold("**{k}**\n\n{y}")),
    Key(_fold("**{k}. {x}**\n\n{y}"), several=False),
    Key(_fold("{k}. {x}", "Show answer"), several=False),
    Key(_fold("{k}) {x} - {y}", "Show answer"), several=False),
    Key(_fold("- {l}) {x}", "Solution"), several=False),
    Key("<details><summary>Solution</summary>\n- {l}) {x}\n</details>", several=False),
    Key("<details><summary>Solution</summary>\n- {l}) {x}\n</details>", several=False, joined="\n"),
    Key("<details><summary>Answer</summary>\n{k}\n</details>"),
    Key("<details><summary>Answer</summary>{k}</details>"),
    Key("<details><summary>Answer</summary>\n\n**{k}**  \n{y}\n</details>"),
    Key("<details>\n<summary><b>Answer</b></summary>\n<p>\n\n#### Answer: {k}\n\n{y}\n\n</p>\n</details>"),
    Key(_fold("The answer is {k}.\n\n{y}"), languages="en"),
    Key(_fold("**Answer:** {s}\n\n**Explanation:** {y}", "Answer and explanation"), languages="en"),
    Key(_fold("{y}\n\n**Answer: {k}**"), languages="en"),
    Key(_fold("{x}"), several=False),
    Key(_fold("**{x}**\n\n{y}"), several=False),
    Key(_fold("{y}", "Answer: {k}")),
    Key(_fold("{y}", "答案：{k}"), languages="zh"),
    Key(_fold("{k}", "答案"), languages="zh"),
    Key(_fold("**答案：{k}**\n\n**解析：** {y}", "点击查看答案"), languages="zh"),
    Key(_fold("答案：{s}\n\n解析：{y}", "查看答案与解析"), languages="zh"),
    Key(_fold("### 答案：{k}\n\n{y}", "查看答案"), languages="zh"),
    Key(_fold("正确答案是 {k}。{y}", "参考答案"), languages="zh"),
    Key("答案：{k}", languages="zh"),
    Key("答案：{k}", languages="zh", joined="\n"),
    Key("**答案：** {k}", languages="zh"),
    Key("**答案**：{s}", languages="zh"),
    Key("正确答案：{k}", languages="zh"),
    Key("正确答案：{s}\n\n{y}", languages="zh"),
    Key("【答案】{k}\n\n【解析】{y}", languages="zh"),
    Key("【答案】{k}\n【解析】{y}", languages="zh", joined="\n"),
    Key("答案：{k}\n\n解析：{y}", languages="zh"),
    Key("答案：{k}\n解析：{y}", languages="zh", joined="\n"),
    Key("**答案：{k}**  \n**解析：** {y}", languages="zh"),
    Key("> 答案：{k}\n>\n> 解析：{y}", languages="zh"),
    Key("> **答案：{k}**\n> {y}", languages="zh"),
    Key("解析：{y}\n\n答案：{k}", languages="zh"),
    Key("#### 答案：{k}\n\n{y}", languages="zh"),
    Key("#### 答案\n\n{k}\n\n#### 解析\n\n{y}", languages="zh"),
    Key("答案：{k}。{y}", languages="zh"),
    Key("答案：{k}（{y}）", languages="zh"),
    Key("参考答案：{k}、{x}", languages="zh", several=False),
    Key("答案：{x}", languages="zh", several=False),
    Key("正确答案是 {k}。", languages="zh"),
    Key("- 答案：{k}\n- 解析：{y}", languages="zh"),
    Key("", boxes=True),
    Key("{y}", boxes=True),
    Key("> {y}", boxes=True),
    Key("**Explanation:** {y}", boxes=True, languages="en"),
    Key(_fold("{y}", "Explanation"), boxes=True, languages="en"),
    Key("", mark="**{}**"),
    Key("{y}", mark="**{}**"),
    Key("解析：{y}", mark="**{}**", languages="zh"),
    Key("", mark="{} ✅"),
    Key("Explanation: {y}", mark="✅ {}", languages="en"),
    Key("解析：{y}", mark="{} ✅", languages="zh"),
    Key("", mark="{} √"),
    Key("{y}", mark="<mark>{}</mark>"),
    Key("", mark='<font color="red">{}</font>'),
    Key("解析：{y}", mark="<font color=red>{}</font>", languages="zh"),
    Key("", mark='<span style="color:red">{}</span>'),
    Key("", mark="{} (correct)", languages="en"),
    Key("", mark="{}（正确答案）", languages="zh"),
    Key("**答案**：{k} **解析**：{y}", languages="zh"),
    Key("答案：{k} 解析：{y}", languages="zh"),
    Key("【答案】{k}【解析】{y}", languages="zh"),
    Key("**答案：{k}** **解析：** {y}", languages="zh"),
    Key("**Answer:** {k} **Explanation:** {y}", languages="en"),
    Key("Answer: {k}  Reason: {y}", languages="en"),
    Key("**Correct Answers:** {z}", languages="en"),
    Key("Answer: {z}\n\n{y}", languages="en"),
    Key("**正确答案**：{z}\n\n**解析**：{y}", languages="zh"),
    Key("<details>\n<summary>参考答案</summary>\n<p>{k}。{y}</p>\n</details>", languages="zh"),
    Key("<details>\n<summary>参考答案</summary>\n<p>{k}。</p>\n</details>", languages="zh"),
    Key(_fold("**{k}。** {y}", "答案"), languages="zh"),
    Key("**答案**：{k} **解析**：\n{y}", languages="zh"),
    Key("答案：{k}　解析：\n\n- {y}", languages="zh"),
    Key("**Answer:** {k} **Explanation:**\n\n{y}", languages="en"),
    Key("", mark="{} ✅ Correct", languages="en"),
    Key("{y}", mark="{} ✔️ 正确", languages="zh"),
    Key("", mark="{} ✓ - right answer", languages="en"),
)
KEY_LISTS = (
    Key("", entry="{n}. {k}", head="## Answers\n\n", languages="en"),
    Key("", entry="{n}. {k}", head="## 参考答案\n\n", joint=" ", languages="zh"),
    Key("", entry="{n}.{k}", head="## 答案\n\n", joint="  ", languages="zh"),
    Key("", entry="{n}、{k}", head="**答案：**\n\n", joint="，", languages="zh"),
    Key("", entry="{n}: {k}", head="## Answer key\n\n", joint=", ", languages="en"),
    Key("", entry="| {n} | {k} |", head="## Answers\n\n| # | Answer |\n|---|---|\n", languages="en"),
    Key("", entry="| {n} | {k} |", head="## 答案\n\n| 题号 | 答案 |\n|---|---|\n", languages="zh"),
)
