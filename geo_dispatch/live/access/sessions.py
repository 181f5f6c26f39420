"""Sessions of people who are signed in: a random token with them, its hash here."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import StoreError
from geo_dispatch.live.access.attempts import take_back
from geo_dispatch.live.access.models import Who
from geo_dispatch.live.access.roles import PUBLIC, get_role
from geo_dispatch.live.canonical import sha256_text
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.tables import accounts, sessions
from geo_dispatch.live.times import read_moment, seconds_between, utc_text

__all__ = ["SessionLimits", "Sessions", "csrf_of", "token_hash"]


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts: unused, and at most, in seconds."""

    idle_s: float
    longest_s: float


def token_hash(token: str) -> str:
    """Return what is kept of a token."""
    return sha256_text(f"session:{token}")


def csrf_of(token: str) -> str:
    """Return what a page of ours must send with every change made in a session: nobody else can reckon it."""
    return sha256_text(f"csrf:{token}")


class Sessions:
    """What can be done with sessions.

    Parameters
    ----------
    store
        Where they are kept.
    limits
        How long they last.
    """

    def __init__(self, store: LiveStore, limits: SessionLimits) -> None:
        self._store = store
        self._limits = limits

    def open(self, name: str, address: str) -> str:
        """Open a session of an account whose password was right; the attempt is taken back.

        Parameters
        ----------
        name
            The account.
        address
            From where, for the record.

        Returns
        -------
        str
            The token: 256 random bits, kept nowhere.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        token = secrets.token_urlsafe(32)
        with self._store.write(name) as writing:
            take_back(writing, name, address)
            self._forget(writing.connection, writing.now)
            row = {"token_hash": token_hash(token), "name": name, "opened_at": writing.at, "seen_at": writing.at}
            writing.connection.execute(sa.insert(sessions).values(**row))
            seen = sa.update(accounts).where(accounts.c.name == name).values(signed_in_at=writing.at)
            writing.connection.execute(seen)
            writing.record("session.open", "account", name, {"address": address})
        return token

    def find(self, token: str, *, touch: bool = True) -> Who | None:
        """Return who holds a token.

        Parameters
        ----------
        token
            As it came.
        touch
            Whether this counts as a use.

        Returns
        -------
        Who or None
            With the role the account has now; None when the session is over, or there never was one.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        digest = token_hash(token)
        query = (
            sa.select(sessions, accounts.c.role, accounts.c.must_change, accounts.c.disabled)
            .join(accounts, accounts.c.name == sessions.c.name)
            .where(sessions.c.token_hash == digest)
        )
        with self._store.read() as connection:
            row = connection.execute(query).one_or_none()
        now = self._store.clock()
        if row is None or row.disabled or self._is_over(row, now):
            return None
        every = load_table("geo_dispatch.live.access", "limits")["session"]["seen_every_s"]
        if touch and seconds_between(row.seen_at, now) > every:
            self._touch(digest, now)
        until = utc_text(read_moment(row.opened_at) + timedelta(seconds=self._limits.longest_s))
        may = get_role(PUBLIC if row.must_change else row.role).may
        return Who(row.name, row.role, "session", may, row.must_change, digest, csrf_of(token), until)

    def _touch(self, digest: str, now: datetime) -> None:
        """Write down that a session is used; one that can't be written in a full or busy store is good all the same."""
        with contextlib.suppress(StoreError), self._store.database.writing() as connection:
            connection.execute(sa.update(sessions).where(sessions.c.token_hash == digest).values(seen_at=utc_text(now)))

    def close(self, who: Who, *, everywhere: bool = False) -> None:
        """End a session, or all of its account.

        Parameters
        ----------
        who
            Signed in.
        everywhere
            All sessions of the account.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        where = sessions.c.name == who.name if everywhere else sessions.c.token_hash == who.session
        with self._store.write(who.name) as writing:
            ended = writing.connection.execute(sa.delete(sessions).where(where)).rowcount
            writing.record("session.close", "account", who.name, {"sessions": ended})

    def _is_over(self, row: Any, now: Any) -> bool:
        unused, open_for = seconds_between(row.seen_at, now), seconds_between(row.opened_at, now)
        return unused > self._limits.idle_s or open_for > self._limits.longest_s

    def _forget(self, connection: Any, now: Any) -> None:
        """Remove sessions that are over."""
        opened, seen = (utc_text(now - timedelta(seconds=s)) for s in (self._limits.longest_s, self._limits.idle_s))
        over = (sessions.c.opened_at < opened) | (sessions.c.seen_at < seen)
        connection.execute(sa.delete(sessions).where(over))
