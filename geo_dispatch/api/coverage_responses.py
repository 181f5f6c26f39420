"""What coverage answers over HTTP."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from geo_dispatch.coverage import ScenarioIn

__all__ = ["CompareResponse", "CoverageResponse", "ScenarioFileResponse"]


class _Response(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ScenarioFileResponse(_Response):
    """A scenario as requests take it; members that the file leaves out are left out."""

    scenario: ScenarioIn


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
    road_m: Weighed | None = None
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


class ScenarioSide(_Response):
    """Figures of one of two scenarios."""

    scenario: ScenarioOut
    stations: list[CoverageStation]
    addresses: AddressesReached
    road_m: Weighed
    population: People


class AddressChanges(_Response):
    """Addresses gained and lost within each threshold, reached sooner and later, and by how many minutes together."""

    gained: list[int]
    lost: list[int]
    sooner: int
    later: int
    no_more_reached: int
    newly_reached: int
    minutes_sooner: float
    minutes_later: float


class RoadChanges(_Response):
    """Metres gained and lost within each threshold."""

    gained: list[float]
    lost: list[float]


class PeopleChanges(RoadChanges):
    """People gained and lost within each threshold."""

    basis: str


class AddressPair(_Response):
    """Addresses of an area reached within each threshold under both scenarios."""

    n: int
    a: list[int]
    b: list[int]
    p90_a_s: float | None
    p90_b_s: float | None


class AreaPair(_Response):
    """One area under both scenarios."""

    kind: str
    name: str
    addresses: AddressPair


class AddressChange(_Response):
    """One address under both scenarios, seconds; null where nobody comes."""

    address: str | None
    lon: float
    lat: float
    a_s: float | None
    b_s: float | None


class CompareResponse(_Response):
    """Two scenarios side by side; lists run along `thresholds_s`."""

    thresholds_s: list[float]
    a: ScenarioSide
    b: ScenarioSide
    addresses: AddressChanges
    road_m: RoadChanges
    population: PeopleChanges
    by_area: list[AreaPair]
    most_changed: list[AddressChange]
    warnings: list[str]
    attribution: list[str]
    stretches: dict[str, Any] | None = None
