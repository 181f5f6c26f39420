"""The record: every change is one more row, each hashed over the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from geo_dispatch.errors import RecordBrokenError
from geo_dispatch.live.canonical import GENESIS, canonical_json, sha256_text
from geo_dispatch.live.models import AuditEntry, Head
from geo_dispatch.live.tables import audit, audit_head, recommendations
from geo_dispatch.live.times import Clock, utc_text

__all__ = ["ACCOUNT_KINDS", "Writing", "entry_hash", "list_entries", "read_head", "recommendation_hash", "verify"]

ACCOUNT_KINDS = ("account", "key", "address")
"""What rows about sign-in are of: not for everybody who reads the record."""

_PAGE = 5000


def entry_hash(
    prev_hash: str,
    *,
    seq: int,
    at: str,
    actor: str | None,
    action: str,
    subject_kind: str,
    subject_id: str,
    data: str,
) -> str:
    """Return the hash of a row: sha256 over the hash before it and the row as canonical JSON.

    Parameters
    ----------
    prev_hash
        Of the row before; 64 zeros before the first.
    seq, at, actor, action, subject_kind, subject_id, data
        The row; `data` is the canonical JSON text.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    row = {
        "seq": seq,
        "at": at,
        "actor": actor,
        "action": action,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "data": data,
    }
    return sha256_text(prev_hash + canonical_json(row))


def recommendation_hash(inputs: str, town_sha256: str, versions: str, answer: str) -> str:
    """Return the hash of a stored recommendation, over all that replays it and the answer itself.

    Parameters
    ----------
    inputs, versions, answer
        Canonical JSON texts.
    town_sha256
        Of the town file.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return sha256_text(canonical_json([inputs, town_sha256, versions, answer]))


@dataclass(slots=True)
class Writing:
    """One transaction that changes something: its connection, its moment, who does it, and the rows it adds to the record."""

    connection: Connection
    clock: Clock
    actor: str | None
    now: datetime = field(init=False)
    seq: int = field(init=False)
    _hash: str = field(init=False)

    def __post_init__(self) -> None:
        # Locking the head lets one writer at a time go on, whatever process it is in: so nobody decides on what another
        # is just changing, and rows get their numbers in the order in which they become visible.
        head = self.connection.execute(sa.select(audit_head.c.seq, audit_head.c.hash).with_for_update()).one()
        self.seq, self._hash = int(head.seq), str(head.hash)
        self.now = self.clock()  # not before: waiting for the lock takes time

    @property
    def at(self) -> str:
        """Return the moment as the store keeps it."""
        return utc_text(self.now)

    def record(self, action: str, subject_kind: str, subject_id: str, data: dict[str, Any]) -> int:
        """Add a row to the record.

        Parameters
        ----------
        action
            What was done, as ``unit.status``.
        subject_kind, subject_id
            To what.
        data
            What a reader of the record needs to know of it.

        Returns
        -------
        int
            The row's number.
        """
        text = canonical_json(data)
        row = {
            "seq": self.seq + 1,
            "at": self.at,
            "actor": self.actor,
            "action": action,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "data": text,
        }
        digest = entry_hash(self._hash, **row)  # type: ignore[arg-type]
        self.connection.execute(sa.insert(audit).values(**row, prev_hash=self._hash, hash=digest))
        self.connection.execute(sa.update(audit_head).values(seq=self.seq + 1, hash=digest))
        self.seq, self._hash = self.seq + 1, digest
        return self.seq


def read_head(connection: Connection) -> Head:
    """Return the last row's number and hash.

    Parameters
    ----------
    connection
        To the store.

    Returns
    -------
    Head
        With seq 0 before the first row.
    """
    row = connection.execute(sa.select(audit_head.c.seq, audit_head.c.hash)).one()
    return Head(int(row.seq), str(row.hash))


def list_entries(
    connection: Connection,
    *,
    after: int,
    limit: int,
    subject_kind: str | None = None,
    subject_id: str | None = None,
    accounts: bool = True,
) -> list[AuditEntry]:
    """Return rows of the record in order.

    Parameters
    ----------
    connection
        To the store.
    after
        The number that the first one follows.
    limit
        Most rows.
    subject_kind, subject_id
        Only of these.
    accounts
        Those of accounts and keys, too.

    Returns
    -------
    list of AuditEntry
        Oldest first.
    """
    query = sa.select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(limit)
    if not accounts:
        query = query.where(audit.c.subject_kind.not_in(ACCOUNT_KINDS))
    if subject_kind is not None:
        query = query.where(audit.c.subject_kind == subject_kind)
    if subject_id is not None:
        query = query.where(audit.c.subject_id == subject_id)
    return [_entry(row) for row in connection.execute(query)]


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        seq=int(row.seq),
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        data=json.loads(row.data),
        prev_hash=row.prev_hash,
        hash=row.hash,
    )


def verify(connection: Connection) -> Head:
    """Go through the whole record and check every hash.

    Parameters
    ----------
    connection
        To the store.

    Returns
    -------
    Head
        Of the sound record: kept elsewhere, it proves later that nothing before it was changed.

    Raises
    ------
    RecordBrokenError
        At the first row that was changed, removed or put in.
    """
    last = Head(0, GENESIS)
    for row in _rows(connection):
        if row.seq != last.seq + 1:
            raise _broken(last.seq + 1, f"it is missing: row {row.seq} comes next")
        if row.prev_hash != last.hash:
            raise _broken(row.seq, f"it does not follow row {last.seq}: one of the two was exchanged")
        names = ("seq", "at", "actor", "action", "subject_kind", "subject_id", "data")
        if entry_hash(row.prev_hash, **{name: getattr(row, name) for name in names}) != row.hash:
            raise _broken(
                row.seq, f"its content is not what was hashed ({row.action} of {row.subject_kind} {row.subject_id})"
            )
        last = Head(int(row.seq), str(row.hash))
    head = read_head(connection)
    if head.seq > last.seq:
        raise _broken(last.seq + 1, f"it is missing, and all behind it: there were {head.seq} rows")
    if head != last:
        raise _broken(last.seq, "it is not the row that was written last: rows were put in, or the head was changed")
    _verify_recommendations(connection)
    return last


def _broken(seq: int, what: str) -> RecordBrokenError:
    return RecordBrokenError(
        f"the record is broken at row {seq}: {what}; keep a copy of the store, and compare it with a backup",
        details={"seq": seq},
    )


def _rows(connection: Connection) -> Iterator[Row[Any]]:
    after = -(2**62)
    while True:
        query = sa.select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(_PAGE)
        rows = connection.execute(query).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].seq


def _verify_recommendations(connection: Connection) -> None:
    kept = {row.audit_seq: row for row in connection.execute(sa.select(recommendations))}
    query = sa.select(audit.c.seq, audit.c.data).where(audit.c.action == "recommendation.store").order_by(audit.c.seq)
    for entry in connection.execute(query):
        row = kept.pop(entry.seq, None)
        if row is None:
            raise _broken(entry.seq, "the recommendation it tells of is missing")
        digest = recommendation_hash(row.inputs, row.town_sha256, row.versions, row.answer)
        if digest != row.hash or json.loads(entry.data).get("hash") != digest:
            raise _broken(entry.seq, f"the recommendation {row.record_id} is not what was stored")
    if kept:
        row = next(iter(kept.values()))
        raise _broken(row.audit_seq, f"the recommendation {row.record_id} is in no row of the record")
