"""Filters refuse what gives a key away, cannot stand alone, or is true of a distractor too."""

import pytest

from quizzes.core.generation.drafts import Candidate
from quizzes.core.generation.filters import alike, dated, fits, hygiene, leak, vague
from quizzes.core.generation.material import Material, Text
from quizzes.core.items import Open
from quizzes.core.passages import Span

ITEM = Open(slug="x", stem="x")
TEXT = Text("q", "title", "answer", "en")
LONG = "keeps every change in a log that followers read in order"


def candidate(
    shown: str, key: str = "Alpha", others: tuple[str, ...] = ("Beta", "Gamma"), **more: object
) -> Candidate:
    return Candidate(ITEM, TEXT, Span(0, 6, 1), shown, key, key, others, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "key", "others"),
    [
        ("splits one bundle into several", "code splitting", ("lazy loading", "tree shaking")),
        ("把平方惩罚加到损失上", "惩罚项", ("梯度项", "动量项")),
        ("an RNN variant with gates", "recurrent neural network", ("decision tree", "linear model")),
        ("finds the Principal Component Axes", "PCA", ("SVM", "KNN")),
    ],
)
def test_words_initials_and_expansions_of_the_key_leak(shown: str, key: str, others: tuple[str, ...]) -> None:
    assert not leak.check(candidate(shown, key, others)).passed


def test_a_word_that_all_options_share_is_no_leak() -> None:
    assert leak.check(candidate("updates Redux state", "Redux Saga", ("Redux Thunk", "Redux Form"))).passed


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ("This keeps every change in a log that followers read", "begins by pointing back"),
        ("它把每一次修改都记到日志里，副本按顺序读取", "begins by pointing back"),
        ("Keeps every change in a log, as shown below, for all followers", "points to something"),
        ("日志的结构如下，副本按顺序读取其中的每一次修改", "points to something"),
        (f"{LONG}, see [docs](http://x.y)", "holds an address"),
        (f"{LONG}, namely:", "is cut off"),
        (f"{LONG}?", "is a question"),
        (f"{LONG} (and more", "a bracket is left open"),
        (f"{LONG} in an database", "is carelessly written"),
        (f"{LONG} of the the server", "is carelessly written"),
        ("目前广泛使用的一种日志，副本按顺序读取其中的每一次修改", "speaks of its own time"),
        (f"{LONG}, which is super cool", "is chat"),
        ("keeps logs", "says too little"),
        (f"{LONG} " * 9, "is too long"),
    ],
)
def test_scraps_are_refused_with_their_reason(shown: str, reason: str) -> None:
    verdict = hygiene.check(candidate(shown))
    assert not verdict.passed
    assert verdict.reason.startswith(reason)


def test_a_plain_sentence_passes() -> None:
    for check in (leak.check, hygiene.check, vague.check, alike.check, fits.check):
        assert check(candidate(LONG)).passed, check


@pytest.mark.parametrize(
    ("key", "others"),
    [
        ("Alpha", ("Alpha ", "Gamma")),
        ("Alpha", ("Alpha channel", "Gamma")),
        ("`alpha()`", ("Beta", "Gamma")),
        ("损失函数", ("Beta", "Gamma")),
        ("A very long name of one single option", ("Beta", "Gamma")),
    ],
)
def test_options_that_stand_out_are_refused(key: str, others: tuple[str, ...]) -> None:
    assert not alike.check(candidate(LONG, key, others)).passed


def test_a_distractor_of_which_the_bank_says_the_same_is_refused() -> None:
    same = candidate(LONG, rivals=("writes every change to a log which followers read in order", ""))
    assert fits.check(same).reason == "fits too: Beta"
    assert not fits.check(candidate(f"{LONG}, unlike Beta")).passed


def test_praise_says_nothing_in_particular() -> None:
    assert not vague.check(candidate("is a very popular, powerful and widely used simple tool")).passed


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        (f"{LONG}, which is deprecated", "tied to its time: deprecated"),
        (f"{LONG} since version 4.2", "tied to its time: since version 4.2"),
        ("该方法已被废弃，副本改为按顺序读取日志", "tied to its time: 已被废弃"),
        ("keeps a log in `openLog()` for its followers", "elsewhere called dated: openLog"),
        (LONG, ""),
        (f"{LONG} up to 64 bits wide", ""),
        (f"{LONG}, which is unsafe", ""),
    ],
)
def test_what_the_bank_calls_dated_is_refused(shown: str, found: str) -> None:
    elsewhere = Text("o", "Which calls are old?", "The method `openLog()` is deprecated.", "en")
    verdict = dated.check_of(Material((TEXT, elsewhere)))(candidate(shown))
    assert (verdict.passed, verdict.reason) == (not found, found)


@pytest.mark.parametrize(
    ("shown", "key", "others", "told"),
    [
        ("____：CPU 对设备轮流询问。", "轮询", ("中断",), "轮流询"),
        ("____：设备轮到以后再由别人询问。", "轮询", ("中断",), ""),
        ("____ 依次询问每个设备。", "轮询（polling）", ("轮换（rotation）",), ""),
        ("____ polls every device in turn.", "polling", ("interrupt",), "poll"),
        ("____ keeps the processor busy.", "process", ("thread",), "process"),
    ],
)
def test_a_form_of_the_key_or_what_it_abbreviates_leaks(
    shown: str, key: str, others: tuple[str, ...], told: str
) -> None:
    verdict = leak.check(candidate(shown, key, others))
    assert verdict.passed is not bool(told)
    assert told in verdict.reason
