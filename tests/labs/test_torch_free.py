"""A web process has no torch: it would cost each of them 250 MB and seconds to start."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

PROGRAM = """
import sys
import config.asgi
from django.urls import get_resolver

def walk(resolver):
    for entry in resolver.url_patterns:
        walk(entry) if hasattr(entry, "url_patterns") else entry.callback

walk(get_resolver())
import django.template.loader
for name in ("labs/labs.html", "labs/lab.html", "labs/run.html", "labs/playground.html"):
    django.template.loader.get_template(name)
found = sorted({"torch", "sklearn", "safetensors", "pypinyin"} & set(sys.modules))
sys.exit(", ".join(found) or 0)
"""
MAY_IMPORT = (
    "labs/core/",
    "labs/runner/",
    "labs/inference.py",
    "labs/management/commands/pretrain.py",
    "labs/management/commands/build_weights.py",
)
MAY_NOT = ("labs/core/config.py", "labs/core/questions.py")


def test_a_web_process_with_every_address_loaded_has_no_torch() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def imports_torch(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.split(".")[0] == "torch" for name in names):
            return True
    return False


def test_torch_is_imported_only_where_models_live() -> None:
    for room in ("config", "accounts", "qbank", "quizzes", "labs"):
        for path in (ROOT / room).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            allowed = name.startswith(MAY_IMPORT) and name not in MAY_NOT and path.name != "__init__.py"
            assert allowed or not imports_torch(path), name
