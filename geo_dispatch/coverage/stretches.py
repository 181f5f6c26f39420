"""Roads cut exactly where a threshold falls: never hulls, every metre in one band.

Along a road the earliest arrival is the lesser of two functions: one that rises from its start, one that rises from its end, each
the least of straight lines, one line for each vehicle. Hence what is reached within a threshold is a stretch at either end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.search import RoadPoints
from geo_dispatch.town.network import Network

__all__ = ["Pieces", "Stretches", "cut", "metres_within", "pieces_of"]

Ints = npt.NDArray[np.int64]
_ROUNDS = 60
"""Halvings that find where the two ways round meet: 1e-18 of a road."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Roads, cut where responders stand, and the time of each responder at both ends.

    Attributes
    ----------
    segment, from_m, to_m
        Row of the network's segments, and metres from its digitised start, shape ``(n,)``.
    up_s, down_s
        Response time at the low end when driving up, at the high end when driving down; inf where that is not possible;
        shape ``(n_responders, n)``.
    up_over_s, down_over_s
        Seconds from one end to the other of each vehicle, shape ``(n_vehicles, n)``.
    vehicle
        Which vehicle each responder has, shape ``(n_responders,)``.
    """

    segment: Ints
    from_m: FloatArray
    to_m: FloatArray
    up_s: FloatArray
    down_s: FloatArray
    up_over_s: FloatArray
    down_over_s: FloatArray
    vehicle: Ints

    @property
    def length_m(self) -> FloatArray:
        """Return the metres of each piece."""
        return self.to_m - self.from_m

    def only(self, rows: npt.NDArray[np.bool_]) -> Pieces:
        """Return some of them."""
        return Pieces(
            self.segment[rows], self.from_m[rows], self.to_m[rows], self.up_s[:, rows], self.down_s[:, rows],
            self.up_over_s[:, rows], self.down_over_s[:, rows], self.vehicle,
        )  # fmt: skip

    def without(self, responder: int) -> Pieces:
        """Return them as they are without one responder."""
        up, down = self.up_s.copy(), self.down_s.copy()
        up[responder], down[responder] = np.inf, np.inf
        return replace(self, up_s=up, down_s=down)


@dataclass(frozen=True, slots=True)
class Stretches:
    """Roads by band: shape ``(n,)`` each.

    Attributes
    ----------
    segment, from_m, to_m
        Row of the network's segments, metres from its digitised start.
    from_s, to_s
        Response time at both ends, seconds, inf where nobody comes.
    responder
        Who is there first at its middle, -1 for nobody.
    band
        0 for what is reached within the first threshold, 1 within the second ...; the number of thresholds beyond all.
    """

    segment: Ints
    from_m: FloatArray
    to_m: FloatArray
    from_s: FloatArray
    to_s: FloatArray
    responder: Ints
    band: Ints

    @property
    def length_m(self) -> FloatArray:
        """Return the metres of each stretch."""
        return self.to_m - self.from_m


def pieces_of(
    network: Network,
    segments: Ints,
    arc_s: FloatArray,
    arc_time_s: FloatArray,
    vehicle: Ints,
    delay_s: FloatArray,
    sources: RoadPoints,
) -> Pieces:
    """Cut roads where responders stand, and tell the time of each responder at both ends.

    Parameters
    ----------
    network
        The town's network.
    segments
        Rows of the segments that count.
    arc_s
        Seconds of each responder to the start of each arc, shape ``(n_responders, n_arcs)``.
    arc_time_s
        Seconds over each arc of each vehicle, inf where it can't be used, shape ``(n_vehicles, n_arcs)``.
    vehicle
        Which vehicle each responder has.
    delay_s
        Seconds before each responder sets out; zeros for travel time.
    sources
        Where responders stand; ``segment`` -1 for one that can't set out.
    """
    segment, low, high = _split(network, segments, sources)
    length = np.asarray(network.segment_length_m)[segment]
    whole = np.where(length > 0, length, 1.0)
    forward, backward = (
        np.asarray(arcs)[segment].astype(np.int64)
        for arcs in (network.segment_forward_arc, network.segment_backward_arc)
    )
    share = (high - low) / whole
    with np.errstate(invalid="ignore"):
        up_over, down_over = (np.where(arc >= 0, arc_time_s[:, arc], np.inf) for arc in (forward, backward))
        up = _start_times(arc_s, arc_time_s, vehicle, forward, low / whole)
        down = _start_times(arc_s, arc_time_s, vehicle, backward, 1.0 - high / whole)
    for row in np.flatnonzero(sources.segment >= 0).tolist():
        mine = np.flatnonzero(segment == sources.segment[row])
        ahead = low[mine] >= sources.along_m[row] - 1e-9
        behind = high[mine] <= sources.along_m[row] + 1e-9
        v = int(vehicle[row])
        gap_up, gap_down = low[mine] - sources.along_m[row], sources.along_m[row] - high[mine]
        with np.errstate(invalid="ignore"):
            way_up = np.maximum(gap_up, 0.0) / whole[mine] * up_over[v, mine]
            way_down = np.maximum(gap_down, 0.0) / whole[mine] * down_over[v, mine]
        up[row, mine] = np.fmin(up[row, mine], np.where(ahead & np.isfinite(up_over[v, mine]), way_up, np.inf))
        down[row, mine] = np.fmin(down[row, mine], np.where(behind & np.isfinite(down_over[v, mine]), way_down, np.inf))
    with np.errstate(invalid="ignore"):
        over = [np.where(np.isfinite(full), full * share, np.inf) for full in (up_over, down_over)]
    return Pieces(segment, low, high, up + delay_s[:, None], down + delay_s[:, None], over[0], over[1], vehicle)


def metres_within(pieces: Pieces, limit_s: float) -> FloatArray:
    """Return the metres of each piece that the first responder reaches within a limit (inclusive), shape ``(n,)``."""
    up, down = _shares(_least(pieces), limit_s)
    metres: FloatArray = pieces.length_m * np.minimum(up + down, 1.0)
    return metres


def cut(pieces: Pieces, thresholds_s: tuple[float, ...]) -> Stretches:
    """Cut roads where thresholds fall, and where the two ways round meet.

    Parameters
    ----------
    pieces
        From `pieces_of`.
    thresholds_s
        Rising, inclusive.

    Returns
    -------
    Stretches
        By segment and position; the metres of all bands sum to those of the pieces.
    """
    least = _least(pieces)
    meet = _meeting(least)
    count = len(pieces.segment)
    marks = [np.zeros(count), meet]
    for limit in thresholds_s:
        up, down = _shares(least, limit)
        marks += [np.minimum(up, meet), np.maximum(1.0 - down, meet)]
    at = np.sort(np.stack([*marks, np.ones(count)], axis=1), axis=1)
    begin, end = at[:, :-1].ravel(), at[:, 1:].ravel()
    piece = np.repeat(np.arange(count), at.shape[1] - 1)
    there = (end - begin) * pieces.length_m[piece] > 1e-9
    piece, begin, end = piece[there], begin[there], end[there]
    middle = (begin + end) / 2
    time, responder = _first_at(least, piece, middle)
    band = np.searchsorted(np.asarray(thresholds_s), time)
    length = pieces.length_m[piece]
    return Stretches(
        pieces.segment[piece],
        pieces.from_m[piece] + begin * length,
        pieces.from_m[piece] + end * length,
        _first_at(least, piece, begin)[0],
        _first_at(least, piece, end)[0],
        responder,
        band.astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class _Least:
    """The earliest responder of each vehicle at both ends of each piece: times, seconds over, and who; (vehicles, n)."""

    up_s: FloatArray
    down_s: FloatArray
    up_over_s: FloatArray
    down_over_s: FloatArray
    up_who: Ints
    down_who: Ints


def _least(pieces: Pieces) -> _Least:
    vehicles, count = pieces.up_over_s.shape
    times = [np.full((vehicles, count), np.inf) for _ in range(2)]
    who = [np.full((vehicles, count), -1, dtype=np.int64) for _ in range(2)]
    for v in range(vehicles):
        rows = np.flatnonzero(pieces.vehicle == v)
        for side, start in enumerate((pieces.up_s, pieces.down_s)):
            if len(rows):
                best = np.argmin(start[rows], axis=0)
                times[side][v] = start[rows][best, np.arange(count)]
                who[side][v] = rows[best]
    times[0][~np.isfinite(pieces.up_over_s)] = np.inf
    times[1][~np.isfinite(pieces.down_over_s)] = np.inf
    return _Least(times[0], times[1], pieces.up_over_s, pieces.down_over_s, who[0], who[1])


def _shares(least: _Least, limit_s: float) -> tuple[FloatArray, FloatArray]:
    """Return which share of each piece is reached within a limit from its low and from its high end."""
    found = []
    for start, over in ((least.up_s, least.up_over_s), (least.down_s, least.down_over_s)):
        left = np.where(np.isfinite(start), limit_s - start, -1.0)
        span = np.where(np.isfinite(over) & (over > 0), over, 1.0)
        found.append(np.where(left >= 0, np.clip(left / span, 0.0, 1.0), 0.0).max(axis=0))
    return found[0], found[1]


def _at(least: _Least, piece: Ints, share: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the times at positions on pieces by driving up and down, by vehicle."""
    with np.errstate(invalid="ignore"):
        up = least.up_s[:, piece] + share * np.where(np.isfinite(least.up_over_s), least.up_over_s, 0.0)[:, piece]
        down = (
            least.down_s[:, piece]
            + (1.0 - share) * np.where(np.isfinite(least.down_over_s), least.down_over_s, 0.0)[:, piece]
        )
    return up, down


def _meeting(least: _Least) -> FloatArray:
    """Return where driving up and driving down take equally long, 0..1."""
    count = least.up_s.shape[1]
    rows = np.arange(count)
    low, high = np.zeros(count), np.ones(count)
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        up, down = (times.min(axis=0) for times in _at(least, rows, middle))
        sooner = up <= down
        low, high = np.where(sooner, middle, low), np.where(sooner, high, middle)
    return (low + high) / 2


def _first_at(least: _Least, piece: Ints, share: FloatArray) -> tuple[FloatArray, Ints]:
    """Return the earliest time at positions on pieces, and who that is."""
    up, down = _at(least, piece, share)
    both = np.concatenate([up, down])
    who = np.concatenate([least.up_who[:, piece], least.down_who[:, piece]])
    best = np.argmin(both, axis=0)
    columns = np.arange(len(piece))
    time = both[best, columns]
    return time, np.where(np.isfinite(time), who[best, columns], -1)


def _start_times(arc_s: FloatArray, arc_time_s: FloatArray, vehicle: Ints, arc: Ints, share: FloatArray) -> FloatArray:
    """Return the seconds of each responder to positions on arcs, by way of the arcs' starts."""
    safe = np.where(arc >= 0, arc, 0)
    over = arc_time_s[:, safe]
    reached = arc_s[:, safe] + np.where(np.isfinite(over), over, np.inf)[vehicle] * np.where(share > 0, share, 0.0)
    usable = (arc >= 0) & np.isfinite(over)[vehicle]
    found: FloatArray = np.where(usable & np.isfinite(arc_s[:, safe]), reached, np.inf)
    return found


def _split(network: Network, segments: Ints, sources: RoadPoints) -> tuple[Ints, FloatArray, FloatArray]:
    """Return segments cut where sources stand."""
    length = np.asarray(network.segment_length_m)
    segment = segments.astype(np.int64)
    points = np.flatnonzero(np.isin(sources.segment, segments))
    all_segment = np.concatenate([segment, sources.segment[points]])
    start = np.concatenate(
        [np.zeros(len(segment)), np.clip(sources.along_m[points], 0, length[sources.segment[points]])]
    )
    keys = np.unique(np.stack([all_segment.astype(np.float64), start], axis=1), axis=0)
    segment, low = keys[:, 0].astype(np.int64), keys[:, 1]
    last = np.append(segment[1:] != segment[:-1], True)
    high = np.where(last, length[segment], np.append(low[1:], 0.0))
    there = (high > low) | (length[segment] <= 0)
    return segment[there], low[there], high[there]
