"""What each road's closure costs: every segment of the town closed in both directions, one at a time, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.closing import Changed, Closing
from geo_dispatch.coverage.scenario import Scenario, check_thresholds
from geo_dispatch.coverage.study import Study
from geo_dispatch.coverage.tally import SLACK_S
from geo_dispatch.geometry import FloatArray
from geo_dispatch.progress import NO_PROGRESS, Progress

__all__ = ["EdgeCost", "EdgeStudy", "every_edge"]

_CHUNK = 256


@dataclass(frozen=True, slots=True)
class EdgeCost:
    """What closing one segment costs.

    Attributes
    ----------
    segment, segment_id, name, municipality, highway, bridge, length_m
        The road; the row of the network, and its id in the town file's table ``edges``.
    lon, lat
        Its middle, degrees.
    lost
        Addresses, not on it, that fall beyond each threshold.
    unreachable
        Addresses, not on it, that nobody reaches any more.
    on_it
        Addresses on it that are reached later, or no more: they are behind the barrier, on whichever side.
    later
        Addresses, not on it, that are reached later than before but still are.
    sooner
        Addresses, not on it, that are reached sooner. Where closing leaves a responder no way to somewhere, private roads may be passed
        through (`geo_dispatch.routing.vehicle_search`), which can be the shorter way.
    added_min, added_max_s
        Minutes added to all that are reached later together, and the most seconds added to one.
    """

    segment: int
    segment_id: int
    name: str | None
    municipality: str | None
    highway: str | None
    bridge: bool
    length_m: float
    lon: float
    lat: float
    lost: tuple[int, ...]
    unreachable: int
    on_it: int
    later: int
    sooner: int
    added_min: float
    added_max_s: float

    @property
    def rank(self) -> tuple[float, ...]:
        """Return what it is ranked by: what is cut off, then what falls beyond thresholds, then minutes."""
        return (-self.unreachable, -sum(self.lost), -self.added_min, -self.on_it, self.segment)


@dataclass(frozen=True, slots=True)
class EdgeStudy:
    """What every segment's closure costs.

    Attributes
    ----------
    rows
        Those that cost most first.
    thresholds_s
        Of `EdgeCost.lost`.
    segments
        How many segments were closed.
    without_cost
        How many of them cost nothing.
    searched_anew
        How many could not be settled by repairing the forest, and were searched from scratch.
    """

    rows: tuple[EdgeCost, ...]
    thresholds_s: tuple[float, ...]
    segments: int
    without_cost: int
    searched_anew: int

    def bridges_first(self) -> tuple[EdgeCost, ...]:
        """Return the rows, bridges before the others."""
        return tuple(sorted(self.rows, key=lambda row: (not row.bridge, *row.rank)))

    def document(self, *, limit: int | None = None, bridges_first: bool = False) -> dict[str, Any]:
        """Return it as a document.

        Parameters
        ----------
        limit
            Most rows.
        bridges_first
            Bridges before the others.
        """
        rows = self.bridges_first() if bridges_first else self.rows
        return {
            "thresholds_s": list(self.thresholds_s),
            "segments": self.segments,
            "without_cost": self.without_cost,
            "searched_anew": self.searched_anew,
            "edges": [_row(row) for row in rows[:limit]],
        }


def every_edge(
    study: Study,
    scenario: Scenario,
    *,
    segments: Sequence[int] | None = None,
    progress: Progress = NO_PROGRESS,
) -> EdgeStudy:
    """Close every segment that the town's responders can use, one at a time in both directions.

    Only a closure that the first responder's way to somewhere uses can cost anything; for it, only what is reached over it is
    searched anew. Where closing changes which roads serve only the ends of trips, the whole town is.

    Parameters
    ----------
    study
        Of the town.
    scenario
        Who responds; what it closes stays closed.
    segments
        Rows of the network's segments; the town's own, and those of the margin that are used, when None.
    progress
        Told of the stages, and advanced with the segments.

    Returns
    -------
    EdgeStudy
        Each result equals that of working the scenario out anew with the segment closed.

    Raises
    ------
    InputError, NotFoundError, CoordinateError, ProfileError, ClosureError
        As of `Study.run`.
    """
    thresholds = check_thresholds(scenario.thresholds_s)
    responders, _ = study.responders(scenario)
    progress.stage("first due")
    turnout = np.asarray([row.turnout_s for row in responders])
    groups = study.groups(responders, scenario)
    closings = [_closing(study, scenario, group, turnout) for group in groups]
    base = np.stack([closing.base_s for closing in closings])
    chosen = _usable(study, groups) if segments is None else np.asarray(segments, dtype=np.int64)
    on = np.stack([group.points.segment for group in groups])
    progress.stage("closing every road", total=len(chosen))
    rows = []
    for begin in range(0, len(chosen), _CHUNK):
        part = chosen[begin : begin + _CHUNK].tolist()
        changes = [closing.close_each(part) for closing in closings]
        for at, segment in enumerate(part):
            row = _cost(study, segment, base, [change[at] for change in changes], on, thresholds)
            if row is not None:
                rows.append(row)
        progress.advance(len(part))
    anew = sum(closing.searched_anew for closing in closings)
    return EdgeStudy(
        tuple(sorted(rows, key=lambda row: row.rank)), thresholds, len(chosen), len(chosen) - len(rows), anew
    )


def _closing(study: Study, scenario: Scenario, group: Any, turnout: FloatArray) -> Closing:
    vehicle = study.router.vehicle(group.profile, size=group.size, at=scenario.at)
    none = np.zeros(0, dtype=np.int64)
    local = [
        row.arcs
        for row in study.router.closed_roads(scenario.closures)
        if row.closure.kind == "local" and row.closure.concerns(group.profile, scenario.at)
    ]
    return Closing(group, turnout[list(group.rows)], vehicle, np.concatenate([none, *local]))


def _usable(study: Study, groups: Sequence[Any]) -> npt.NDArray[np.int64]:
    usable = np.zeros(study.town.network.segment_count, dtype=bool)
    for group in groups:
        usable |= group.graph.usable_segments()
    return np.flatnonzero(usable)


def _cost(
    study: Study,
    segment: int,
    base: FloatArray,
    changes: Sequence[Changed],
    on: npt.NDArray[np.int64],
    thresholds: tuple[float, ...],
) -> EdgeCost | None:
    """Return what a closure costs; None when nothing."""
    points = np.unique(np.concatenate([rows for rows, _ in changes]))
    if not len(points):
        return None
    now = base[:, points].copy()
    for group, (rows, seconds) in enumerate(changes):
        now[group, np.searchsorted(points, rows)] = seconds
    after, before = now.min(axis=0), base[:, points].min(axis=0)
    here = (on[:, points] == segment).any(axis=0)
    changed = after != before
    if not changed.any():
        return None
    limits = np.asarray(thresholds)[:, None] + SLACK_S
    lost = ((before <= limits) & (after > limits) & ~here).sum(axis=1)
    gone = np.isfinite(before) & ~np.isfinite(after)
    later = (after > before) & ~gone & ~here
    added = after[later] - before[later]
    return _named(
        study,
        segment,
        lost=tuple(int(count) for count in lost),
        unreachable=int((gone & ~here).sum()),
        on_it=int((here & changed & np.isfinite(before)).sum()),
        later=int(later.sum()),
        sooner=int(((after < before) & ~here).sum()),
        added_min=float(added.sum()) / 60.0,
        added_max_s=float(added.max(initial=0.0)),
    )


def _named(study: Study, segment: int, **figures: Any) -> EdgeCost:
    network = study.town.network
    segments = network.segments
    length = float(network.segment_length_m[segment])
    lon, lat = network.point_along(segment, length / 2)
    return EdgeCost(
        segment=segment,
        segment_id=int(segments.numbers("segment_id")[segment]),
        name=segments.text("name")[segment],
        municipality=segments.text("municipality")[segment],
        highway=segments.text("highway")[segment],
        bridge=segments.text("bridge")[segment] not in (None, "no"),
        length_m=length,
        lon=lon,
        lat=lat,
        **figures,
    )


def _row(row: EdgeCost) -> dict[str, Any]:
    return {
        "segment_id": row.segment_id,
        "name": row.name,
        "municipality": row.municipality,
        "highway": row.highway,
        "bridge": row.bridge,
        "length_m": round(row.length_m, 1),
        "lon": round(row.lon, 6),
        "lat": round(row.lat, 6),
        "lost": list(row.lost),
        "unreachable": row.unreachable,
        "on_it": row.on_it,
        "later": row.later,
        "sooner": row.sooner,
        "added_min": round(row.added_min, 3),
        "added_max_s": round(row.added_max_s, 3),
    }
