"""The coverage document: figures by threshold, by area, by responder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.depth import metres_reached_by
from geo_dispatch.coverage.stretches import Pieces, metres_within
from geo_dispatch.coverage.tally import SLACK_S, address_figures, count_within, share_of, weighed_figures
from geo_dispatch.geometry import FloatArray

if TYPE_CHECKING:
    from geo_dispatch.coverage.study import Coverage

__all__ = ["by_area", "coverage_document", "first_due_rows"]

_GAPS = 100


def coverage_document(coverage: Coverage, *, include: Sequence[str] = (), files: Sequence[str] = ()) -> dict[str, Any]:
    """Make the document of a coverage.

    Parameters
    ----------
    coverage
        What a scenario came to.
    include
        "stretches" and "addresses" add these as GeoJSON.
    files
        Names of the files written.

    Returns
    -------
    dict
        Plain values; None for what nobody reaches.
    """
    limits = coverage.thresholds_s
    scenario = coverage.scenario
    document: dict[str, Any] = {
        "profile": scenario.profile,
        "thresholds_s": list(limits),
        "stations": [_station(row) for row in coverage.responders],
        "addresses": address_figures(coverage.response_s, limits),
        "road_m": _roads(coverage.pieces, limits),
        "population": _people(coverage, coverage.response_s),
        "by_area": by_area(coverage),
        "gaps": [gap.document() for gap in coverage.gaps[:_GAPS]],
        "files": list(files),
        "warnings": list(coverage.warnings),
        "scenario": {"name": scenario.name, "by": scenario.by, "kind": scenario.kind, "at": _time(scenario.at)},
        "clock": "response: turnout and travel",
        "due": [_due(coverage, k) for k in range(coverage.due.k)],
        "travel": _travel(coverage),
        "expected": _expected(coverage),
        "first_due": first_due_rows(coverage),
        "gaps_total": len(coverage.gaps),
        "attribution": list(coverage.town.meta.attribution),
    }
    if "stretches" in include:
        from geo_dispatch.coverage.features import stretch_features

        document["stretches"] = stretch_features(coverage)
    if "addresses" in include:
        from geo_dispatch.coverage.features import address_features

        document["address_points"] = address_features(coverage)
    return document


def _station(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "lon": round(row.position.lon, 6),
        "lat": round(row.position.lat, 6),
        "name": row.name,
        "station_id": row.station_id,
        "kind": row.kind,
        "profile": row.profile,
        "turnout_s": row.turnout_s,
        "chance": row.chance,
    }


def _time(at: Any) -> str | None:
    return None if at is None else str(at.isoformat())


def _roads(pieces: Pieces, limits: Sequence[float], rows: npt.NDArray[np.bool_] | None = None) -> dict[str, Any]:
    kept = slice(None) if rows is None else rows
    reached = [float(metres_within(pieces, limit)[kept].sum()) for limit in limits]
    return weighed_figures(reached, float(pieces.length_m[kept].sum()))


def _people(coverage: Coverage, response_s: FloatArray) -> dict[str, Any]:
    people = coverage.population
    reached = count_within(response_s, coverage.thresholds_s, people.weight)
    return {**weighed_figures(reached, people.total), "basis": people.basis}


def _due(coverage: Coverage, k: int) -> dict[str, Any]:
    response, limits = coverage.due.response_s[:, k], coverage.thresholds_s
    road = [float(metres_reached_by(coverage.pieces, limit, k + 1).sum()) for limit in limits]
    return {
        "k": k + 1,
        "addresses": address_figures(response, limits),
        "road_m": weighed_figures(road, float(coverage.pieces.length_m.sum())),
        "population": _people(coverage, response),
    }


def _travel(coverage: Coverage) -> dict[str, Any]:
    travel = coverage.travel_due.travel_s[:, 0]
    return {
        "addresses": address_figures(travel, coverage.thresholds_s, clock="travel"),
        "road_m": _roads(coverage.travel_pieces, coverage.thresholds_s),
        "population": _people(coverage, travel),
    }


def _expected(coverage: Coverage) -> dict[str, Any] | None:
    """Return what is reached by chance: the sum over addresses of the probability that somebody near enough is free.

    Daskin 1983, doi 10.1287/trsc.17.1.48: units are taken to be busy independently of each other.
    """
    chance = np.asarray([row.chance for row in coverage.responders])
    if (chance >= 1).all():
        return None
    turnout = np.asarray([row.turnout_s for row in coverage.responders])
    response = coverage.travel_s + turnout[:, None]
    reached = []
    for limit in coverage.thresholds_s:
        busy = np.where(response <= limit + SLACK_S, (1.0 - chance)[:, None], 1.0).prod(axis=0)
        reached.append(round(float((1.0 - busy).sum()), 3))
    return {
        "addresses": reached,
        "share": share_of(reached, response.shape[1]),
        "basis": "units busy independently of each other",
    }


def first_due_rows(coverage: Coverage) -> list[dict[str, Any]]:
    """Return for each responder what it is first due to, and what is left when it is out."""
    limits, first = coverage.thresholds_s, coverage.due.responder[:, 0]
    response, second = coverage.due.response_s[:, 0], _second(coverage)
    before, first_at = count_within(response, limits), _could_be_first(coverage.pieces)
    rows = []
    for number, row in enumerate(coverage.responders):
        mine = first == number
        without = np.where(mine, second, response)
        after = count_within(without, limits)
        rows.append(
            {
                "id": row.id,
                "name": row.name,
                "addresses": int(mine.sum()),
                "reached": [int(value) for value in count_within(response[mine], limits)],
                "without": {
                    "addresses_lost": [int(a - b) for a, b in zip(before, after, strict=True)],
                    "share": share_of(after, len(response)),
                    "p90_response_s": address_figures(without, limits)["p90_response_s"],
                    "road_m_lost": _road_lost(coverage.pieces, first_at[number], number, limits),
                },
            }
        )
    return rows


def _second(coverage: Coverage) -> FloatArray:
    due = coverage.due
    none: FloatArray = np.full(len(due.response_s), np.inf)
    return due.response_s[:, 1] if due.k > 1 else none


def _road_lost(pieces: Pieces, mine: npt.NDArray[np.bool_], number: int, limits: Sequence[float]) -> list[float]:
    """Return the metres within each threshold that only one responder reaches, of pieces it could reach first."""
    part = pieces.only(mine)
    rest = part.without(number)
    return [round(float(metres_within(part, limit).sum() - metres_within(rest, limit).sum()), 1) for limit in limits]


def _could_be_first(pieces: Pieces) -> npt.NDArray[np.bool_]:
    """Tell which pieces each responder is first of its vehicle at, at one end or the other, shape ``(n_responders, n)``."""
    found: npt.NDArray[np.bool_] = np.zeros(pieces.up_s.shape, dtype=bool)
    for vehicle in np.unique(pieces.vehicle).tolist():
        rows = np.flatnonzero(pieces.vehicle == vehicle)
        for start in (pieces.up_s, pieces.down_s):
            best = start[rows].min(axis=0)
            found[rows] |= (start[rows] <= best) & np.isfinite(best)
    return found


def by_area(coverage: Coverage) -> list[dict[str, Any]]:
    """Return the figures of every area: municipality, village, zone, precinct, emergency service zone."""
    limits, response = coverage.thresholds_s, coverage.response_s
    reached = [metres_within(coverage.pieces, limit) for limit in limits]
    rows: list[dict[str, Any]] = []
    for kind, name in _areas(coverage):
        addresses = _where(coverage.demand.areas.get(kind), name, len(response))
        road = coverage.segment_areas.get(kind)
        on_road = None if road is None else _where(road, name, len(road))[coverage.pieces.segment]
        weight = coverage.population.weight[addresses]
        people = weighed_figures(count_within(response[addresses], limits, weight), float(weight.sum()))
        if not addresses.any() and (on_road is None or not on_road.any()):
            continue
        rows.append(
            {
                "kind": kind,
                "name": name,
                "addresses": address_figures(response[addresses], limits),
                "road_m": None if on_road is None else weighed_figures(
                    [float(metres[on_road].sum()) for metres in reached],
                    float(coverage.pieces.length_m[on_road].sum()),
                ),
                "population": people,
            }
        )  # fmt: skip
    return rows


def _areas(coverage: Coverage) -> Iterator[tuple[str, str]]:
    kinds = dict.fromkeys([*coverage.demand.areas, *coverage.segment_areas])
    for kind in kinds:
        names: set[str] = set()
        for table in (coverage.demand.areas, coverage.segment_areas):
            names |= {str(name) for name in table.get(kind, ()) if name is not None}
        for name in sorted(names):
            yield kind, name


def _where(labels: Any, name: str, count: int) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = np.zeros(count, dtype=bool) if labels is None else labels == name
    return found
