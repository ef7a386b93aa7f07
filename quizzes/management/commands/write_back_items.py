"""Write published items that stand in no file yet into the files of their questions."""

from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quizzes.draft_queue import written_back
from quizzes.writing_back import NotWritten, write_back


class Command(BaseCommand):
    help = (
        "Write published generated items, and those written in the admin, into the Markdown files of a bank "
        "in the format of content/README.md. Ingest afterwards: they are the same items, now authored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where the files are, and of which bank."""
        parser.add_argument("root", type=Path, help="the folder that the bank was ingested from")
        parser.add_argument("--bank", required=True, help="slug of the bank")
        parser.add_argument("--dry-run", action="store_true", help="print the Markdown instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write file by file; tell what could not be written."""
        root: Path = options["root"].resolve()
        if not root.is_dir():
            raise CommandError(f"There is no folder {options['root']}.")
        items = written_back().filter(question__bank__slug=options["bank"])
        written, refused = 0, []
        for path, group in groupby(items, key=lambda item: item.text.path if item.text else ""):
            several = list(group)
            if options["dry_run"]:
                self.stdout.write("\n".join([f"<!-- {path} -->", *(i.provenance.markdown for i in several)]))
                continue
            file = (root / path).resolve()
            if not (file.is_file() and file.is_relative_to(root)):
                refused.append(f"{path}: not found under {options['root']}")
                continue
            try:
                written += write_back(file, several)
            except NotWritten as error:
                refused.append(str(error))
        for line in refused:
            self.stderr.write(line)
        self.stdout.write(f"{written} items written")
        if refused:
            raise CommandError(f"{len(refused)} files could not take their items.")
