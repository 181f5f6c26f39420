"""Put units on incidents and take them off: no unit is ever on two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, Row

from geo_dispatch.errors import ConflictError, InputError, TransitionError, UnitTakenError
from geo_dispatch.live.incident_rows import OPEN, get_incident_in
from geo_dispatch.live.journal import Writing
from geo_dispatch.live.models import Incident
from geo_dispatch.live.release import release_units
from geo_dispatch.live.statuses import Workflow, load_workflow
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.tables import assignments, units
from geo_dispatch.live.unit_rows import get_unit_row, put_status

__all__ = ["Assigning"]


class Assigning:
    """Assigns units to incidents, and releases them.

    Parameters
    ----------
    store
        Where it is kept.
    workflow
        The statuses of units; the program's own when None.
    """

    def __init__(self, store: LiveStore, *, workflow: Workflow | None = None) -> None:
        self._store = store
        self._workflow = workflow or load_workflow()

    def assign(
        self, incident_id: str, wanted: Sequence[tuple[str, str | None]], *, actor: str | None = None
    ) -> Incident:
        """Assign units to an incident: all of them, or none.

        Parameters
        ----------
        incident_id
            The incident, open.
        wanted
            Id of each unit, and the role it fills.
        actor
            Who assigns.

        Returns
        -------
        Incident
            As it is now.

        Raises
        ------
        UnknownRecordError
            If there is no such incident or unit.
        UnitTakenError
            If a unit, or the crew it shares, is on an incident; message and details say which, by whom and since when.
        TransitionError
            If a unit's status lets it not be assigned.
        ConflictError
            If the incident is closed.
        StoreUnavailableError
            If the store doesn't answer.
        """
        ids = [unit_id for unit_id, _ in wanted]
        if not ids or len(set(ids)) < len(ids):
            raise InputError("name the units to assign, each once")
        with self._store.write(actor) as writing:
            found = get_incident_in(writing.connection, incident_id)
            if found.status != OPEN:
                raise ConflictError(f"incident {incident_id} is closed: open it again, or open another")
            for unit_id, role in wanted:
                self._assign_one(writing, incident_id, unit_id, role)
            told = [{"unit_id": unit_id, "role": role} for unit_id, role in wanted]
            writing.record("incident.assign", "incident", incident_id, {"units": told})
            return get_incident_in(writing.connection, incident_id)

    def _assign_one(self, writing: Writing, incident_id: str, unit_id: str, role: str | None) -> None:
        row = get_unit_row(writing.connection, unit_id, active=True)
        self._check_free(writing.connection, row)
        self._check_crew(writing.connection, row)
        if not self._workflow.get_status(row.status).assignable:
            free = [status.status for status in self._workflow.statuses.values() if status.assignable]
            raise TransitionError(
                f"{unit_id} is {row.status}: only a unit that is {' or '.join(free)} can be assigned",
                details={
                    "unit_id": unit_id,
                    "unit_status": row.status,
                    "allowed": list(self._workflow.statuses[row.status].next),
                },
            )
        try:
            writing.connection.execute(
                sa.insert(assignments).values(
                    incident_id=incident_id,
                    unit_id=unit_id,
                    role=role,
                    assigned_at=writing.at,
                    assigned_by=writing.actor,
                )
            )
        except exc.IntegrityError:
            raise UnitTakenError(f"{unit_id} was assigned by another program just now: look again") from None
        put_status(writing, unit_id, self._workflow.assigned, writing.at)
        told = {"from": row.status, "to": self._workflow.assigned, "since": writing.at, "incident_id": incident_id}
        writing.record("unit.status", "unit", unit_id, told)

    @staticmethod
    def _check_free(connection: Connection, row: Row[Any]) -> None:
        if row.incident_id is None:
            return
        query = sa.select(assignments).where(assignments.c.unit_id == row.unit_id, assignments.c.released_at.is_(None))
        held = connection.execute(query).one()
        raise UnitTakenError(
            f"{row.unit_id} is on incident {held.incident_id} already: assigned by {held.assigned_by or 'a desk without a name'} "
            f"at {held.assigned_at}: release it there first, or take another",
            details=_held(held),
        )

    @staticmethod
    def _check_crew(connection: Connection, row: Row[Any]) -> None:
        """Refuse a unit whose crew is out with another."""
        if row.crew_group is None:
            return
        query = (
            sa.select(assignments)
            .join(units, units.c.unit_id == assignments.c.unit_id)
            .where(units.c.crew_group == row.crew_group, assignments.c.released_at.is_(None))
        )
        held = connection.execute(query).first()
        if held is not None:
            raise UnitTakenError(
                f"the crew of {row.unit_id} ({row.crew_group}) is out with {held.unit_id} on incident {held.incident_id}, "
                f"assigned by {held.assigned_by or 'a desk without a name'} at {held.assigned_at}: take another unit",
                details={**_held(held), "crew_group": row.crew_group},
            )

    def release(
        self,
        incident_id: str,
        unit_ids: Sequence[str],
        *,
        status: str | None = None,
        reason: str | None = None,
        actor: str | None = None,
    ) -> Incident:
        """Take units off an incident: all of them, or none.

        Parameters
        ----------
        incident_id
            The incident.
        unit_ids
            Units that are on it.
        status
            What they do next; the workflow's own when None.
        reason
            Why, in words.
        actor
            Who releases.

        Returns
        -------
        Incident
            As it is now.

        Raises
        ------
        UnknownRecordError
            If there is no such incident or unit.
        ConflictError
            If a unit is not on it.
        TransitionError
            If the status can't follow a unit's present one.
        StoreUnavailableError
            If the store doesn't answer.
        """
        after = status or self._workflow.released
        if self._workflow.get_status(after).on_incident:
            raise InputError(f"a released unit can't be {after}: that is a status of units on an incident")
        if not unit_ids or len(set(unit_ids)) < len(unit_ids):
            raise InputError("name the units to release, each once")
        with self._store.write(actor) as writing:
            get_incident_in(writing.connection, incident_id)
            rows = [get_unit_row(writing.connection, unit_id) for unit_id in unit_ids]
            for row in rows:
                if row.incident_id != incident_id:
                    where = f"on incident {row.incident_id}" if row.incident_id else "on no incident"
                    raise ConflictError(
                        f"{row.unit_id} is {where}, not on {incident_id}: look again",
                        details={"unit_id": row.unit_id, "incident_id": row.incident_id},
                    )
                self._workflow.check(row.unit_id, row.status, after)
            release_units(writing, incident_id, unit_ids, reason=reason)
            for row in rows:
                put_status(writing, row.unit_id, after, writing.at)
                told = {"from": row.status, "to": after, "since": writing.at, "incident_id": None}
                writing.record("unit.status", "unit", row.unit_id, told)
            return get_incident_in(writing.connection, incident_id)


def _held(held: Row[Any]) -> dict[str, object]:
    return {
        "unit_id": held.unit_id,
        "incident_id": held.incident_id,
        "assigned_by": held.assigned_by,
        "assigned_at": held.assigned_at,
    }
