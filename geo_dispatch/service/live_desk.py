"""Use cases over the live store of one town: what desks do with units, incidents and closures.

When the store is lost, what was seen last is still shown, with a warning, and every change is refused.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

from geo_dispatch.errors import StoreUnavailableError
from geo_dispatch.live.feed import Feed, StoreState
from geo_dispatch.live.models import Head, Unit
from geo_dispatch.live.recommendations import Recommendations
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.units import Units
from geo_dispatch.service.access_desk import AccessDesk, SessionLimits
from geo_dispatch.service.card_desk import CardDesk
from geo_dispatch.service.closure_desk import ClosureDesk
from geo_dispatch.service.incident_desk import IncidentDesk
from geo_dispatch.service.live_answers import AuditAnswer, Snapshot
from geo_dispatch.service.live_state import LiveState
from geo_dispatch.service.recommend_desk import RecommendDesk
from geo_dispatch.service.service import Service
from geo_dispatch.service.town_facts import neighbours_of, run_cards_of, unit_seeds_of
from geo_dispatch.service.unit_desk import UnitDesk

__all__ = ["LiveDesk"]

_log = logging.getLogger(__name__)


class LiveDesk:
    """Everything that can be done with the live store of a town; safe to use from several threads.

    Parameters
    ----------
    service
        Answers for the town; its answers warn of a lost store from now on.
    store
        The town's live store.

    Attributes
    ----------
    units, incidents, closures, cards, recommendations, recommend
        What can be done with each; recommendations as they were given, and new ones.
    run_cards, neighbours
        Of the town file.
    notes
        Where units in the store differ from the town file.

    Raises
    ------
    RunCardError
        If the town's run cards can't be used.
    """

    def __init__(self, service: Service, store: LiveStore) -> None:
        self._town = service.town
        self._store = store
        self._state = LiveState(store, prepare=self._prepare, notice=service.town.meta.notice)
        self.run_cards = run_cards_of(service.town)
        self.neighbours = neighbours_of(service.town)
        self.units = UnitDesk(self._state, service.town, self.run_cards)
        self.incidents = IncidentDesk(self._state, service, self.run_cards)
        self.closures = ClosureDesk(self._state, service.town, service.router)
        self.cards = CardDesk(self._state, service.town, self.run_cards)
        self.recommendations = Recommendations(store)
        self.notes: tuple[str, ...] = ()
        service.remarks = self._state.remarks
        service.standing = self._standing
        self.recommend = RecommendDesk(
            service,
            run_cards=self.run_cards,
            neighbours=self.neighbours,
            records=self.recommendations,
            live_units=self._live_units,
            clock=store.clock,
        )

    def _standing(self) -> tuple[dict[str, Any], ...]:
        """Return the closures that are not over, for routes to keep to; as they were seen last when the store is lost."""
        try:
            return tuple(asdict(closure) for closure in self.closures.list_closures().closures)
        except StoreUnavailableError:
            return ()  # never read since the start: every answer warns of the lost store, and routes go on

    @property
    def name(self) -> str:
        """Return what the store is called, without password."""
        return self._store.name

    @property
    def feed(self) -> Feed:
        """Return what tells of changes."""
        return self._state.feed

    @property
    def state(self) -> StoreState:
        """Return whether the store can be used."""
        return self._state.state

    def snapshot(self) -> tuple[Snapshot, tuple[str, ...]]:
        """Return units, open incidents and closures at one moment, and warnings; raises as `LiveState.snapshot`."""
        return self._state.snapshot()

    def open(self) -> None:
        """Open the store, make or bring up to date its tables, and take over the town's units.

        One that can't be reached is noted as lost, and tried again once `start` was called.

        Raises
        ------
        StoreFormatError
            If the store can never be used: of a newer program, of another town, none of ours.
        """
        self._state.feed.look()

    def start(self) -> None:
        """Follow the store, in a thread of its own."""
        self._state.feed.start()

    def stop(self) -> None:
        """Stop following the store, and close it."""
        self._state.feed.stop()
        self._store.close()

    def access(self, limits: SessionLimits) -> AccessDesk:
        """Return what can be done with the accounts of this store.

        Parameters
        ----------
        limits
            How long sessions last.

        Returns
        -------
        AccessDesk
            Goes on with whom it has seen while the store is lost.
        """
        return AccessDesk(
            self._store, town=self._town.meta.name, limits=limits, is_lost=lambda: self.state.status == "unavailable"
        )

    def _live_units(self) -> tuple[tuple[Unit, ...], tuple[str, ...]]:
        snapshot, told = self._state.snapshot()
        return snapshot.units, told

    def _prepare(self) -> None:
        meta = self._town.meta
        self._store.prepare(", ".join(filter(None, (meta.name, meta.state))))
        self.notes = Units(self._store).seed(unit_seeds_of(self._town))
        for note in self.notes:
            _log.warning("%s", note)

    def audit(
        self, *, after: int, limit: int, subject_kind: str | None, subject_id: str | None, whole: bool = True
    ) -> AuditAnswer:
        """Return rows of the record, oldest first; those of accounts and keys only with `whole`.

        Raises
        ------
        StoreUnavailableError
            If the store is lost.
        """
        found = self._store.entries(
            after=after, limit=limit + 1, subject_kind=subject_kind, subject_id=subject_id, accounts=whole
        )
        head = self._store.head()
        rest = found[limit - 1].seq if len(found) > limit else None
        return AuditAnswer(tuple(found[:limit]), head, rest, self._state.warnings())

    def verify(self) -> Head:
        """Check every hash of the record.

        Returns
        -------
        Head
            Of the sound record.

        Raises
        ------
        RecordBrokenError
            At the first row that is not as it was written.
        StoreUnavailableError
            If the store is lost.
        """
        return self._store.verify()
