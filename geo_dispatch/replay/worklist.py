"""The good rows of a calls file on disk, so that ten million of them can be put in order without being held."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from geo_dispatch.errors import OutputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.replay.trips import Reject, Trip

__all__ = ["Worklist", "opened_worklist"]

_COLUMNS = (
    "line", "call", "unit", "type", "alarm", "received", "dispatched", "enroute", "on_scene", "cleared",
    "lon", "lat", "words", "from_lon", "from_lat",
)  # fmt: skip
_BATCH = 20_000
_TWINS = (
    "select line, first from (select line, min(line) over (partition by call, unit, dispatched) as first from trips) "
    "where line > first order by line"
)
_SETTINGS = ("journal_mode = off", "synchronous = off", "cache_size = -16384", "temp_store = file")


class Worklist:
    """Trips in a temporary database.

    Parameters
    ----------
    connection
        To a new database.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._waiting: list[tuple[object, ...]] = []
        for setting in _SETTINGS:
            connection.execute(f"pragma {setting}")
        connection.execute(f"create table trips ({_COLUMNS[0]} integer primary key, {', '.join(_COLUMNS[1:])})")

    def add(self, trip: Trip) -> None:
        """Add a trip."""
        self._waiting.append(
            (
                trip.line, trip.call_id, trip.unit_id, trip.call_type, trip.alarm, trip.received, trip.dispatched,
                trip.enroute, trip.on_scene, trip.cleared, *(trip.position or (None, None)), trip.words,
                *(trip.start or (None, None)),
            )
        )  # fmt: skip
        if len(self._waiting) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        self._db.executemany(f"insert into trips values ({', '.join('?' * len(_COLUMNS))})", self._waiting)
        self._waiting.clear()

    def close_list(self) -> Iterator[Reject]:
        """Put the trips in order; yields those that are there twice, and leaves each out but once."""
        self._flush()
        self._db.execute("create index by_call on trips (call, dispatched)")
        self._db.execute("create index by_unit on trips (unit, dispatched)")
        for line, first in self._db.execute(_TWINS):
            yield Reject(line, "twice", f"is the same call, unit and dispatch as line {first}: give each once")
        self._db.execute(f"delete from trips where line in (select line from ({_TWINS}))")

    def count(self) -> int:
        """Return how many trips there are."""
        return int(self._db.execute("select count(*) from trips").fetchone()[0])

    def calls(self, *, limit: int | None = None, seed: int = 0) -> list[str] | Iterator[str]:
        """Return the ids of calls by their first dispatch: all, or so many drawn at random."""
        ordered = "select call from (select call, min(dispatched) as at from trips group by call) order by at, call"
        every = (str(row[0]) for row in self._db.execute(ordered))
        if limit is None:
            return every
        rng, kept = Random(seed), []
        for number, call in enumerate(every):
            if number < limit:
                kept.append((number, call))
            elif (place := rng.randrange(number + 1)) < limit:
                kept[place] = (number, call)
        return [call for _, call in sorted(kept)]

    def first_of_calls(self) -> Iterator[tuple[float, str]]:
        """Yield the first dispatch and the type of each call."""
        found = self._db.execute("select min(dispatched), type from trips group by call")
        return ((float(moment), str(call_type)) for moment, call_type in found)

    def call_count(self) -> int:
        """Return how many calls there are."""
        return int(self._db.execute("select count(distinct call) from trips").fetchone()[0])

    def trips_of(self, call_id: str) -> tuple[Trip, ...]:
        """Return the trips of a call, the first dispatched first."""
        return self._found("call = ? order by dispatched, line", (call_id,))

    def trips_before(self, unit_id: str, moment: float, *, limit: int) -> tuple[Trip, ...]:
        """Return a unit's last trips that were dispatched by a moment, the latest first."""
        return self._found(
            "unit = ? and dispatched <= ? order by dispatched desc, line desc limit ?", (unit_id, moment, limit)
        )

    def trips(self) -> Iterator[Trip]:
        """Yield all trips by dispatch."""
        cursor = self._db.execute(f"select {', '.join(_COLUMNS)} from trips order by dispatched, line")
        return (_trip(row) for row in cursor)

    def _found(self, where: str, values: tuple[object, ...]) -> tuple[Trip, ...]:
        rows = self._db.execute(f"select {', '.join(_COLUMNS)} from trips where {where}", values)
        return tuple(_trip(row) for row in rows)


def _trip(row: tuple[object, ...]) -> Trip:
    *first, lon, lat, words, from_lon, from_lat = row
    position = None if lon is None else LonLat(lon, lat)  # type: ignore[arg-type]
    start = None if from_lon is None else LonLat(from_lon, from_lat)  # type: ignore[arg-type]
    return Trip(*first, position=position, words=words, start=start)  # type: ignore[arg-type,misc]


@contextmanager
def opened_worklist(folder: Path | None = None) -> Iterator[Worklist]:
    """Make a worklist, and remove it afterwards.

    Parameters
    ----------
    folder
        Where it is kept meanwhile; the system's folder for temporary files when None. It takes about as much room as the calls file.

    Yields
    ------
    Worklist
        An empty one.

    Raises
    ------
    OutputError
        If the disk is full, or can't be written.
    """
    try:
        with TemporaryDirectory(prefix="geo-dispatch-calls-", dir=folder, ignore_cleanup_errors=True) as place:
            connection = sqlite3.connect(Path(place) / "calls.sqlite", isolation_level=None)
            try:
                yield Worklist(connection)
            finally:
                connection.close()
    except sqlite3.OperationalError as error:
        raise OutputError(
            f"the calls can't be put in order on disk ({error}): make room where temporary files go (TMPDIR), or in --out"
        ) from None
