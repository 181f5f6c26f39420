"""What coverage is asked with over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from geo_dispatch.api.requests import At, Closures, Float, Int
from geo_dispatch.coverage import Scenario, ScenarioIn
from geo_dispatch.coverage.responders import MOST_TURNOUT_S
from geo_dispatch.coverage.scenario_file import StationIn
from geo_dispatch.routing import Closure, get_profile

__all__ = ["CompareRequest", "CoverageRequest", "EdgesRequest", "ScenarioFileRequest", "ScenarioRequest"]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)


class ScenarioRequest(_Request):
    """Who responds, what is closed, and which thresholds count."""

    stations: list[StationIn] | None = Field(
        None, min_length=1, max_length=300, description="Stations; those of the town file when left out."
    )
    scenario: ScenarioIn | None = Field(
        None, description="A scenario, as its files hold it; what stands beside it goes before what it holds."
    )
    kind: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")] | None = Field(
        None, description="Kind of the town file's stations that respond: `fire` (when left out), `police`, `ems` ..."
    )
    thresholds_s: list[Annotated[Float, Field(ge=10, le=7200)]] | None = Field(
        None,
        validation_alias=AliasChoices("thresholds_s", "thresholds"),
        min_length=1,
        max_length=12,
        description="Response times, seconds, inclusive; 240, 360, 480, 600, 840 when left out.",
        examples=[[240, 480]],
    )
    profile: str | None = Field(
        None, min_length=1, max_length=50, description="Vehicle profile; `engine` when left out.", examples=["engine"]
    )
    turnout_s: Float | None = Field(
        None, ge=0, le=MOST_TURNOUT_S, description="Turnout of all, seconds; each one's own when left out."
    )
    at: At = None
    closures: Closures = Field(default_factory=list)

    def as_scenario(self, closures: list[str | Closure]) -> Scenario:
        """Return it as the rest of the program has it."""
        scenario = (self.scenario or ScenarioIn()).scenario()
        told: dict[str, Any] = {
            "kind": self.kind,
            "thresholds_s": None if self.thresholds_s is None else tuple(self.thresholds_s),
            "profile": None if self.profile is None else get_profile(self.profile).id,
            "turnout_s": self.turnout_s,
            "at": self.at,
        }
        scenario = replace(scenario, **{name: value for name, value in told.items() if value is not None})
        stations = self.stations
        return replace(
            scenario,
            closures=(*scenario.closures, *closures),
            responders=None
            if stations is None
            else tuple(row.responder(kind=scenario.kind, profile=scenario.profile) for row in stations),
        )


class CoverageRequest(ScenarioRequest):
    """Who responds, what is closed, and which thresholds count. Closures of the live store do not count."""

    include: list[Literal["stretches", "addresses"]] = Field(
        default_factory=list, max_length=2, description="What to add as GeoJSON."
    )
    wait: bool = Field(True, strict=True, description="False makes a job of it: 202, and its id.")


class EdgesRequest(ScenarioRequest):
    """Who responds, what is closed anyway, and which thresholds count; each road is closed besides."""

    limit: Int = Field(1000, ge=1, le=1_000_000, description="Most roads in the result, the worst first.")
    bridges_first: bool = Field(False, strict=True, description="Bridges before the other roads.")


class CompareRequest(_Request):
    """Two scenarios; the thresholds of the first count for both."""

    a: ScenarioIn = Field(description="The first, as scenario files hold it.")
    b: ScenarioIn = Field(description="The second: differences are what it has more, or less.")
    stations: list[StationIn] | None = Field(
        None,
        min_length=1,
        max_length=300,
        description="Stations both begin with; those of the town file when left out.",
    )
    include: list[Literal["stretches"]] = Field(
        default_factory=list, max_length=1, description="Adds the roads that change their band as GeoJSON."
    )
    wait: bool = Field(True, strict=True, description="False makes a job of it: 202, and its id.")

    def scenarios(self) -> tuple[Scenario, Scenario]:
        """Return them as the rest of the program has them."""

        def begun(given: ScenarioIn) -> Scenario:
            scenario = given.scenario()
            if self.stations is None:
                return scenario
            rows = (row.responder(kind=scenario.kind, profile=scenario.profile) for row in self.stations)
            return replace(scenario, responders=tuple(rows))

        return begun(self.a), begun(self.b)


class ScenarioFileRequest(_Request):
    """A scenario file to look at."""

    text: str = Field(
        min_length=1,
        max_length=1_000_000,
        description="What the file holds, YAML or JSON.",
        examples=["name: Without the bridge\nclosures: [Head Bridge]"],
    )
    name: str = Field("scenario", min_length=1, max_length=200, description="What messages call the file.")
