"""The database behind the store: SQLite in one file, or PostgreSQL; transactions, and failures told in our words."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, Engine, make_url

from geo_dispatch.errors import InputError, StoreFormatError, StoreUnavailableError

__all__ = ["Database", "read_state_url"]

_BUSY_S = 15.0
_CONNECT_S = 5
_POOL = {"pool_size": 8, "max_overflow": 24, "pool_timeout": 10.0}
_KEEPALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""A server that is cut off is noticed after some ten seconds (libpq's connection parameters; seconds, milliseconds)."""

_POSTGRESQL_OPTIONS = (
    "-c timezone=UTC -c lock_timeout=15000 -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000"
)
_EXAMPLES = "give sqlite:///FILE (three slashes, or four before an absolute path) or postgresql://USER@HOST/NAME"
_NOT_OURS = ("not a database", "malformed", "file is encrypted")


def read_state_url(text: str) -> URL:
    """Read the address of a store.

    Parameters
    ----------
    text
        ``sqlite:///file.sqlite``, ``sqlite:////folder/file.sqlite`` or ``postgresql://user:password@host:port/name``.

    Returns
    -------
    sqlalchemy.engine.URL
        With the driver that is used.

    Raises
    ------
    InputError
        If it is none of these, or names a store that would be forgotten (in memory).

    Examples
    --------
    >>> read_state_url("postgres://dispatch@db/town").drivername
    'postgresql+psycopg'
    """
    try:
        url = make_url(text.strip())
    except (exc.ArgumentError, ValueError):
        raise InputError(f"{text!r} is no address of a store: {_EXAMPLES}") from None
    kind = url.drivername.split("+")[0]
    if kind == "sqlite":
        if url.host or url.query:
            raise InputError(f"{text!r} is no file: {_EXAMPLES}")
        if url.database in (None, "", ":memory:"):
            raise InputError(f"{text!r} would be forgotten when the program ends: {_EXAMPLES}")
        return url.set(drivername="sqlite")
    if kind in ("postgresql", "postgres"):
        if not url.database:
            raise InputError(f"{url.render_as_string()!r} names no database: {_EXAMPLES}")
        return url.set(drivername="postgresql+psycopg")
    raise InputError(f"{url.render_as_string()!r} is neither SQLite nor PostgreSQL: {_EXAMPLES}")


class Database:
    """One database; safe to use from several threads, beside other processes that use it too.

    Parameters
    ----------
    address
        As `read_state_url` takes it.

    Raises
    ------
    InputError
        If the address can't be used.
    """

    def __init__(self, address: str) -> None:
        self._url = read_state_url(address)
        self.is_sqlite = self._url.drivername == "sqlite"
        self._file = Path(str(self._url.database)).absolute() if self.is_sqlite else None
        self._identity: tuple[int, int] | None = None
        self._one_writer = threading.Lock()
        self.engine = self._sqlite_engine() if self.is_sqlite else self._postgresql_engine()

    def __repr__(self) -> str:
        return f"<Database {self.name}>"

    @property
    def name(self) -> str:
        """Return what messages call it: the file, or the address without its password."""
        if self._file is not None:
            return str(self._file)
        return self._url.set(drivername="postgresql").render_as_string(hide_password=True)

    @property
    def exists(self) -> bool:
        """Tell whether there is a file; a PostgreSQL database is taken to be there."""
        return self._file is None or self._file.exists()

    def create(self) -> None:
        """Make the file of a SQLite store when it is absent, readable by its owner only.

        Raises
        ------
        StoreUnavailableError
            If it can't be made.
        """
        if self._file is None or self._file.exists():
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch(mode=0o600)
        except OSError as error:
            raise StoreUnavailableError(
                f"the live store {self.name} can't be made ({error.strerror}): give another --state"
            ) from None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of everything, and changes nothing.

        Yields
        ------
        sqlalchemy.engine.Connection
            Inside a transaction.

        Raises
        ------
        StoreUnavailableError
            If the database doesn't answer.
        StoreFormatError
            If the file is none of ours, or damaged.
        """
        options: dict[str, Any] = {}
        if not self.is_sqlite:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._told(), self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection whose changes are all kept, on the disk, when the block ends well, and none when not.

        One writer at a time: threads wait for each other here, processes in the database.

        Yields
        ------
        sqlalchemy.engine.Connection
            Inside a transaction.

        Raises
        ------
        StoreUnavailableError
            If the database doesn't answer, is read-only or full, or others write for too long. When the answer to the
            last step was lost, the change may have been kept.
        StoreFormatError
            If the file is none of ours, or damaged.
        """
        with self._told(), self._alone(), self.engine.connect() as connection:
            connection = connection.execution_options(writing=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._one_writer.acquire(timeout=_BUSY_S):
            raise StoreUnavailableError(f"the live store {self.name} is busy: try again")
        try:
            yield
        finally:
            self._one_writer.release()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Say in our words that the database failed."""
        self._check_file()
        try:
            yield
        except exc.IntegrityError:
            raise
        except exc.DataError as error:
            raise InputError(
                f"a value can't be kept ({' '.join(str(error.orig).split())}): give plain text and numbers"
            ) from None
        except exc.TimeoutError:
            raise StoreUnavailableError(f"the live store {self.name} is busy: try again") from None
        except exc.DBAPIError as error:
            reason = " ".join(str(error.orig).split())
            if any(part in reason for part in _NOT_OURS):
                raise StoreFormatError(
                    f"{self.name} is no live store, or damaged ({reason}): give another --state, or put back a copy"
                ) from None
            raise StoreUnavailableError(
                f"the live store {self.name} can't be used ({reason}): check the database; look before doing it again"
            ) from error

    def _check_file(self) -> None:
        """Refuse a file that was removed or exchanged: what is written to the old one would be lost."""
        if self._file is None:
            return
        try:
            stat = self._file.stat()
        except OSError as error:
            raise StoreUnavailableError(
                f"the live store {self.name} is gone ({error.strerror}): put it back and start again"
            ) from None
        identity = (stat.st_dev, stat.st_ino)
        if self._identity is None:
            self._identity = identity
        elif self._identity != identity:
            raise StoreUnavailableError(f"the live store {self.name} was exchanged while in use: start again")

    def _sqlite_engine(self) -> Engine:
        address = f"file:{quote(str(self._file))}?mode=rw"

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(
                address, uri=True, check_same_thread=False, isolation_level=None, timeout=_BUSY_S
            )
            # FULL: what was acknowledged is on the disk, also when the power fails.
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}").close()
            return connection

        engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.QueuePool, **_POOL)

        @sa.event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            writing = connection.get_execution_options().get("writing", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

        return engine

    def _postgresql_engine(self) -> Engine:
        arguments = {"connect_timeout": _CONNECT_S, "options": _POSTGRESQL_OPTIONS, **_KEEPALIVE}
        try:
            return sa.create_engine(self._url, connect_args=arguments, pool_pre_ping=True, **_POOL)
        except ModuleNotFoundError:
            raise InputError(
                "PostgreSQL needs the package psycopg: install geo-dispatch with its extra `postgres`, or use sqlite:///FILE"
            ) from None
