"""What the live desk answers: documents with what must be warned of."""

from __future__ import annotations

from dataclasses import dataclass

from geo_dispatch.live.models import AuditEntry, Closure, Head, Incident, Unit
from geo_dispatch.live.run_cards import Requirement, SelectedCard
from geo_dispatch.live.statuses import Status

__all__ = [
    "AuditAnswer",
    "CardAnswer",
    "CardOut",
    "CardsAnswer",
    "ClosureAnswer",
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
