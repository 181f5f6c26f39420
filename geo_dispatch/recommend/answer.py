"""What a recommendation answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo_dispatch.live.run_cards import SelectedCard
from geo_dispatch.recommend.call import CallUnit
from geo_dispatch.routing import Path

__all__ = ["Assigned", "Considered", "CoverAfter", "Flip", "MoveUp", "Recommendation", "Shortfall"]


@dataclass(frozen=True, slots=True)
class Assigned:
    """A unit that is to go, in the role it fills.

    Attributes
    ----------
    unit, role
        The unit, and the capability of the card that it fills.
    travel_time_s, response_time_s
        Driving; and from alarm to arrival: turnout, the call to a neighbour, and travel. Expected where its position or the
        place is not one point.
    interval_s
        Around the response time.
    path
        Its way, from where it last was to the most probable place.
    """

    unit: CallUnit
    role: str
    travel_time_s: float
    response_time_s: float
    interval_s: tuple[float, float]
    path: Path


@dataclass(frozen=True, slots=True)
class Considered:
    """A unit, whether it could be sent, and why it is or isn't; ``travel_time_s`` is None where it was not looked for."""

    unit: str
    eligible: bool
    reason: str
    travel_time_s: float | None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What the card asks for and nobody fills, why, and which neighbour can send it."""

    capability: str
    needed: int
    missing: int
    reason: str
    mutual_aid: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CoverAfter:
    """Addresses and metres of road that are within the threshold now, and no more when the units have gone."""

    addresses_lost: int
    road_m_lost: float
    threshold_s: float


@dataclass(frozen=True, slots=True)
class MoveUp:
    """A move of a unit to a station, and what cover that brings back, net of what it leaves."""

    unit: str
    station: str
    station_name: str
    capability: str
    addresses_restored: int
    road_m_restored: float
    travel_time_s: float


@dataclass(frozen=True, slots=True)
class Flip:
    """What would change the choice: by how many seconds it is off, and who goes in whose place then."""

    what: str
    margin_s: float | None
    probability: float | None
    instead_of: tuple[str, ...]
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Which units go, and all that is to say about it."""

    card: SelectedCard
    assignment: tuple[Assigned, ...]
    considered: tuple[Considered, ...]
    shortfall: tuple[Shortfall, ...]
    coverage_after: CoverAfter
    move_up: tuple[MoveUp, ...]
    flips_if: tuple[Flip, ...]
    warnings: tuple[str, ...]
