"""What siting is asked with over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from geo_dispatch.api.coverage_requests import ScenarioRequest
from geo_dispatch.api.requests import Float, Int
from geo_dispatch.coverage.scenario_file import StationIn
from geo_dispatch.coverage.siting import SitingQuestion
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import NamedPoint

__all__ = ["SitingRequest"]


class SitingRequest(ScenarioRequest):
    """Where stations should stand: `stations` are those there are (of the town file when left out)."""

    model: Literal["lscp", "lscp-b", "mclp", "p-median", "p-center"] = Field(
        "mclp", description="What is asked: see docs/siting.md."
    )
    candidates: (
        Literal["junctions", "addresses", "places", "stations"]
        | Annotated[list[StationIn], Field(min_length=1, max_length=1000)]
    ) = Field("junctions", description="Where one could stand: a kind of places, or positions with ids.")
    most: Int = Field(300, ge=1, le=1000, description="Candidates left after thinning.")
    count: Int | None = Field(None, ge=1, le=1000, description="How many stations in all.")
    add: Int | None = Field(None, ge=1, le=1000, description="Keep the stations there are, and add so many.")
    keep: bool = Field(False, strict=True, description="Keep the stations there are.")
    threshold_s: Float = Field(480.0, ge=10, le=7200, description="Response time, seconds, inclusive.")
    new_turnout_s: Float | None = Field(
        None, ge=0, le=3600, description="Turnout of new stations, seconds; that of the kind when left out."
    )
    frontier: bool = Field(False, strict=True, description="Tell also what each smaller number of stations reaches.")
    time_limit_s: Float = Field(60.0, ge=1, le=600, description="Seconds to prove each model.")

    def question(self) -> SitingQuestion:
        """Return it as the rest of the program has it."""
        given = self.candidates
        points = (
            given if isinstance(given, str) else tuple(NamedPoint(row.id, LonLat(row.lon, row.lat)) for row in given)
        )
        return SitingQuestion(
            model=self.model, candidates=points, most=self.most, stations=self.count, add=self.add, keep=self.keep,
            threshold_s=self.threshold_s, turnout_s=self.new_turnout_s, frontier=self.frontier,
            time_limit_s=self.time_limit_s,
        )  # fmt: skip
