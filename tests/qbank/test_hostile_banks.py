"""Banks as nobody should write them: each is taken in or refused with reasons, and none stops the import."""

import os
from pathlib import Path

import pytest
from django.db import connection

from qbank.models import Bank, Picture, Question, QuestionText, Topic
from qbank.services import BankRejected, preview_bank
from qbank.sources import read_bank
from tests.factories import take_in
from tests.qbank.core.test_pictures import png

NOTES = "# Notes\n\n## What is a?\n\nIt.\n\n## What is b?\n\nThat.\n"
OURS = "---\nid: a\ntitle: What is a?\n{}\n---\n\n## Why\n\nIt.\n"
DIGITS = "9" * 5000

pytestmark = pytest.mark.django_db


def written(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files and return their folder."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return root


def found(root: Path) -> set[str]:
    """Return the codes of all problems that a bank has."""
    return {problem.code for problem in preview_bank(sources=read_bank([root]))}


@pytest.mark.parametrize(
    "line",
    ["number: 2020-13-45", f"number: {DIGITS}"[:4500], "lab: !!timestamp x", "lab: !!int x", "lab: !!bool x"],
)
def test_a_value_that_is_none_of_its_kind_is_text(tmp_path: Path, line: str) -> None:
    file = read_bank([written(tmp_path / "bank", {"a.md": OURS.format(line)})]).files[0]
    assert len(file.questions) == 1
    assert line.partition(": ")[2].split()[-1] in (file.questions[0].number, file.questions[0].lab)


@pytest.mark.parametrize(
    "line", ['tags: ["a\\0"]', 'tags: ["\\ud800"]', "tags: " + "[" * 5000, "tags: &a [b]\nlab: *a"]
)
def test_front_matter_that_cannot_be_kept_is_a_problem_of_its_file(tmp_path: Path, line: str) -> None:
    root = written(tmp_path / "bank", {"a.md": OURS.format(line), "b.md": NOTES})
    assert "front-matter" in found(root)
    assert take_in(root).summary["texts"] >= 2


def test_aliases_do_not_grow(tmp_path: Path) -> None:
    lines = ["a0: &a0 x", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
    root = written(tmp_path / "bank", {"a.md": OURS.format("\n".join([*lines, "tags: [*a11]"]))})
    assert found(root) >= {"front-matter"}


@pytest.mark.parametrize("text", ['name: "a\\0"\n', 'licence: "\\ud800"\n', "name: &a [*a]\n"])
def test_a_description_that_cannot_be_kept_is_refused(tmp_path: Path, text: str) -> None:
    root = written(tmp_path / "bank", {"_bank.yaml": text, "a.md": NOTES})
    with pytest.raises(BankRejected, match="broken-yaml"):
        take_in(root)


def test_a_description_may_begin_with_a_mark_of_byte_order(tmp_path: Path) -> None:
    take_in(written(tmp_path / "bank", {"_bank.yaml": "\ufeffslug: tar\n", "a.md": NOTES}))
    assert Bank.objects.get().slug == "tar"


def test_an_order_without_measure_is_left_out(tmp_path: Path) -> None:
    root = written(tmp_path / "bank", {"_topic.yaml": f"slug: t\norder: {10**30}\n", "a.md": NOTES})
    take_in(root)
    assert Topic.objects.get().order == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("p.svg", b"<svg width='9999999999' height='1'></svg>"),
        ("p.svg", b"<svg width='" + b"9" * 400 + b"' height='1'></svg>"),
        ("p.svg", b"<svg viewBox='0 0 999999999 1'></svg>"),
        ("p.png", png(2**31, 1)),
    ],
)
def test_a_picture_of_no_measure_stops_nothing(tmp_path: Path, name: str, data: bytes) -> None:
    take_in(written(tmp_path / "bank", {"a.md": NOTES.replace("It.", f"![x]({name})"), name: data}))
    assert all((picture.width or 0) <= 100_000 for picture in Picture.objects.all())


@pytest.mark.parametrize("name", ["a%00b.png", "a" * 5000 + ".png", "x/" * 200 + "a.png", "%ff.png"])
def test_a_picture_with_an_impossible_name_is_missing(tmp_path: Path, name: str) -> None:
    root = written(tmp_path / "bank", {"a.md": NOTES.replace("It.", f"![x]({name})")})
    assert found(root) == {"unfit-image" if "%00" in name else "missing-image"}
    take_in(root)


@pytest.mark.parametrize("name", ["%ff.md", "a" * 5000 + ".md"])
def test_an_entry_with_an_impossible_name_leads_nowhere(tmp_path: Path, name: str) -> None:
    root = written(tmp_path / "bank", {"a.md": f"- [x]({name})\n\n{NOTES}"})
    assert found(root) == {"dead-contents"}


@pytest.mark.parametrize("place", ["What is a", "It.", "That."])
def test_a_reference_to_no_character_stops_nothing(tmp_path: Path, place: str) -> None:
    written(tmp_path / "bank", {"a.md": NOTES.replace(place, f"{place} &#{DIGITS}; <b title='&#{DIGITS};'>")})
    assert take_in(tmp_path / "bank").summary["texts"] == 2


def test_files_put_together_keep_their_marks_of_byte_order_to_themselves(tmp_path: Path) -> None:
    take_in(written(tmp_path / "bank", {"a.md": NOTES.replace("## ", "\ufeff## ")}))
    assert {text.answer for text in QuestionText.objects.all()} == {"It.", "That."}


@pytest.mark.parametrize("target", ["/etc/hostname", "/dev/zero", "nowhere.md", "a.md"])
def test_a_link_out_of_the_bank_is_not_followed(tmp_path: Path, target: str) -> None:
    root = written(tmp_path / "bank", {"b.md": NOTES})
    (root / "a.md").symlink_to(target)
    assert "unreadable" in found(root)
    take_in(root)
    assert set(QuestionText.objects.values_list("path", flat=True)) == {"b.md"}
    assert take_in(root).changed is False


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    root = written(tmp_path / "bank", {"b.md": NOTES})
    os.mkfifo(root / "a.md")
    assert found(root) == {"unreadable"}


def test_a_file_whose_name_is_no_text_is_told(tmp_path: Path) -> None:
    root = written(tmp_path / "bank", {"b.md": NOTES})
    Path(os.fsdecode(os.fsencode(root) + b"/\xff.md")).write_text(NOTES)
    assert found(root) == {"unreadable"}
    take_in(root)
    assert Question.objects.count() == 2


def test_a_folder_that_cannot_be_read_retires_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = written(tmp_path / "bank", {"a.md": NOTES, "inner/b.md": NOTES.replace("a?", "c?")})
    take_in(root)
    scandir = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("inner"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(BankRejected, match="inner:1: unreadable"):
        take_in(root)
    assert not Question.objects.exclude(state=Question.State.PUBLISHED).exists()


def test_a_path_longer_than_can_be_stored_is_refused(tmp_path: Path) -> None:
    root = written(tmp_path / "bank", {"/".join([*["x" * 120] * 5, "a.md"]): NOTES})
    assert "too-long" in found(root)
    with pytest.raises(BankRejected):
        take_in(root)
    assert connection.is_usable()
