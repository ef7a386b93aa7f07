"""Generation: questions a second on one core, beside reading the same files (the peer of the same run)."""

from pathlib import Path

from bench.interleave import interleaved
from qbank.core.document import ParsedFile
from qbank.core.parser import parse_file
from quizzes.core.generation.listing import Listed, list_items, read_question

ROOT = Path(__file__).resolve().parent.parent
LEAST = 20  # questions a second


def ask(parsed: list[ParsedFile]) -> list[Listed]:
    """List everything that can be asked about some files; nothing is kept from one call to the next."""
    heaps = (
        [read_question(question, path=file.path, language=file.language) for question in file.questions]
        for file in parsed
    )
    return [one for heap in heaps for one in list_items(heap, seed="1")]


def main() -> None:
    """Print the time of a whole file, all rules and filters, and what it is a second."""
    corpora = ROOT.parent / "shared" / "corpora"
    folders = sorted(corpora.glob("[0-9]*")) if corpora.is_dir() else sorted((ROOT / "content").glob("*/"))
    print(
        f"{'files':28} {'questions':>9} {'items':>6} {'drafts':>6} {'ms':>7} {'a second':>9} {'× reading':>9}"
    )
    for folder in folders:
        files = [(path.read_bytes(), path.name) for path in sorted(folder.glob("*.md"))]
        parsed = [parse_file(data, name) for data, name in files]
        count = sum(len(file.questions) for file in parsed)
        if not count:
            continue
        took = interleaved(
            {
                "read": lambda files=files: [parse_file(data, name) for data, name in files],
                "ask": lambda parsed=parsed: ask(parsed),
            },
            rounds=3,
            calls=1,
        )
        found = ask(parsed)
        drafts = sum(one.state == "draft" for one in found)
        rate = count / took["ask"]
        told = f"{took['ask'] * 1000:7.1f} {rate:9.0f} {took['ask'] / took['read']:9.2f}"
        slow = "" if rate >= LEAST else "  TOO SLOW"
        print(f"{folder.name:28} {count:9} {len(found):6} {drafts:6} {told}{slow}")
