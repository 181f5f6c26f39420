"""What a driver can look out for: the seam between the steps and whoever knows the landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from geo_dispatch.directions.manoeuvres import Manoeuvre
from geo_dispatch.routing import Path

__all__ = ["ArrivalCue", "Cues", "Landmark", "NoCues", "Relation"]

Relation = Literal["at", "just past", "before", "opposite"]


@dataclass(frozen=True, slots=True)
class Landmark:
    """Something to see from the road.

    Attributes
    ----------
    kind
        What it is, a key of ``things`` in every language's file ("church", "traffic_signals"); "street" for a road.
    name
        Its own name; None when it is said by its kind ("the church").
    relation
        How the place meant lies to it.
    side
        The side of the road it is on, in the direction of travel.
    distance_m
        From the place meant.
    place_id
        Its row among the town's places; None for what is no place.
    compass
        In which direction of it the place meant lies: "north", "northeast" ...; None when that need not be told.
    """

    kind: str
    name: str | None = None
    relation: Relation = "at"
    side: Literal["left", "right"] | None = None
    distance_m: float = 0.0
    place_id: str | None = None
    compass: str | None = None


@dataclass(frozen=True, slots=True)
class ArrivalCue:
    """What tells the destination.

    Attributes
    ----------
    number
        House number, where the destination is not called by it.
    landmark
        What is beside it.
    block
        The hundred block, for the radio: 300 for numbers 300 to 399.
    cross_street
        The nearest cross street, for the radio.
    """

    number: str | None = None
    landmark: Landmark | None = None
    block: int | None = None
    cross_street: str | None = None


class Cues(Protocol):
    """Knows what can be seen along a path."""

    def at_decision(self, path: Path, manoeuvre: Manoeuvre) -> Landmark | None:
        """Return what marks the place of a manoeuvre; it is done at the start of ``path.parts[manoeuvre.first]``."""

    def along(self, path: Path, first: int, end: int) -> Landmark | None:
        """Return what is passed on a long stretch, ``path.parts[first:end]``."""

    def at_arrival(self, path: Path, last: int) -> ArrivalCue:
        """Return what tells the destination, on the street of ``path.parts[last]``."""

    def too_far(self, path: Path, last: int) -> Landmark | None:
        """Return what is seen by those who have driven past the destination; kinds "street", "town_line", "dead_end" too."""


class NoCues:
    """Knows nothing to look out for."""

    def at_decision(self, path: Path, manoeuvre: Manoeuvre) -> Landmark | None:
        """Return None."""
        return None

    def along(self, path: Path, first: int, end: int) -> Landmark | None:
        """Return None."""
        return None

    def at_arrival(self, path: Path, last: int) -> ArrivalCue:
        """Return a cue that tells nothing."""
        return ArrivalCue()

    def too_far(self, path: Path, last: int) -> Landmark | None:
        """Return None."""
        return None
