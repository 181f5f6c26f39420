"""Recorded trips, and rows that are none."""

from __future__ import annotations

from dataclasses import dataclass

from geo_dispatch.geometry import LonLat

__all__ = ["Reject", "Trip"]


@dataclass(frozen=True, slots=True)
class Trip:
    """One unit that went to one call. Moments are seconds since 1970, UTC; None where not told.

    Attributes
    ----------
    line
        Of the file, where the row begins.
    call_id, unit_id, call_type, alarm
        As the town has them.
    received, dispatched, enroute, on_scene, cleared
        Moments, never falling.
    position
        Where the call was, degrees; None where words tell it.
    words
        Where the call was, in words; None where a position tells it.
    start
        Where the unit was when it was dispatched.
    """

    line: int
    call_id: str
    unit_id: str
    call_type: str
    alarm: int
    received: float | None
    dispatched: float
    enroute: float | None
    on_scene: float | None
    cleared: float
    position: LonLat | None
    words: str | None
    start: LonLat | None = None

    @property
    def turnout_s(self) -> float | None:
        """Return the seconds from dispatch to wheels rolling."""
        return None if self.enroute is None else self.enroute - self.dispatched

    @property
    def travel_s(self) -> float | None:
        """Return the seconds of driving."""
        return None if self.enroute is None or self.on_scene is None else self.on_scene - self.enroute

    @property
    def response_s(self) -> float | None:
        """Return the seconds from dispatch to arrival: turnout and travel."""
        return None if self.on_scene is None else self.on_scene - self.dispatched


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not replayed: its line, a code for counting, and why in words."""

    line: int
    code: str
    reason: str
