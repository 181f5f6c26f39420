"""What the HTTP API is asked with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate import parse_circle
from geo_dispatch.routing import Closure

__all__ = [
    "CircleIn",
    "ClosureIn",
    "LocateRequest",
    "MatrixPointIn",
    "MatrixRequest",
    "PlacesQuery",
    "Position",
    "PositionQuery",
    "ReplyIn",
    "RouteRequest",
    "Text",
    "Time",
]

TEXT_LIMIT = 10_000
"""Characters no text may exceed, whatever the settings say."""

_CIRCLE_LIMIT = 200
_LON = r"-?(180(\.0{1,12})?|(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,12})?)"
_LAT = r"-?(90(\.0{1,12})?|[0-8]?[0-9](\.[0-9]{1,12})?)"
_RADIUS_M = r"(0\.[1-9][0-9]{0,5}|([1-9][0-9]{0,4}|1[0-9]{5})(\.[0-9]{1,6})?|200000)"
_CONFIDENCE = r"0\.([1-9]|0[1-9])[0-9]{0,2}"
_CIRCLE = f"^{_LON},{_LAT},{_RADIUS_M}(,{_CONFIDENCE})?$"

Text = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=TEXT_LIMIT, pattern=r"[^\s\x00-\x1f\x85]")
]


def _number(value: object) -> object:
    """Refuse what JSON does not hold for a number: true is not 1, nor is "5" 5."""
    if isinstance(value, bool | str):
        raise ValueError("a number is wanted")
    return value


def _time_text(value: object) -> object:
    """Refuse numbers for times: which second they count from is anybody's guess."""
    if value is not None and not isinstance(value, str | datetime):
        raise ValueError("a time as text is wanted, as 2026-07-04T09:00")
    return value


Time = Annotated[datetime | None, BeforeValidator(_time_text)]
Float = Annotated[float, BeforeValidator(_number)]
Int = Annotated[int, BeforeValidator(_number)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)


class Position(_Request):
    """A position in degrees, EPSG:4326."""

    lon: Float = Field(ge=-180, le=180, description="Longitude, degrees; west is negative.", examples=[-71.08])
    lat: Float = Field(ge=-90, le=90, description="Latitude, degrees.", examples=[41.58])

    def lonlat(self) -> LonLat:
        """Return it as the rest of the program has it."""
        return LonLat(self.lon, self.lat)


class PositionQuery(_Request):
    """A position in degrees, EPSG:4326."""

    lon: float = Field(ge=-180, le=180, description="Longitude, degrees; west is negative.", examples=[-71.08])
    lat: float = Field(ge=-90, le=90, description="Latitude, degrees.", examples=[41.58])


class CircleIn(Position):
    """Where the telephone is thought to be."""

    radius_m: Float = Field(ge=0.1, le=200_000, description="Radius in metres.", examples=[300])
    confidence: Float = Field(
        0.9, ge=0.01, le=0.9999, description="Probability that the telephone is inside the circle.", examples=[0.9]
    )


def _end(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """Say in one message what an end of a route can be; a position is told which of its numbers is wrong."""
    if isinstance(value, Mapping):
        return Position.model_validate(value)
    try:
        return check(value)
    except ValidationError:
        expected = f"give words (at most {TEXT_LIMIT} characters), LON,LAT or {{lon,lat}}"
        raise PydanticCustomError("route_end", "{expected}", {"expected": expected}) from None


def _circle(value: object) -> object:
    """Read a circle as the command takes it; an object is left for the model to check."""
    if value is None or isinstance(value, Mapping):
        return value
    if not isinstance(value, str):
        expected = "give {lon,lat,radius_m,confidence} or LON,LAT,RADIUS_M[,CONFIDENCE]"
        raise PydanticCustomError("circle", "{expected}", {"expected": expected})
    try:
        circle = parse_circle(value[:_CIRCLE_LIMIT])
    except InputError as error:
        raise PydanticCustomError("circle", "{reason}", {"reason": str(error)}) from None
    return {"lon": circle.lon, "lat": circle.lat, "radius_m": circle.radius_m, "confidence": circle.confidence}


def _closure(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """Say in one message what a closure can be; an object is told which of its values is wrong."""
    if isinstance(value, Mapping):
        return ClosureIn.model_validate(value)
    try:
        return check(value)
    except ValidationError:
        expected = "give a text, as 'Drift Rd from Hix Bridge Rd to Kirby Rd', or {spec, ...}"
        raise PydanticCustomError("closure", "{expected}", {"expected": expected}) from None


End = Annotated[Text | Position, WrapValidator(_end)]
CircleText = Annotated[str, StringConstraints(max_length=_CIRCLE_LIMIT, pattern=_CIRCLE)]


class ClosureIn(_Request):
    """Roads that can't be used, or only to reach places on them."""

    spec: Text | dict[str, Any] = Field(
        description="The place: a street, a stretch, a bridge, an area as WKT or GeoJSON, `segment:`, `way:` or `edge:` and ids.",
        examples=["Drift Rd from Hix Bridge Rd to Kirby Rd"],
    )
    id: str | None = Field(
        None, min_length=1, max_length=200, description="Names it in answers; its place when left out."
    )
    kind: Literal["closed", "local"] = Field(
        "closed", description="`local`: for traffic to and from places on it only."
    )
    profiles: list[Annotated[str, StringConstraints(min_length=1, max_length=50)]] = Field(
        default_factory=list, max_length=50, description="Vehicle profiles it holds for; all when empty."
    )
    starts: Time = Field(None, description="Local time from which it holds.")
    ends: Time = Field(None, description="Local time before which it holds.")
    when: str | None = Field(
        None, min_length=1, max_length=500, description="Hours within which it holds.", examples=["Mo-Fr 07:00-09:00"]
    )
    source: str | None = Field(None, max_length=500, description="Who says so.")
    note: str | None = Field(None, max_length=2000, description="What else to know; shown in answers.")

    def closure(self) -> Closure:
        """Return it as the rest of the program has it."""
        return Closure.from_document(self.model_dump())


Closures = Annotated[
    list[Annotated[Text | ClosureIn, WrapValidator(_closure)]],
    Field(
        max_length=1000,
        description="What is closed: one text each as the command's `--close` takes it, or an object.",
    ),
]
At = Annotated[
    Time,
    Field(description="Local time it is driven, for rules that hold only at times; now when left out."),
]


class ReplyIn(_Request):
    """An answer to a question that was asked."""

    question: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=500)] = Field(
        description="The `id` that came with the question.", examples=["town"]
    )
    answer: Text = Field(description="What the caller said.", examples=["Halsey"])


def _texts(value: object) -> object:
    """Take one text for a list of one."""
    return [value] if isinstance(value, str) else value


def _reply(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """Say in one message what an answer can be."""
    try:
        return check(value)
    except ValidationError:
        expected = "give what the caller said, or {question, answer} with the id that came with the question"
        raise PydanticCustomError("reply", "{expected}", {"expected": expected}) from None


Texts = Annotated[
    list[Text], BeforeValidator(_texts, json_schema_input_type=Text | list[Text]), Field(min_length=1, max_length=20)
]
ReplyOrText = Annotated[Text | ReplyIn, WrapValidator(_reply)]


class LocateRequest(_Request):
    """A caller's words, and the answers to questions that were asked."""

    text: Texts = Field(
        description="The caller's words: one text, or several in any order.",
        examples=["corner of South Main and Bridge Street"],
    )
    answers: list[ReplyOrText] = Field(
        default_factory=list,
        max_length=50,
        description="Answers to questions, in any order: `{question, answer}`, or words alone for the question that is asked next.",
        examples=[[{"question": "town", "answer": "Brantport"}]],
    )
    circle: Annotated[
        CircleIn | None, BeforeValidator(_circle, json_schema_input_type=CircleIn | CircleText | None)
    ] = Field(
        None,
        description="Where the telephone is thought to be, if known: an object, or `LON,LAT,RADIUS_M[,CONFIDENCE]`.",
    )
    limit: Int = Field(5, ge=1, le=50, description="Most candidates to return.")


class RouteRequest(_Request):
    """Two places, as words or positions; the keys `origin` and `destination` mean the same as `from` and `to`."""

    origin: End = Field(
        validation_alias=AliasChoices("from", "origin"),
        description="Where the route begins: words, `LON,LAT`, or a position.",
        examples=["Main St and Ferry Rd"],
    )
    destination: End = Field(
        validation_alias=AliasChoices("to", "destination"),
        description="Where it ends: words, `LON,LAT`, or a position.",
        examples=["Brantport Fire Headquarters"],
    )
    profile: str = Field("car", min_length=1, max_length=50, description="Vehicle profile.", examples=["car"])
    text: Literal["public", "radio", "screen"] = Field(
        "public", description="Who the steps' instructions are worded for."
    )
    language: str = Field(
        "en", min_length=2, max_length=10, description="Code of the steps' language: `en` or `pt`.", examples=["pt"]
    )
    units: Literal["us", "metric"] = Field(
        "us", description="Distances in the steps in feet and miles, or in metres and kilometres."
    )
    at: At = None
    closures: Closures = Field(default_factory=list)


class MatrixPointIn(Position):
    """An origin or destination."""

    id: str | None = Field(
        None, min_length=1, max_length=200, description="Its name in the answer; its number from 0 when left out."
    )


class MatrixRequest(_Request):
    """Origins and destinations."""

    origins: list[MatrixPointIn] = Field(min_length=1, max_length=100_000)
    destinations: list[MatrixPointIn] = Field(min_length=1, max_length=100_000)
    profile: str = Field("car", min_length=1, max_length=50, description="Vehicle profile.", examples=["car"])
    at: At = None
    closures: Closures = Field(default_factory=list)


class PlacesQuery(_Request):
    """Which places to list; all conditions hold together."""

    q: Text | None = Field(None, description="Name or part of one; misspellings are let pass.", examples=["library"])
    category: str | None = Field(
        None, min_length=1, max_length=100, description="Our category, as in `school` or `fuel`.", examples=["school"]
    )
    bbox: str | None = Field(
        None,
        max_length=200,
        pattern=f"^{_LON},{_LAT},{_LON},{_LAT}$",
        description="West,south,east,north, degrees; with west greater than east it crosses the 180th meridian.",
        examples=["-71.2,41.4,-71.0,41.7"],
    )
    limit: int = Field(50, ge=1, le=100_000, description="Most places to return.")
    offset: int = Field(0, ge=0, le=10_000_000, description="How many places to pass over first.")
