"""What a table is, and the two lists of tables that the other modules of this package fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FORMAT_VERSION", "LATER_TABLES", "SOURCE_TABLES", "TOWN_TABLES", "Column", "Table", "define"]

FORMAT_VERSION = 1
"""Version of the town file's tables; raised with every change that an older program would misread."""

LATER_TABLES = frozenset({"notes", "jurisdictions", "landmarks"})
"""Tables that the first town files lack: read as having no rows."""

ColumnType = Literal["int", "float", "str", "bool", "json"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, type and meaning (with unit)."""

    name: str
    type: ColumnType
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, geometry type ("Point", "LineString", "MultiLineString", "MultiPolygon") and columns."""

    name: str
    geometry: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Return the column names, without geometry."""
        return tuple(column.name for column in self.columns)


def _columns(text: str) -> tuple[Column, ...]:
    """Read ``name type meaning`` lines."""
    rows = [line.split(None, 2) for line in text.splitlines() if line.strip()]
    return tuple(Column(name, type_, meaning) for name, type_, meaning in rows)  # type: ignore[arg-type]


TOWN_TABLES: dict[str, Table] = {}
SOURCE_TABLES: dict[str, Table] = {}


def define(registry: dict[str, Table], name: str, geometry: str, meaning: str, columns: str) -> None:
    """Add a table to a list of tables; `columns` holds a line ``name type meaning`` for each."""
    registry[name] = Table(name, geometry, meaning, _columns(columns))
