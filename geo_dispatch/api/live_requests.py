"""What is asked of the live store over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from geo_dispatch.api.requests import End, Float, Int
from geo_dispatch.live.statuses import load_workflow

__all__ = [
    "AssignRequest",
    "AuditQuery",
    "CardQuery",
    "ClosureRequest",
    "ClosuresQuery",
    "EditClosureRequest",
    "EditIncidentRequest",
    "EditUnitRequest",
    "IncidentRequest",
    "IncidentsQuery",
    "PositionRequest",
    "RecordId",
    "ReleaseRequest",
    "StatusRequest",
    "UnitRequest",
    "UnitsQuery",
]

_PLAIN = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f\x85][^\x00-\x1f\x7f]*$"
_ID = r"^[^\x00-\x1f\x7f/]*[^\s\x00-\x1f\x7f\x85/][^\x00-\x1f\x7f/]*$"
_WORD = r"^[a-z][a-z0-9_]*$"
_STATUSES: dict[str, Any] = {"enum": list(load_workflow().statuses)}


def _moment(value: object) -> object:
    """Refuse numbers for a time: seconds or milliseconds, nobody knows."""
    if not isinstance(value, str | datetime):
        raise ValueError("a time with its zone is wanted, as 2026-07-04T09:00:00-04:00")
    return value


def _left_out(schema: dict[str, Any]) -> None:
    """Show no default for what stays as it is when left out."""
    schema.pop("default", None)


Plain = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=_PLAIN)]
Note = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=2000, pattern=_PLAIN)]
Word = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40, pattern=_WORD)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment, json_schema_input_type=AwareDatetime)]
Size = Annotated[Float, Field(gt=0, le=1000)]
UnitId = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40, pattern=_ID)]
RecordId = Annotated[str, Path(min_length=1, max_length=64, pattern=_ID, description="Its id.")]
Seen = Annotated[Int | None, Field(ge=1, le=2_000_000_000)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)

    def changes(self) -> dict[str, Any]:
        """Return what was given, null included, without the version."""
        return {name: getattr(self, name) for name in self.model_fields_set if name != "version"}


class UnitsQuery(_Request):
    """Which units to list."""

    retired: bool = Field(False, description="Those that were taken off, too.")


class _UnitFields(_Request):
    station_id: Plain | None = Field(None, description="A station of the town.", examples=["fire-1"])
    agency: Plain | None = Field(None, description="Agency.")
    neighbour: Plain | None = Field(None, description="Mutual aid: who must be called for it.")
    call_over_s: Annotated[Float, Field(ge=0, le=86_400)] | None = Field(
        None, description="Mutual aid: seconds that calling takes."
    )
    profile: Plain | None = Field(None, description="Vehicle profile of its routes.", examples=["car"])
    capabilities: tuple[Plain, ...] = Field((), max_length=50, description="What it counts as on a run card.")
    crew: Annotated[Int, Field(ge=0, le=1000)] | None = Field(None, description="Crew now; null = unknown.")
    crew_group: Plain | None = Field(None, description="Units of one group share one crew.")
    weight_t: Size | None = Field(None, description="Loaded weight, tonnes.")
    height_m: Size | None = Field(None, description="Height, metres.")
    width_m: Size | None = Field(None, description="Width, metres.")
    length_m: Size | None = Field(None, description="Length, metres.")
    staffing: Plain | None = Field(None, description="When it is staffed, as `24/7`.")
    home_lon: Annotated[Float, Field(ge=-180, le=180)] | None = Field(None, description="Where it stands, degrees.")
    home_lat: Annotated[Float, Field(ge=-90, le=90)] | None = Field(None, description="Where it stands, degrees.")


class UnitRequest(_UnitFields):
    """A unit that the town file doesn't have."""

    unit_id: UnitId = Field(description="Radio name.", examples=["E9"])
    name: Plain = Field(description="Spoken name.", examples=["Engine 9"])
    kind: Word = Field(description="Kind, as engine or boat.", examples=["engine"])


class EditUnitRequest(_UnitFields):
    """What to change of a unit; what is left out stays."""

    name: Plain = Field("", description="Spoken name.", validate_default=False, json_schema_extra=_left_out)
    kind: Word = Field("", description="Kind.", validate_default=False, json_schema_extra=_left_out)
    retired: bool = Field(False, description="Take it off, or bring it back.", json_schema_extra=_left_out)
    version: Seen = Field(None, description="The version looked at: 409 when others changed it since.")


class StatusRequest(_Request):
    """What a unit is doing."""

    status: Word = Field(description="A status.", examples=["on_scene"], json_schema_extra=_STATUSES)
    at: Moment | None = Field(None, description="Since when; now when left out.")
    note: Note | None = Field(None, description="What else to keep in the record.")


class PositionRequest(_Request):
    """Where a unit is."""

    lon: Float = Field(ge=-180, le=180, description="Longitude, degrees; west is negative.")
    lat: Float = Field(ge=-90, le=90, description="Latitude, degrees.")
    at: Moment | None = Field(None, description="When it was there; now when left out.")
    accuracy_m: Annotated[Float, Field(ge=0, le=5000)] | None = Field(
        None, description="Radius it lies in, metres; null = not told."
    )
    source: Annotated[Plain, Field(max_length=60)] | None = Field(None, description="Who or what told it.")


class IncidentsQuery(_Request):
    """Which incidents to list."""

    status: Literal["open", "closed", "all"] = Field("open", description="Open ones, closed ones, or all.")
    limit: int = Field(100, ge=1, le=1000, description="Most incidents to return.")
    before: str | None = Field(
        None, min_length=1, max_length=64, pattern=_ID, description="The `next` of the answer before, to go on."
    )


class IncidentRequest(_Request):
    """A new incident."""

    call_type: Plain = Field(description="Call type of the run cards.", examples=["crash"])
    place: End = Field(description="Where: words, `LON,LAT`, or a position.", examples=["Main St and Ferry Rd"])
    label: Plain | None = Field(None, description="What to call the place; found out when left out.")
    radius90_m: Annotated[Float, Field(ge=0, le=200_000)] | None = Field(
        None, description="Radius it lies in with 90 % probability, metres."
    )
    alarm: Int = Field(1, ge=1, le=20, description="Alarm level.")
    weather: tuple[Word, ...] = Field((), max_length=20, description="Weather flags that run cards ask about.")
    note: Note | None = Field(None, description="What else to know.")


class EditIncidentRequest(_Request):
    """What to change of an incident; what is left out stays."""

    call_type: Plain = Field(
        "", description="Call type of the run cards.", validate_default=False, json_schema_extra=_left_out
    )
    place: End = Field(
        "", description="Where: words, `LON,LAT`, or a position.", validate_default=False, json_schema_extra=_left_out
    )
    label: Plain = Field("", description="What to call the place.", validate_default=False, json_schema_extra=_left_out)
    radius90_m: Annotated[Float, Field(ge=0, le=200_000)] | None = Field(None, description="Metres.")
    alarm: Int = Field(1, ge=1, le=20, description="Alarm level.", json_schema_extra=_left_out)
    weather: tuple[Word, ...] = Field((), max_length=20, description="Weather flags.", json_schema_extra=_left_out)
    note: Note | None = Field(None, description="What else to know.")
    status: Literal["open", "closed"] = Field(
        "open", description="Close it, or open it again.", json_schema_extra=_left_out
    )
    version: Seen = Field(None, description="The version looked at: 409 when others changed it since.")


class AssignedUnit(_Request):
    """A unit to be assigned."""

    unit_id: UnitId = Field(description="Its id.", examples=["E1"])
    role: Plain | None = Field(None, description="The capability it fills.", examples=["engine"])


class AssignRequest(_Request):
    """Units to be assigned: all of them, or none."""

    units: list[AssignedUnit] = Field(min_length=1, max_length=100)


class ReleaseRequest(_Request):
    """Units to be released: all of them, or none."""

    units: list[UnitId] = Field(min_length=1, max_length=100, examples=[["E1"]])
    status: Word | None = Field(None, description="What they do next; available when left out.")
    reason: Plain | None = Field(None, description="Why.")


class ClosuresQuery(_Request):
    """Which closures to list."""

    at: AwareDatetime | None = Field(None, description="The moment their status is told for; now when left out.")
    expired: bool = Field(False, description="Those that are over, too.")


class _ClosureFields(_Request):
    profiles: tuple[Plain, ...] | None = Field(
        None, min_length=1, max_length=50, description="Vehicle profiles it concerns; null = all."
    )
    ends: Moment | None = Field(None, description="Until when; null = until it is expired.")
    source: Plain | None = Field(None, description="Who told it.")
    note: Note | None = Field(None, description="What else to know.")


class ClosureRequest(_ClosureFields):
    """A road that can't be used."""

    kind: Word = Field(description="How `spec` tells what is closed.", examples=["stretch"])
    spec: (
        Annotated[str, StringConstraints(strict=True, min_length=1, max_length=1000, pattern=_PLAIN)] | dict[str, Any]
    ) = Field(description="What is closed: words, or an object.", examples=["Main St from Bridge St to Ferry Rd"])
    starts: Moment | None = Field(None, description="From when; now when left out.")


class EditClosureRequest(_ClosureFields):
    """What to change of a closure; what is left out stays."""

    kind: Word = Field(
        "", description="How `spec` tells what is closed.", validate_default=False, json_schema_extra=_left_out
    )
    spec: (
        Annotated[str, StringConstraints(strict=True, min_length=1, max_length=1000, pattern=_PLAIN)] | dict[str, Any]
    ) = Field(
        "", description="What is closed: words, or an object.", validate_default=False, json_schema_extra=_left_out
    )
    starts: Moment = Field(datetime.min, description="From when.", validate_default=False, json_schema_extra=_left_out)
    version: Seen = Field(None, description="The version looked at: 409 when others changed it since.")


class CardQuery(_Request):
    """The call to choose a run card for."""

    call_type: str = Field(min_length=1, max_length=200, pattern=_PLAIN, description="Call type.", examples=["crash"])
    lon: float = Field(ge=-180, le=180, description="Longitude, degrees; west is negative.", examples=[-69.54])
    lat: float = Field(ge=-90, le=90, description="Latitude, degrees.", examples=[40.89])
    alarm: int = Field(1, ge=1, le=20, description="Alarm level.")
    weather: list[Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=_WORD)]] = Field(
        default_factory=list, max_length=20, description="Weather flags that are set; repeat it for several."
    )
    at: AwareDatetime | None = Field(None, description="When; now when left out.")


class AuditQuery(_Request):
    """Which rows of the record to list."""

    after: int = Field(0, ge=0, le=2**62, description="The `next` of the answer before, to go on.")
    limit: int = Field(100, ge=1, le=1000, description="Most rows to return.")
    subject_kind: str | None = Field(
        None, min_length=1, max_length=40, pattern=_WORD, description="Only of units, incidents ...", examples=["unit"]
    )
    subject_id: str | None = Field(None, min_length=1, max_length=200, pattern=_PLAIN, description="Only of this one.")
