"""Take units off an incident: what both a release and a status can do."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from geo_dispatch.live.journal import Writing
from geo_dispatch.live.tables import assignments

__all__ = ["release_units"]


def release_units(writing: Writing, incident_id: str, unit_ids: Sequence[str], *, reason: str | None) -> None:
    """End the assignments of units to an incident, and record it; their status is left to the caller.

    Parameters
    ----------
    writing
        The transaction.
    incident_id
        The incident.
    unit_ids
        Units that are on it.
    reason
        Why, in a word.
    """
    for unit_id in unit_ids:
        writing.connection.execute(
            sa.update(assignments)
            .where(
                assignments.c.incident_id == incident_id,
                assignments.c.unit_id == unit_id,
                assignments.c.released_at.is_(None),
            )
            .values(released_at=writing.at, released_by=writing.actor, reason=reason)
        )
    writing.record("incident.release", "incident", incident_id, {"units": list(unit_ids), "reason": reason})
