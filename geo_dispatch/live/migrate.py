"""Bring a store's tables to what this program uses; refuse those of a newer program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from geo_dispatch.errors import StoreFormatError

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory
    from sqlalchemy.engine import Connection

    from geo_dispatch.live.database import Database

__all__ = ["CURRENT", "migrate", "revision_of"]

CURRENT = "0002"
"""The newest migration in ``versions/``; a test holds the two together."""

_FOLDER = Path(__file__).parent
_LOCK = 0x67656F64  # any number: what starts at the same moment waits for it


def revision_of(connection: Connection) -> str | None:
    """Return the migration a database is at.

    Parameters
    ----------
    connection
        To the database.

    Returns
    -------
    str or None
        None for a database without our tables.

    Raises
    ------
    StoreFormatError
        If there are tables in it, and none is ours.
    """
    tables = set(sa.inspect(connection).get_table_names())
    if "alembic_version" in tables:
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        if "audit_head" not in tables and found is not None:
            raise StoreFormatError("the database holds the tables of another program: give one of its own")
        return None if found is None else str(found)
    if tables:
        raise StoreFormatError(
            f"the database holds other tables ({', '.join(sorted(tables)[:3])} ...): give an empty one, or one made by `serve`"
        )
    return None


def migrate(database: Database) -> str | None:
    """Bring a database to the tables of this program, in one transaction.

    Parameters
    ----------
    database
        Empty, or a store of this or an older program.

    Returns
    -------
    str or None
        The migration it was at before.

    Raises
    ------
    StoreFormatError
        If it is of a newer program, or none of ours.
    StoreUnavailableError
        If it doesn't answer.
    """
    with database.reading() as connection:
        before = revision_of(connection)
    if before == CURRENT:
        return before
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        before = revision_of(connection)
        if before != CURRENT:
            _upgrade(connection, before, database.name)
    return before


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(_FOLDER), version_locations=[str(_FOLDER / "versions")])


def _upgrade(connection: Connection, before: str | None, name: str) -> None:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    scripts = _scripts()
    known = {script.revision for script in scripts.walk_revisions()}
    if before is not None and before not in known:
        raise StoreFormatError(
            f"the live store {name} was made by a newer geo-dispatch (its tables are {before}, this program's {CURRENT}): "
            "update geo-dispatch, or give another --state"
        )

    def steps(revision: Any, _context: Any) -> Any:
        return scripts._upgrade_revs(CURRENT, revision)

    context = MigrationContext.configure(connection, opts={"fn": steps})
    with Operations.context(context):
        context.run_migrations()
