"""What a recommendation is made of: the call, its place, and the units as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from geo_dispatch.errors import UnitReportError
from geo_dispatch.geometry import LonLat
from geo_dispatch.live.models import Unit, UnitSeed
from geo_dispatch.live.mutual_aid import Neighbour
from geo_dispatch.live.run_cards import SelectedCard
from geo_dispatch.routing import Closure, VehicleSize

__all__ = ["Call", "CallPlace", "CallUnit"]


@dataclass(frozen=True, slots=True)
class CallPlace:
    """Where the call is.

    Attributes
    ----------
    lon, lat, label
        The most probable position, degrees, and what it is called.
    radius90_m
        Metres around it that hold the true place 9 times in 10; 0 when known to the spot.
    region50, region90
        GeoJSON areas that hold it 1 time in 2, and 9 times in 10; None when not told.
    """

    lon: float
    lat: float
    label: str
    radius90_m: float = 0.0
    region50: Mapping[str, Any] | None = None
    region90: Mapping[str, Any] | None = None

    @property
    def position(self) -> LonLat:
        """Return its most probable position."""
        return LonLat(self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class CallUnit:
    """A unit as it is when the call comes in: None = unknown, as in `geo_dispatch.live.models.Unit`.

    ``lon``, ``lat``, ``position_at`` (UTC) and ``accuracy_m`` are its last position; ``home_lon`` and ``home_lat`` its quarters.
    ``status_assumed`` is true where nobody has said what it is doing.
    """

    unit_id: str
    kind: str
    capabilities: tuple[str, ...]
    status: str
    assignable: bool
    name: str | None = None
    status_assumed: bool = False
    profile: str | None = None
    crew: int | None = None
    crew_group: str | None = None
    crew_out_with: str | None = None
    staffing: str | None = None
    station_id: str | None = None
    neighbour: str | None = None
    call_over_s: float | None = None
    weight_t: float | None = None
    height_m: float | None = None
    width_m: float | None = None
    length_m: float | None = None
    home_lon: float | None = None
    home_lat: float | None = None
    incident_id: str | None = None
    lon: float | None = None
    lat: float | None = None
    position_at: str | None = None
    accuracy_m: float | None = None

    @property
    def size(self) -> VehicleSize:
        """Return its own sizes, as far as they are known."""
        return VehicleSize(self.weight_t, self.height_m, self.width_m, self.length_m)

    @property
    def last_position(self) -> LonLat | None:
        """Return where it last was; None when nobody told."""
        return None if self.lon is None or self.lat is None else LonLat(self.lon, self.lat)

    @property
    def home(self) -> LonLat | None:
        """Return its quarters."""
        return None if self.home_lon is None or self.home_lat is None else LonLat(self.home_lon, self.home_lat)

    def age_s(self, at: datetime, *, tolerance_s: float) -> float:
        """Return how old its position is, seconds; 0 without a time.

        Raises
        ------
        UnitReportError
            If the position is of later than `at`, by more than the tolerance.
        """
        if self.position_at is None:
            return 0.0
        told = datetime.fromisoformat(self.position_at)
        age = (at - (told if told.tzinfo else told.replace(tzinfo=UTC))).total_seconds()
        if age < -tolerance_s:
            raise UnitReportError(
                f"the position of {self.unit_id} is of {self.position_at}, {-age:.0f} s after {at.isoformat()}: "
                "correct its time, or ask for a later one"
            )
        return max(age, 0.0)

    @classmethod
    def of_live(cls, unit: Unit) -> CallUnit:
        """Take over a unit of the live store."""
        position, home = unit.position, unit.home
        same = {name: getattr(unit, name) for name in _SHARED if name not in _OF_PLACE}
        return cls(
            **same,
            home_lon=home.lon if home else None,
            home_lat=home.lat if home else None,
            lon=position.lon if position else None,
            lat=position.lat if position else None,
            position_at=position.at if position else None,
            accuracy_m=position.accuracy_m if position else None,
        )

    @classmethod
    def of_seed(cls, seed: UnitSeed, *, status: str, assignable: bool) -> CallUnit:
        """Take over a unit as it is written down, with a status that nobody has confirmed."""
        names = [field.name for field in fields(cls) if field.name in UnitSeed.__dataclass_fields__]
        values = {name: getattr(seed, name) for name in names}
        return cls(**values, status=status, assignable=assignable, status_assumed=True)

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> CallUnit:
        """Read one back from plain values."""
        return cls(**{**document, "capabilities": tuple(document["capabilities"])})


_OF_PLACE = ("home_lon", "home_lat", "lon", "lat", "position_at", "accuracy_m")
_SHARED = tuple(field.name for field in fields(CallUnit))


@dataclass(frozen=True, slots=True)
class Call:
    """A call, and everything as it is when it comes in.

    Attributes
    ----------
    place
        Where.
    card
        What must go.
    at
        The moment, with a time zone.
    local_time
        The same by the town's clock, without one: rules of the road and closures are kept by it.
    units
        All units, also those that can't be sent.
    closures
        What is closed.
    neighbours
        Who helps when the card can't be filled.
    """

    place: CallPlace
    card: SelectedCard
    at: datetime
    local_time: datetime
    units: tuple[CallUnit, ...]
    closures: tuple[Closure, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
