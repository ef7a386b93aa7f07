"""Run every benchmark, or those named: `python -m bench [pages] [ingest] [labs] [adapters]`."""

import importlib
import os
import sys

import django

NAMES = ("pages", "ingest", "labs", "adapters")


def main() -> None:
    """Set Django up once and run the benchmarks in turn."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    names = sys.argv[1:] or NAMES
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    for name in names:
        importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
