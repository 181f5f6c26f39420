"""The change feed of one process: watches the record, tells who listens, and knows whether the store is there.

The record is the feed: rows are numbered without gaps in the order in which they become visible, whatever process wrote
them, so whoever has seen row n is told all behind it. One thread looks for new rows; changes made in this process wake it.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from geo_dispatch.errors import StoreError, StoreUnavailableError
from geo_dispatch.live.models import AuditEntry, Head
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.times import utc_text

__all__ = ["Feed", "StoreState"]

_log = logging.getLogger(__name__)

_POLL_S = 0.2
_RETRY_S = 1.0
_KEPT = 2000
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class StoreState:
    """Whether the store can be used, since when, and what is wrong with it."""

    status: Literal["ok", "starting", "unavailable"]
    since: str
    detail: str | None = None


class Feed:
    """Follows the record of a store.

    Parameters
    ----------
    store
        To be followed.
    prepare
        Brings the store up to date; called until it succeeds once.
    looked
        Called after every look at a store that answered, by the thread that looks.
    poll_s
        How often to look, seconds.
    """

    def __init__(
        self,
        store: LiveStore,
        *,
        prepare: Callable[[], None],
        looked: Callable[[], None] | None = None,
        poll_s: float = _POLL_S,
    ) -> None:
        self._store = store
        self._prepare = prepare
        self._looked = looked
        self._poll_s = poll_s
        self._prepared = False
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._recent: deque[AuditEntry] = deque(maxlen=_KEPT)
        self._head: Head | None = None
        self._state = StoreState("starting", utc_text(store.clock()))
        self._listeners: dict[int, Callable[[], None]] = {}
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None
        store.on_change(self._wake.set)

    @property
    def state(self) -> StoreState:
        """Return whether the store can be used."""
        return self._state

    @property
    def head(self) -> int | None:
        """Return the number of the last row seen; None before the store was ever reached."""
        return None if self._head is None else self._head.seq

    def store_head(self) -> int:
        """Return the number of the last row of the record as it is now, without waiting for the next look.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        return self._store.head().seq

    def now(self) -> str:
        """Return the time by the server's clock, as the record writes it."""
        return utc_text(self._store.clock())

    def look(self) -> None:
        """Look once; a store that can't be reached is noted as lost.

        Raises
        ------
        StoreFormatError
            If the store can never be used: of a newer program, of another town, none of ours.
        """
        try:
            self._look()
        except StoreUnavailableError as error:
            self._fail(error)

    def start(self) -> None:
        """Go on looking in a thread; a store that can't be reached is tried again."""
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, and wake all who listen."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self._tell()

    @property
    def stopping(self) -> bool:
        """Tell whether it is over."""
        return self._stopping.is_set()

    def close_listeners(self) -> None:
        """Tell all who listen that it is over, without waiting; safe inside a signal handler."""
        self._stopping.set()
        self._wake.set()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call something whenever there are new rows, or the store is lost or found.

        Parameters
        ----------
        listener
            Must be quick, and safe to call from another thread.

        Returns
        -------
        callable
            Ends it.
        """
        number = next(self._numbers)
        with self._lock:
            self._listeners[number] = listener

        def unsubscribe() -> None:
            with self._lock:
                self._listeners.pop(number, None)

        return unsubscribe

    def entries_after(self, seq: int) -> list[AuditEntry]:
        """Return the rows behind one, up to a thousand.

        Parameters
        ----------
        seq
            The last row seen.

        Returns
        -------
        list of AuditEntry
            In order; empty when there are none.

        Raises
        ------
        StoreUnavailableError
            If they have to be read from the store, and it doesn't answer.
        """
        with self._lock:
            recent = list(self._recent)
        if recent and recent[0].seq <= seq + 1:
            return [entry for entry in recent if entry.seq > seq][:_PAGE]
        if self._head is not None and seq >= self._head.seq:
            return []
        return self._store.entries(after=seq, limit=_PAGE)

    # --- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(self._poll_s if self._state.status == "ok" else _RETRY_S)
            self._wake.clear()
            if self._stopping.is_set():
                break
            try:
                self._look()
            except StoreError as error:
                self._fail(error)
            except Exception as error:
                _log.exception("looking at the live store failed")
                self._fail(StoreUnavailableError(f"looking at it failed ({type(error).__name__}); the log says more"))
        self._tell()

    def _look(self) -> None:
        """Read what is new, and tell of it."""
        if not self._prepared:
            self._prepare()
            self._prepared = True
        head = self._store.head()
        changed = head != self._head
        if changed and self._head is not None and head.seq > self._head.seq:
            self._read_until(head.seq)
        elif changed:
            with self._lock:
                self._recent.clear()  # the first look, or another state of the store was put back
        self._head = head
        if self._state.status != "ok":
            if self._state.status == "unavailable":
                _log.warning("the live store %s is back", self._store.name)
            self._state = StoreState("ok", utc_text(self._store.clock()))
            changed = True
        if changed:
            self._tell()
        if self._looked is not None:
            self._looked()

    def _read_until(self, last: int) -> None:
        after = self._recent[-1].seq if self._recent else (self._head.seq if self._head else last)
        if last - after > _KEPT:
            with self._lock:
                self._recent.clear()
            after = last - _KEPT
        while after < last:
            entries = self._store.entries(after=after, limit=min(_PAGE, last - after))
            if not entries:
                return
            with self._lock:
                self._recent.extend(entries)
            after = entries[-1].seq

    def _fail(self, error: Exception) -> None:
        if self._state.status == "unavailable":
            return
        _log.error("LIVE STORE LOST: %s", error)
        # Everybody may read the state: where the store lies is for the log.
        reason = str(error).replace(self._store.name, self._store.name.rpartition("/")[2])
        self._state = StoreState("unavailable", utc_text(self._store.clock()), reason)
        self._tell()

    def _tell(self) -> None:
        with self._lock:
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener()
