"""Markdown → safe HTML."""

import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.fuzz import limited
from qbank.core.formulas import parts_of
from qbank.core.render import render, render_inline
from qbank.core.rewrite import Image, Surroundings

AROUND = Surroundings(
    language="zh-hans",
    image=lambda source: Image("/media/bank/x.png", 640, 480) if source == "imgs/x.png" else None,
    link=lambda target: "/questions/other/" if target == "#other" else None,
)


def html(markdown: str) -> str:
    return render(markdown, AROUND).html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "<a href='java&#10;script:alert(1)'>a</a>",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "![a](data:image/svg+xml,<svg onload=alert(1)>)",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
        "<iframe src=//evil.example></iframe>",
        "<p style='position:fixed' onclick=alert(1) class='btn'>x</p>",
        "<details open ontoggle=alert(1)><summary>x</summary></details>",
        "<form action=//evil.example><input><button>x</button></form>",
        r"$\text{<img src=x onerror=alert(1)>}$",
        r"$\href{javascript:alert(1)}{x}$",
        '![$"><script>alert(1)</script>$](imgs/x.png)',
        "```html\n<script>alert(1)</script>\n```",
        "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'>",
    ],
)
def test_what_could_run_comes_out_inert(attack: str) -> None:
    page = html(attack)
    tags = re.findall(r"<[^>]*>", page)
    assert not [t for t in tags if re.search(r"<(?:script|style|svg|iframe|form|input|button|base|meta)", t)]
    assert not [
        t for t in tags if re.search(r"""\s(?:on\w+|style|srcdoc)\s*=""", re.sub(r'"[^"]*"', '""', t))
    ]
    assert "javascript:" not in "".join(re.findall(r'href="[^"]*"', page))
    assert "data:" not in "".join(re.findall(r'(?:href|src)="[^"]*"', page))


def test_what_was_removed_is_told() -> None:
    codes = [(f.code, f.message) for f in render("<iframe src=x></iframe>").findings]
    assert codes == [("html-removed", "<iframe> was removed.")]


def test_a_formula_becomes_mathml_and_keeps_its_tex() -> None:
    page = html("$\\Delta W = BA$")
    assert "<math>" in page
    assert r'<annotation encoding="application/x-tex">\Delta W = BA</annotation>' in page


def test_a_displayed_formula_scrolls_in_a_box_of_its_own() -> None:
    page = html("前\n$$\nx = y\n$$\n后")
    assert (
        '<p>前</p>\n<div class="eq scroll" tabindex="0" role="group" aria-label="公式"><math display="block">'
        in page
    )
    assert "<p>后</p>" in page


def test_a_bar_in_a_formula_does_not_break_its_table() -> None:
    assert html("| a | b |\n|---|---|\n| $|x|$ | y |").count("<td>") == 2


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\boldsymbol{x}",
        r"\arg\max_x f",
        r"a \xrightarrow{n} b",
        r"\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}",
        r"\underbrace{x}_{n}",
        r"\operatorname*{argmin}_x",
        r"\text{中文}",
        r"\begin{array}{l|r} a & b \\ \hline c & d \end{array}",
        r"\begin{array}{} a & b \end{array}",
        r"x \tag{1}",
        r"\begin{split} a &= b \end{split}",
        r"\sum_{\substack{i \\ j}} x",
        r"\cfrac{a}{b} \widetilde{x}",
        r"\begin{array}{@{}l@{}} a \\ \hline\hline b \end{array}",
        r"\begin{multline} a \\ b \\ c \end{multline}",
        r"\color{red} x",
    ],
)
def test_formulas_convert_without_inline_styles(tex: str) -> None:
    rendered = render(f"$${tex}$$")
    assert not rendered.findings
    assert '<math display="block">' in rendered.html
    assert " style=" not in rendered.html


def test_a_formula_that_does_not_convert_is_shown_as_written_and_told() -> None:
    rendered = render(r"$\nosuchcommand{x}$")
    assert r'<code class="tex">$\nosuchcommand{x}$</code>' in rendered.html
    assert [f.code for f in rendered.findings] == ["formula-not-converted"]


@pytest.mark.parametrize("mark", ["1. ", "- ", "* 1. "])
def test_what_is_nested_too_deeply_is_shown_as_written_and_told(mark: str) -> None:
    rendered = render(f"{mark * 1000}<script>x</script>")
    assert rendered.html.startswith(f'<pre tabindex="0"><code>{mark}{mark}')
    assert rendered.html.endswith("&lt;script&gt;x&lt;/script&gt;</code></pre>")
    assert [(f.code, f.excerpt.startswith(mark)) for f in rendered.findings] == [("too-deep", True)]
    assert render("- a").html == "<ul>\n<li>a</li>\n</ul>"


def test_dollars_that_are_money_stay_money() -> None:
    assert html("It costs $5 and $6.") == "<p>It costs $5 and $6.</p>"


def test_no_formula_is_seen_in_code() -> None:
    assert html("`$x$`") == "<p><code>$x$</code></p>"
    assert "<math" not in html("    $x$")
    assert "<math" not in html("```\n$x$\n```")


def test_our_own_pictures_have_their_size_and_load_late() -> None:
    page = html("![图](imgs/x.png)")
    assert '<img src="/media/bank/x.png" alt="图" width="640" height="480" loading="lazy"' in page


def test_a_remote_picture_becomes_a_link() -> None:
    rendered = render("![](https://example.org/a.png) ![](//example.org/b.png)", AROUND)
    assert "<img" not in rendered.html
    assert 'href="https://example.org/a.png"' in rendered.html
    assert 'href="https://example.org/b.png"' in rendered.html
    assert [f.code for f in rendered.findings] == ["remote-image", "remote-image"]


def test_a_link_to_another_question_leads_to_its_page() -> None:
    assert html("[那题](#other)") == '<p><a href="/questions/other/">那题</a></p>'


def test_a_link_that_leads_nowhere_becomes_text_and_is_told() -> None:
    rendered = render("[x](#nowhere) [y](notes.md)", AROUND)
    assert rendered.html == "<p>x y</p>"
    assert [f.code for f in rendered.findings] == ["dead-link", "dead-link"]


def test_headings_begin_at_the_second_level_with_ids_of_their_own() -> None:
    rendered = render("### 甲 $x$\n\n##### 乙\n\n### 甲 $y$")
    assert re.findall(r'<(h\d) id="([^"]*)"', rendered.html) == [
        ("h2", "h-甲"),
        ("h3", "h-乙"),
        ("h2", "h-甲-2"),
    ]
    assert rendered.toc == (("h-甲", "甲 $x$"), ("h-甲-2", "甲 $y$"))


def test_wide_things_can_be_scrolled_by_keyboard() -> None:
    assert '<div class="scroll" tabindex="0" role="group" aria-label="表格"><table>' in html(
        "| a |\n|---|\n| b |"
    )
    assert '<pre tabindex="0">' in html("```\nx\n```")


def test_code_keeps_three_colours() -> None:
    page = html("```python\n# c\nif x: 's'\n```")
    assert set(re.findall(r'<span class="([^"]*)"', page)) == {"c", "k", "s"}


def test_markdown_inside_a_fold_is_markdown() -> None:
    page = html("<details><summary>看</summary>\n\n- **a**\n- b\n\n</details>")
    assert "<li><strong>a</strong></li>" in page


def test_html_in_code_stays_as_it_is_written() -> None:
    assert "markdown" not in html(
        '- a\n\n  b\n\n```html\n<div id="a">\n  <div>b</div>\n</div>\n```\n\n| c |\n|---|'
    )


def test_an_unclosed_div_or_fence_swallows_no_list() -> None:
    assert html("<div>\n\n- a\n- b").count("<li>") == 2
    assert "<code>" in html("```\nopen")


def test_numbers_of_a_list_that_goes_on_are_kept() -> None:
    assert '<ol start="2">' in html("2. b\n3. c")


def test_plain_text_is_a_line_a_block_with_formulas_as_they_are_read() -> None:
    assert render("设 $W_{\\text{res}}$。\n\n- 甲\n- 乙").plain == "设 W_res。\n甲\n乙"


def test_plain_text_keeps_the_cells_of_a_table_apart() -> None:
    assert render("| 部分 | 大小 |\n|---|---|\n| `A` | $r$ |").plain == "部分 · 大小\nA · r"


@pytest.mark.parametrize("odd", ["\ud800", f"&#{'9' * 5000};", f"<b title='&#{'9' * 5000}'>x</b>"])
@pytest.mark.parametrize("form", ["{}", "# {}", "`{}`", "[a]({})", "**a** {} _b_", "- {}", "|a|\n|-|\n|{}|"])
def test_no_character_makes_a_text_impossible_to_render(odd: str, form: str) -> None:
    markdown = form.format(odd)
    assert "9999" not in render(markdown).html + render_inline(markdown).html
    (render(markdown).plain + render_inline(markdown).plain).encode()


@pytest.mark.parametrize("line", ["1. 为什么？", "- a", "# b", "> c", "+ d"])
def test_a_title_is_never_a_block(line: str) -> None:
    assert not re.search("<(?:ol|ul|h1|h2|blockquote|p)", render_inline(line).html)
    assert render_inline(line).plain == line


_SCRAPS = st.sampled_from(
    [
        *(
            "$",
            "$$",
            "\n",
            "\n\n",
            "`",
            "```",
            "<div>",
            "</div>",
            "<details>",
            "<summary>",
            "- ",
            "1. ",
            "> ",
        ),
        *(
            "|",
            "---",
            "# ",
            "![a](b)",
            "[a](#b)",
            "**",
            "\\(",
            "\\)",
            "{#x}",
            "x",
            "中",
            "\ue000",
            "0",
            "\ue001",
        ),
        *("\t", "    ", "<script>", "&lt;", "\\begin{array}", "&", "●", "(1)", "<!--", "-->", "\x00", "~~"),
        *(
            "]]>",
            "<?",
            "<![CDATA[",
            "<a href='$x$'>",
            "<img src=$y$ alt='$z$'>",
            "<h2>",
            "</h2>",
            "<pre>",
            "<code>",
        ),
    ]
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(_SCRAPS, max_size=40).map("".join)))
def test_nothing_breaks_it_and_nothing_runs(text: str) -> None:
    page = render(text, AROUND).html
    assert not re.search(r"<(?:script|iframe|style|object|embed|svg)\b", page)
    assert "\ue000" not in page


@pytest.mark.parametrize("mark", ["&#xE000;5&#xE001;", "&#57344;5&#57345;", "&#xe003;5&#XE004;"])
@pytest.mark.parametrize(
    "text",
    [
        "{} [a](https://b.c) $d$",
        "# {}",
        "<code>{}</code>",
        "<b>{}</b>\n\n```js\ne\n```",
        "<abbr title='{}'>f</abbr>",
        "![{}](https://b.c/d.png)",
    ],
)
def test_what_stands_for_formulas_and_code_cannot_be_written_as_references(text: str, mark: str) -> None:
    for rendered in (render(text.format(mark), AROUND), render_inline(text.format(mark), AROUND)):
        assert not re.search("[\ue000-\ue004]", rendered.html)
    assert mark.replace("&", "&amp;") in html(f"`{mark}`")


def test_what_stands_for_formulas_cannot_be_written_in_an_address() -> None:
    address = "https://a.b/%EE%80%805%EE%80%81"
    assert f'href="{address}"' in html(f"[c]({address}) $d$")


def test_colours_part_neighbours_of_different_kinds_and_end_with_their_lines() -> None:
    page = html("```python\nasync def f(): # a\n    '''b\n    c'''\n```")
    assert '<span class="k">async</span> <span class="k">def</span> f(): <span class="c"># a</span>\n' in page
    assert '<span class="s">&#x27;' not in page
    assert page.count('<span class="s">') == 2  # one a line


def test_code_keeps_what_looks_like_a_marked_section_or_a_formula() -> None:
    page = html("```\n<![CDATA[ $x$ ]]>\n```")
    assert "&lt;![CDATA[ $x$ ]]&gt;" in page


def test_code_in_a_heading_is_no_part_of_its_anchor() -> None:
    rendered = render("<h2>What is it?\n\n```js\nlet x = 1;\n```\n\n</h2>", AROUND)
    assert not re.search("[\ue000-\ue004]", rendered.html + "".join(t for pair in rendered.toc for t in pair))


@pytest.mark.parametrize(
    "sign", ["`a`", "*a*", "_a_ b", "~~a~~", "[a](https://b.c)", "&#42;", r"\*", "<https://b.c>"]
)
def test_every_inline_mark_is_seen_however_little_else_a_text_holds(sign: str) -> None:
    assert sign not in render(f"x {sign} y").html


@pytest.mark.parametrize(
    "written", [r"a \\(x^2\\) b", r"a $x^2$ b", r"a \(x^2\) b"], ids=["doubled", "dollars", "brackets"]
)
def test_doubled_delimiters_of_formulas_are_the_single_ones(written: str) -> None:
    assert html(written) == html("a $x^2$ b")


@pytest.mark.parametrize("written", ["$$$$x^2$$$$", "$$ $x^2$ $$", r"\\[x^2\\]"])
def test_doubled_delimiters_of_displayed_formulas_are_the_single_ones(written: str) -> None:
    assert html(written) == html("$$x^2$$")


def test_what_an_exporter_escaped_is_bold_again_and_code_keeps_it() -> None:
    assert html(r"\*\*甲\*\*：乙&#x20;") == "<p><strong>甲</strong>：乙</p>"
    assert html(r"`\*\*甲\*\*`") == r"<p><code>\*\*甲\*\*</code></p>"
    assert html(r"2 \*\* 3 is \* not") == "<p>2 ** 3 is * not</p>"
    assert render_inline(r"\*\*甲\*\*？").html == "<strong>甲</strong>？"


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 40_000 + "x",
        "## a" + " " * 80_000 + "b",
        "## a\n" * 10_000,
        "$${" + r"a,\quad " * 10_000 + "$$",
    ],
    ids=["lines", "blanks", "ids", "gaps"],
)
def test_a_long_answer_of_one_sign_again_and_again_is_rendered(text: str) -> None:
    with limited(5.0):
        render(text, AROUND)


def test_headings_of_one_text_have_ids_that_no_other_has() -> None:
    ids = re.findall(r'id="([^"]*)"', html("## a\n\n## a-2\n\n## a\n\n## a\n\n## a-2"))
    assert ids == ["h-a", "h-a-2", "h-a-3", "h-a-4", "h-a-2-2"]


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        (r"a=b,\quad c=d,\qquad e=f", ["a=b,", "c=d,", "e=f"]),
        (r"a=b", ["a=b"]),
        (r"f\quad g", [r"f\quad g"]),
        (r"a\,\quad b", [r"a\,\quad b"]),
        (r"\begin{cases} 1,\quad x \\ 2,\quad y \end{cases}", None),
        (r"\underbrace{a,\quad b}_{n}", None),
        (r"\left(a,\quad b\right)", None),
        (r"\{a,\quad b", [r"\{a,", "b"]),
    ],
)
def test_a_line_may_break_at_the_gaps_of_a_displayed_formula(tex: str, parts: list[str] | None) -> None:
    assert parts_of(tex) == (parts or [tex])
    page = html(f"$$\n{tex}\n$$")
    assert re.findall('<annotation encoding="application/x-tex">(.*?)</annotation>', page) == [
        escape(part) for part in parts or [tex]
    ]


def test_a_formula_with_a_part_that_cannot_be_shown_stays_whole() -> None:
    assert html("$$\na=b,\\quad \\nonsense\n$$").count('class="tex"') == 1


@pytest.mark.parametrize(
    "markdown",
    [
        '<span class="vh">a</span> <span class="btn k">b</span>',
        '<div class="row eq scroll m-full">\na\n</div>',
        'a <code class="vh">b</code> <code class="k">c</code>',
        '<pre class="btn"><code class="row">a</code></pre>',
        '<div class="r cited lost remote tex">a</div>',
    ],
)
def test_an_authors_classes_reach_no_rule_of_our_sheets(markdown: str) -> None:
    assert "class=" not in html(markdown)


def test_classes_of_highlighted_code_and_of_maths_stay() -> None:
    code = (
        '<div class="highlight"><pre><code class="language-c"><span class="kd">int</span></code></pre></div>'
    )
    assert '<div class="highlight">' in html(code)
    assert '<code class="language-c"><span class="k">int</span></code>' in html(code)
    table = html(r"$\begin{array}{|c|}\hline \cancel{a} \\ \hline\end{array}$")
    assert set(re.findall('class="([^"]+)"', table)) == {
        "m-bl m-bt",
        "m-bt m-br",
        "m-br",
        "menclose-updiagonalstrike",
    }
