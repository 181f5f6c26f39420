"""What coverage is asked with, and what it answers, over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from geo_dispatch.api.requests import At, Closures, Float, Position
from geo_dispatch.coverage import DEFAULT_THRESHOLDS_S, Responder, Scenario
from geo_dispatch.coverage.responders import MOST_TURNOUT_S, turnout_of
from geo_dispatch.routing import Closure, get_profile

__all__ = ["CoverageRequest", "CoverageResponse"]

_ID = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f\x85][^\x00-\x1f\x7f]*$"


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)


class StationIn(Position):
    """A station to respond from."""

    id: str = Field(min_length=1, max_length=100, pattern=_ID, description="Its own id.", examples=["fire-3"])
    name: str | None = Field(None, max_length=200, description="What it is called.")
    turnout_s: Float | None = Field(
        None, ge=0, le=MOST_TURNOUT_S, description="Turnout, seconds; by its kind when left out.", examples=[80]
    )
    chance: Float = Field(1.0, ge=0, le=1, description="Probability that it is free when a call comes.")

    def responder(self, *, kind: str, profile: str) -> Responder:
        """Return it as the rest of the program has it."""
        turnout = turnout_of(kind) if self.turnout_s is None else self.turnout_s
        return Responder(
            None, self.id, self.name or self.id, kind, self.lonlat(), get_profile(profile).id, turnout,
            chance=self.chance,
        )  # fmt: skip


class CoverageRequest(_Request):
    """Who responds, what is closed, and which thresholds count. Closures of the live store do not count."""

    stations: list[StationIn] | None = Field(
        None, min_length=1, max_length=300, description="Stations; those of the town file when left out."
    )
    kind: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")] = Field(
        "fire", description="Kind of the town file's stations that respond: `fire`, `police`, `ems` ..."
    )
    thresholds_s: list[Annotated[Float, Field(ge=10, le=7200)]] = Field(
        default_factory=lambda: list(DEFAULT_THRESHOLDS_S),
        validation_alias=AliasChoices("thresholds_s", "thresholds"),
        min_length=1,
        max_length=12,
        description="Response times, seconds, inclusive.",
        examples=[[240, 480]],
    )
    profile: str = Field("engine", min_length=1, max_length=50, description="Vehicle profile.", examples=["engine"])
    turnout_s: Float | None = Field(
        None, ge=0, le=MOST_TURNOUT_S, description="Turnout of all, seconds; each one's own when left out."
    )
    at: At = None
    closures: Closures = Field(default_factory=list)
    include: list[Literal["stretches", "addresses"]] = Field(
        default_factory=list, max_length=2, description="What to add as GeoJSON."
    )

    def scenario(self, closures: list[str | Closure]) -> Scenario:
        """Return it as the rest of the program has it."""
        stations = self.stations
        return Scenario(
            kind=self.kind,
            profile=self.profile,
            thresholds_s=tuple(self.thresholds_s),
            at=self.at,
            turnout_s=self.turnout_s,
            closures=tuple(closures),
            responders=None
            if stations is None
            else tuple(row.responder(kind=self.kind, profile=self.profile) for row in stations),
        )


class _Response(BaseModel):
    model_config = ConfigDict(extra="forbid")


Share = list[float | None]


class CoverageStation(_Response):
    """A responder: a station, or a unit of it."""

    id: str
    lon: float
    lat: float
    name: str
    station_id: str
    kind: str
    profile: str
    turnout_s: float
    chance: float


class AddressesReached(_Response):
    """Addresses whose first responder is there within each threshold; the percentile is by nearest rank, null unreached."""

    n: int
    reached: list[int]
    share: Share
    p90_response_s: float | None


class AddressesDriven(_Response):
    """As of response time, by travel time alone."""

    n: int
    reached: list[int]
    share: Share
    p90_travel_s: float | None


class Weighed(_Response):
    """Metres or people reached within each threshold."""

    total: float
    reached: list[float]
    share: Share


class People(Weighed):
    """People reached, and what that is based on."""

    basis: str


class AreaReached(_Response):
    """One area."""

    kind: str
    name: str
    addresses: AddressesReached
    road_m: Weighed | None
    population: Weighed


class GapOut(_Response):
    """Roads beyond the last threshold that hang together, and the addresses on them."""

    addresses: int
    road_m: float
    lon: float
    lat: float
    streets: list[str]
    municipality: str | None
    nearest_s: float | None
    worst_s: float | None
    reachable: bool


class KthDue(_Response):
    """The k-th responder to be there."""

    k: int
    addresses: AddressesReached
    population: People


class ByTravel(_Response):
    """Figures by travel time alone, without turnout."""

    addresses: AddressesDriven
    road_m: Weighed
    population: People


class Expected(_Response):
    """Addresses reached by chance, where responders are not always free."""

    addresses: list[float]
    share: Share
    basis: str


class Without(_Response):
    """What is lost when a responder is out."""

    addresses_lost: list[int]
    share: Share
    p90_response_s: float | None
    road_m_lost: list[float]


class FirstDue(_Response):
    """What a responder is first due to, and what is lost when it is out."""

    id: str
    name: str
    addresses: int
    reached: list[int]
    without: Without


class ScenarioOut(_Response):
    """Which scenario it is of."""

    name: str
    by: str
    kind: str
    at: str | None


class CoverageResponse(_Response):
    """Who is reached in how many seconds; `reached` and `share` run along `thresholds_s`, inclusive."""

    profile: str
    thresholds_s: list[float]
    stations: list[CoverageStation]
    addresses: AddressesReached
    road_m: Weighed
    population: People | None
    by_area: list[AreaReached]
    gaps: list[GapOut]
    files: list[str]
    warnings: list[str]
    scenario: ScenarioOut
    clock: str
    due: list[KthDue]
    travel: ByTravel
    expected: Expected | None
    first_due: list[FirstDue]
    gaps_total: int
    attribution: list[str]
    stretches: dict[str, Any] | None = None
    address_points: dict[str, Any] | None = None
