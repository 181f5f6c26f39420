"""What the live store answers over HTTP."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "AuditResponse",
    "CardResponse",
    "CardsResponse",
    "ClosureResponse",
    "ClosuresResponse",
    "IncidentResponse",
    "IncidentsResponse",
    "UnitResponse",
    "UnitsResponse",
]


class _Response(BaseModel):
    model_config = ConfigDict(extra="forbid")


class HomeOut(_Response):
    """Where a unit stands in quarters, degrees."""

    lon: float
    lat: float


class UnitPositionOut(_Response):
    """Where a unit last was; stale when that is too long ago to rely on."""

    lon: float
    lat: float
    at: str
    age_s: float = Field(ge=0)
    accuracy_m: float | None
    source: str | None
    stale: bool


class UnitOut(_Response):
    """A unit now."""

    unit_id: str
    name: str
    kind: str
    station_id: str | None
    agency: str | None
    neighbour: str | None
    call_over_s: float | None
    profile: str | None
    capabilities: list[str]
    crew: int | None
    crew_group: str | None
    weight_t: float | None
    height_m: float | None
    width_m: float | None
    length_m: float | None
    staffing: str | None
    home: HomeOut | None
    status: str
    status_at: str
    status_by: str | None
    status_assumed: bool = Field(description="Nobody has said yet what it is doing.")
    assignable: bool
    incident_id: str | None
    crew_out_with: str | None = Field(description="The unit that the shared crew is out with.")
    position: UnitPositionOut | None
    retired: bool
    edited: bool = Field(description="It differs from the town file on purpose.")
    version: int = Field(ge=1)


class UnitsResponse(_Response):
    """Units, as they were after row `seq` of the record."""

    units: list[UnitOut]
    seq: int = Field(ge=0)
    warnings: list[str]


class UnitResponse(_Response):
    """One unit."""

    unit: UnitOut
    warnings: list[str]


class AssignmentOut(_Response):
    """A unit on an incident, as long as `released_at` is null."""

    unit_id: str
    role: str | None
    assigned_at: str
    assigned_by: str | None
    released_at: str | None
    released_by: str | None
    reason: str | None


class IncidentOut(_Response):
    """An incident, and every unit that was ever on it."""

    incident_id: str
    call_type: str
    alarm: int = Field(ge=1)
    weather: list[str]
    lon: float
    lat: float
    radius90_m: float | None
    label: str
    note: str | None
    status: Literal["open", "closed"]
    opened_at: str
    opened_by: str | None
    closed_at: str | None
    closed_by: str | None
    version: int = Field(ge=1)
    assignments: list[AssignmentOut]


class IncidentsResponse(_Response):
    """Incidents, the newest first; `next` is given as `before` to go on."""

    incidents: list[IncidentOut]
    seq: int = Field(ge=0)
    next: str | None
    warnings: list[str]


class IncidentResponse(_Response):
    """One incident."""

    incident: IncidentOut
    warnings: list[str]


class ClosureOut(_Response):
    """A road that can't be used."""

    closure_id: str
    kind: str
    spec: str | dict[str, Any]
    profiles: list[str] | None
    starts: str
    ends: str | None
    source: str | None
    note: str | None
    status: Literal["upcoming", "active", "expired"]
    created_at: str
    created_by: str | None
    expired_at: str | None
    expired_by: str | None
    version: int = Field(ge=1)


class ClosuresResponse(_Response):
    """Closures, as they were after row `seq` of the record."""

    closures: list[ClosureOut]
    seq: int = Field(ge=0)
    warnings: list[str]


class ClosureResponse(_Response):
    """One closure."""

    closure: ClosureOut
    warnings: list[str]


class AuditEntryOut(_Response):
    """One row of the record."""

    seq: int = Field(ge=1)
    at: str
    actor: str | None
    action: str
    subject_kind: str
    subject_id: str
    data: dict[str, Any]
    prev_hash: str = Field(pattern="^[0-9a-f]{64}$")
    hash: str = Field(pattern="^[0-9a-f]{64}$")


class HeadOut(_Response):
    """The last row of the record."""

    seq: int = Field(ge=0)
    hash: str = Field(pattern="^[0-9a-f]{64}$")


class AuditResponse(_Response):
    """Rows of the record, oldest first; `next` is given as `after` to go on."""

    entries: list[AuditEntryOut]
    head: HeadOut
    next: int | None
    warnings: list[str]


class RequirementOut(_Response):
    """So many units of one capability."""

    capability: str
    count: int = Field(ge=1)


class RunCardOut(_Response):
    """A run card with all that it requires, those of the cards it extends included."""

    card_id: str
    name: str
    call_type: str
    alarm: int = Field(ge=1)
    when: str | None
    area: str | None
    weather: list[str]
    extends: str | None
    requirements: list[RequirementOut]


class StatusOut(_Response):
    """A status that a unit can have, and which may follow."""

    status: str
    name: str
    assignable: bool
    on_incident: bool
    next: list[str]


class CardsResponse(_Response):
    """The town's run cards, and the statuses that units can have."""

    run_cards: list[RunCardOut]
    statuses: list[StatusOut]
    warnings: list[str]


class PassedOverOut(_Response):
    """A card of the call type that was not chosen, and why."""

    card_id: str
    reason: str


class SelectedCardOut(_Response):
    """The card for a call: all it requires, why it was chosen, and why the others were not."""

    card_id: str
    name: str
    call_type: str
    alarm: int = Field(ge=1)
    requirements: list[RequirementOut]
    why: list[str]
    passed_over: list[PassedOverOut]


class CardResponse(_Response):
    """The run card for a call, with reasons."""

    run_card: SelectedCardOut
    warnings: list[str]
