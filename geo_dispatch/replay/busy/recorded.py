"""What recorded calls tell of how busy units were: how often, when and for how long they were out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

import numpy as np

from geo_dispatch.data_tables import load_table
from geo_dispatch.geometry import FloatArray
from geo_dispatch.replay.accuracy import resampled_days
from geo_dispatch.replay.clock import WallClock
from geo_dispatch.replay.trips import Trip

__all__ = ["RecordedWork", "Share"]

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Share:
    """A share of time, and 95% bounds; None where there are too few days or runs to tell."""

    share: float
    interval95: tuple[float, float] | None


@dataclass(slots=True)
class RecordedWork:
    """Sums over trips, in the order of their dispatch.

    Attributes
    ----------
    calls_by_hour
        Calls of each type by hour of the day.
    durations
        Some seconds from dispatch to clearing of each type, drawn at random.
    first, last
        First and last dispatch, seconds since 1970.
    trips, calls
        How many there are.
    """

    clock: WallClock
    seed: int
    calls_by_hour: dict[str, FloatArray] = field(default_factory=dict)
    durations: dict[str, list[float]] = field(default_factory=dict)
    first: float = np.inf
    last: float = -np.inf
    trips: int = 0
    calls: int = 0
    _until: dict[str, float] = field(default_factory=dict)
    _busy: dict[str, dict[int, float]] = field(default_factory=dict)
    _seen: Counter[str] = field(default_factory=Counter)

    def add(self, trips: Iterable[Trip], first_of_call: Iterable[tuple[float, str]]) -> None:
        """Add all trips.

        Parameters
        ----------
        trips
            By dispatch.
        first_of_call
            First dispatch and type of each call.
        """
        rng = Random(self.seed)
        most = int(load_table("geo_dispatch.replay.busy", "busy")["durations"])
        for trip in trips:
            self.trips += 1
            self.first, self.last = min(self.first, trip.dispatched), max(self.last, trip.dispatched)
            self._add_busy(trip)
            kept = self.durations.setdefault(trip.call_type, [])
            number = self._seen[trip.call_type]
            self._seen[trip.call_type] += 1
            if len(kept) < most:
                kept.append(trip.cleared - trip.dispatched)
            elif (place := rng.randrange(number + 1)) < most:
                kept[place] = trip.cleared - trip.dispatched
        for moment, call_type in first_of_call:
            self.calls += 1
            hours = self.calls_by_hour.setdefault(call_type, np.zeros(24))
            hours[self.clock.local(moment).hour] += 1

    def _add_busy(self, trip: Trip) -> None:
        """Add the seconds that a unit was out, overlaps counted once, to the days they lie in."""
        start = max(trip.dispatched, self._until.get(trip.unit_id, -np.inf))
        self._until[trip.unit_id] = max(trip.cleared, self._until.get(trip.unit_id, -np.inf))
        days = self._busy.setdefault(trip.unit_id, {})
        while start < trip.cleared:
            day = int(start // _DAY_S)
            end = min(trip.cleared, (day + 1) * _DAY_S)
            days[day] = days.get(day, 0.0) + end - start
            start = end

    @property
    def days(self) -> float:
        """Return how many days lie between the first and the last dispatch; one at least."""
        return max((self.last - self.first) / _DAY_S, 1.0) if self.trips else 0.0

    def busy_share(self, unit: str) -> Share | None:
        """Return the share of all hours that a unit was out; None without calls.

        Parameters
        ----------
        unit
            Its name.
        """
        if not self.trips:
            return None
        first, last = int(self.first // _DAY_S), int(self.last // _DAY_S)
        known = self._busy.get(unit, {})
        seconds = np.asarray([known.get(day, 0.0) for day in range(first, last + 1)])
        share = float(seconds.sum()) / (self.days * _DAY_S)
        if len(seconds) < load_table("geo_dispatch.replay", "calls")["least_days"]:
            return Share(min(share, 1.0), None)
        drawn = [
            float(count @ seconds) / (self.days * _DAY_S) for count in resampled_days(len(seconds), seed=self.seed)
        ]
        low, high = np.quantile(drawn, [0.025, 0.975])
        return Share(min(share, 1.0), (float(low), min(float(high), 1.0)))
