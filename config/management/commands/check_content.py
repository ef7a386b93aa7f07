"""Check the bank we ship: each file by itself, each translation against its original, and the glossary."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.content import check_bank, confirm_translations, fix_figures, read_bank


class Command(BaseCommand):
    """Check content/."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--confirm",
            nargs="*",
            metavar="TRANSLATION",
            help="note that these translations (all, when none is named) say what their originals say now",
        )

        parser.add_argument(
            "--fix", action="store_true", help="write the stored figures of labs into the texts"
        )

    def handle(
        self, *args: object, path: Path, confirm: list[str] | None, fix: bool, **options: object
    ) -> None:
        if fix:
            for changed in fix_figures(path):
                self.stdout.write(f"{path}/{changed}: figures corrected")
        if confirm is not None:
            for noted in confirm_translations(path, confirm):
                self.stdout.write(f"{path}/{noted}: confirmed")
        bank = read_bank(path)
        if not bank.texts:
            raise CommandError(f"{path} holds no question.")
        problems = check_bank(bank)
        for problem in problems:
            self.stderr.write(f"{path}/{problem}{' ' + problem.remedy if problem.remedy else ''}")
        if problems:
            raise CommandError(f"{len(problems)} problems in {path}.")
        self.stdout.write(f"{path}: {len(bank.texts)} questions, nothing wrong.")
