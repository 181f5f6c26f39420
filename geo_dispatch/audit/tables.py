"""The tables of the audit, read once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from geo_dispatch.data_tables import load_table

__all__ = ["HumanDistance", "callers", "hearing", "human_distance"]

_P90 = 1.2815515655446004  # of the standard normal distribution


def callers() -> dict[str, Any]:
    """Return how callers speak (``callers.yaml``)."""
    return load_table("geo_dispatch.audit", "callers")


def hearing() -> dict[str, Any]:
    """Return how names are misspelt and misheard (``hearing.yaml``)."""
    return load_table("geo_dispatch.audit", "hearing")


@dataclass(frozen=True, slots=True)
class HumanDistance:
    """How far from what they name callers are who use a relation: log-normal, metres.

    Examples
    --------
    >>> near = HumanDistance(47.0, 256.0, 1.0)
    >>> round(near.reach_m()), near.density(47.0) > near.density(256.0) > 0
    (662, True)
    """

    p50_m: float
    p90_m: float
    widen: float

    @property
    def spread(self) -> float:
        """Return the standard deviation of the logarithm."""
        return math.log(self.p90_m / self.p50_m) / _P90

    def density(self, distance_m: float, factor: float = 1.0) -> float:
        """Return the probability density of a distance, per metre, where everything is ``factor`` times as far."""
        if distance_m <= 0:
            return 0.0
        z = math.log(distance_m / (self.p50_m * factor)) / self.spread
        return math.exp(-0.5 * z * z) / (distance_m * self.spread * math.sqrt(2 * math.pi))

    def reach_m(self, factor: float = 1.0) -> float:
        """Return the distance beyond which only 1 caller in 45 is, two standard deviations of the logarithm."""
        return self.p50_m * factor * math.exp(2.0 * self.spread)


@cache
def human_distance(relation: str) -> HumanDistance:
    """Return the distances of a relation.

    Parameters
    ----------
    relation
        As in the table: near, next_to ...

    Examples
    --------
    >>> human_distance("across").p50_m
    45
    """
    return HumanDistance(**callers()["distance"][relation])
