"""Closures: plain documents, kept and timed here; what they mean on the roads is for routing to tell."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from geo_dispatch.errors import InputError, UnknownRecordError
from geo_dispatch.live.canonical import canonical_json, check_text
from geo_dispatch.live.models import Closure
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.tables import closures
from geo_dispatch.live.times import utc_text
from geo_dispatch.live.versioned import check_version

__all__ = ["Closures"]

_PLAIN = (
    "closure_id",
    "kind",
    "starts",
    "ends",
    "source",
    "note",
    "created_at",
    "created_by",
    "expired_at",
    "expired_by",
)
_DEEPEST = 20
_CHANGEABLE = ("kind", "spec", "profiles", "starts", "ends", "source", "note")


class Closures:
    """What can be done with closures.

    Parameters
    ----------
    store
        Where they are kept.
    """

    def __init__(self, store: LiveStore) -> None:
        self._store = store

    def list_closures(self, *, at: datetime | None = None, expired: bool = False) -> tuple[Closure, ...]:
        """Return closures by the time they start.

        Parameters
        ----------
        at
            The moment their status is told for; now when None.
        expired
            Those that are over, too.

        Returns
        -------
        tuple of Closure
            Active and upcoming ones.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            return self.read(connection, at=at, expired=expired)

    def read(self, connection: Connection, *, at: datetime | None = None, expired: bool = False) -> tuple[Closure, ...]:
        """Return closures inside a transaction; as `list_closures`."""
        moment = utc_text(at or self._store.clock())
        query = sa.select(closures).order_by(closures.c.starts, closures.c.closure_id)
        if not expired:
            query = query.where(
                sa.or_(closures.c.expired_at.is_(None), closures.c.expired_at > moment),
                sa.or_(closures.c.ends.is_(None), closures.c.ends > moment),
            )
        return tuple(_closure(row, moment) for row in connection.execute(query))

    def get_closure(self, closure_id: str, *, at: datetime | None = None) -> Closure:
        """Return one closure, also when it is over.

        Parameters
        ----------
        closure_id
            Its id.
        at
            The moment its status is told for; now when None.

        Returns
        -------
        Closure
            As it is now.

        Raises
        ------
        UnknownRecordError
            If there is none of that id.
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            return _closure(_get_row(connection, closure_id), utc_text(at or self._store.clock()))

    def add(
        self,
        kind: str,
        spec: Any,
        *,
        profiles: tuple[str, ...] | None = None,
        starts: datetime | None = None,
        ends: datetime | None = None,
        source: str | None = None,
        note: str | None = None,
        actor: str | None = None,
    ) -> Closure:
        """Add a closure.

        Parameters
        ----------
        kind
            As routing calls it: stretch, polygon, edge ...
        spec
            What is closed: anything that JSON holds.
        profiles
            Vehicle profiles it concerns; all when None.
        starts, ends
            From when (now when None) until when (until expired when None).
        source, note
            Who told it; what else to know.
        actor
            Who adds it.

        Returns
        -------
        Closure
            As it is kept.

        Raises
        ------
        InputError
            If it ends before it starts, or a value can't be kept.
        StoreUnavailableError
            If the store doesn't answer.
        """
        values = {
            "kind": check_text(kind, "kind", limit=40),
            "spec": spec,
            "profiles": profiles,
            "source": source,
            "note": note,
        }
        _check_depth(spec)
        with self._store.write(actor) as writing:
            values["starts"] = writing.at if starts is None else utc_text(starts)
            values["ends"] = None if ends is None else utc_text(ends)
            _check_order(values["starts"], values["ends"])
            closure_id = f"c-{uuid.uuid4().hex[:12]}"
            writing.connection.execute(
                sa.insert(closures).values(
                    closure_id=closure_id,
                    **_columns(values),
                    created_at=writing.at,
                    created_by=writing.actor,
                    version=1,
                )
            )
            writing.record("closure.add", "closure", closure_id, _told(values))
            return _closure(_get_row(writing.connection, closure_id), writing.at)

    def edit(
        self, closure_id: str, changes: Mapping[str, Any], *, actor: str | None = None, version: int | None = None
    ) -> Closure:
        """Change a closure.

        Parameters
        ----------
        closure_id
            Its id.
        changes
            kind, spec, profiles, starts, ends, source, note.
        actor
            Who changes it.
        version
            The version that was looked at; None passes the check over.

        Returns
        -------
        Closure
            As it is now.

        Raises
        ------
        UnknownRecordError
            If there is no such closure.
        VersionConflictError
            If others changed it since.
        InputError
            If it ends before it starts, or a value can't be kept.
        StoreUnavailableError
            If the store doesn't answer.
        """
        unknown = sorted(set(changes) - set(_CHANGEABLE))
        if unknown:
            raise InputError(f"{unknown[0]!r} of a closure can't be changed: {', '.join(_CHANGEABLE)} can")
        _check_depth(changes.get("spec"))
        moments = {key: utc_text(changes[key]) for key in ("starts", "ends") if changes.get(key) is not None}
        wanted = {**changes, **moments}
        if wanted.get("starts", "") is None:
            raise InputError("starts can't be taken away: give the time from which it is closed")
        with self._store.write(actor) as writing:
            row = _get_row(writing.connection, closure_id)
            check_version(version, row.version, f"closure {closure_id}")
            _check_order(wanted.get("starts", row.starts), wanted.get("ends", row.ends))
            now = _closure(row, writing.at)
            before = {key: getattr(now, key) for key in wanted}
            if _told(wanted) != _told(before):
                columns = {**_columns(wanted), "version": row.version + 1}
                writing.connection.execute(
                    sa.update(closures).where(closures.c.closure_id == closure_id).values(**columns)
                )
                writing.record(
                    "closure.update", "closure", closure_id, {"changes": _told(wanted), "before": _told(before)}
                )
            return _closure(_get_row(writing.connection, closure_id), writing.at)

    def expire(self, closure_id: str, *, actor: str | None = None) -> Closure:
        """End a closure now; one that is over stays as it is.

        Parameters
        ----------
        closure_id
            Its id.
        actor
            Who ends it.

        Returns
        -------
        Closure
            As it is now.

        Raises
        ------
        UnknownRecordError
            If there is no such closure.
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.write(actor) as writing:
            row = _get_row(writing.connection, closure_id)
            if _closure(row, writing.at).status != "expired":
                over = {"expired_at": writing.at, "expired_by": writing.actor, "version": row.version + 1}
                writing.connection.execute(
                    sa.update(closures).where(closures.c.closure_id == closure_id).values(**over)
                )
                writing.record("closure.expire", "closure", closure_id, {"kind": row.kind})
            return _closure(_get_row(writing.connection, closure_id), writing.at)


def _check_depth(value: Any, left: int = _DEEPEST) -> None:
    """Refuse a document that is nested beyond reason: it could be kept, and then not be shown."""
    if left == 0:
        raise InputError(f"spec is nested more than {_DEEPEST} levels deep: make it flatter")
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    for part in inside:
        _check_depth(part, left - 1)


def _check_order(starts: str, ends: str | None) -> None:
    if ends is not None and ends <= starts:
        raise InputError(f"a closure can't end ({ends}) before it starts ({starts})")


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    columns = dict(values)
    if "spec" in columns:
        columns["spec"] = canonical_json(columns["spec"])
    if columns.get("profiles") is not None:
        columns["profiles"] = canonical_json(list(columns["profiles"]))
    return columns


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def _get_row(connection: Connection, closure_id: str) -> Row[Any]:
    row = connection.execute(sa.select(closures).where(closures.c.closure_id == closure_id)).first()
    if row is None:
        raise UnknownRecordError(f"there is no closure {closure_id!r}: list them to see which there are")
    return row


def _closure(row: Row[Any], moment: str) -> Closure:
    over = [end for end in (row.ends, row.expired_at) if end is not None]
    status = "expired" if over and min(over) <= moment else "upcoming" if row.starts > moment else "active"
    return Closure(
        **{name: getattr(row, name) for name in _PLAIN},
        spec=json.loads(row.spec),
        profiles=None if row.profiles is None else tuple(json.loads(row.profiles)),
        status=status,
        version=row.version,
    )
