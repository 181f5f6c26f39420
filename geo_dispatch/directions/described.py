"""The steps of a way, and of those who drive it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from geo_dispatch.routing import Path

__all__ = ["Described", "Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of directions.

    Attributes
    ----------
    instruction, radio
        What to say to the public (or in the voice asked for), and over the radio.
    street
        Name of the road driven; None when it has none.
    length_m, travel_time_s
        From here to the next step; 0 for the arrival.
    manoeuvre
        What is done, as in "turn_left".
    landmark
        What to look out for; None when nothing is known.
    lon, lat
        Where it is done, degrees.
    screen
        One line for a screen.
    """

    instruction: str
    radio: str
    street: str | None
    length_m: float
    travel_time_s: float
    manoeuvre: str
    landmark: str | None
    lon: float
    lat: float
    screen: str


@dataclass(frozen=True, slots=True)
class Described:
    """A way in words, whoever drives it.

    Attributes
    ----------
    steps
        In the order driven; their times are those of the path that was described.
    spans
        First part that each step is driven over, and the one after its last.
    """

    steps: tuple[Step, ...]
    spans: tuple[tuple[int, int], ...]

    def driven(self, path: Path) -> tuple[Step, ...]:
        """Return the steps with the times of a path.

        Parameters
        ----------
        path
            Over the same way as the one that was described, see ``Path.way``.
        """
        return tuple(
            replace(step, travel_time_s=math.fsum(part.time_s for part in path.parts[first:end]))
            for step, (first, end) in zip(self.steps, self.spans, strict=True)
        )
