"""Rows that were replayed: what was recorded beside what the model says, kept as numbers, and summed up by group."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from geo_dispatch.geometry import FloatArray, IntArray
from geo_dispatch.replay.accuracy import Accuracy, measure_accuracy
from geo_dispatch.replay.prediction import Prediction
from geo_dispatch.replay.trips import Trip

__all__ = ["COMPARED_COLUMNS", "GROUPINGS", "Compared", "GroupAccuracy", "Ledger"]

GROUPINGS = ("hour", "road_class", "unit", "area", "start")
"""What rows are summed up by."""

_TIMES = ("turnout", "travel", "response")
_WIDTH = 4 * len(_TIMES)

COMPARED_COLUMNS = (
    "line", "call_id", "unit", "local_time", "start", "road_class", "area",
    "turnout_s", "travel_s", "response_s",
    "predicted_turnout_s", "predicted_travel_s", "predicted_response_s",
    "turnout_low_s", "turnout_high_s", "travel_low_s", "travel_high_s", "response_low_s", "response_high_s", "note",
)  # fmt: skip
"""Columns of the file of replayed rows."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A replayed row.

    Attributes
    ----------
    trip, local
        As recorded, and when it was dispatched by the town's clock.
    start
        Where the unit started from: home, returning, other call, told.
    predicted
        What the model says; None where it says nothing, as the note tells.
    travel_s
        Recorded seconds of driving that can be compared; None where there are none.
    note
        Why something is not compared; blank when all is.
    """

    trip: Trip
    local: datetime
    start: str
    predicted: Prediction | None
    travel_s: float | None
    note: str

    def cells(self) -> list[object]:
        """Return what the file of replayed rows says of it."""
        trip, said = self.trip, self.predicted
        told: list[float | None] = [None] * 9
        if said is not None:
            told = [said.turnout_s, said.travel_s, said.response_s, *_intervals(said)]
        recorded = (trip.turnout_s, trip.travel_s, trip.response_s)
        return [
            trip.line, trip.call_id, trip.unit_id, self.local.isoformat(timespec="seconds"), self.start,
            said.road_class if said else "", said.area if said else "",
            *("" if value is None else round(value, 1) for value in (*recorded, *told)), self.note,
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupAccuracy:
    """How well times of one group of rows are predicted; None where none can be compared."""

    group: str
    turnout: Accuracy | None
    travel: Accuracy | None
    response: Accuracy | None


@dataclass(slots=True)
class Ledger:
    """Keeps replayed rows as numbers: about 100 bytes each."""

    _numbers: array[float] = field(default_factory=lambda: array("d"))
    _codes: array[int] = field(default_factory=lambda: array("i"))
    _names: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)

    def add(self, row: Compared) -> None:
        """Add a row."""
        if row.note:
            self.notes[row.note] = self.notes.get(row.note, 0) + 1
        if row.predicted is None:
            return
        said = row.predicted
        told = [row.trip.turnout_s, row.travel_s, row.trip.response_s, said.turnout_s, said.travel_s, said.response_s]
        self._numbers.extend(np.nan if value is None else value for value in told)
        self._numbers.extend(_intervals(said))
        groups = (f"{row.local.hour:02d}", said.road_class or "", row.trip.unit_id, said.area or "", row.start)
        self._codes.extend(self._names.setdefault(name, len(self._names)) for name in groups)
        self._codes.append(row.local.toordinal())

    def overall(self, *, seed: int) -> GroupAccuracy:
        """Return how well all times are predicted.

        Parameters
        ----------
        seed
            Of the resampling.
        """
        numbers, codes = self._arrays()
        return _accuracy("all", numbers, codes[:, -1], seed)

    def by(self, grouping: str, *, seed: int) -> tuple[GroupAccuracy, ...]:
        """Return how well times are predicted by group, in the order of their names.

        Parameters
        ----------
        grouping
            One of `GROUPINGS`.
        seed
            Of the resampling.
        """
        numbers, codes = self._arrays()
        column = codes[:, GROUPINGS.index(grouping)]
        names = {code: name for name, code in self._names.items()}
        found = []
        for code in sorted(set(column.tolist()), key=lambda code: names[code]):
            mine = column == code
            found.append(_accuracy(names[code] or "unknown", numbers[mine], codes[mine, -1], seed))
        return tuple(found)

    def _arrays(self) -> tuple[FloatArray, IntArray]:
        numbers = (
            np.frombuffer(self._numbers, dtype=np.float64).reshape(-1, _WIDTH)
            if self._numbers
            else np.zeros((0, _WIDTH))
        )
        width = len(GROUPINGS) + 1
        codes = np.frombuffer(self._codes, dtype=np.intc).reshape(-1, width) if self._codes else np.zeros((0, width))
        return numbers, codes.astype(np.int64)


def _accuracy(group: str, numbers: FloatArray, day: IntArray, seed: int) -> GroupAccuracy:
    found: dict[str, Accuracy | None] = {}
    for at, name in enumerate(_TIMES):
        recorded, predicted = numbers[:, at], numbers[:, at + len(_TIMES)]
        low, high = (numbers[:, 2 * (len(_TIMES) + at) + end] for end in (0, 1))
        known, inside = np.isfinite(recorded), (recorded >= low) & (recorded <= high)
        found[name] = measure_accuracy(recorded[known], predicted[known], inside[known], day[known], seed=seed)
    return GroupAccuracy(group, **found)


def _intervals(said: Prediction) -> tuple[float, ...]:
    return (*said.turnout_interval_s, *said.travel_interval_s, *said.response_interval_s)
