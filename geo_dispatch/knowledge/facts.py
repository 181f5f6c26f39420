"""Where a fact comes from, as every answer says it."""

from __future__ import annotations

from dataclasses import dataclass

from geo_dispatch.town.columns import TableColumns

__all__ = ["Source", "source_of"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read.

    Attributes
    ----------
    name
        What it was read in: the page's host, or the table of the town's own file.
    url
        Address of the page; None when the pack names none.
    date
        Date of the page, ISO 8601, to the day, month or year; None when it shows none.
    grade
        A official, B newspaper or own page, C copy, D weak; None when the pack gives none.
    verified
        Someone of the town has confirmed it.
    """

    name: str
    url: str | None
    date: str | None
    grade: str | None
    verified: bool


def source_of(table: TableColumns, row: int) -> Source:
    """Return the source of a row of a table that a town pack fills."""
    url = table.text("source_url")[row]
    host = url.split("/")[2].removeprefix("www.") if url and url.count("/") >= 2 else None
    return Source(
        name=host or "the town's own pack",
        url=url,
        date=table.text("source_date")[row],
        grade=table.text("grade")[row],
        verified=bool(table.numbers("verified")[row]),
    )
