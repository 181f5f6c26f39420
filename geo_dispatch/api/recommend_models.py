"""What recommendations are asked with, and what they answer, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from geo_dispatch.api.live_responses import RequirementOut
from geo_dispatch.api.requests import At, Closures, End, Int, ReplyOrText, Texts
from geo_dispatch.api.responses import Candidate, RouteResponse

__all__ = ["RecommendRequest", "RecommendResponse", "SaidPlace"]

_WORD = r"^[a-z][a-z0-9_]*$"
_PLAIN = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f\x85][^\x00-\x1f\x7f]*$"


class SaidPlace(BaseModel):
    """What a caller said and answered, and which candidate of `locate` was taken for it: its region counts, too."""

    model_config = ConfigDict(extra="forbid")

    text: Texts = Field(description="The caller's words, as `locate` was given them.")
    answers: list[ReplyOrText] = Field(
        default_factory=list, max_length=50, description="Answers to questions, as `locate` was given them."
    )
    rank: Int = Field(1, ge=1, le=50, description="Rank of the candidate.")


def _call_place(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """Tell which of its values is wrong of a candidate that was taken; all else is a place as any."""
    if isinstance(value, Mapping) and "text" in value:
        return SaidPlace.model_validate(value)
    return check(value)


class RecommendRequest(BaseModel):
    """A call: where it is, and what of. Units and closures are those of the live store."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)

    place: Annotated[End | SaidPlace, WrapValidator(_call_place)] = Field(
        validation_alias=AliasChoices("place", "where"),
        description="Where the call is: words, `LON,LAT`, a position, or the candidate taken for a caller's words.",
        examples=["Main St and Ferry Rd"],
    )
    call_type: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=_PLAIN)] = Field(
        description="Call type, as the run cards have it.", examples=["structure_fire"]
    )
    alarm: Int = Field(1, ge=1, le=20, description="Alarm level.")
    weather: list[Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40, pattern=_WORD)]] = Field(
        default_factory=list, max_length=20, description="Weather flags that are set."
    )
    at: At = None
    closures: Closures = Field(default_factory=list)


class _Response(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PassedOverCard(_Response):
    """A card of the call type that was not chosen, and why."""

    card_id: str
    reason: str


class ChosenCard(_Response):
    """The run card for the call, and why it."""

    card_id: str
    name: str
    call_type: str
    alarm: int = Field(ge=1)
    requirements: list[RequirementOut]
    why: list[str]
    passed_over: list[PassedOverCard]


class AssignedUnit(_Response):
    """A unit that is to go; `interval_s` is around the response time."""

    unit: str
    role: str
    travel_time_s: float = Field(ge=0)
    response_time_s: float = Field(ge=0)
    interval_s: tuple[float, float]
    route: RouteResponse


class ConsideredUnit(_Response):
    """A unit, whether it can go, and why it goes or not."""

    unit: str
    eligible: bool
    reason: str
    travel_time_s: float | None


class ShortfallOut(_Response):
    """What the card asks for and nobody fills, and which neighbours can send it."""

    capability: str
    needed: int = Field(ge=1)
    missing: int = Field(ge=1)
    reason: str
    mutual_aid: list[dict[str, Any]]


class CoverageAfter(_Response):
    """What loses cover within the threshold when the units have gone."""

    addresses_lost: int = Field(ge=0)
    road_m_lost: float = Field(ge=0)
    threshold_s: float = Field(gt=0)


class MoveUpOut(_Response):
    """A move of a unit to a station, and what cover that brings back."""

    unit: str
    station: str
    station_name: str
    capability: str
    addresses_restored: int
    road_m_restored: float
    travel_time_s: float = Field(ge=0)


class FlipOut(_Response):
    """What would change the choice, by how many seconds it is off or how probable it is, and who goes then."""

    what: str
    margin_s: float | None
    probability: float | None
    instead_of: list[str]
    then: list[str]


class RecommendResponse(_Response):
    """Which units go, why not others, and what that costs the rest of town."""

    place: Candidate
    call_type: str
    run_card: ChosenCard
    assignment: list[AssignedUnit]
    considered: list[ConsideredUnit]
    shortfall: list[ShortfallOut]
    coverage_after: CoverageAfter
    move_up: list[MoveUpOut]
    flips_if: list[FlipOut]
    record_id: str | None
    warnings: list[str]
