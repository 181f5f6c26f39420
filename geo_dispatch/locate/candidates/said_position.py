"""A position as it was said: the places it may mean, and how finely it was given."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.tables import load_model
from geo_dispatch.locate.tables.inputs import load_inputs

__all__ = ["Choice", "SaidPosition"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to understand a position: where it is, in words how, and whether a part of it was not said."""

    position: LonLat
    how: str
    completed: bool = False


@dataclass(frozen=True, slots=True)
class SaidPosition:
    """A position that was found in a text.

    Attributes
    ----------
    clause
        The words that give it.
    choices
        What it may mean, most natural first.
    cell_m
        Side of the square that it names, metres; 0 for a point.
    rest
        The other words of the text.
    """

    clause: str
    choices: tuple[Choice, ...]
    cell_m: float
    rest: str

    @property
    def radius90_m(self) -> float:
        """Return the radius that holds the place 9 times in 10, metres: the receiver's error and the square's size.

        Examples
        --------
        >>> SaidPosition("x", (), 0.0, "").radius90_m
        15.0
        """
        return math.hypot(load_model().radius90_m["coordinate"], load_inputs().square_share90 * self.cell_m)
