"""A reading: one way to understand the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["HouseNumber", "Reading", "ReadingKind"]

ReadingKind = Literal["address", "intersection", "name", "place", "exit", "mile_marker"]


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A house number: 12, its suffix ("a", "1/2") and unit, empty when not said."""

    number: int
    suffix: str = ""
    unit: str = ""

    def __str__(self) -> str:
        joined = f"{self.number} {self.suffix}" if "/" in self.suffix else f"{self.number}{self.suffix.upper()}"
        return f"{joined} unit {self.unit.upper()}" if self.unit else joined


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand the words.

    Attributes
    ----------
    kind
        What is sought.
    weight
        How natural the reading is, relative to others.
    phrases
        Canonical names to match: the street of an address, the streets of an intersection, a name, the route.
    number
        House number of an address.
    value
        Exit number or mile.
    locality
        Names of towns and villages that were said, as keys of `Localities`.
    postcode
        ZIP that was said.
    context
        Other names that were said, as canonical text: the place should be near them.
    relation
        Relation words in front of the place ("across from"), or empty.
    certainty
        Factor on the probability: below 1 where words beside it were not understood.
    direction
        Carriageway that was said: N, E, S, W, or empty.
    distance_m
        Distance from the place that was said, metres; 0 when none was.
    """

    kind: ReadingKind
    weight: float
    phrases: tuple[str, ...]
    number: HouseNumber | None = None
    value: str = ""
    locality: tuple[str, ...] = ()
    postcode: str = ""
    context: tuple[str, ...] = ()
    relation: str = ""
    direction: str = ""
    distance_m: float = 0.0
    certainty: float = 1.0
