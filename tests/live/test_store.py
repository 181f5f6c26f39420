"""Opening a store: made, brought up to date, refused; and the database failing under it."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from geo_dispatch.errors import InputError, StoreFormatError, StoreUnavailableError
from geo_dispatch.live.database import read_state_url
from geo_dispatch.live.migrate import CURRENT, _scripts
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.tables import METADATA
from tests.live.conftest import Desk
from tests.live.stores import TOWN, fleet


def test_the_newest_migration_is_the_one_that_is_used():
    assert _scripts().get_heads() == [CURRENT]


def test_migrations_make_the_tables_that_the_program_uses(desk):
    with desk.store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_store_is_opened_again_as_it_was(desk, address):
    desk.reports.set_status("P1", "out_of_service", actor="Desk 1")
    again = Desk(address)
    assert again.units.get_unit("P1").status == "out_of_service"
    assert again.store.head() == desk.store.head()
    again.store.close()


def test_many_may_open_a_new_store_at_once(new_store):
    opened: list[object] = []

    def open_it() -> None:
        store = LiveStore(new_store)
        try:
            store.prepare(TOWN)
            opened.append(store.head().seq)
        except Exception as error:
            opened.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [1, 1, 1, 1]


def test_a_store_of_a_newer_program_is_refused(desk, address):
    with desk.store.database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreFormatError, match=r"newer geo-dispatch .*9999.*update geo-dispatch"):
        LiveStore(address).prepare(TOWN)
    again = LiveStore(address)
    with pytest.raises(StoreFormatError, match="are 9999, this program's"):
        again.check_readable()
    again.close()


def test_a_store_of_another_town_is_refused(desk, address):
    with pytest.raises(StoreFormatError, match="belongs to Tinyport, Testonia, not to Othertown"):
        LiveStore(address).prepare("Othertown, Testonia")


def test_a_database_of_others_is_left_alone(desk, address):
    with desk.store.database.writing() as connection:
        connection.execute(sa.text("DROP TABLE alembic_version"))
    with pytest.raises(StoreFormatError, match="other tables"):
        LiveStore(address).prepare(TOWN)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "no address of a store"),
        ("live.db", "no address of a store"),
        ("sqlite://", "forgotten"),
        ("sqlite:///:memory:", "forgotten"),
        ("sqlite://host/file.db", "no file"),
        ("mysql://a:secret@b/c", "neither SQLite nor PostgreSQL"),
        ("postgresql://user:secret@host", "names no database"),
        ("postgresql://host:port/x", "no address of a store"),
    ],
)
def test_addresses_that_are_none(text, part):
    with pytest.raises(InputError, match=part) as caught:
        read_state_url(text)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "x.sqlite").write_text("not a database, but long enough to be looked at as one" * 40)
    with pytest.raises(StoreFormatError, match="no live store, or damaged"):
        LiveStore(f"sqlite:///{tmp_path / 'x.sqlite'}").prepare(TOWN)


def test_a_folder_that_cant_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailableError, match=r"can't be made .*give another --state"):
        LiveStore(f"sqlite:///{tmp_path / 'file' / 'x.sqlite'}").prepare(TOWN)


def test_a_server_that_is_down_is_told_without_the_password():
    with pytest.raises(StoreUnavailableError, match="can't be used") as caught:
        LiveStore("postgresql://user:secret@127.0.0.1:1/town").prepare(TOWN)
    assert "secret" not in str(caught.value)


def _cut_others(connection):
    where = "pid <> pg_backend_pid() AND datname = current_database()"
    connection.execute(sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {where}"))


def _write_while_cut(desk):
    other = sa.create_engine(desk.store.database.engine.url, isolation_level="AUTOCOMMIT")
    with desk.store.write(None) as writing:
        with other.connect() as connection:
            _cut_others(connection)
        other.dispose()
        writing.record("unit.status", "unit", "P1", {})


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_server_that_was_restarted_is_found_again(desk):
    """All connections are cut, as by a restart: the next change is made all the same."""
    with desk.store.database.writing() as connection:
        _cut_others(connection)
    desk.reports.set_status("P1", "off_duty")
    with pytest.raises(StoreUnavailableError, match="look before doing it again"):
        _write_while_cut(desk)
    assert desk.reports.set_status("P1", "available").status == "available"
    desk.store.verify()


@pytest.fixture
def sqlite_desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(f"sqlite:///{tmp_path / 'live.sqlite'}")
    desk.units.seed(fleet())
    yield desk
    desk.store.close()


def test_only_the_owner_may_read_the_file(sqlite_desk, tmp_path):
    assert (tmp_path / "live.sqlite").stat().st_mode & 0o077 == 0


def test_a_file_removed_while_in_use_is_told_at_once(sqlite_desk, tmp_path):
    desk = sqlite_desk
    (tmp_path / "live.sqlite").unlink()
    with pytest.raises(StoreUnavailableError, match="is gone"):
        desk.reports.set_status("P1", "out_of_service")
    assert not (tmp_path / "live.sqlite").exists()


def test_a_file_exchanged_while_in_use_is_told(sqlite_desk, tmp_path):
    desk = sqlite_desk
    shutil.copy(tmp_path / "live.sqlite", tmp_path / "copy")
    (tmp_path / "copy").replace(tmp_path / "live.sqlite")
    with pytest.raises(StoreUnavailableError, match="exchanged"):
        desk.units.list_units()


def _add_closures(desk):
    for number in range(200):
        desk.closures.add("stretch", {"text": "x" * 2000, "number": number})


def test_a_full_disk_is_told_and_nothing_is_half_written(sqlite_desk, tmp_path):
    desk = sqlite_desk
    with desk.store.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    before = desk.store.head()
    desk.store.close()
    desk = Desk(f"sqlite:///{tmp_path / 'live.sqlite'}")

    @sa.event.listens_for(desk.store.database.engine, "connect")
    def small(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}").close()

    desk.store.close()
    with pytest.raises(StoreUnavailableError, match="full"):
        _add_closures(desk)
    head = desk.store.verify()
    assert len(desk.closures.list_closures()) == head.seq - before.seq
