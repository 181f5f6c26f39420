"""What became of one case: the answer to it, held against the truth."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import shapely
from shapely.geometry import shape

from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.answer import LocateAnswer
from geo_dispatch.locate.cases import Case
from geo_dispatch.locate.circle import Circle

__all__ = ["Locates", "Outcome", "try_case"]

_EARTH_M = 6_371_008.8
_DEG_KM = 111.195  # a degree of latitude on that sphere
_JOINT = 0.9


class Locates(Protocol):
    """Whatever answers as `Locator` does: the service, a server over HTTP."""

    def locate(self, text: str, *, circle: Circle | None = None, limit: int = 5) -> LocateAnswer:
        """Find the places that a caller's words may mean."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case.

    Attributes
    ----------
    answer
        None when the text was refused.
    errors_m
        Distance of each candidate from the truth.
    covered50, covered90
        Whether the truth lies in such a region of a candidate that is right, or of the first.
    region90_km2
        Area of the first candidate's 90% region; NaN without candidates.
    joint_covered, joint_promised
        Whether the truth lies in the 90% regions of the fewest candidates that add up to 0.9, and what they promise.
    elapsed_ms
        How long the answer took.
    """

    case: Case
    answer: LocateAnswer | None
    errors_m: tuple[float, ...]
    covered50: bool
    covered90: bool
    region90_km2: float
    joint_covered: bool
    joint_promised: float
    elapsed_ms: float


def try_case(locator: Locates, case: Case, *, limit: int = 5) -> Outcome:
    """Locate one case and compare with the truth.

    Parameters
    ----------
    locator
        Has ``locate``.
    case
        The text and where it is.
    limit
        Candidates asked for.
    """
    began = time.perf_counter()
    try:
        answer: LocateAnswer | None = locator.locate(case.text, circle=case.circle, limit=limit)
    except InputError:
        answer = None
    elapsed = (time.perf_counter() - began) * 1000
    candidates = answer.candidates if answer is not None else ()
    errors = tuple(_distance_m(case.position, LonLat(c.lon, c.lat)) for c in candidates)
    inside = [_holds(c.region90, case.position) for c in candidates]
    right = [at for at, error in enumerate(errors) if error <= case.tolerance_m] or list(range(len(candidates[:1])))
    sums = np.cumsum([c.probability for c in candidates])
    few = min(int(np.searchsorted(sums, _JOINT - 1e-9)) + 1, len(candidates))
    return Outcome(
        case=case,
        answer=answer,
        errors_m=errors,
        covered50=any(_holds(candidates[at].region50, case.position) for at in right),
        covered90=any(inside[at] for at in right),
        region90_km2=_area_km2(candidates[0].region90) if candidates else math.nan,
        joint_covered=any(inside[:few]),
        joint_promised=float(_JOINT * min(sums[few - 1], 1.0)) if few else 0.0,
        elapsed_ms=elapsed,
    )


def _distance_m(one: LonLat, other: LonLat) -> float:
    """Return the great-circle distance in metres (haversine)."""
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(half)))


def _holds(region: dict[str, Any], position: LonLat) -> bool:
    return bool(shape(region).intersects(shapely.Point(position.lon, position.lat)))


def _area_km2(region: dict[str, Any]) -> float:
    """Return the area of a small region in square kilometres."""
    area = shape(region)
    middle = float(np.mean(area.bounds[1::2]))
    return float(area.area) * _DEG_KM**2 * math.cos(math.radians(middle))
