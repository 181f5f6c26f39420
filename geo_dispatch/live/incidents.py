"""Incidents: opened, changed, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo_dispatch.errors import ConflictError, InputError
from geo_dispatch.live.canonical import canonical_json
from geo_dispatch.live.incident_rows import CLOSED, OPEN, get_incident_in, with_assignments
from geo_dispatch.live.journal import Writing
from geo_dispatch.live.models import Incident
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.tables import incidents
from geo_dispatch.live.times import utc_text
from geo_dispatch.live.versioned import check_version

__all__ = ["Incidents"]

_CHANGEABLE = ("call_type", "alarm", "weather", "lon", "lat", "radius90_m", "label", "note", "status")


class Incidents:
    """What can be done with incidents.

    Parameters
    ----------
    store
        Where they are kept.
    """

    def __init__(self, store: LiveStore) -> None:
        self._store = store

    # --- reading ---------------------------------------------------------------------------------

    def list_incidents(
        self, *, status: str | None = OPEN, limit: int = 1000, before: str | None = None
    ) -> tuple[Incident, ...]:
        """Return incidents, the newest first.

        Parameters
        ----------
        status
            ``open`` or ``closed``; both when None.
        limit
            Most incidents.
        before
            Only those with a lower id than this, to go on from there.

        Returns
        -------
        tuple of Incident
            With their assignments.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            return self.read(connection, status=status, limit=limit, before=before)

    def read(
        self, connection: Connection, *, status: str | None = OPEN, limit: int = 1000, before: str | None = None
    ) -> tuple[Incident, ...]:
        """Return incidents inside a transaction; as `list_incidents`."""
        query = sa.select(incidents).order_by(incidents.c.incident_id.desc()).limit(limit)
        if status is not None:
            query = query.where(incidents.c.status == status)
        if before is not None:
            query = query.where(incidents.c.incident_id < before)
        return with_assignments(connection, connection.execute(query).all())

    def get_incident(self, incident_id: str) -> Incident:
        """Return one incident.

        Parameters
        ----------
        incident_id
            Its id.

        Returns
        -------
        Incident
            With its assignments.

        Raises
        ------
        UnknownRecordError
            If there is none of that id.
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            return get_incident_in(connection, incident_id)

    # --- changing --------------------------------------------------------------------------------

    def open_incident(
        self,
        call_type: str,
        *,
        lon: float,
        lat: float,
        label: str,
        radius90_m: float | None = None,
        alarm: int = 1,
        weather: Sequence[str] = (),
        note: str | None = None,
        actor: str | None = None,
    ) -> Incident:
        """Open an incident.

        Parameters
        ----------
        call_type
            As the run cards call it.
        lon, lat, label, radius90_m
            Where, in degrees and words, and how sure that is (metres; None = not told).
        alarm
            Alarm level.
        weather
            Flags that run cards ask about.
        note
            What else to know.
        actor
            Who opens it.

        Returns
        -------
        Incident
            Its id is the year and a number counted up.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.write(actor) as writing:
            values = {
                "call_type": call_type,
                "alarm": alarm,
                "lon": lon,
                "lat": lat,
                "radius90_m": radius90_m,
                "label": label,
                "note": note,
            }
            incident_id = _next_id(writing)
            kept = {"weather": canonical_json(sorted(set(weather))), "status": OPEN, "opened_at": writing.at}
            writing.connection.execute(
                sa.insert(incidents).values(
                    incident_id=incident_id, **values, **kept, opened_by=writing.actor, version=1
                )
            )
            writing.record("incident.open", "incident", incident_id, {**values, "weather": sorted(set(weather))})
            return get_incident_in(writing.connection, incident_id)

    def edit(
        self, incident_id: str, changes: Mapping[str, Any], *, actor: str | None = None, version: int | None = None
    ) -> Incident:
        """Change an incident, or close it.

        Parameters
        ----------
        incident_id
            Its id.
        changes
            call_type, alarm, weather, lon, lat, radius90_m, label, note, and status ``open`` or ``closed``.
        actor
            Who changes it.
        version
            The version that was looked at; None passes the check over.

        Returns
        -------
        Incident
            As it is now.

        Raises
        ------
        UnknownRecordError
            If there is no such incident.
        VersionConflictError
            If others changed it since.
        ConflictError
            If it is to be closed while units are on it; the details list them.
        StoreUnavailableError
            If the store doesn't answer.
        """
        unknown = sorted(set(changes) - set(_CHANGEABLE))
        if unknown:
            raise InputError(f"{unknown[0]!r} of an incident can't be changed: {', '.join(_CHANGEABLE)} can")
        with self._store.write(actor) as writing:
            found = get_incident_in(writing.connection, incident_id)
            check_version(version, found.version, f"incident {incident_id}")
            wanted = {key: sorted(set(value)) if key == "weather" else value for key, value in changes.items()}
            before = {key: list(found.weather) if key == "weather" else getattr(found, key) for key in changes}
            if wanted == before:
                return found
            values = {key: canonical_json(value) if key == "weather" else value for key, value in wanted.items()}
            if "status" in wanted and wanted["status"] != found.status:
                values |= _closing(writing, found, str(wanted["status"]))
            values["version"] = found.version + 1
            writing.connection.execute(
                sa.update(incidents).where(incidents.c.incident_id == incident_id).values(**values)
            )
            action = "incident.close" if wanted.get("status") == CLOSED else "incident.update"
            writing.record(action, "incident", incident_id, {"changes": wanted, "before": before})
            return get_incident_in(writing.connection, incident_id)


def _next_id(writing: Writing) -> str:
    """Return the year and the next number; the transaction is alone, so no other takes it."""
    year = utc_text(writing.now)[:4]
    query = sa.select(sa.func.max(incidents.c.incident_id)).where(incidents.c.incident_id.like(f"{year}-%"))
    last = writing.connection.execute(query).scalar()
    return f"{year}-{int(last.split('-')[1]) + 1 if last else 1:07d}"


def _closing(writing: Writing, found: Incident, status: str) -> dict[str, Any]:
    if status == OPEN:
        return {"closed_at": None, "closed_by": None}
    if status != CLOSED:
        raise InputError(f"an incident is open or closed, not {status!r}")
    on_it = [row.unit_id for row in found.assignments if row.released_at is None]
    if on_it:
        raise ConflictError(
            f"incident {found.incident_id} has {', '.join(on_it)} on it: release them before it is closed",
            details={"incident_id": found.incident_id, "units": on_it},
        )
    return {"closed_at": writing.at, "closed_by": writing.actor}
