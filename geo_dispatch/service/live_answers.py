"""What the live desk answers: documents with what must be warned of."""

from __future__ import annotations

from dataclasses import dataclass

from geo_dispatch.live.models import AuditEntry, Closure, Head, Incident, Unit

__all__ = [
    "AuditAnswer",
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
class Snapshot:
    """The last state of everything that was seen, shown while the store can't be reached."""

    at: str
    seq: int
    units: tuple[Unit, ...]
    incidents: tuple[Incident, ...]
    closures: tuple[Closure, ...]
