"""What would change the choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geo_dispatch.geometry import FloatArray
from geo_dispatch.recommend.answer import Flip
from geo_dispatch.recommend.assignment import Filled
from geo_dispatch.recommend.region import RegionPoint

__all__ = ["Chooser", "flips_by_place", "flips_by_time", "flips_by_way"]


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses units by their response times; ``names`` are theirs."""

    names: tuple[str, ...]
    fill: Callable[[Sequence[float]], Filled]

    def exchange(self, before: Filled, after: Filled) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return who stays behind, and who goes in their place."""
        return (
            tuple(sorted(self.names[row] for row in before.units - after.units)),
            tuple(sorted(self.names[row] for row in after.units - before.units)),
        )


def flips_by_time(chooser: Chooser, chosen: Filled, response_s: FloatArray) -> list[Flip]:
    """Return for each unit that goes by how many seconds it must be later for others to go, the nearest first."""
    found = []
    for row in sorted(chosen.units):
        without = response_s.copy()
        without[row] = np.inf
        other = chooser.fill(without.tolist())
        if other.count < chosen.count:
            continue
        rest = [float(response_s[r]) for r in chosen.units if r != row]
        margin = _margin(chosen, other, float(response_s[row]), max(rest, default=0.0))
        out, then = chooser.exchange(chosen, other)
        name = chooser.names[row]
        found.append(Flip(f"{name} takes more than {margin:.0f} s longer", margin, None, out, then))
    return sorted(found, key=lambda flip: (flip.margin_s or 0.0, flip.what))


def _margin(chosen: Filled, other: Filled, own_s: float, rest_last_s: float) -> float:
    """Return the seconds after which a choice without a unit is better than the one with it."""
    by_last = max(other.last_s - own_s, 0.0)
    if other.borrowed > chosen.borrowed:
        return by_last
    if other.last_s > max(rest_last_s, own_s):
        return by_last
    return min(by_last, max(other.sum_s - chosen.sum_s, 0.0))


def flips_by_place(
    chooser: Chooser, chosen: Filled, by_place_s: FloatArray, points: Sequence[RegionPoint]
) -> list[Flip]:
    """Return where in the region others would go, and how probable it is that the call is there.

    Parameters
    ----------
    chooser, chosen
        Who is chosen.
    by_place_s
        Response times, shape ``(n_units, n_places)``.
    points
        The places that stand for the call.
    """
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[RegionPoint]] = {}
    for column, point in enumerate(points if len(points) > 1 else ()):
        there = chooser.fill(by_place_s[:, column].tolist())
        if there.units != chosen.units:
            found.setdefault(chooser.exchange(chosen, there), []).append(point)
    flips = []
    for (out, then), where in found.items():
        probable = max(where, key=lambda point: point.probability)
        street = f" on {probable.street}" if probable.street else ""
        lon, lat = probable.position
        what = f"the call is near {lon:.5f},{lat:.5f}{street}"
        flips.append(Flip(what, None, round(sum(point.probability for point in where), 4), out, then))
    return sorted(flips, key=lambda flip: -(flip.probability or 0.0))


def flips_by_way(
    chooser: Chooser, chosen: Filled, times: Mapping[str, Callable[[], FloatArray]], wording: str
) -> list[Flip]:
    """Return which roads, closed or opened, would have others go; ``times`` tells the response times then."""
    found = []
    for what, then_s in times.items():
        other = chooser.fill(then_s().tolist())
        if other.units != chosen.units:
            out, then = chooser.exchange(chosen, other)
            found.append(Flip(wording.format(what), None, None, out, then))
    return found
