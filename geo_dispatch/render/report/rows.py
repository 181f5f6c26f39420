"""The tables of a report: what every figure in it is counted from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo_dispatch.coverage import Coverage
from geo_dispatch.coverage.features import address_bands
from geo_dispatch.coverage.standards import Standards
from geo_dispatch.geometry import FloatArray

__all__ = ["report_tables"]

_DIGITS = 6
"""Decimals of seconds and metres: enough for a threshold to fall on the same side as in the study."""


def report_tables(coverage: Coverage, standards: Standards) -> dict[str, pd.DataFrame]:
    """Make the tables of a report.

    Parameters
    ----------
    coverage
        What is reported.
    standards
        Of the same study.

    Returns
    -------
    dict of str to pandas.DataFrame
        By name: addresses, stretches, roads, stations, gaps, standards. Empty where there is no value.
    """
    return {
        "addresses": _addresses(coverage, standards),
        "stretches": _stretches(coverage),
        "roads": _roads(coverage, standards),
        "stations": _stations(coverage),
        "gaps": _gaps(coverage),
        "standards": _standards(standards),
    }


def _known(values: FloatArray) -> FloatArray:
    """Return values rounded, NaN where there is none."""
    rounded: FloatArray = np.where(np.isfinite(values), np.round(values, _DIGITS), np.nan)
    return rounded


def _addresses(coverage: Coverage, standards: Standards) -> pd.DataFrame:
    table, demand, due = coverage.town.table("addresses"), coverage.demand, coverage.due
    ids, number, street = (table.text(name) for name in ("address_id", "number_text", "street"))
    who = [row.id for row in coverage.responders]
    gap = np.full(len(demand), 0)
    for at, found in enumerate(coverage.gaps, start=1):
        gap[found.rows] = at
    columns: dict[str, object] = {
        "address_id": [ids[row] for row in demand.row.tolist()],
        "address": [" ".join(filter(None, (number[row], street[row]))) for row in demand.row.tolist()],
        "lon": np.round(demand.lon, 6),
        "lat": np.round(demand.lat, 6),
        **{kind: list(names) for kind, names in demand.areas.items()},
        "band": address_bands(coverage),
    }
    for k in range(due.k):
        columns[f"station_{k + 1}"] = [who[at] if at >= 0 else None for at in due.responder[:, k].tolist()]
    for k in range(standards.response_s.shape[1]):
        columns[f"response_{k + 1}_s"] = _known(standards.response_s[:, k])
        columns[f"travel_{k + 1}_s"] = _known(standards.travel_s[:, k])
    columns |= {
        "people": np.round(coverage.population.weight, _DIGITS),
        "people_per_sq_mi": np.round(standards.density.per_square_mile, 3),
        "demand_zone": list(standards.zone),
        "road_m": _known(standards.miles.address_m),
        "ladder_road_m": _known(standards.ladder_miles.address_m),
        "gap": gap,
    }
    return pd.DataFrame(columns)


def _stretches(coverage: Coverage) -> pd.DataFrame:
    rows, network = coverage.stretches, coverage.town.network
    names, towns = network.segments.text("name"), network.segments.text("municipality")
    who = [row.id for row in coverage.responders]
    return pd.DataFrame(
        {
            "segment": rows.segment,
            "name": [names[row] for row in rows.segment.tolist()],
            "municipality": [towns[row] for row in rows.segment.tolist()],
            "from_m": np.round(rows.from_m, _DIGITS),
            "to_m": np.round(rows.to_m, _DIGITS),
            "length_m": np.round(rows.length_m, _DIGITS),
            "from_s": _known(rows.from_s),
            "to_s": _known(rows.to_s),
            "station": [who[at] if at >= 0 else None for at in rows.responder.tolist()],
            "band": rows.band,
        }
    )


def _roads(coverage: Coverage, standards: Standards) -> pd.DataFrame:
    """Return what lies within road miles of a responder, and of one with a ladder, by segment."""
    network, miles, ladder = coverage.town.network, standards.miles, standards.ladder_miles
    names = network.segments.text("name")
    columns: dict[str, object] = {
        "segment": miles.segment,
        "name": [names[row] for row in miles.segment.tolist()],
        "length_m": np.round(np.asarray(network.segment_length_m)[miles.segment], _DIGITS),
    }
    for found, prefix in ((miles, "within"), (ladder, "ladder_within")):
        for row, limit in enumerate(found.limits_m):
            columns[f"{prefix}_{round(limit)}_m"] = np.round(found.within_m[row], _DIGITS)
    return pd.DataFrame(columns)


def _stations(coverage: Coverage) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "station": row.id,
                "name": row.name,
                "kind": row.kind,
                "lon": round(row.position.lon, 6),
                "lat": round(row.position.lat, 6),
                "profile": row.profile,
                "turnout_s": row.turnout_s,
                "chance": row.chance,
            }
            for row in coverage.responders
        ]
    )


def _gaps(coverage: Coverage) -> pd.DataFrame:
    columns = ("gap", "addresses", "road_m", "streets", "municipality", "nearest_s", "worst_s", "lon", "lat")
    rows = []
    for number, found in enumerate(coverage.gaps, start=1):
        row = dict(found.document())
        rows.append({"gap": number, **row, "streets": " / ".join(row["streets"])})
    return pd.DataFrame(rows, columns=list(columns))


def _standards(standards: Standards) -> pd.DataFrame:
    return pd.DataFrame(standards.document()["statements"])
