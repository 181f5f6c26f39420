"""What the live desk answers: documents with what must be warned of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo_dispatch.live.models import AuditEntry, Closure, Head, Incident, Unit
from geo_dispatch.live.run_cards import Requirement, SelectedCard
from geo_dispatch.live.statuses import Status

__all__ = [
    "AuditAnswer",
    "CardAnswer",
    "CardOut",
    "CardsAnswer",
    "ClosureAnswer",
    "ClosureFeature",
    "ClosurePreview",
    "ClosureRoadsAnswer",
    "ClosuresAnswer",
    "IncidentAnswer",
    "IncidentsAnswer",
    "Snapshot",
    "UnitAnswer",
    "UnitsAnswer",
]


@dataclass(frozen=True, slots=True)
class UnitsAnswer:
    """Units, as they were after row ``seq`` of the record."""

    units: tuple[Unit, ...]
    seq: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """One unit."""

    unit: Unit
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentsAnswer:
    """Incidents, the newest first; ``next`` is given as ``before`` to go on, None at the end."""

    incidents: tuple[Incident, ...]
    seq: int
    next: str | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentAnswer:
    """One incident."""

    incident: Incident
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosuresAnswer:
    """Closures, as they were after row ``seq`` of the record."""

    closures: tuple[Closure, ...]
    seq: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosureAnswer:
    """One closure."""

    closure: Closure
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosureFeature:
    """The roads that a closure closes, as a GeoJSON feature; geometry None when it closes none here."""

    id: str
    geometry: Mapping[str, Any] | None
    properties: Mapping[str, Any]
    type_: str = "Feature"


@dataclass(frozen=True, slots=True)
class ClosureRoadsAnswer:
    """Closures on the roads, as they were after row ``seq`` of the record: a GeoJSON feature collection."""

    features: tuple[ClosureFeature, ...]
    seq: int
    warnings: tuple[str, ...] = ()
    type_: str = "FeatureCollection"


@dataclass(frozen=True, slots=True)
class ClosurePreview:
    """What a closure would close, and its document, to be added as it is."""

    closure: Mapping[str, Any]
    label: str
    feature: ClosureFeature
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditAnswer:
    """Rows of the record; ``next`` is given as ``after`` to go on, None at the end."""

    entries: tuple[AuditEntry, ...]
    head: Head
    next: int | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardOut:
    """A run card with all that it requires, those of the cards it extends included."""

    card_id: str
    name: str
    call_type: str
    alarm: int
    when: str | None
    area: str | None
    weather: tuple[str, ...]
    extends: str | None
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class CardsAnswer:
    """The town's run cards, and the statuses that units can have."""

    run_cards: tuple[CardOut, ...]
    statuses: tuple[Status, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """The run card for a call, with reasons."""

    run_card: SelectedCard
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything as it was at one moment, after row ``seq`` of the record: open incidents, closures not yet over."""

    at: str
    seq: int
    units: tuple[Unit, ...]
    incidents: tuple[Incident, ...]
    closures: tuple[Closure, ...]
