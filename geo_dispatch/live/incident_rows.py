"""Rows of incidents, read with the units on them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from geo_dispatch.errors import UnknownRecordError
from geo_dispatch.live.models import Assignment, Incident
from geo_dispatch.live.tables import assignments, incidents

__all__ = ["CLOSED", "OPEN", "get_incident_in", "with_assignments"]

OPEN, CLOSED = "open", "closed"


def get_incident_in(connection: Connection, incident_id: str) -> Incident:
    """Return one incident inside a transaction.

    Parameters
    ----------
    connection
        To the store.
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
    """
    rows = connection.execute(sa.select(incidents).where(incidents.c.incident_id == incident_id)).all()
    if not rows:
        raise UnknownRecordError(f"there is no incident {incident_id!r}: list them to see which there are")
    return with_assignments(connection, rows)[0]


def with_assignments(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Incident, ...]:
    """Return the incidents of rows, each with its assignments.

    Parameters
    ----------
    connection
        To the store.
    rows
        Rows of the table incidents.

    Returns
    -------
    tuple of Incident
        In the order of the rows.
    """
    ids = [row.incident_id for row in rows]
    held: dict[str, list[Assignment]] = {incident_id: [] for incident_id in ids}
    query = sa.select(assignments).where(assignments.c.incident_id.in_(ids)).order_by(assignments.c.assignment_id)
    for row in connection.execute(query) if ids else ():
        values = {name: getattr(row, name) for name in Assignment.__dataclass_fields__}
        held[row.incident_id].append(Assignment(**values))
    names = [name for name in Incident.__dataclass_fields__ if name not in ("weather", "assignments")]
    return tuple(
        Incident(
            **{name: getattr(row, name) for name in names},
            weather=tuple(json.loads(row.weather)),
            assignments=tuple(held[row.incident_id]),
        )
        for row in rows
    )
