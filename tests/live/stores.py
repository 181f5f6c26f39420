"""Stores for tests: SQLite files, and databases of the PostgreSQL that ``scripts/with_postgres`` runs."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from geo_dispatch.live.canonical import GENESIS
from geo_dispatch.live.database import Database
from geo_dispatch.live.migrate import CURRENT, migrate
from geo_dispatch.live.models import UnitSeed
from geo_dispatch.live.tables import METADATA, audit_head

KINDS = ("sqlite", "postgresql")
TOWN = "Tinyport, Testonia"
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is told to go on."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float = 1.0) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@contextmanager
def new_address(kind: str, folder: Path) -> Iterator[str]:
    """Yield the address of an empty store, which is removed behind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'live.sqlite'}"
        return
    server = os.environ.get("GEO_DISPATCH_TEST_POSTGRES")
    if not server:
        pytest.skip(
            "no PostgreSQL: run the tests through scripts/test, on a machine that has its server (Debian: postgresql)"
        )
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"test_{uuid.uuid4().hex}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


class Pool:
    """One migrated store of each kind, emptied between tests: making a database takes a second on a busy machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._addresses: dict[str, str] = {}

    @contextmanager
    def address(self, kind: str, folder: Path) -> Iterator[str]:
        """Yield the address of a store with tables and nothing in them."""
        if kind not in self._addresses:
            self._addresses[kind] = self._stack.enter_context(new_address(kind, self._folder))
            database = Database(self._addresses[kind])
            database.create()
            migrate(database)
            database.close()
        if kind == "sqlite":
            copy = shutil.copy(self._folder / "live.sqlite", folder / "live.sqlite")
            yield f"sqlite:///{copy}"
            return
        yield self._addresses[kind]
        self._empty(self._addresses[kind])

    def close(self) -> None:
        self._stack.close()

    @staticmethod
    def _empty(address: str) -> None:
        database = Database(address)
        with database.writing() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                connection.exec_driver_sql("DROP SCHEMA public CASCADE")
                connection.exec_driver_sql("CREATE SCHEMA public")
            else:
                for table in ("audit", "recommendations"):
                    connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                names = ", ".join(table for table in METADATA.tables if table != "audit_head")
                connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
                connection.execute(sa.update(audit_head).values(seq=0, hash=GENESIS))
                connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{CURRENT}'")
                for table in ("audit", "recommendations"):
                    connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        migrate(database)
        database.close()


def fleet() -> list[UnitSeed]:
    """Return four units; E1 and T1 share a crew."""
    return [
        UnitSeed(
            "E1",
            "Engine 1",
            "engine",
            "fire-1",
            capabilities=("engine", "pump"),
            crew=4,
            crew_group="one",
            weight_t=19.0,
        ),
        UnitSeed("T1", "Tanker 1", "tanker", "fire-1", capabilities=("tanker",), crew_group="one"),
        UnitSeed(
            "A1",
            "Ambulance 1",
            "ambulance",
            "fire-1",
            capabilities=("ambulance",),
            crew=2,
            home_lon=-71.0,
            home_lat=41.5,
        ),
        UnitSeed("P1", "Cruiser 1", "police", "police-1", capabilities=("police",), crew=1),
    ]
