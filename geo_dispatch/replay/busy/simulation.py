"""Calls played through a town's units, event by event: who is busy when, and who waits.

A call comes in at random at the rate of its hour; each unit that its card asks for is the first free one of its list. Where nobody is
free the place on the card waits, first come first served, or a neighbour takes it. A place that waits lapses when all the units that did go to
the call have cleared. The same seed plays the same calls.

References
----------
Law 2015, *Simulation Modeling and Analysis*, sections 1.4 and 9.5 (events; independent replications with their own seeds); Lewis & Shedler 1979, doi
10.1002/nav.3800260304 (rates that change with the hour, by thinning).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geo_dispatch.errors import InputError
from geo_dispatch.geometry import FloatArray
from geo_dispatch.replay.busy.plan import HOURS_OF_WEEK, CallKind, Plan

__all__ = ["Run", "simulate"]

_HOUR_S = 3600.0
_WEEK_S = HOURS_OF_WEEK * _HOUR_S
_MOST_WAITING = 1000
_SHIFT = -1
"""In place of a crew that is free again: somebody comes on duty."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A place on a card that waits: since when, who could fill it, and when nobody needs it any more."""

    since: float
    units: tuple[int, ...]
    kind: CallKind
    lapse: float


@dataclass(slots=True)
class Run:
    """What one simulation came to, after its warm-up.

    Attributes
    ----------
    busy_s, duty_s
        Seconds that each unit, or the crew it shares, was busy while on duty, and was on duty, by hour of the day, shape ``(n_units, 24)``.
    calls, complete
        Calls, and those whose card was filled at once.
    asked, delayed, lapsed, lost
        Places on cards, those that waited, those of them that lapsed, and those that a neighbour took.
    waits_s
        Of those that waited and did not lapse, seconds.
    """

    busy_s: FloatArray
    duty_s: FloatArray
    calls: int = 0
    complete: int = 0
    asked: int = 0
    delayed: int = 0
    lapsed: int = 0
    lost: int = 0
    waits_s: list[float] = field(default_factory=list)


def simulate(plan: Plan, *, days: float, warm_up_days: float, seed: int, queue: bool) -> Run:
    """Play calls through units.

    Parameters
    ----------
    plan
        What is played.
    days, warm_up_days
        How long it is watched, and how long before that it runs.
    seed
        Of all that is drawn.
    queue
        Places on cards that nobody is free for wait; else a neighbour takes them.

    Returns
    -------
    Run
        The same for the same seed.

    Raises
    ------
    InputError
        If more wait than can ever be served.
    """
    return _Simulation(plan, days, warm_up_days, seed, queue).run()


class _Simulation:
    def __init__(self, plan: Plan, days: float, warm_up_days: float, seed: int, queue: bool) -> None:
        self._plan, self._queue = plan, queue
        self._begin, self._end = warm_up_days * 86_400, (warm_up_days + days) * 86_400
        self._rng = np.random.default_rng(seed)
        self._crew, self._duty = plan.crew.tolist(), plan.on_duty
        self._free = [True] * (max(self._crew, default=-1) + 1)
        self._waiting: list[_Waiting] = []
        self._done = [(hour * _HOUR_S, _SHIFT) for hour in self._shift_hours()]  # a heap: it is sorted
        self._spans: list[list[tuple[float, float]]] = [[] for _ in self._free]
        shape = (len(plan.units), 24)
        self._run = Run(np.zeros(shape), np.zeros(shape))

    def run(self) -> Run:
        for moment, number in self._arrivals():
            self._clear_until(moment)
            self._call(moment, self._plan.kinds[number])
        self._clear_until(self._end)
        self._sum_up()
        return self._run

    def _shift_hours(self) -> list[int]:
        """Return the hours, from the start, at which somebody comes on duty."""
        begins: npt.NDArray[np.bool_] = np.any(self._duty & ~np.roll(self._duty, 1, axis=1), axis=0)
        hours = np.arange(int(self._end // _HOUR_S) + 1)
        found: list[int] = hours[begins[hours % HOURS_OF_WEEK]].tolist()
        return found

    def _arrivals(self) -> list[tuple[float, int]]:
        """Draw when calls come in, and of which kind: at the fastest hour's rate, thinned to each hour's own."""
        found = []
        for number, kind in enumerate(self._plan.kinds):
            top = float(kind.rate_per_s.max())
            moments = np.sort(self._rng.uniform(0, self._end, self._rng.poisson(top * self._end)))
            hour = (moments % _WEEK_S // _HOUR_S).astype(np.int64)
            kept = self._rng.random(len(moments)) * top < kind.rate_per_s[hour]
            found += [(moment, number) for moment in moments[kept].tolist()]
        return sorted(found)

    def _call(self, moment: float, kind: CallKind) -> None:
        if not kind.orders:
            return
        counted = moment >= self._begin
        place = kind.orders[int(self._rng.integers(len(kind.orders)))]
        unfilled: list[tuple[int, ...]] = []
        over = -np.inf
        for units in place:
            unit = self._first_free(units, moment)
            if unit is None:
                unfilled.append(units)
            else:
                over = max(over, self._send(unit, moment, kind))
        missing = len(unfilled)
        lapse = over if missing < len(place) else np.inf
        if self._queue:
            self._check_waiting()
            self._waiting += [_Waiting(moment, units, kind, lapse) for units in unfilled]
        self._run.lost += counted * missing * (not self._queue)
        self._run.calls += counted
        self._run.complete += counted and not missing
        self._run.asked += counted * len(place)
        self._run.delayed += counted * missing * self._queue

    def _first_free(self, units: tuple[int, ...], moment: float) -> int | None:
        hour = int(moment % _WEEK_S // _HOUR_S)
        return next((unit for unit in units if self._free[self._crew[unit]] and self._duty[unit, hour]), None)

    def _send(self, unit: int, moment: float, kind: CallKind) -> float:
        """Send a unit; returns when it will have cleared."""
        times, crew = kind.service_s, self._crew[unit]
        if len(times) > 1:
            seconds = float(times[int(self._rng.integers(len(times)))])
        else:
            seconds = float(self._rng.exponential(times[0]))
        self._free[crew] = False
        self._spans[crew].append((moment, moment + seconds))
        heapq.heappush(self._done, (moment + seconds, crew))
        return moment + seconds

    def _clear_until(self, moment: float) -> None:
        while self._done and self._done[0][0] <= moment:
            now, crew = heapq.heappop(self._done)
            if crew != _SHIFT:
                self._free[crew] = True
            self._serve_waiting(now)

    def _check_waiting(self) -> None:
        """Refuse to go on when those who wait grow without end."""
        if len(self._waiting) > _MOST_WAITING:
            able = {self._plan.units[unit] for row in self._waiting[-100:] for unit in row.units}
            raise InputError(
                f"over {_MOST_WAITING} calls wait for {', '.join(sorted(able))}, who are asked for more than all their time on duty: "
                "lower the rates, or let neighbours take what waits (--overflow lost)"
            )

    def _serve_waiting(self, now: float) -> None:
        """Send whoever is free to those who wait, the first first."""
        left = []
        for row in self._waiting:
            if now >= row.lapse:
                self._run.lapsed += row.since >= self._begin
                continue
            unit = self._first_free(row.units, now)
            if unit is None:
                left.append(row)
                continue
            self._send(unit, now, row.kind)
            if row.since >= self._begin:
                self._run.waits_s.append(now - row.since)
        self._waiting = left

    def _sum_up(self) -> None:
        """Add up busy and duty time by hour of the day; what still waits has waited until now."""
        self._run.waits_s += [self._end - row.since for row in self._waiting if row.since >= self._begin]
        first, last = int(self._begin // _HOUR_S), int(np.ceil(self._end / _HOUR_S))
        edges = np.arange(first, last + 1).astype(np.float64) * _HOUR_S
        week, day = np.arange(first, last) % HOURS_OF_WEEK, np.arange(first, last) % 24
        for unit, crew in enumerate(self._crew):
            busy = _per_hour(self._spans[crew], edges)
            on_duty = self._duty[unit, week]
            self._run.busy_s[unit] = np.bincount(day, weights=busy * on_duty, minlength=24)
            self._run.duty_s[unit] = np.bincount(day, weights=on_duty * _HOUR_S, minlength=24)


def _per_hour(spans: list[tuple[float, float]], edges: FloatArray) -> FloatArray:
    """Return the seconds of spans that don't overlap in each hour, shape ``(n_hours,)``."""
    if not spans:
        return np.zeros(len(edges) - 1)
    start, end = np.asarray(spans).T
    total = np.concatenate([[0.0], np.cumsum(end - start)])

    at = np.searchsorted(start, edges, side="right")  # spans begun by each edge
    over = np.maximum(end[np.maximum(at - 1, 0)] - edges, 0.0) * (at > 0)  # of the last, what lies behind the edge
    result: FloatArray = np.diff(total[at] - over)
    return result
