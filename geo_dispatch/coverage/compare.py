"""Two scenarios side by side: who is reached sooner or later, what is gained and lost within each threshold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.stretches import Stretches
from geo_dispatch.coverage.study import Coverage
from geo_dispatch.coverage.tally import SLACK_S, seconds
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import FloatArray

__all__ = ["Comparison", "StretchChanges", "compare"]

_SAME_S = 1e-6
_LISTED = 100


@dataclass(frozen=True, slots=True)
class StretchChanges:
    """Roads by the bands they are in under both scenarios, shape ``(n,)`` each; -1 where one does not count the road.

    Attributes
    ----------
    segment, from_m, to_m
        Row of the network's segments, metres from its digitised start.
    band_a, band_b
        Bands of the two scenarios.
    """

    segment: npt.NDArray[np.int64]
    from_m: FloatArray
    to_m: FloatArray
    band_a: npt.NDArray[np.int64]
    band_b: npt.NDArray[np.int64]

    @property
    def length_m(self) -> FloatArray:
        """Return the metres of each stretch."""
        return self.to_m - self.from_m


@dataclass(frozen=True, slots=True)
class _Change:
    """What is gained and lost within each threshold."""

    gained: list[float]
    lost: list[float]


class Comparison:
    """What changes from one scenario to another.

    Parameters
    ----------
    a, b
        Of one town, with the same thresholds.

    Raises
    ------
    InputError
        If they are not.
    """

    def __init__(self, a: Coverage, b: Coverage) -> None:
        if a.thresholds_s != b.thresholds_s:
            raise InputError(
                f"{a.scenario.name!r} and {b.scenario.name!r} have different thresholds "
                f"({_listed(a.thresholds_s)}; {_listed(b.thresholds_s)}): give both the same"
            )
        if a.town is not b.town:
            raise InputError(f"{a.town.meta.name} and {b.town.meta.name} are two towns: compare scenarios of one")
        self.a, self.b = a, b

    @cached_property
    def change_s(self) -> FloatArray:
        """Return the seconds by which each address is reached later, inf when no more, -inf when it was not before, 0 neither."""
        with np.errstate(invalid="ignore"):
            change = self.b.response_s - self.a.response_s
        found: FloatArray = np.where(np.isnan(change) | (np.abs(change) < _SAME_S), 0.0, change)
        return found

    @cached_property
    def stretches(self) -> StretchChanges:
        """Return the roads cut where either scenario cuts them."""
        return _overlaid(self.a.stretches, self.b.stretches, np.asarray(self.a.town.network.segment_length_m))

    def document(self) -> dict[str, Any]:
        """Return it as a document: figures of both, what is gained and lost, by area and by address."""
        a, b = self.a.document(), self.b.document()
        keys = ("addresses", "road_m", "population")
        return {
            "thresholds_s": a["thresholds_s"],
            "a": {"scenario": a["scenario"], "stations": a["stations"], **{key: a[key] for key in keys}},
            "b": {"scenario": b["scenario"], "stations": b["stations"], **{key: b[key] for key in keys}},
            "addresses": self._addresses(),
            "road_m": self._roads(),
            "population": self._people(),
            "by_area": self._areas(a["by_area"], b["by_area"]),
            "most_changed": self._most_changed(),
            "warnings": list(dict.fromkeys([*a["warnings"], *b["warnings"]])),
            "attribution": a["attribution"],
        }

    def _within(self, coverage: Coverage) -> npt.NDArray[np.bool_]:
        limits = np.asarray(coverage.thresholds_s)[:, None] + SLACK_S
        inside: npt.NDArray[np.bool_] = coverage.response_s[None, :] <= limits
        return inside

    def _gains(self, weight: FloatArray) -> _Change:
        before, after = self._within(self.a), self._within(self.b)
        return _Change(
            [float(weight[row].sum()) for row in after & ~before], [float(weight[row].sum()) for row in before & ~after]
        )

    def _addresses(self) -> dict[str, Any]:
        change = self._gains(np.ones(len(self.change_s)))
        later, sooner = self.change_s > 0, self.change_s < 0
        finite = np.isfinite(self.change_s)
        return {
            "gained": [int(value) for value in change.gained],
            "lost": [int(value) for value in change.lost],
            "sooner": int(sooner.sum()),
            "later": int(later.sum()),
            "no_more_reached": int(np.isposinf(self.change_s).sum()),
            "newly_reached": int(np.isneginf(self.change_s).sum()),
            "minutes_sooner": round(float(-self.change_s[sooner & finite].sum()) / 60.0, 3),
            "minutes_later": round(float(self.change_s[later & finite].sum()) / 60.0, 3),
        }

    def _roads(self) -> dict[str, Any]:
        rows = self.stretches
        metres = rows.length_m
        both = (rows.band_a >= 0) & (rows.band_b >= 0)
        gained, lost = [], []
        for at in range(len(self.a.thresholds_s)):
            gained.append(round(float(metres[both & (rows.band_b <= at) & (rows.band_a > at)].sum()), 1))
            lost.append(round(float(metres[both & (rows.band_a <= at) & (rows.band_b > at)].sum()), 1))
        return {"gained": gained, "lost": lost}

    def _people(self) -> dict[str, Any]:
        change = self._gains(self.a.population.weight)
        gained, lost = ([round(value, 1) for value in values] for values in (change.gained, change.lost))
        return {"gained": gained, "lost": lost, "basis": self.a.population.basis}

    def _areas(self, a: list[dict[str, Any]], b: list[dict[str, Any]]) -> list[dict[str, Any]]:
        others = {(row["kind"], row["name"]): row for row in b}
        return [
            {
                "kind": row["kind"],
                "name": row["name"],
                "addresses": {
                    "n": row["addresses"]["n"],
                    "a": row["addresses"]["reached"],
                    "b": other["addresses"]["reached"],
                    "p90_a_s": row["addresses"]["p90_response_s"],
                    "p90_b_s": other["addresses"]["p90_response_s"],
                },
            }
            for row in a
            if (other := others.get((row["kind"], row["name"]))) is not None
        ]

    def _most_changed(self) -> list[dict[str, Any]]:
        """Return the addresses that change most, those that are lost first."""
        changed = np.flatnonzero(self.change_s != 0)
        order = changed[np.argsort(-np.abs(self.change_s[changed]), kind="stable")][:_LISTED]
        table, demand = self.a.town.table("addresses"), self.a.demand
        rows = []
        for row in order.tolist():
            source = int(demand.row[row])
            label = " ".join(filter(None, (table.text("number_text")[source], table.text("street")[source])))
            rows.append(
                {
                    "address": label or None,
                    "lon": round(float(demand.lon[row]), 6),
                    "lat": round(float(demand.lat[row]), 6),
                    "a_s": seconds(self.a.response_s[row]),
                    "b_s": seconds(self.b.response_s[row]),
                }
            )
        return rows


def compare(a: Coverage, b: Coverage) -> Comparison:
    """Set two scenarios of one town side by side.

    Parameters
    ----------
    a, b
        What they came to; differences are what `b` has more, or less, than `a`.

    Raises
    ------
    InputError
        If their thresholds or towns differ.
    """
    return Comparison(a, b)


def _listed(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _overlaid(a: Stretches, b: Stretches, length_m: FloatArray) -> StretchChanges:
    """Cut roads where either table cuts them, along one line on which all segments lie one behind the other."""
    start = np.concatenate([[0.0], np.cumsum(length_m)])
    marks = np.unique(
        np.concatenate([start[t.segment] + at for t in (a, b) for at in (t.from_m, t.to_m)] + [start])
    )  # fmt: skip
    low, high = marks[:-1], marks[1:]
    there = high - low > 1e-6
    low, high = low[there], high[there]
    middle = (low + high) / 2
    segment = np.searchsorted(start, middle, side="right") - 1
    bands = [_band_at(table, start, middle) for table in (a, b)]
    kept = (bands[0] >= 0) | (bands[1] >= 0)
    base = start[segment]
    return StretchChanges(
        segment[kept].astype(np.int64), (low - base)[kept], (high - base)[kept], bands[0][kept], bands[1][kept]
    )


def _band_at(table: Stretches, start: FloatArray, at: FloatArray) -> npt.NDArray[np.int64]:
    """Return the band at positions on the line, -1 where the table has none."""
    begin, end = start[table.segment] + table.from_m, start[table.segment] + table.to_m
    order = np.argsort(begin, kind="stable")
    row = np.searchsorted(begin[order], at, side="right") - 1
    safe = order[np.maximum(row, 0)] if len(order) else np.zeros(len(at), dtype=np.int64)
    if not len(order):
        return np.full(len(at), -1, dtype=np.int64)
    inside = (row >= 0) & (at <= end[safe] + 1e-6)
    found: npt.NDArray[np.int64] = np.where(inside, table.band[safe], -1)
    return found
