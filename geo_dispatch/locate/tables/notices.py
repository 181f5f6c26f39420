"""The table of what answers warn of, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from geo_dispatch.locate.tables import read_table

__all__ = ["NoticeTable", "load_notices"]


@dataclass(frozen=True, slots=True)
class NoticeTable:
    """Ages, grades and kinds of names that are said (``notices.yaml``)."""

    stale_years: dict[str, float]
    weak_grades: dict[str, str]
    former: frozenset[str]


@lru_cache(maxsize=1)
def load_notices() -> NoticeTable:
    """Read the table of notices.

    Examples
    --------
    >>> sorted(load_notices().weak_grades)
    ['C', 'D']
    """
    raw = read_table("notices.yaml")
    return NoticeTable(raw["stale_years"], raw["weak_grades"], frozenset(raw["former"]))
