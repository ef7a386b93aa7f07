"""The result of a run, ready for a page or a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from labs.charts import number
from labs.core.config import Text


@dataclass(frozen=True)
class Table:
    """The table of a result; the first column heads the rows, columns of numbers stand to the right."""

    columns: list[Text]
    numeric: list[bool]  # one a column
    rows: list[list[str | Text]]

    @property
    def heads(self) -> list[tuple[Text, bool]]:
        """List the columns, each with whether it is one of numbers."""
        return list(zip(self.columns, self.numeric, strict=True))

    @property
    def cells(self) -> list[list[tuple[Text, bool, str | Text]]]:
        """List the rows, each cell behind its column: on a phone a row stands as a list of its own."""
        return [list(zip(self.columns, self.numeric, row, strict=True)) for row in self.rows]


def read_table(result: Mapping[str, object]) -> Table:
    """Read the table of a stored result."""
    keys, labels, rows = _parts(result)
    numeric = [any(_is_number(row.get(key)) for row in rows) for key in keys]
    return Table(labels, numeric, [[_shown(row.get(key)) for key in keys] for row in rows])


def read_numbers(result: Mapping[str, object]) -> list[tuple[str, str | Text]]:
    """List the numbers of a result with their names."""
    numbers = result.get("numbers")
    return [(key, _shown(value)) for key, value in numbers.items()] if isinstance(numbers, Mapping) else []


def write_csv(result: Mapping[str, object], language: str) -> str:
    """Write the table as CSV: the keys as header, every digit of the numbers, words in the language."""
    keys, _, rows = _parts(result)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(keys)
    for row in rows:
        writer.writerow([_raw(row.get(key), language) for key in keys])
    return file.getvalue()


def _parts(result: Mapping[str, object]) -> tuple[list[str], list[Text], list[Mapping[str, object]]]:
    table = result["table"]
    assert isinstance(table, Mapping)
    return [c["key"] for c in table["columns"]], [c["label"] for c in table["columns"]], table["rows"]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: object) -> str | Text:
    """Write a value for reading: whole numbers in full, others with three figures."""
    if isinstance(value, Mapping):
        return {"zh": str(value.get("zh", "")), "en": str(value.get("en", ""))}
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✕"
    if isinstance(value, int):
        return f"{value:,}"
    return number(value) if isinstance(value, float) else str(value)


def _raw(value: object, language: str) -> object:
    return value.get(language, "") if isinstance(value, Mapping) else "" if value is None else value
