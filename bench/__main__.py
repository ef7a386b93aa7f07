"""Run the benchmarks, all or those named: `python -m bench [pages] [ingest] … [ingest-large] [fuzz]`."""

import importlib
import os
import sys

import django

NAMES = ("pages", "ingest", "generation", "quizzes", "labs", "adapters", "running")
LONG = {"ingest-large": ("ingest", "large"), "fuzz": ("fuzz", "main")}  # only by name: they take minutes


def main() -> None:
    """Set Django up once and run the benchmarks in turn."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    names = sys.argv[1:] or NAMES
    unknown = set(names) - {*NAMES, *LONG}
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join([*NAMES, *LONG])}")
    for name in names:
        module, function = LONG.get(name, (name, "main"))
        getattr(importlib.import_module(f"bench.{module}"), function)()


if __name__ == "__main__":
    main()
