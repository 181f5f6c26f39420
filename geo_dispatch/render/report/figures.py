"""Figures of a report: each is counted from rows of a table by a filter, and says so.

A reader who doubts a number takes the table, filters it, and counts: ``figures.csv`` tells how.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo_dispatch.coverage import Coverage
from geo_dispatch.coverage.road_miles import METRES_PER_MILE
from geo_dispatch.coverage.standards import Standards
from geo_dispatch.data_tables import load_table

__all__ = ["Figure", "Figures", "figures_of", "measure"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a report.

    Attributes
    ----------
    id
        F1, F2 ... in the order of the report.
    key
        What the page calls it.
    label
        What it is.
    table
        The CSV file that it is counted from, without ``.csv``.
    where
        Which rows, as `pandas.DataFrame.query` takes it; all when blank.
    of
        For a share: of which rows; all when blank.
    how
        ``"count"``, ``"share"`` (of rows), ``"sum COLUMN"``, ``"share COLUMN"`` (of the sum), ``"p90 COLUMN"`` (by nearest rank, rows
        without a value last).
    value
        The number, None where there is none.
    """

    id: str
    key: str
    label: str
    table: str
    where: str
    of: str
    how: str
    value: float | None


def measure(table: pd.DataFrame, where: str, how: str, of: str = "") -> float | None:
    """Count a figure from the rows of a table.

    Parameters
    ----------
    table
        As in the CSV file.
    where, how, of
        As of `Figure`.

    Returns
    -------
    float or None
        None for a share of nothing, and a percentile that lies among rows without a value.

    Examples
    --------
    >>> rows = pd.DataFrame({"s": [10.0, 20.0, None], "m": [1.0, 2.0, 5.0]})
    >>> measure(rows, "s <= 10", "count"), measure(rows, "s <= 20", "share m"), measure(rows, "", "p90 s")
    (1.0, 0.375, None)
    """
    whole = table.query(of, engine="python") if of else table
    rows = whole.query(where, engine="python") if where else whole
    what, _, column = how.partition(" ")
    if what == "p90":
        values = np.sort(rows[column].fillna(np.inf).to_numpy(dtype=np.float64))
        found = float(values[int(np.ceil(0.9 * len(values) - 1e-9)) - 1]) if len(values) else np.inf
        return found if np.isfinite(found) else None
    amount = float(rows[column].sum()) if column else float(len(rows))
    if what != "share":
        return amount
    total = float(whole[column].sum()) if column else float(len(whole))
    return amount / total if total > 0 else None


class Figures:
    """Figures by key, numbered as they are added.

    Parameters
    ----------
    tables
        What they are counted from.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables
        self._by_key: dict[str, Figure] = {}

    def add(self, key: str, label: str, table: str, where: str, how: str, of: str = "") -> Figure:
        """Count a figure, and keep it."""
        value = measure(self._tables[table], where, how, of)
        figure = Figure(f"F{len(self._by_key) + 1}", key, label, table, where, of, how, value)
        self._by_key[key] = figure
        return figure

    def __getitem__(self, key: str) -> Figure:
        return self._by_key[key]

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def all(self) -> tuple[Figure, ...]:
        """Return them in order."""
        return tuple(self._by_key.values())

    def table(self) -> pd.DataFrame:
        """Return them as a table."""
        return pd.DataFrame([{name: getattr(row, name) for name in Figure.__dataclass_fields__} for row in self.all()])


def figures_of(coverage: Coverage, standards: Standards, tables: Mapping[str, pd.DataFrame]) -> Figures:
    """Count all figures of a report.

    Parameters
    ----------
    coverage, standards
        What is reported.
    tables
        From `geo_dispatch.render.report.report_tables`.
    """
    found = Figures(tables)
    limits = coverage.thresholds_s
    found.add("addresses", "addresses", "addresses", "", "count")
    found.add("road", "metres of road", "stretches", "", "sum length_m")
    found.add("people", f"people ({coverage.population.basis})", "addresses", "", "sum people")
    found.add("p90", "90% of addresses within, response", "addresses", "", "p90 response_1_s")
    found.add("travel-p90", "90% of addresses within, travel", "addresses", "", "p90 travel_1_s")
    for band, limit in enumerate(limits):
        within = f"within {limit:g} s"
        for key, column in (("response", "response_1_s"), ("travel", "travel_1_s"), ("second", "response_2_s")):
            where = f"{column} <= {limit:g}"
            found.add(f"{key}-{band}", f"addresses {within}, {key}", "addresses", where, "count")
            found.add(f"{key}-share-{band}", f"share of addresses {within}, {key}", "addresses", where, "share")
        found.add(
            f"people-{band}", f"share of people {within}", "addresses", f"response_1_s <= {limit:g}", "share people"
        )
        found.add(f"road-{band}", f"metres of road {within}", "stretches", f"band <= {band}", "sum length_m")
        found.add(f"road-share-{band}", f"share of road {within}", "stretches", f"band <= {band}", "share length_m")
    _stations(found, coverage)
    _areas(found, coverage)
    for number in range(1, len(coverage.gaps) + 1):
        found.add(f"gap-{number}", f"addresses of gap {number}", "addresses", f"gap == {number}", "count")
    _standards(found, standards)
    return found


def _stations(found: Figures, coverage: Coverage) -> None:
    last = f"{coverage.thresholds_s[-1]:g}"
    second = " and not (response_2_s <= " + last + ")" if coverage.due.k > 1 else ""
    for row in coverage.responders:
        mine = f"station_1 == {row.id!r}"
        found.add(f"first-{row.id}", f"addresses that {row.name} is first due to", "addresses", mine, "count")
        where = f"{mine} and response_1_s <= {last}{second}"
        found.add(f"lost-{row.id}", f"addresses lost within {last} s without {row.name}", "addresses", where, "count")


def _areas(found: Figures, coverage: Coverage) -> None:
    for kind, labels in coverage.demand.areas.items():
        for name in sorted({str(label) for label in labels if label is not None}):
            of = f"{kind} == {name!r}"
            found.add(f"area-{kind}-{name}", f"addresses in {name}", "addresses", of, "count")
            found.add(
                f"area-p90-{kind}-{name}", f"90% within, response, in {name}", "addresses", "", "p90 response_1_s", of
            )
            for band, limit in enumerate(coverage.thresholds_s):
                where = f"response_1_s <= {limit:g}"
                label = f"share of addresses within {limit:g} s in {name}"
                found.add(f"area-{band}-{kind}-{name}", label, "addresses", where, "share", of)


def _standards(found: Figures, standards: Standards) -> None:
    table = load_table("geo_dispatch.coverage", "standards")
    career, volunteer, iso = table["nfpa_1710"], table["nfpa_1720"], table["iso_fsrs"]
    told = {row.id: row for row in standards.statements}
    for row in career["objectives"]:
        due = row.get("due") or -(-row["staff"] // career["company_staff"])
        _share(found, told, row["id"], f"travel_{due}_s <= {row['seconds']}", "")
    for row in volunteer["zones"]:
        due = -(-row["staff"] // volunteer["responder_staff"])
        where = f"response_{due}_s <= {row['minutes'] * 60}"
        _share(found, told, row["id"], where, f"demand_zone == {row['zone']!r}")
    _share(found, told, volunteer["remote"]["id"], "response_1_s >= 0", "demand_zone == 'remote'")
    for row in (*iso["objectives"], iso["beyond"]):
        limit, ladder = row["road_miles"] * METRES_PER_MILE, row.get("company") == "ladder"
        _share(found, told, row["id"], f"{'ladder_' if ladder else ''}road_m <= {limit:.6f}", "")
        if row["id"] in told:
            column = f"{'ladder_' if ladder else ''}within_{round(limit)}_m"
            found.add(f"{row['id']}-road", f"{row['what']}: metres of road", "roads", "", f"sum {column}")


def _share(found: Figures, told: Mapping[str, Any], id_: str, where: str, of: str) -> None:
    if id_ not in told:
        return
    found.add(f"{id_}-of", f"{told[id_].what}: addresses counted", "addresses", of, "count")
    found.add(id_, f"{told[id_].what}: addresses within", "addresses", where, "count", of)
    found.add(f"{id_}-share", f"{told[id_].what}: share within", "addresses", where, "share", of)
