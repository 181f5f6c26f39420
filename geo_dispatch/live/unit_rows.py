"""Rows of units, read with the incident each is on."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import UnknownRecordError
from geo_dispatch.live.canonical import canonical_json
from geo_dispatch.live.journal import Writing
from geo_dispatch.live.models import Home, Unit, UnitPosition, UnitSeed
from geo_dispatch.live.statuses import Workflow
from geo_dispatch.live.tables import assignments, units
from geo_dispatch.live.times import seconds_between
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["EDITABLE", "find_unit_row", "get_unit_row", "put_status", "read_units", "unit_values"]

EDITABLE = tuple(field.name for field in fields(UnitSeed) if field.name != "unit_id")
"""What can be changed of a unit."""

_PLAIN = tuple(
    name
    for name in (field.name for field in fields(Unit))
    if name not in ("home", "position", "assignable", "capabilities")
)
_mate, _mate_out = units.alias("mate"), assignments.alias("mate_out")
_CREW_OUT_WITH = (
    sa.select(sa.func.min(_mate.c.unit_id))
    .join(_mate_out, sa.and_(_mate_out.c.unit_id == _mate.c.unit_id, _mate_out.c.released_at.is_(None)))
    .where(_mate.c.crew_group == units.c.crew_group, _mate.c.unit_id != units.c.unit_id)
    .scalar_subquery()
)
_QUERY = (
    sa.select(units, assignments.c.incident_id, _CREW_OUT_WITH.label("crew_out_with"))
    .select_from(
        units.outerjoin(
            assignments, sa.and_(assignments.c.unit_id == units.c.unit_id, assignments.c.released_at.is_(None))
        )
    )
    .order_by(units.c.unit_id)
)


def unit_values(seed: UnitSeed) -> dict[str, Any]:
    """Return the columns of a unit as it is written down.

    Parameters
    ----------
    seed
        The unit.

    Returns
    -------
    dict
        Column to value.
    """
    return {**asdict(seed), "capabilities": canonical_json(list(seed.capabilities))}


def find_unit_row(connection: Connection, unit_id: str) -> Row[Any] | None:
    """Return the row of a unit, with ``incident_id`` and ``crew_out_with``; None when there is none.

    Parameters
    ----------
    connection
        To the store.
    unit_id
        Its id.

    Returns
    -------
    sqlalchemy.engine.Row or None
        All columns of units, and the incident it is on.
    """
    return connection.execute(_QUERY.where(units.c.unit_id == unit_id)).first()


def get_unit_row(connection: Connection, unit_id: str, *, active: bool = False) -> Row[Any]:
    """Return the row of a unit, with ``incident_id`` and ``crew_out_with``.

    Parameters
    ----------
    connection
        To the store.
    unit_id
        Its id.
    active
        Refuse a retired one.

    Returns
    -------
    sqlalchemy.engine.Row
        All columns of units, and the incident it is on.

    Raises
    ------
    UnknownRecordError
        If there is none of that id, or it is retired.
    """
    row = find_unit_row(connection, unit_id)
    if row is None:
        known = list(connection.execute(sa.select(units.c.unit_id).order_by(units.c.unit_id)).scalars())
        hint = did_you_mean(unit_id, known) or f": the units are {', '.join(known[:40]) or 'none'}"
        raise UnknownRecordError(f"there is no unit {unit_id!r}{hint}")
    if active and row.retired:
        raise UnknownRecordError(f"unit {unit_id!r} is retired: bring it back (retired: false) before it is used")
    return row


def put_status(writing: Writing, unit_id: str, status: str, since: str) -> None:
    """Set a unit's status; whether it may have it is for the caller to check, and to record.

    Parameters
    ----------
    writing
        The transaction.
    unit_id
        Its id.
    status
        Its new status.
    since
        Since when.
    """
    values = {"status": status, "status_at": since, "status_by": writing.actor, "status_assumed": False}
    changed = sa.update(units).where(units.c.unit_id == unit_id).values(**values, version=units.c.version + 1)
    writing.connection.execute(changed)


def read_units(
    connection: Connection, now: datetime, workflow: Workflow, *, retired: bool = False, only: str | None = None
) -> tuple[Unit, ...]:
    """Return units by id.

    Parameters
    ----------
    connection
        To the store.
    now
        The moment that ages are counted to.
    workflow
        Tells which statuses are assignable.
    retired
        Those that were taken off, too.
    only
        One unit, retired or not.

    Returns
    -------
    tuple of Unit
        As they are.
    """
    query = _QUERY
    if only is not None:
        query = query.where(units.c.unit_id == only)
    elif not retired:
        query = query.where(units.c.retired.is_(False))
    return tuple(_unit(row, now, workflow) for row in connection.execute(query))


def _unit(row: Row[Any], now: datetime, workflow: Workflow) -> Unit:
    plain = {name: getattr(row, name) for name in _PLAIN}
    free = row.incident_id is None and row.crew_out_with is None and not row.retired
    return Unit(
        **plain,
        capabilities=tuple(json.loads(row.capabilities)),
        home=None if row.home_lon is None or row.home_lat is None else Home(row.home_lon, row.home_lat),
        assignable=free and row.status in workflow.statuses and workflow.statuses[row.status].assignable,
        position=_position(row, now),
    )


def _position(row: Row[Any], now: datetime) -> UnitPosition | None:
    if row.lon is None or row.position_at is None:
        return None
    age_s = round(max(0.0, seconds_between(row.position_at, now)), 3)
    stale = age_s > float(load_table("geo_dispatch.live", "limits")["stale_after_s"])
    return UnitPosition(row.lon, row.lat, row.position_at, age_s, row.accuracy_m, row.position_source, stale)
