"""The live store: opened, brought up to date, and handed to what works with it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from geo_dispatch.errors import StoreFormatError
from geo_dispatch.live.canonical import check_text
from geo_dispatch.live.database import Database
from geo_dispatch.live.journal import Writing, list_entries, read_head, verify
from geo_dispatch.live.migrate import CURRENT, migrate, revision_of
from geo_dispatch.live.models import AuditEntry, Head
from geo_dispatch.live.tables import store_meta
from geo_dispatch.live.times import Clock, now_utc

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

__all__ = ["LiveStore"]


class LiveStore:
    """Units, incidents, closures and the record, in one database that several programs may use at once.

    Parameters
    ----------
    address
        ``sqlite:///FILE`` or ``postgresql://...``.
    clock
        Tells the time.

    Raises
    ------
    InputError
        If the address can't be used.
    """

    def __init__(self, address: str, *, clock: Clock = now_utc) -> None:
        self.database = Database(address)
        self.clock = clock
        self._listeners: list[Callable[[], None]] = []
        self._prepared = threading.Lock()

    def __repr__(self) -> str:
        return f"<LiveStore {self.database.name}>"

    @property
    def name(self) -> str:
        """Return what messages call it; without password."""
        return self.database.name

    def prepare(self, town: str) -> None:
        """Make the tables, or bring them up to date, and tie the store to its town.

        Parameters
        ----------
        town
            The town's name and state.

        Raises
        ------
        StoreFormatError
            If the store is of a newer program, of another town, or none.
        StoreUnavailableError
            If it doesn't answer.
        """
        with self._prepared:
            try:
                self._prepare(town)
            except StoreFormatError:
                self.close()
                raise

    def _prepare(self, town: str) -> None:
        self.database.create()
        migrate(self.database)
        with self.database.reading() as connection:
            known = self._town_of(connection)
        if known is None:
            with self.write(None) as writing:
                known = self._town_of(writing.connection)
                if known is None:
                    rows = {"town": town, "created_at": writing.at}
                    writing.connection.execute(
                        sa.insert(store_meta), [{"key": key, "value": value} for key, value in rows.items()]
                    )
                    writing.record("store.create", "store", town, {"town": town})
                    known = town
        if known != town:
            raise StoreFormatError(
                f"the live store {self.name} belongs to {known}, not to {town}: give another --state, or that town's file"
            )

    def check_readable(self) -> None:
        """Refuse what is no store of this program, without changing it.

        Raises
        ------
        StoreFormatError
            If there is none, or of another version.
        StoreUnavailableError
            If it doesn't answer.
        """
        if not self.database.exists:
            raise StoreFormatError(f"there is no live store at {self.name}: `serve` makes one; or give another --state")
        with self.database.reading() as connection:
            found = revision_of(connection)
        if found is None:
            raise StoreFormatError(f"{self.name} is an empty database, no live store: `serve` makes one")
        if found != CURRENT:
            raise StoreFormatError(
                f"the tables of the live store {self.name} are {found}, this program's {CURRENT}: open it once with `serve`, "
                "which brings older ones up to date, or update geo-dispatch"
            )

    def town(self) -> str | None:
        """Return the town this store belongs to; None before it was prepared.

        Raises
        ------
        StoreUnavailableError
            If the database doesn't answer.
        """
        with self.read() as connection:
            return self._town_of(connection)

    @staticmethod
    def _town_of(connection: Connection) -> str | None:
        return connection.execute(sa.select(store_meta.c.value).where(store_meta.c.key == "town")).scalar()

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of everything.

        Yields
        ------
        sqlalchemy.engine.Connection
            For reading only.

        Raises
        ------
        StoreUnavailableError
            If the database doesn't answer.
        """
        with self.database.reading() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self, actor: str | None) -> Iterator[Writing]:
        """Yield a transaction: all that is done and recorded in it is kept, or nothing.

        Parameters
        ----------
        actor
            Who does it; None when not told.

        Yields
        ------
        Writing
            Alone: nobody else writes meanwhile.

        Raises
        ------
        StoreUnavailableError
            If the database doesn't answer.
        """
        told = None if actor is None else check_text(actor, "the name of who does it", limit=100)
        with self.database.writing() as connection:
            yield Writing(connection, self.clock, told)
        for listener in self._listeners:
            listener()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call something after every change that is made here, by this process.

        Parameters
        ----------
        listener
            Must be quick, and safe to call from any thread.
        """
        self._listeners.append(listener)

    def head(self) -> Head:
        """Return the last row of the record.

        Raises
        ------
        StoreUnavailableError
            If the database doesn't answer.
        """
        with self.read() as connection:
            return read_head(connection)

    def entries(
        self,
        *,
        after: int = 0,
        limit: int = 100,
        subject_kind: str | None = None,
        subject_id: str | None = None,
        accounts: bool = True,
    ) -> list[AuditEntry]:
        """Return rows of the record, oldest first.

        Parameters
        ----------
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
            In order.

        Raises
        ------
        StoreUnavailableError
            If the database doesn't answer.
        """
        with self.read() as connection:
            return list_entries(
                connection,
                after=after,
                limit=limit,
                subject_kind=subject_kind,
                subject_id=subject_id,
                accounts=accounts,
            )

    def verify(self) -> Head:
        """Check every hash of the record; see `geo_dispatch.live.journal.verify`.

        Returns
        -------
        Head
            Of the sound record.

        Raises
        ------
        RecordBrokenError
            At the first row that is not as it was written.
        StoreUnavailableError
            If the database doesn't answer.
        """
        with self.read() as connection:
            return verify(connection)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()
