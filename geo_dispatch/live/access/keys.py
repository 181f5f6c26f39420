"""API keys of programs: shown once, their hash here; rotated with an overlap, revoked at once."""

from __future__ import annotations

import contextlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import AccountError, StoreError, UnknownRecordError
from geo_dispatch.live.access.models import ApiKey, Who
from geo_dispatch.live.access.roles import get_role
from geo_dispatch.live.canonical import check_text, sha256_text
from geo_dispatch.live.journal import Writing
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.tables import api_keys
from geo_dispatch.live.times import seconds_between, utc_text

__all__ = ["Keys"]

_KEY = re.compile(r"gdk_([0-9a-f]{12})_([0-9a-f]{64})")
_PLAIN = (
    "key_id", "name", "role", "created_at", "created_by", "expires_at", "used_at", "previous_until", "revoked_at",
)  # fmt: skip


class Keys:
    """What can be done with API keys.

    Parameters
    ----------
    store
        Where they are kept.
    """

    def __init__(self, store: LiveStore) -> None:
        self._store = store

    def list_keys(self) -> tuple[ApiKey, ...]:
        """Return all keys, revoked ones too, by the time they were made.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            rows = connection.execute(sa.select(api_keys).order_by(api_keys.c.created_at, api_keys.c.key_id))
            return tuple(_key(row) for row in rows)

    def add(self, name: str, role: str, *, expires: datetime | None, actor: str | None) -> tuple[ApiKey, str]:
        """Make a key.

        Parameters
        ----------
        name
            Of the program, as the record will call it.
        role
            Of the table of roles.
        expires
            When it ends; None = when it is revoked.
        actor
            Who makes it.

        Returns
        -------
        tuple of ApiKey and str
            What is kept, and the key itself, told this once.

        Raises
        ------
        AccountError
            If the role is none, or the time is past.
        StoreUnavailableError
            If the store doesn't answer.
        """
        get_role(role, given=True)
        told = check_text(name, "the name of the key", limit=40)
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._-]*", told):
            raise AccountError(f"{told!r} can't be the name of a key: take letters, digits, blanks, dots and dashes")
        key_id, secret = secrets.token_hex(6), secrets.token_hex(32)
        with self._store.write(actor) as writing:
            until = None if expires is None else utc_text(expires)
            if until is not None and until <= writing.at:
                raise AccountError(f"the key would end at {until}, which is past: give a later time")
            row = {"key_id": key_id, "name": told, "role": role, "secret_hash": _hash(secret),
                   "created_at": writing.at, "created_by": writing.actor, "expires_at": until}  # fmt: skip
            writing.connection.execute(sa.insert(api_keys).values(**row))
            writing.record("key.add", "key", key_id, {"name": told, "role": role, "expires": until})
            return _key(_row(writing.connection, key_id)), f"gdk_{key_id}_{secret}"

    def rotate(self, key_id: str, *, overlap_s: float, actor: str | None) -> str:
        """Give a key a new secret.

        Parameters
        ----------
        key_id
            Its id.
        overlap_s
            How long the old one is good besides, seconds.
        actor
            Who does it.

        Returns
        -------
        str
            The new key, told this once.

        Raises
        ------
        UnknownRecordError
            If there is no such key.
        AccountError
            If it was revoked.
        StoreUnavailableError
            If the store doesn't answer.
        """
        secret = secrets.token_hex(32)
        with self._store.write(actor) as writing:
            row = _in_use(writing, key_id)
            until = utc_text(writing.now + timedelta(seconds=overlap_s))
            values = {"secret_hash": _hash(secret), "previous_hash": row.secret_hash, "previous_until": until}
            writing.connection.execute(sa.update(api_keys).where(api_keys.c.key_id == key_id).values(**values))
            writing.record("key.rotate", "key", key_id, {"name": row.name, "old_until": until})
        return f"gdk_{key_id}_{secret}"

    def revoke(self, key_id: str, *, actor: str | None) -> None:
        """End a key at once; raises as `rotate`."""
        with self._store.write(actor) as writing:
            row = _in_use(writing, key_id)
            values = {"revoked_at": writing.at, "previous_hash": None, "previous_until": None}
            writing.connection.execute(sa.update(api_keys).where(api_keys.c.key_id == key_id).values(**values))
            writing.record("key.revoke", "key", key_id, {"name": row.name})

    def find(self, key: str, *, touch: bool = True) -> Who | None:
        """Return whose a key is.

        Parameters
        ----------
        key
            As it came.
        touch
            Whether this counts as a use.

        Returns
        -------
        Who or None
            None when it is over, or there never was one.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        found = _KEY.fullmatch(key)
        if found is None:
            return None
        with self._store.read() as connection:
            row = connection.execute(sa.select(api_keys).where(api_keys.c.key_id == found[1])).one_or_none()
        now = self._store.clock()
        if row is None or not _is_good(row, _hash(found[2]), now):
            return None
        every = load_table("geo_dispatch.live.access", "limits")["session"]["seen_every_s"]
        if touch and (row.used_at is None or seconds_between(row.used_at, now) > every):
            with contextlib.suppress(StoreError), self._store.database.writing() as connection:  # as a session's
                connection.execute(
                    sa.update(api_keys).where(api_keys.c.key_id == found[1]).values(used_at=utc_text(now))
                )
        may = get_role(row.role).may
        return Who(f"key {row.name}", row.role, "key", may, session=_hash(found[2]), until=row.expires_at)


def _hash(secret: str) -> str:
    return sha256_text(f"key:{secret}")  # 256 random bits need no slow hash


def _is_good(row: Row[Any], digest: str, now: datetime) -> bool:
    if row.revoked_at is not None or (row.expires_at is not None and seconds_between(row.expires_at, now) >= 0):
        return False
    if hmac.compare_digest(row.secret_hash, digest):
        return True
    old = row.previous_hash is not None and seconds_between(row.previous_until, now) < 0
    return bool(old and hmac.compare_digest(row.previous_hash, digest))


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(**{name: getattr(row, name) for name in _PLAIN})


def _row(connection: Connection, key_id: str) -> Row[Any]:
    row = connection.execute(sa.select(api_keys).where(api_keys.c.key_id == key_id)).one_or_none()
    if row is None:
        raise UnknownRecordError(f"there is no key {key_id!r}: `geo-dispatch key list` lists them")
    return row


def _in_use(writing: Writing, key_id: str) -> Row[Any]:
    row = _row(writing.connection, key_id)
    if row.revoked_at is not None:
        raise AccountError(f"the key {key_id} was revoked at {row.revoked_at}: make another one")
    return row
