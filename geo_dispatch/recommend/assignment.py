"""Who fills what on a run card: the best of all ways, exactly.

A card asks for slots, a unit fills at most one of them, and of the units that share a crew at most one goes. So a crew is what is
matched to a slot: the problem is a bipartite matching, small, and solved exactly. In this order

1. as many slots as possible are filled,
2. with as few units of neighbours as possible,
3. the last needed unit arrives as early as possible,
4. the sum of the response times is as small as possible.

References
----------
Garfinkel 1971, "An improved algorithm for the bottleneck assignment problem", doi 10.1287/opre.19.7.1747. Crouse 2016, "On
implementing 2D rectangular assignment algorithms", doi 10.1109/TAES.2016.140952 (the solver in scipy).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray

__all__ = ["Filled", "fill_card"]

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filled:
    """Who fills which slot.

    Attributes
    ----------
    unit
        Row of the unit of each slot, -1 where nobody fills it.
    count, borrowed
        Slots filled; how many of them by units of neighbours.
    last_s, sum_s
        Response time of the last unit, and of all together, seconds; 0 when nobody goes.
    """

    unit: tuple[int, ...]
    count: int
    borrowed: int
    last_s: float
    sum_s: float

    @property
    def units(self) -> frozenset[int]:
        """Return the rows of the units that go."""
        return frozenset(row for row in self.unit if row >= 0)


def fill_card(
    slots: Sequence[str],
    capabilities: Sequence[Collection[str]],
    response_s: Sequence[float],
    *,
    crews: Sequence[str | None] | None = None,
    borrowed: Sequence[bool] | None = None,
) -> Filled:
    """Fill a run card in the best of all ways.

    Parameters
    ----------
    slots
        Capability that each slot asks for.
    capabilities
        What each unit can be.
    response_s
        When each unit is there, seconds; inf when it can't get there.
    crews
        Crew that each unit shares with others; None shares none.
    borrowed
        Which units are neighbours'.

    Returns
    -------
    Filled
        Among equally good ways always the same one.

    Examples
    --------
    >>> fill_card(["engine", "ladder"], [{"engine"}, {"engine", "ladder"}, {"engine"}], [60.0, 90.0, 70.0]).unit
    (0, 1)
    """
    units = len(capabilities)
    time = np.asarray(response_s, dtype=np.float64)
    lent = np.zeros(units, dtype=bool) if borrowed is None else np.asarray(borrowed, dtype=bool)
    can = np.asarray([[slot in able for slot in slots] for able in capabilities], dtype=bool).reshape(units, len(slots))
    can &= np.isfinite(time)[:, None]
    if not can.any():
        return Filled((-1,) * len(slots), 0, 0, 0.0, 0.0)
    who, cost, owned = _by_crew(can, time, lent, crews or (None,) * units)
    count, few = _best(cost, owned, np.isfinite(cost))
    limit = _earliest_last(cost, owned, count, few)
    chosen = _match(cost, owned, cost <= limit)
    unit = [-1] * len(slots)
    for crew, slot in chosen:
        unit[slot] = int(who[crew, slot])
    gone = [row for row in unit if row >= 0]
    return Filled(tuple(unit), count, few, float(time[gone].max()), float(sum(sorted(time[gone].tolist()))))


def _by_crew(
    can: Mask, time: FloatArray, lent: Mask, crews: Sequence[str | None]
) -> tuple[npt.NDArray[np.int64], FloatArray, Mask]:
    """Return the unit that each crew would take to each slot, its seconds (inf: none), and whether it is a neighbour's."""
    names: dict[object, int] = {}
    crew = [names.setdefault(row if name is None else name, len(names)) for row, name in enumerate(crews)]
    shape = (len(names), can.shape[1])
    who, cost, owned = np.full(shape, -1, dtype=np.int64), np.full(shape, np.inf), np.zeros(shape, dtype=bool)
    for row, slot in zip(*np.nonzero(can), strict=True):
        at = crew[int(row)], int(slot)
        if who[at] < 0 or (lent[row], time[row]) < (owned[at], cost[at]):
            who[at], cost[at], owned[at] = row, time[row], lent[row]
    return who, cost, owned


def _match(cost: FloatArray, lent: Mask, allowed: Mask) -> list[tuple[int, int]]:
    """Return the pairs of the fullest matching, of those the one with fewest neighbours', of those the one of least sum."""
    from scipy.optimize import linear_sum_assignment

    known = np.where(allowed, cost, 0.0)
    lend = (float(known.max(initial=0.0)) + 1.0) * (cost.shape[1] + 1)
    none = lend * (cost.shape[1] + 2)
    rows, columns = linear_sum_assignment(np.where(allowed, known + lend * lent, none))
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if allowed[r, c]]


def _best(cost: FloatArray, lent: Mask, allowed: Mask) -> tuple[int, int]:
    """Return how many slots can be filled, and by how few neighbours' units."""
    pairs = _match(np.zeros_like(cost), lent, allowed)
    return len(pairs), sum(bool(lent[pair]) for pair in pairs)


def _earliest_last(cost: FloatArray, lent: Mask, count: int, few: int) -> float:
    """Return the least time within which the card can be filled as well as it can be."""
    limits = np.unique(cost[np.isfinite(cost)])
    low, high = 0, len(limits) - 1
    while low < high:
        middle = (low + high) // 2
        if _best(cost, lent, cost <= limits[middle]) == (count, few):
            high = middle
        else:
            low = middle + 1
    return float(limits[low])
