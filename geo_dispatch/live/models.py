"""What the store returns: frozen, and the same over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Assignment",
    "AuditEntry",
    "Closure",
    "Head",
    "Home",
    "Incident",
    "RecommendationRecord",
    "Unit",
    "UnitPosition",
    "UnitSeed",
]


@dataclass(frozen=True, slots=True)
class Home:
    """Where a unit stands when it is in quarters, degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class UnitPosition:
    """Where a unit last was: degrees, how well it was known (metres; None = not told), and how old that is now."""

    lon: float
    lat: float
    at: str
    age_s: float
    accuracy_m: float | None
    source: str | None
    stale: bool


@dataclass(frozen=True, slots=True)
class UnitSeed:
    """A unit as it is written down: what doesn't change with the hour. None = unknown."""

    unit_id: str
    name: str
    kind: str
    station_id: str | None = None
    agency: str | None = None
    neighbour: str | None = None
    call_over_s: float | None = None
    profile: str | None = None
    capabilities: tuple[str, ...] = ()
    crew: int | None = None
    crew_group: str | None = None
    weight_t: float | None = None
    height_m: float | None = None
    width_m: float | None = None
    length_m: float | None = None
    staffing: str | None = None
    home_lon: float | None = None
    home_lat: float | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit now.

    ``crew`` is None when unknown. Units of one ``crew_group`` share one crew: only one of them can be out, and ``crew_out_with``
    says which of the others is. ``neighbour`` and
    ``call_over_s`` are set for units of mutual aid: who has to be called, and the seconds that takes. ``status_assumed`` is
    true until somebody has said what the unit is doing.
    """

    unit_id: str
    name: str
    kind: str
    station_id: str | None
    agency: str | None
    neighbour: str | None
    call_over_s: float | None
    profile: str | None
    capabilities: tuple[str, ...]
    crew: int | None
    crew_group: str | None
    weight_t: float | None
    height_m: float | None
    width_m: float | None
    length_m: float | None
    staffing: str | None
    home: Home | None
    status: str
    status_at: str
    status_by: str | None
    status_assumed: bool
    assignable: bool
    incident_id: str | None
    crew_out_with: str | None
    position: UnitPosition | None
    retired: bool
    edited: bool
    version: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit on an incident, for as long as ``released_at`` is None."""

    unit_id: str
    role: str | None
    assigned_at: str
    assigned_by: str | None
    released_at: str | None
    released_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident, and every unit that was ever on it."""

    incident_id: str
    call_type: str
    alarm: int
    weather: tuple[str, ...]
    lon: float
    lat: float
    radius90_m: float | None
    label: str
    note: str | None
    status: str
    opened_at: str
    opened_by: str | None
    closed_at: str | None
    closed_by: str | None
    version: int
    assignments: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Closure:
    """A road that can't be used: a plain document, for routing to make sense of.

    ``profiles`` None means all vehicles; ``ends`` None means until it is expired. ``status`` is told for the moment asked for:
    upcoming, active or expired.
    """

    closure_id: str
    kind: str
    spec: Any
    profiles: tuple[str, ...] | None
    starts: str
    ends: str | None
    source: str | None
    note: str | None
    status: str
    created_at: str
    created_by: str | None
    expired_at: str | None
    expired_by: str | None
    version: int


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row of the record: who did what to what, and the hashes that chain it."""

    seq: int
    at: str
    actor: str | None
    action: str
    subject_kind: str
    subject_id: str
    data: Mapping[str, Any]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of the record; seq 0 when it is empty."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class RecommendationRecord:
    """A recommendation as it was given: canonical JSON texts, so that they can be replayed byte for byte."""

    record_id: str
    at: str
    actor: str | None
    incident_id: str | None
    inputs: str
    town_sha256: str
    versions: Mapping[str, str] = field(default_factory=dict)
    answer: str = "{}"
    hash: str = ""
    audit_seq: int = 0
