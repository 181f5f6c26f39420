"""The state of a town's live store: there or lost, what was seen last, and what must be warned of."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from geo_dispatch.errors import StoreError, UnknownRecordError
from geo_dispatch.live.closures import Closures
from geo_dispatch.live.feed import Feed, StoreState
from geo_dispatch.live.incidents import Incidents
from geo_dispatch.live.journal import read_head
from geo_dispatch.live.models import Unit
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.times import utc_text
from geo_dispatch.live.units import Units
from geo_dispatch.service.live_answers import Snapshot

__all__ = ["LiveState", "aged", "one_of"]

_SNAPSHOT_S = 1.0
_Read = TypeVar("_Read")


class LiveState:
    """Follows a store, and keeps what was seen last for the time when it is lost.

    Parameters
    ----------
    store
        The store.
    prepare
        Brings it up to date, and takes over the town's units.
    notice
        The town's own notice, shown with every answer; None for a real town.

    Attributes
    ----------
    store, feed
        What is followed, and what tells of it.
    """

    def __init__(self, store: LiveStore, *, prepare: Callable[[], None], notice: str | None) -> None:
        self.store = store
        self.feed = Feed(store, prepare=prepare, looked=self._remember)
        self._notice = (notice,) if notice else ()
        self._units, self._incidents, self._closures = Units(store), Incidents(store), Closures(store)
        self._snapshot: Snapshot | None = None
        self._next_snapshot = 0.0

    @property
    def state(self) -> StoreState:
        """Return whether the store can be used."""
        return self.feed.state

    def remarks(self) -> tuple[str, ...]:
        """Return what every answer must warn of: a store that is lost.

        Returns
        -------
        tuple of str
            Nothing while the store is there.
        """
        state = self.state
        if state.status != "unavailable":
            return ()
        return (
            f"LIVE STORE LOST since {state.since}: units, incidents and closures can't be changed, and may be out of date",
        )

    def warnings(self, *more: str) -> tuple[str, ...]:
        """Return what an answer warns of: its own doubts, a lost store, the town's notice.

        Parameters
        ----------
        *more
            The answer's own.

        Returns
        -------
        tuple of str
            All of them.
        """
        return (*more, *self.remarks(), *self._notice)

    def _remember(self) -> None:
        """Keep the present state for the time when the store is lost; at most once a second."""
        kept = self._snapshot
        if time.monotonic() < self._next_snapshot or (kept is not None and kept.seq == self.feed.head):
            return
        self._next_snapshot = time.monotonic() + _SNAPSHOT_S
        self._snapshot = self._look()

    def _look(self) -> Snapshot:
        with self.store.read() as connection:
            return Snapshot(
                at=utc_text(self.store.clock()),
                seq=read_head(connection).seq,
                units=self._units.read(connection),
                incidents=self._incidents.read(connection),
                closures=self._closures.read(connection),
            )

    def snapshot(self) -> tuple[Snapshot, tuple[str, ...]]:
        """Return everything at one moment; what was seen last, with a warning, when the store is lost.

        Returns
        -------
        tuple of Snapshot and tuple of str
            Units, open incidents and closures of one state of the store; warnings.

        Raises
        ------
        StoreUnavailableError
            If the store is lost and was never seen.
        """
        return self.or_last(self._look, lambda kept: replace(kept, units=aged(kept, self.store.clock())))

    def or_last(self, ask: Callable[[], _Read], last: Callable[[Snapshot], _Read]) -> tuple[_Read, tuple[str, ...]]:
        """Read from the store; when it is lost, from what was seen last, with a warning.

        Parameters
        ----------
        ask
            Reads from the store.
        last
            Takes the same from what was seen last.

        Returns
        -------
        tuple
            What was read, and warnings.

        Raises
        ------
        StoreUnavailableError
            If the store is lost and was never seen.
        """
        kept, state = self._snapshot, self.state
        if kept is not None and state.status == "unavailable":
            return last(kept), (_since(kept, state.detail),)  # asking would only wait: the feed tells when it is back
        try:
            return ask(), ()
        except StoreError as error:
            if kept is None:
                raise
            return last(kept), (_since(kept, str(error)),)


def _since(kept: Snapshot, reason: str | None) -> str:
    return f"as it was at {kept.at}, since the live store can't be read ({reason})"


def aged(kept: Snapshot, now: datetime) -> tuple[Unit, ...]:
    """Return units seen last, their positions older by the time since, and so stale.

    Parameters
    ----------
    kept
        What was seen last.
    now
        The moment.

    Returns
    -------
    tuple of Unit
        As they were.
    """
    since_s = (now - datetime.fromisoformat(kept.at)).total_seconds()
    return tuple(
        unit
        if unit.position is None
        else replace(unit, position=replace(unit.position, age_s=round(unit.position.age_s + since_s, 3), stale=True))
        for unit in kept.units
    )


def one_of(rows: tuple[Any, ...], kind: str, wanted: str) -> Any:
    """Return the row of an id from what was seen last.

    Parameters
    ----------
    rows
        Units, incidents or closures.
    kind
        unit, incident or closure.
    wanted
        The id.

    Returns
    -------
    Unit or Incident or Closure
        The row.

    Raises
    ------
    UnknownRecordError
        If none had that id.
    """
    for row in rows:
        if getattr(row, f"{kind}_id") == wanted:
            return row
    raise UnknownRecordError(
        f"there was no {kind} {wanted!r} when the live store was last seen: ask again when it is back"
    )
