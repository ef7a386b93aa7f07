"""Bring an installation up to date before it serves; what is done already is skipped."""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from qbank.models import Bank


def fingerprint(*folders: Path) -> str:
    """Return a digest of the names, sizes and times of all files in the folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            stat = path.stat()
            digest.update(f"{path.relative_to(folder)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


READ = ("content", "qbank", "quizzes", "labs")  # what decides what an import finds: labs give the figures


class Command(BaseCommand):
    """Prepare the installation in var/."""

    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        self.path = settings.VAR_DIR / "prepared.json"
        self.done = self.read_done()
        self.migrate()
        self.collect_static()
        self.ingest()

    def read_done(self) -> dict[str, str]:
        """Return what was done before; a file that a crash cut off counts as none."""
        try:
            done = json.loads(self.path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return done if isinstance(done, dict) else {}

    def migrate(self) -> None:
        """Apply migrations, if there are any to apply."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Migrating the database …")
            call_command("migrate", verbosity=0, interactive=False)

    def collect_static(self) -> None:
        """Hash and compress the static files, if any changed."""
        base = settings.BASE_DIR
        state = (
            fingerprint(base / "static")
            + hashlib.sha256((base / "requirements-web.txt").read_bytes()).hexdigest()
        )
        if self.done.get("static") != state or not settings.STATIC_ROOT.is_dir():
            self.stdout.write("Collecting static files …")
            call_command("collectstatic", verbosity=0, interactive=False, clear=settings.STATIC_ROOT.is_dir())
            self.note("static", state)

    def ingest(self) -> None:
        """Read content/ into the database, if any of it or of the code that reads it changed."""
        base = settings.BASE_DIR
        where = "{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
        state = f"{fingerprint(*(base / name for name in READ))} in {where}"
        if self.done.get("content") != state or not Bank.objects.exists():
            self.stdout.write("Reading content/ …")
            call_command("ingest", str(base / "content"), stdout=self.stdout)
            self.note("content", state)

    def note(self, step: str, state: str) -> None:
        """Remember a finished step."""
        self.done[step] = state
        whole = self.path.with_suffix(".new")
        whole.write_text(json.dumps(self.done))
        whole.replace(self.path)
