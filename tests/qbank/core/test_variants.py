"""The forms in which authors mark questions, answers, options and keys, each written out in a small file."""

from textwrap import indent

import pytest

from qbank.core.document import ParsedQuestion
from qbank.core.parser import parse_file

ASKED = ["What does tar do?", "Why wax a rope?", "Which hook holds a sail?"]
GEFRAGT = ["焦油有什么作用？", "为什么要给绳子上蜡？", "哪种钩子能挂帆？"]
TOLD = ["It seals the hull.", "It glides well.", "The iron one."]
CHINESE = "一二三"
CIRCLED = "①②③"
KEYCAPS = [f"{n}\ufe0f\u20e3" for n in "123"]


def parsed(text: str) -> list[ParsedQuestion]:
    return list(parse_file(text, "bank.md").questions)


def filled(form: str, place: int, titles: list[str] = ASKED) -> str:
    """Fill a form: number {n}, Chinese {c}, Roman {r}, circled {o}, keycap {k}, title {t}, answer {a}."""
    return form.format(
        n=place + 1,
        c=CHINESE[place],
        r="I" * (place + 1),
        o=CIRCLED[place],
        k=KEYCAPS[place],
        t=titles[place],
        a=TOLD[place],
    )


HEADINGS = [
    "Q{n}: {t}",
    "Q.{n} {t}",
    "Q. {n}) {t}",
    "Q {n}) {t}",
    "Q{n}) {t}",
    "Q-{n} {t}",
    "Q0{n}. {t}",
    "Qn {n}. {t}",
    "Qn. {n}: {t}",
    "Que {n}: {t}",
    "Que. {n} {t}",
    "Ques. {n} {t}",
    "Ques {n}: {t}",
    "Quest. {n} {t}",
    "Question {n}: {t}",
    "Question #{n}: {t}",
    "Question #{n} – {t}",
    "Question No. {n}: {t}",
    "QUESTION {n} - {t}",
    "Question {n} | {t}",
    "Interview Question {n}: {t}",
    "Practice question {n}. {t}",
    "Quiz {n}: {t}",
    "Quiz Question {n}: {t}",
    "Exercise {n}. {t}",
    "Pregunta {n}: {t}",
    "Pergunta {n}: {t}",
    "Frage {n}: {t}",
    "Вопрос {n}. {t}",
    "Q: {t}",
    "Q. {t}",
    "Ques: {t}",
    "P: {t}",
    "{n}. {t}",
    "0{n}. {t}",
    "{n}) {t}",
    "({n}) {t}",
    "[{n}] {t}",
    "{n} - {t}",
    "{n} – {t}",
    "{n}: {t}",
    "#{n} {t}",
    "#{n}: {t}",
    "#{n}. {t}",
    "No. {n}: {t}",
    "№ {n}. {t}",
    "5.{n} {t}",
    "5.{n}. {t}",
    "{k} {t}",
    "❓ {n}. {t}",
    "🔹 Q{n}: {t}",
    "✅ {n}. {t}",
    "**{n}. {t}**",
    "**{n}.** {t}",
    "**Q{n}:** {t}",
    "**Q{n}.** {t}",
    "**Question {n}**: {t}",
    "[{n}. {t}](#top)",
    "{n}. [{t}](#top)",
    "[Q{n}](#top) {t}",
    "<a name='q{n}'></a>{n}. {t}",
    '<a id="q{n}"></a> Q{n}. {t}',
    "{n}. {t} [⬆](#top)",
    "{n}. {t} {{#q-{n}}}",
    "Q{n} · {t}",
    "Q0{n} • {t}",
    "{n}. Q: {t}",
    "**Q:** {t}",
    "**Question**: {t}",
    "{n}. {t} (Junior)",
    "{n}. {t} [Senior]",
    "{n}) {t} [[src](https://a.example/{n})]",
    "{n}. {t} [[src]](https://a.example/{n})",
    "[Q{n}] {t}",
    "(Q{n}) {t}",
    "Q{n}→ {t}",
    "Q{n}/3: {t}",
    "Question {n} of 3: {t}",
    "{n}/3 {t}",
    "{n}\\. {t}",
    "Q{n}\\. {t}",
    "{r}. {t}",
    "{r}) {t}",
    "1-{n}. {t}",
    "Q1-{n}: {t}",
    "Q_{n}: {t}",
    "#Q{n} {t}",
    "{n} | {t}",
    "{n} · {t}",
    "❶ {t}",
    "{n}º {t}",
    "{n}.) {t}",
    "{n}.- {t}",
    "Question {n} (essay): {t}",
    "Interview question: {t}",
    "MCQ {n}. {t}",
    "Domanda {n}: {t}",
    "Questão {n}: {t}",
    "Câu {n}: {t}",
    "`Q{n}` {t}",
    "**{n}** {t}",
    "**{n}** - {t}",
    "{n}. {t} **[Easy]**",
    "{n}. {t} *(Hard)*",
    "[Easy] {n}. {t}",
    "{n}. {t} ![easy](https://img.shields.io/badge/easy-green)",
    "{n}. {t} <a href='#top'>↑</a>",
    "{n}. {t} ([top](#top))",
    "{n}. {t} [¶](#q{n})",
    "- {n}. {t}",
    "→ {n}. {t}",
]
CHINESE_HEADINGS = [
    "问{n}：{t}",
    "问题{n}：{t}",
    "问题 {n}：{t}",
    "问题{c}：{t}",
    "题目{n}：{t}",
    "题{n}、{t}",
    "第{n}题：{t}",
    "第 {n} 题 {t}",
    "第{c}题、{t}",
    "第{n}问：{t}",
    "【问题{n}】{t}",
    "【题目{n}】{t}",
    "【{n}】{t}",
    "【第{n}题】{t}",
    "面试题{n}：{t}",
    "面试题 {n}. {t}",
    "思考题{n}：{t}",
    "练习 {n}：{t}",
    "例{n}：{t}",
    "{n}】{t}",
    "{n}、{t}",
    "{n}．{t}",
    "{n}。{t}",
    "{n}）{t}",
    "（{n}）{t}",
    "{c}、{t}",
    "({c}) {t}",
    "（{c}）{t}",
    "{o} {t}",
    "{o}{t}",
    "Q：{t}",
    "问：{t}",
    "Q{n}、{t}",
    "Q{n}：{t}",
    "第{n}題：{t}",
    "問題{n}：{t}",
    "第{n}题 | {t}",
    "「{n}」{t}",
    "问题（{n}）：{t}",
    "Q{n}{t}",
    "【高频】{n}. {t}",
    "{n}. {t}（高频）",
    "单选题{n}：{t}",
    "编程题 {n}. {t}",
    "思考{n}：{t}",
    "[问题] {t}",
    "No.{n} {t}",
    "{n}题：{t}",
    "{n}·{t}",
    "{n}丨{t}",
    "{n}，{t}",
    "Ⅲ、{t}",
]


@pytest.mark.parametrize("frame", ["## {}", "##### {}", "<h3 id='q'>{}</h3>"])
@pytest.mark.parametrize("form", HEADINGS)
def test_headings(form: str, frame: str) -> None:
    text = "# Ropes\n\n" + "\n\n".join(f"{frame.format(filled(form, n))}\n\n{TOLD[n]}" for n in range(3))
    found = parsed(text)
    assert [(q.title, q.answer) for q in found] == list(zip(ASKED, TOLD, strict=True))
    if "{n}" in form or "{k}" in form:
        assert [q.number[-1:] for q in found] == ["1", "2", "3"]


@pytest.mark.parametrize("form", CHINESE_HEADINGS)
def test_chinese_headings(form: str) -> None:
    text = "# 绳结\n\n" + "\n\n".join(f"### {filled(form, n, GEFRAGT)}\n\n{TOLD[n]}" for n in range(3))
    found = parsed(text)
    assert [(q.title, q.answer) for q in found] == list(zip(GEFRAGT, TOLD, strict=True))
    if any(sign in form for sign in ("{n}", "{c}", "{o}")):
        assert all(q.number for q in found)


BARE = [
    "Q{n}",
    "Q{n}.",
    "Q.{n}",
    "Qn {n}.",
    "Qn. {n}",
    "Que {n}",
    "Ques {n}:",
    "Question {n}",
    "Question #{n}",
    "Question No. {n}",
    "QUESTION {n}",
    "Practice Question {n}",
    "Exercise {n}",
    "Problem {n}:",
    "题目{n}",
    "问题{c}",
    "第{n}题",
    "第{c}题",
    "【第{n}题】",
    "例题 {n}",
    "❓ Question {n}",
    "**Question {n}**",
    "Q{n} (Hulls / Ropes)",
    "Q{n}（Hulls / Ropes）",
    "Question {n} [easy]",
]


@pytest.mark.parametrize("frame", ["## {}", "**{}**"])
@pytest.mark.parametrize("form", BARE)
def test_marks_that_only_count(form: str, frame: str) -> None:
    if frame.startswith("**"):
        form = form.replace("*", "")
    text = "# Ropes\n\n" + "\n\n".join(
        f"{frame.format(filled(form, n))}\n\n{ASKED[n]}\n\n**Answer:** {TOLD[n]}" for n in range(3)
    )
    assert [(q.title, q.answer) for q in parsed(text)] == list(zip(ASKED, TOLD, strict=True))


SUMMARIES = [
    "<b>{n}. {t}</b>",
    "{n}. {t}",
    "Q{n}: {t}",
    "<strong>Q{n}.</strong> {t}",
    "❓ {t}",
    "<h3>{n}. {t}</h3>",
]


@pytest.mark.parametrize("form", SUMMARIES)
def test_summaries(form: str) -> None:
    text = "# Ropes\n\n" + "\n\n".join(
        f"<details>\n<summary>{filled(form, n)}</summary>\n\n{TOLD[n]}\n\n</details>" for n in range(3)
    )
    assert [(q.title, q.answer) for q in parsed(text)] == list(zip(ASKED, TOLD, strict=True))


LINES = [
    "Q: {t}\nA: {a}",
    "Q: {t}\n\nA: {a}",
    "Q. {t}\n\nA. {a}",
    "Q{n}: {t}\n\nA{n}: {a}",
    "Q{n}. {t}\n\nAns. {a}",
    "Q{n}) {t}\n\nAns) {a}",
    "Q.{n} {t}\n\nAns: {a}",
    "Q {n}. {t}\nAns: {a}",
    "Q-{n}: {t}\n\nAns- {a}",
    "Qn {n}. {t}\n\nAns: {a}",
    "Que {n}: {t}\n\nAns: {a}",
    "Ques. {n} {t}\n\nAns. {a}",
    "Ques: {t}\n\nAns: {a}",
    "Question: {t}\n\nAnswer: {a}",
    "Question {n}: {t}\n\nAnswer: {a}",
    "**Q: {t}**\n\nA: {a}",
    "**Q: {t}**\n\n**A:** {a}",
    "**Q:** {t}\n\n**A:** {a}",
    "**Q{n}. {t}**\n\n**Ans.** {a}",
    "**Q{n}**: {t}\n\n**A{n}**: {a}",
    "**Question:** {t}\n\n**Answer:** {a}",
    "**Question {n}:** {t}\n\n**Answer:** {a}",
    "**Q.{n} {t}**\n\n**Ans:** {a}",
    "**P: {t}**\n\n**R:** {a}",
    "P: {t}\nR: {a}",
    "**Pregunta:** {t}\n\n**Respuesta:** {a}",
    "**Frage:** {t}\n\n**Antwort:** {a}",
    "**Вопрос:** {t}\n\n**Ответ:** {a}",
    "*Q: {t}*\n\nA: {a}",
    "_Q: {t}_\n\n_A:_ {a}",
    "* **P: {t}**\n* **Ans:** {a}",
    "- **Q: {t}**\n- **A:** {a}",
    "- Q: {t}\n- A: {a}",
    "- Q: {t}\n  - A: {a}",
    "> Q: {t}\n>\n> A: {a}",
    "> **Q: {t}**\n\nA: {a}",
    "> **Q{n}. {t}**\n\n{a}",
    "❓ **Q: {t}**\n\n✅ **A:** {a}",
    "**{n}. Q: {t}**\n* **A:** {a}",
    "* **{t}** - {a}",
    "* **{t}** — {a}",
    "- **{t}** {a}",
    "{n}. **{t}** {a}",
    "**{t}** {a}",
    "**{n}. {t}** {a}",
    "问：{t}\n\n答：{a}",
    "**问：{t}**\n\n**答：** {a}",
    "问题：{t}\n\n答案：{a}",
    "问题{n}：{t}\n\n答：{a}",
    "【问】{t}\n\n【答】{a}",
    "【问题】{t}\n\n【答案】{a}",
    "**【题目】** {t}\n\n**【答案】** {a}",
    "题目：{t}\n\n参考答案：{a}",
    "**{n}. {t}**\n\n{a}",
    "**{n}.** **{t}**\n\n{a}",
    "**{n}) {t}**\n\n{a}",
    "**({n}) {t}**\n\n{a}",
    "**{k} {t}**\n\n{a}",
    "{k} **{t}**\n\n{a}",
    "**#{n} {t}**\n\n{a}",
    "**{c}、{t}**\n\n{a}",
    "**（{n}）{t}**\n\n{a}",
    "**{t}**\n\n{a}",
    "<b>{n}. {t}</b>\n\n{a}",
    "<strong>Q{n}: {t}</strong>\n\n{a}",
    "**第{n}题：{t}**\n\n{a}",
    "***{n}. {t}***\n\n{a}",
    "***{t}***\n\n{a}",
    "- [ ] **{n}. {t}**\n  - {a}",
    "- [x] {t}\n\n  {a}",
    "- {n}. {t}\n  - {a}",
    "* {n}) {t}\n\n  {a}",
    "{t}\n\n{a}",
    "{t}\n{a}",
    "*{n}. {t}*\n\n{a}",
    "_{t}_\n\n{a}",
    "> {t}\n\n{a}",
    "> **{n}. {t}**\n\n{a}",
    "{t}\n: {a}",
    "- {t}<br>{a}",
    "- Ropes {n}\n  - {t}\n    - {a}",
    "**Interviewer:** {t}\n\n**Candidate:** {a}",
    "面试官：{t}\n\n我：{a}",
    "### {n}\n\n{t}\n\n**Answer:** {a}",
    "<dl>\n<dt>{n}. {t}</dt>\n<dd>{a}</dd>\n</dl>",
    "<dl><dt><b>{t}</b></dt>\n<dd>\n\n{a}\n\n</dd></dl>",
    "<table>\n<tr><td>{n}</td><td>{t}</td><td>{a}</td></tr>\n</table>",
    "##{n}. {t}\n{a}",
    "#{t}\n\n{a}",
    "### Question\n\n{t}\n\n### Answer\n\n{a}",
    "## {n}. Ropes\n\n#### Question\n\n{t}\n\n#### Answer\n\n{a}",
    "**Q: {t}**\n\n<details><summary>Answer</summary>\n\n{a}\n\n</details>",
    "<details><summary><em>{n}. {t}</em></summary><br/>{a}<br/></details>",
    "- <details>\n  <summary>{t}</summary>\n\n  {a}\n\n  </details>",
    "<details>\n<summary>\n\n### {n}. {t}\n\n</summary>\n\n{a}\n\n</details>",
    "::: details {t}\n{a}\n:::",
    '??? question "{t}"\n\n    {a}',
    "## {t}\n\n::: details 点击查看答案\n{a}\n:::",
    '## {t}\n\n??? note "Answer"\n    {a}',
    "### {t}\n\n{a}\n\n<p align='right'>(<a href='#top'>back to top</a>)</p>",
    '### {t}\n\n{a}\n\n<p align="right"><a href="#top">⬆ Top</a></p>',
    "### {t}\n\n{a}\n\n<sub>[top](#top)</sub>",
    "{n}. {t}\n\n   Answer: {a}",
    "{n}. {t}\n\n{a}",
    "{n}. {t}\n\n   {a}",
    "{n}. {t}\n   {a}",
    "{n}. {t}\n{a}",
    "{n}. {t}\n   - {a}",
    "1. {t}\n\n{a}",
    "{n}) {t}\n\n{a}",
    "{n}. **{t}**\n\n{a}",
    "{n}. **{t}**\n{a}",
    "- {t}\n\n{a}",
    "* **{t}**\n\n{a}",
    "{n}. {t}\n\n<details><summary>Answer</summary>\n\n{a}\n\n</details>",
    "{n}. {t}\n\n   <details><summary>Answer</summary>\n\n   {a}\n\n   </details>",
    "{n}、{t}\n\n{a}",
    "{n}、{t}\n{a}",
    "{n}、{t}\n答：{a}",
    "（{n}）{t}\n\n{a}",
    "({n}) {t}\n\n{a}",
    "[{n}] {t}\n\n{a}",
    "第{n}题：{t}\n\n{a}",
    "{n}．{t}\n\n{a}",
    "{n}.{t}\n\n{a}",
    "__Practice Question__\n\n{t}\n\n__Answer__\n\n{a}",
    "**Question**\n\n{t}\n\n**Answer**\n\n{a}",
    "**Question:**\n{t}\n\n**Answer:**\n{a}",
    "**思考题**\n\n{t}\n\n**参考答案**\n\n{a}",
    "**Q{n}（Hulls / Ropes）**\n\n{t}\n\n{a}",
    "**Q{n} (2019)**\n{t}\n\n{a}",
    "{n}. **{t}**\n\n   {a}",
    "{n}. **{t}**\n   - {a}",
    "- **{t}**\n\n  {a}",
    "{n}. {t}\n   **Ans:** {a}",
    "- **Q:** {t}\n  **A:** {a}",
    "_**{t}**_\n\n{a}",
    "*__{n}. {t}__*\n\n{a}",
    "> {n}.{t}\n\n{a}",
    "> {n}、{t}<br/>\n\n{a}",
    "{n}. > {t}\n\n   {a}",
    "[**{t}**](ropes.md)【*tar | wax*】\n\n{a}",
    "[**{t}**](ropes.md)\n\n{a}",
    "**Q. {t}**【***hull***】\n\n{a}",
]


@pytest.mark.parametrize("form", LINES)
def test_lines(form: str) -> None:
    text = "# Ropes\n\n" + "\n\n".join(filled(form, n) for n in range(3)) + "\n"
    found = [(q.title, q.answer.removeprefix("- ")) for q in parsed(text)]
    assert found == list(zip(ASKED, TOLD, strict=True))


OPENERS = [
    "Answer: {}",
    "Ans: {}",
    "Ans. {}",
    "Ans- {}",
    "Ans - {}",
    "Ans:- {}",
    "ANS: {}",
    "A: {}",
    "A1: {}",
    "A1. {}",
    "Sol. {}",
    "Sol: {}",
    "Solution: {}",
    "Answer - {}",
    "Answer — {}",
    "Answer:\n\n{}",
    "Answer\n\n{}",
    "**Answer**\n\n{}",
    "**Answer** {}",
    "**Answer:** {}",
    "**Answer**: {}",
    "**Answer :** {}",
    "***Answer:*** {}",
    "*Answer:* {}",
    "_Answer_: {}",
    "__Answer:__ {}",
    "`Answer:` {}",
    "<b>Answer:</b> {}",
    "<strong>Ans:</strong> {}",
    "✅ Answer: {}",
    "✅ **Answer:** {}",
    "**✅ Answer:** {}",
    "💡 **Answer**: {}",
    "👉 Ans: {}",
    "### Answer\n\n{}",
    "#### Answer:\n\n{}",
    "### ✅ Answer\n\n{}",
    "### Solution\n\n{}",
    "> Answer: {}",
    "> **Answer:** {}",
    "- **Answer:** {}",
    "- Answer: {}",
    "* Ans: {}",
    "答：{}",
    "答: {}",
    "**答**：{}",
    "**答：**{}",
    "答案：{}",
    "答案:{}",
    "**答案**：{}",
    "参考答案：{}",
    "**参考答案：** {}",
    "#### 参考答案\n\n{}",
    "解答：{}",
    "解：{}",
    "【答案】{}",
    "【参考答案】{}",
    "回答：{}",
    "正解：{}",
    "Respuesta: {}",
    "**Respuesta:** {}",
    "Resposta: {}",
    "Réponse : {}",
    "Antwort: {}",
    "**Ответ:** {}",
]
FOLDS = [
    "Answer",
    "Answer:",
    "Show",
    "Show answer",
    "Show Answer 👇",
    "👉 Show answer",
    "Show the answer",
    "Click to see the answer",
    "Click to reveal answer",
    "Click here for the solution",
    "Click me",
    "Click to expand",
    "Toggle answer",
    "Reveal",
    "Reveal answer",
    "Solution",
    "View solution",
    "View Answer",
    "See answer",
    "💡 Answer",
    "✅ Solution",
    "<b>Answer</b>",
    "<b>Answer & Explanation</b>",
    "Answer and explanation",
    "Answer (click to expand)",
    "Expand",
    "Spoiler",
    "Answer to question 1",
    "Answer 1",
    "点击查看",
    "点击展开",
    "展开",
    "查看答案",
    "点击查看答案",
    "点击展开答案",
    "点我看答案",
    "答案",
    "参考答案",
    "📖 参考答案",
    "答案与解析",
    "解析",
    "显示答案",
    "展开查看答案",
    "答案（点击展开）",
    "点击查看参考答案",
]


@pytest.mark.parametrize("form", OPENERS)
def test_openers(form: str) -> None:
    text = "# Ropes\n\n" + "\n\n".join(f"## {n + 1}. {ASKED[n]}\n\n{form.format(TOLD[n])}" for n in range(3))
    found = [(q.title, q.answer.removeprefix("> ")) for q in parsed(text)]
    assert found == list(zip(ASKED, TOLD, strict=True))


@pytest.mark.parametrize("summary", FOLDS)
def test_folds(summary: str) -> None:
    fold = f"<details>\n<summary>{summary}</summary>\n\n{{}}\n\n</details>"
    text = "# Ropes\n\n" + "\n\n".join(f"## {n + 1}. {ASKED[n]}\n\n{fold.format(TOLD[n])}" for n in range(3))
    assert [(q.title, q.answer) for q in parsed(text)] == list(zip(ASKED, TOLD, strict=True))


OPTIONS = [
    "(A) tar\n(B) wax\n(C) oil\n(D) salt",
    "(a) tar\n(b) wax\n(c) oil\n(d) salt",
    "A. tar\nB. wax\nC. oil\nD. salt",
    "A) tar\nB) wax\nC) oil\nD) salt",
    "A: tar\nB: wax\nC: oil\nD: salt",
    "A - tar\nB - wax\nC - oil\nD - salt",
    "A、tar\nB、wax\nC、oil\nD、salt",
    "A．tar\nB．wax\nC．oil\nD．salt",
    "Ａ．tar\nＢ．wax\nＣ．oil\nＤ．salt",
    "a) tar  \nb) wax  \nc) oil  \nd) salt",
    "a. tar\n\nb. wax\n\nc. oil\n\nd. salt",
    "- A. tar\n- B. wax\n- C. oil\n- D. salt",
    "- A) tar\n- B) wax\n- C) oil\n- D) salt",
    "- (A) tar\n- (B) wax\n- (C) oil\n- (D) salt",
    "- A: tar\n- B: wax\n- C: oil\n- D: salt",
    "* A - tar\n* B - wax\n* C - oil\n* D - salt",
    "* A、tar\n* B、wax\n* C、oil\n* D、salt",
    "- [ ] A. tar\n- [ ] B. wax\n- [ ] C. oil\n- [ ] D. salt",
    "- [ ] tar\n- [ ] wax\n- [ ] oil\n- [ ] salt",
    "- **A.** tar\n- **B.** wax\n- **C.** oil\n- **D.** salt",
    "- **A**: tar\n- **B**: wax\n- **C**: oil\n- **D**: salt",
    "- `A` tar\n- `B` wax\n- `C` oil\n- `D` salt",
    "**A.** tar\n\n**B.** wax\n\n**C.** oil\n\n**D.** salt",
    "**A)** tar<br>\n**B)** wax<br>\n**C)** oil<br>\n**D)** salt",
    "A. tar<br>B. wax<br>C. oil<br/>D. salt",
    "A. tar<br>\nB. wax<br>\nC. oil<br>\nD. salt",
    "A. tar  B. wax  C. oil  D. salt",
    "A. tar B. wax C. oil D. salt",
    "A. tar\tB. wax\tC. oil\tD. salt",
    "(A) tar (B) wax (C) oil (D) salt",
    "(A) tar    (B) wax\n(C) oil    (D) salt",
    "A. tar    B. wax\nC. oil    D. salt",
    "A、tar　　B、wax　　C、oil　　D、salt",
    "A. tar | B. wax | C. oil | D. salt",
    "A) tar, B) wax, C) oil, D) salt",
    "A. tar; B. wax; C. oil; D. salt",
    "- A: tar  B: wax  C: oil  D: salt",
    "- A. tar  B. wax\n- C. oil  D. salt",
    "A.tar B.wax C.oil D.salt",
    "A. tar&emsp;B. wax&emsp;C. oil&emsp;D. salt",
    "A. tar&nbsp;&nbsp;B. wax&nbsp;&nbsp;C. oil&nbsp;&nbsp;D. salt",
    "> A. tar\n> B. wax\n> C. oil\n> D. salt",
    "    A. tar\n    B. wax\n    C. oil\n    D. salt",
    "Options:\n\n- A. tar\n- B. wax\n- C. oil\n- D. salt",
    "选项：\n\nA. tar\n\nB. wax\n\nC. oil\n\nD. salt",
    "| A | B | C | D |\n|---|---|---|---|\n| tar | wax | oil | salt |",
    "| Option | Text |\n|:--|:--|\n| A | tar |\n| B | wax |\n| C | oil |\n| D | salt |",
    "| | |\n|---|---|\n| **A.** | tar |\n| **B.** | wax |\n| **C.** | oil |\n| **D.** | salt |",
    "| A. tar | B. wax |\n|---|---|\n| C. oil | D. salt |",
    "选项 | 内容\n---|---\nA | tar\nB | wax\nC | oil\nD | salt",
    "- A tar\n- B wax\n- C oil\n- D salt",
    "**A.** tar | **B.** wax | **C.** oil | **D.** salt",
    "**A**. tar  **B**. wax  **C**. oil  **D**. salt",
    "[A] tar\n[B] wax\n[C] oil\n[D] salt",
    "【A】tar\n【B】wax\n【C】oil\n【D】salt",
    "A》tar\nB》wax\nC》oil\nD》salt",
    "A.) tar\nB.) wax\nC.) oil\nD.) salt",
    "A.- tar\nB.- wax\nC.- oil\nD.- salt",
    "☐ A. tar\n☐ B. wax\n☐ C. oil\n☐ D. salt",
    "○ A) tar\n○ B) wax\n○ C) oil\n○ D) salt",
    "🅰️ tar\n🅱️ wax\n🅲 oil\n🅳 salt",
    "> - A. tar\n> - B. wax\n> - C. oil\n> - D. salt",
    "```\nA. tar\nB. wax\nC. oil\nD. salt\n```",
    "<ul>\n<li>A. tar</li>\n<li>B. wax</li>\n<li>C. oil</li>\n<li>D. salt</li>\n</ul>",
    "<p>A. tar</p>\n<p>B. wax</p>\n<p>C. oil</p>\n<p>D. salt</p>",
    "&nbsp;&nbsp;A. tar\n\n&nbsp;&nbsp;B. wax\n\n&nbsp;&nbsp;C. oil\n\n&nbsp;&nbsp;D. salt",
    "A\\. tar\n\nB\\. wax\n\nC\\. oil\n\nD\\. salt",
    "（A）tar（B）wax（C）oil（D）salt",
    "A，tar\nB，wax\nC，oil\nD，salt",
    "**Options**: A) tar B) wax C) oil D) salt",
    "选项：A. tar B. wax C. oil D. salt",
    "Option A: tar\n\nOption B: wax\n\nOption C: oil\n\nOption D: salt",
    "- 选项A：tar\n- 选项B：wax\n- 选项C：oil\n- 选项D：salt",
    "А) tar\nБ) wax\nВ) oil\nГ) salt",
]
COUNTED = [
    ("1. tar\n2. wax\n3. oil\n4. salt", "Answer: 2"),
    ("1) tar\n2) wax\n3) oil\n4) salt", "**Answer:** 2) wax"),
    ("(1) tar\n(2) wax\n(3) oil\n(4) salt", "Answer: (2)"),
    ("（1）tar\n（2）wax\n（3）oil\n（4）salt", "答案：（2）"),
    ("① tar\n② wax\n③ oil\n④ salt", "答案：②"),
    ("① tar ② wax ③ oil ④ salt", "正确答案：②"),
    ("- tar\n- wax\n- oil\n- salt", "**Answer:** wax"),
    ("1. tar\n2. wax\n3. oil\n4. salt", "Answer: B"),
    (
        '<div class="upper-alpha" markdown>\n1. tar\n2. wax\n3. oil\n4. salt\n</div>',
        '??? Question "Show Answer"\n    The correct answer is **B**. It glides.',
    ),
    ("1. tar\n2. wax\n3. oil\n4. salt", "The correct answer is option 2."),
    ("1. tar\n2. wax\n3. oil\n4. salt", "<details><summary>Answer</summary>\n\n**2. wax**\n\n</details>"),
    ("- tar\n- wax\n- oil\n- salt", "<details><summary>Answer</summary>\n\nwax\n\n</details>"),
]
KEYS = [
    "Answer: B",
    "Answer: b",
    "Answer - B",
    "Answer B",
    "Answer: (B)",
    "Answer: (b)",
    "Answer: [B]",
    "Answer: **B**",
    "Answer: `B`",
    "Answer: B.",
    "Answer: B) wax",
    "Answer: B. wax",
    "Answer: (b) wax",
    "Answer: Option B",
    "Answer: option (b)",
    "Answer is B",
    "The answer is B.",
    "The correct answer is B.",
    "The correct answer is **B**.",
    "The correct answer is (b) wax.",
    "**Answer:** B",
    "**Answer: B**",
    "**Answer**: B",
    "**Answer:** **B**",
    "**Answer: B) wax**",
    "**Answer:** B) wax",
    "**Correct Answer:** B",
    "**Correct Answer: B. wax**",
    "Correct answer: B",
    "Correct: B",
    "Correct option: (b)",
    "Correct choice: B",
    "Right answer: B",
    "Ans: B",
    "Ans: (b)",
    "Ans. B",
    "Ans - B",
    "**Ans:** B",
    "**Ans:** ✅ **B**",
    "**Ans:** ✅ **B**. It glides.",
    "Solution: B",
    "Key: B",
    "✅ B",
    "✅ **B**",
    "✅ **Answer:** B",
    "✅ **Answer: B**",
    "✅ Correct Answer: B",
    "**✅ Answer: B**",
    "👉 Answer: B",
    "> Answer: B",
    "> **Answer:** B",
    "- Answer: B",
    "### Answer: B",
    "#### Answer: B",
    "*Answer: B*",
    "_Answer: B_",
    "答案：B",
    "答案: B",
    "答案B",
    "答案：**B**",
    "答案：（B）",
    "**答案：B**",
    "**答案**：B",
    "【答案】B",
    "【答案】：B",
    "【正确答案】B",
    "正确答案：B",
    "正确答案 B",
    "正确答案是B",
    "正确答案是 B。",
    "正确选项：B",
    "参考答案：B",
    "标准答案：B",
    "答：B",
    "选B",
    "选 B。",
    "故选 B",
    "应选 B",
    "答案为 B",
    "答案选 B",
    "答案是 B",
    "Respuesta: B",
    "Respuesta correcta: B",
    "Ответ: B",
    "<b>Answer:</b> B",
    "<details><summary>Answer</summary>\n\nB\n\n</details>",
    "<details><summary>Answer</summary>B</details>",
    "<details>\n<summary>Show answer</summary>\n\n**B**\n\n</details>",
    "<details>\n<summary>Answer</summary>\n\nB. wax\n\n</details>",
    "<details>\n<summary>Answer</summary>\n\n**B) wax**\n\n</details>",
    "<details>\n<summary>Answer</summary>\n\nB - It glides.\n\n</details>",
    "<details>\n<summary>Answer</summary>\n\n**Answer: B**\n\nIt glides.\n\n</details>",
    "<details>\n<summary>Answer</summary>\n\nOption B\n\n</details>",
    "<details>\n<summary>点击查看答案</summary>\n\n答案：B\n\n</details>",
    "<details>\n<summary>答案</summary>\n\n正确答案是 B。\n\n</details>",
    "<details>\n<summary>Answer: B</summary>\n\nIt glides.\n\n</details>",
    "<details>\n<summary>Answer</summary>\n<div>\n\n**B** It glides.\n</div>\n</details>",
    "__Suggested Answers__\n\n- A\n- B - Correct\n- C\n- D",
    "<!-- answer: B -->",
    "<!-- 答案：B -->",
    "> 答案：B\n>\n> 解析：滑。",
    "::: details 查看答案\n**B**\n:::",
    '??? note "Answer"\n    B',
]
LISTED = [
    "1. B\n2. B\n3. B",
    "1. **B** - It glides.\n2. **B** - So.\n3. **B** - Yes.",
    "| Question | Answer |\n|---|---|\n| 1 | B |\n| 2 | B |\n| 3 | B |",
    "**1. B**\n\nIt glides.\n\n**2. B**\n\nSo.\n\n**3. B**\n\nYes.",
    "### 1.\n\nB. It glides.\n\n### 2.\n\nB. So.\n\n### 3.\n\nB. Yes.",
    "1、B\n2、B\n3、B",
    "1-3 BBB",
    "1～3：B B B",
]
TICKED = [
    "- [ ] tar\n- [x] wax\n- [ ] oil\n- [ ] salt",
    "- [ ] A. tar\n- [X] B. wax\n- [ ] C. oil\n- [ ] D. salt",
    "- ( ) tar\n- (x) wax\n- ( ) oil\n- ( ) salt",
    "- A. tar\n- **B. wax**\n- C. oil\n- D. salt",
    "A. tar\n**B. wax**\nC. oil\nD. salt",
    "- A. tar\n- B. **wax**\n- C. oil\n- D. salt",
    "A. tar\n\n**B. wax**\n\nC. oil\n\nD. salt",
    "- A. tar\n- B. wax ✅\n- C. oil\n- D. salt",
    "- A. tar\n- ✅ B. wax\n- C. oil\n- D. salt",
    "A. tar\nB. wax ✔️\nC. oil\nD. salt",
    "A) tar\nB) wax ✓\nC) oil\nD) salt",
    "- A. tar\n- B. wax (correct)\n- C. oil\n- D. salt",
    "- A. tar\n- B. wax **(correct)**\n- C. oil\n- D. salt",
    "- A. tar\n- B. wax (Correct answer)\n- C. oil\n- D. salt",
    "- A. tar\n- B. wax（正确）\n- C. oil\n- D. salt",
    "- A. tar ❌\n- B. wax ✅\n- C. oil ❌\n- D. salt ❌",
    "- ❌ A. tar\n- ✅ B. wax\n- ❌ C. oil\n- ❌ D. salt",
    "- tar\n- wax ✅\n- oil\n- salt",
    "1. tar\n2. wax ✅\n3. oil\n4. salt",
    "- A. tar\n- B. wax ← correct\n- C. oil\n- D. salt",
    "A. tar\n==B. wax==\nC. oil\nD. salt",
    "- A tar\n- __B wax__\n- C oil\n- D salt",
]
MARKS = ["## {n}. {t}", "**{n}. {t}**", "Q{n}: {t}", "### Question {n}\n\n{t}", "{n}. {t}", "{n}、{t}"]


def choice(mark: str, options: str, key: str) -> str:
    return "\n\n".join(["# Ropes", *("\n\n".join([filled(mark, n), options, key]) for n in range(3))]) + "\n"


def assert_choices(text: str) -> None:
    found = [(q.title, q.choices, q.key) for q in parsed(text)]
    assert found == [(title, ("tar", "wax", "oil", "salt"), ("B",)) for title in ASKED]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("options", OPTIONS)
def test_options(options: str, mark: str) -> None:
    assert_choices(choice(mark, options, "**Answer:** B"))


@pytest.mark.parametrize("mark", ["## {n}. {t}", "**{n}. {t}**", "Q{n}: {t}", "### Question {n}\n\n{t}"])
@pytest.mark.parametrize(("options", "key"), COUNTED)
def test_options_with_numbers_or_bare(options: str, key: str, mark: str) -> None:
    assert_choices(choice(mark, options, key))


@pytest.mark.parametrize("mark", ["{n}. {t}", "1. {t}", "{n}. **{t}**", "- {t}"])
@pytest.mark.parametrize("options", [*OPTIONS, *(form for form in TICKED if "B" in form)])
def test_options_inside_an_item(options: str, mark: str) -> None:
    inside = indent(f"{options}\n\nAnswer: B", "  " if mark.startswith("-") else "   ")
    items = [f"{filled(mark, n)}\n\n{inside}" for n in range(3)]
    assert_choices("\n\n".join(["# Ropes", *items]) + "\n")


@pytest.mark.parametrize("options", [OPTIONS[2], OPTIONS[11]])
@pytest.mark.parametrize("key", KEYS)
def test_keys(key: str, options: str) -> None:
    assert_choices(choice(MARKS[0], options, key))


@pytest.mark.parametrize("head", ["Answers", "Answer Key", "Answers and Explanations", "参考答案与解析"])
@pytest.mark.parametrize("mark", ["## {n}. {t}", "**{n}. {t}**", "{n}. {t}", "## Question {n}\n\n{t}"])
@pytest.mark.parametrize("keys", LISTED)
def test_keys_at_the_end(keys: str, mark: str, head: str) -> None:
    options = indent(OPTIONS[2], "   ") if mark.startswith("{n}") else OPTIONS[2]
    text = f"{choice(mark, options, '')}\n## {head}\n\n{keys}\n"
    assert_choices(text)
    assert all("##" not in q.answer and "|" not in q.answer for q in parsed(text))


@pytest.mark.parametrize("options", TICKED)
def test_marked_options(options: str) -> None:
    assert_choices(choice(MARKS[0], options, "It glides."))


def note(*heads: str) -> str:
    """Write a note with these headings."""
    return "# Ropes\n\n" + "\n\n".join(f"## {head}\n\nText." for head in heads)


def test_a_bold_option_is_no_question() -> None:
    options = ["**(A) tar**\n(B) wax", "(A) tar\n**(B) wax**", "(A) tar\n**(B) wax**"]
    blocks = [f"**{title}**\n\n{listed}" for title, listed in zip(ASKED, options, strict=True)]
    found = parsed("# Ropes\n\n" + "\n\n".join(blocks) + "\n")
    assert [(q.title, q.key) for q in found] == list(zip(ASKED, [("A",), ("B",), ("B",)], strict=True))


NONE = [
    "# Ropes\n\n## 1. Tar\n\nText.\n\n## 2. Wax\n\nText.\n\n## 3. Hooks\n\nText.",
    "# 绳结\n\n## 一、焦油\n\n文字。\n\n## 二、蜡\n\n文字。\n\n## 三、钩\n\n文字。",
    "# Ropes\n\n1️⃣ **Cut the rope**\n\nText.\n\n2️⃣ **Melt its end**\n\nText.\n\n3️⃣ **Splice it**\n\nText.",
    "# Ropes\n\nP: port\n\nR: right\n\nL: left",
    "# Ropes\n\n**P:** the port side\n**S:** the other one",
    "# Ropes\n\n**Task 1** of the crew: sail.\n\n**Task 2** of the crew: rest.",
    "# Ropes\n\n- A. tar\n- B. wax\n- C. oil\n\nA list of what we sell.",
    "# Ropes\n\n1. Take the tar.\n\nText.\n\n2. Heat it.\n\nText.\n\n3. Paint.\n\nText.",
    "# 绳结\n\n1、取焦油。\n\n文字。\n\n2、加热。\n\n文字。\n\n3、涂上。\n\n文字。",
    "# Ropes\n\n| A | B |\n|---|---|\n| tar | wax |\n\nThe answer is in the table.",
    note("How it began", "What I learned", "The storm"),
    note("Create a rope", "Write its name", "Make a knot"),
    note("1. Cut it", "2. How to melt it", "3. What is next", "4. The end"),
    note("What is a rope?", "Types", "Why tar?", "Example"),
    note("前言", "什么是绳结", "实现原理", "如何打结"),
    note("3.1.1 什么是绳结", "3.1.2 分类", "3.2.1 如何打结", "3.2.2 保养"),
    note("What does this PR do?", "Why is it needed?", "How was it tested?"),
    "# Things to make\n\n1. Build a ship\n2. Create a knot\n3. Write a guide\n4. Design a sail",
    "# 学习路线\n\n1. 基础\n   - 什么是绳\n   - 如何打结\n2. 进阶\n   - 如何接绳",
    "# How to buy a rope\n\n1. Look at it.\n2. Pay.",
    "# Ropes\n\n- [What is tar?](https://a.example/1) - Text.\n- [How to tie](https://a.example/2) - Film.",
    "# Ropes\n\nWhy do we need ropes?\n\nThey hold.\n\nText.\n\nWhat of steel? It is heavy.\n\nText.\n\nEnd.",
    '# Tale\n\n"What is it?" he asked.\n\nShe was silent.\n\n"Why?" he said.\n\nTar.\n\n"Who?" she said.',
    "# Ropes\n\n<dl><dt>Tar</dt><dd>Sticky.</dd><dt>Wax</dt><dd>Smooth.</dd></dl>",
    "# Ropes\n\n#rope #tar\n\nText.\n\n#rope #wax\n\nText.",
    "# Ropes\n\n**What's Inside:**\n- tar\n\nText.\n\n**What's Inside:**\n- wax\n\nText.",
    "Question: ...\nAnswer: ...\n\nQuestion: …\nAnswer: …\n\nFill it in.",
    "# Ropes\n\n## Step 1: Cut\n\nText.\n\n## Step 2: Melt\n\nText.\n\n## Step 3: Splice\n\nText.",
]


HEADS = [
    ("Question", "Answer"),
    ("问题", "答案"),
    ("Câu hỏi", "Câu trả lời"),
    ("Pergunta", "Resposta"),
    ("Frage", "Antwort"),
    ("Soru", "Cevap"),
    ("Pytanie", "Odpowiedź"),
    ("질문", "답변"),
]


@pytest.mark.parametrize("heads", HEADS)
def test_tables_in_many_languages(heads: tuple[str, str]) -> None:
    rows = [f"| {n + 1} | {ASKED[n]} | {TOLD[n]} |" for n in range(2)] + ["| 3 | The sail | Of linen. |"]
    text = "\n".join(["# Ropes", "", f"| No. | {heads[0]} | {heads[1]} |", "|---|---|---|", *rows])
    found = [(q.number, q.title, q.answer) for q in parsed(text)]
    assert found == [("1", ASKED[0], TOLD[0]), ("2", ASKED[1], TOLD[1]), ("3", "The sail", "Of linen.")]


@pytest.mark.parametrize("head", ["Pergunta", "Question", "题目"])
def test_a_column_of_questions_may_only_count_them(head: str) -> None:
    rows = [f"| A{n + 1} | {ASKED[n]} |" for n in range(3)]
    text = "\n".join(["# Ropes", "", f"| {head} | Text |", "|---|---|", *rows])
    assert [(q.number, q.title) for q in parsed(text)] == [(f"A{n + 1}", ASKED[n]) for n in range(3)]


@pytest.mark.parametrize("text", NONE)
def test_notes_hold_no_question(text: str) -> None:
    assert parsed(text) == []
