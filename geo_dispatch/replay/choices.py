"""Who was sent, beside who would have been recommended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from geo_dispatch.data_tables import load_table
from geo_dispatch.recommend import Recommendation
from geo_dispatch.replay.trips import Trip
from geo_dispatch.replay.whereabouts import Seen

__all__ = ["ChoiceSummary", "Choices"]


@dataclass(frozen=True, slots=True)
class ChoiceSummary:
    """Who was sent, beside who would have been recommended, over all calls replayed.

    Attributes
    ----------
    calls
        Calls for which somebody was recommended, and somebody was sent.
    same_units, same_first
        Shares of them where the very same units were sent, and where the first to arrive (by the model) is the same.
    nobody
        Calls for which nobody could be recommended.
    sooner_s, sooner_calls
        Mean seconds by which, by the model, the first recommended unit is there before the first one sent, over the calls where it is
        another that is sooner; and how many those are.
    sent_but_not_eligible
        Units sent that would not have been eligible: how many, by reason.
    """

    calls: int
    same_units: float | None
    same_first: float | None
    nobody: int
    sooner_s: float | None
    sooner_calls: int
    sent_but_not_eligible: dict[str, int]


@dataclass(slots=True)
class Choices:
    """Counts who was sent beside who would have been recommended."""

    _calls: int = 0
    _units: int = 0
    _first: int = 0
    _nobody: int = 0
    _sooner: list[float] = field(default_factory=list)
    _reasons: dict[str, int] = field(default_factory=dict)

    def add(self, trips: Sequence[Trip], seen: Sequence[Seen], found: Recommendation, sent_s: dict[str, float]) -> None:
        """Add a call.

        Parameters
        ----------
        trips
            Those of the call, the first dispatched first.
        seen
            All units as they were.
        found
            What would have been recommended.
        sent_s
            Response time by the model of the units that were sent, seconds.
        """
        together = float(load_table("geo_dispatch.replay", "calls")["together_s"])
        sent = {trip.unit_id for trip in trips if trip.dispatched - trips[0].dispatched <= together}
        self._count_reasons(sent, seen, found)
        if not found.assignment:
            self._nobody += 1
            return
        self._calls += 1
        wanted = {row.unit.unit_id for row in found.assignment}
        self._units += wanted == sent
        best = min(found.assignment, key=lambda row: (row.response_time_s, row.unit.unit_id))
        timed = {unit: seconds for unit, seconds in sent_s.items() if unit in sent and np.isfinite(seconds)}
        if not timed:
            return
        first = min(timed, key=lambda unit: (timed[unit], unit))
        self._first += first == best.unit.unit_id
        if first != best.unit.unit_id and timed[first] > best.response_time_s:
            self._sooner.append(timed[first] - best.response_time_s)

    def _count_reasons(self, sent: set[str], seen: Sequence[Seen], found: Recommendation) -> None:
        busy = {row.unit.unit_id for row in seen if row.busy_on}
        for row in found.considered:
            if row.unit in sent and not row.eligible:
                why = _reason("on another call" if row.unit in busy else row.reason)
                self._reasons[why] = self._reasons.get(why, 0) + 1

    def summary(self) -> ChoiceSummary:
        """Return the sums."""
        return ChoiceSummary(
            calls=self._calls,
            same_units=self._units / self._calls if self._calls else None,
            same_first=self._first / self._calls if self._calls else None,
            nobody=self._nobody,
            sooner_s=float(np.mean(self._sooner)) if self._sooner else None,
            sooner_calls=len(self._sooner),
            sent_but_not_eligible=dict(sorted(self._reasons.items())),
        )


def _reason(text: str) -> str:
    """Return a reason of the recommender without names, for counting."""
    for words, short in (
        ("is staffed", "outside its staffing hours"),
        ("its crew is out", "its crew was out with another unit"),
        ("the card asks for", "none that the card asks for"),
        ("goes by water", "goes by water"),
        ("nobody knows where", "no position and no quarters"),
        ("on another call", "on another call"),
    ):
        if words in text:
            return short
    return "no way, or another reason"
