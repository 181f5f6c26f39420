"""Closures as desks see and change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from geo_dispatch.geometry import LonLat
from geo_dispatch.live.closures import Closures
from geo_dispatch.live.journal import read_head
from geo_dispatch.live.models import Closure
from geo_dispatch.routing import DrawnStretches, Router, closure_of_record, get_profile, parse_closure
from geo_dispatch.service.closure_roads import document_to_add, feature_of, kept_feature
from geo_dispatch.service.live_answers import ClosureAnswer, ClosurePreview, ClosureRoadsAnswer, ClosuresAnswer
from geo_dispatch.service.live_state import LiveState, one_of
from geo_dispatch.town.town import Town

__all__ = ["ClosureDesk"]


class ClosureDesk:
    """What desks do with closures.

    Parameters
    ----------
    state
        The live store.
    town
        Whose roads are closed.
    router
        Finds the roads that closures mean.
    """

    def __init__(self, state: LiveState, town: Town, router: Router) -> None:
        self._state, self._town, self._router = state, town, router
        self._closures = Closures(state.store)
        self._drawn = DrawnStretches(town, router)

    def list_closures(self, *, at: datetime | None = None, expired: bool = False) -> ClosuresAnswer:
        """Return closures; as they were seen last when the store is lost."""

        def ask() -> tuple[tuple[Closure, ...], int]:
            with self._state.store.read() as connection:
                return self._closures.read(connection, at=at, expired=expired), read_head(connection).seq

        (found, seq), told = self._state.or_last(ask, lambda kept: (kept.closures, kept.seq))
        return ClosuresAnswer(found, seq, self._state.warnings(*told))

    def roads(self) -> ClosureRoadsAnswer:
        """Return the roads that closures close, active and upcoming ones; warns of those that close none."""
        listed = self.list_closures()
        found = [kept_feature(self._town, self._router, closure) for closure in listed.closures]
        told = [warning for _, warning in found if warning is not None]
        return ClosureRoadsAnswer(tuple(feature for feature, _ in found), listed.seq, (*told, *listed.warnings))

    def preview(self, what: str | Sequence[LonLat]) -> ClosurePreview:
        """Return what a closure would close, without keeping it.

        Parameters
        ----------
        what
            One text as ``--close`` takes it, or positions along a road.

        Raises
        ------
        ClosureError
            If it can't be read or kept, or names no road of the town.
        CoordinateError
            If a position is outside the town's roads, or far from all of them.
        """
        if isinstance(what, str):
            closure = parse_closure(what)
            label = closure.label
        else:
            drawn = self._drawn.find(what)
            closure, label = parse_closure(drawn.spec), drawn.label
        kept = document_to_add(self._town, closure)
        properties = {"closure_id": None, "kind": closure.kind, "status": "preview"}
        feature = feature_of(self._town, self._router, closure, properties)
        return ClosurePreview(kept, label, feature, self._state.warnings())

    def get_closure(self, closure_id: str) -> ClosureAnswer:
        """Return one closure; raises UnknownRecordError if there is none of that id."""
        found, told = self._state.or_last(
            lambda: self._closures.get_closure(closure_id), lambda kept: one_of(kept.closures, "closure", closure_id)
        )
        return ClosureAnswer(found, self._state.warnings(*told))

    def add(self, kind: str, spec: Any, *, actor: str | None, **times: Any) -> ClosureAnswer:
        """Add a closure; raises as `Closures.add`, and ClosureError if it means no road of the town."""
        self._check("new", kind, spec, times)
        return ClosureAnswer(self._closures.add(kind, spec, actor=actor, **times), self._state.warnings())

    def edit(
        self, closure_id: str, changes: Mapping[str, Any], *, actor: str | None, version: int | None
    ) -> ClosureAnswer:
        """Change a closure; raises as `Closures.edit`, and ClosureError if it means no road of the town then."""
        now = self._closures.get_closure(closure_id)
        kept = {name: getattr(now, name) for name in ("profiles", "starts", "ends", "source", "note")}
        told = {**kept, **{name: value for name, value in changes.items() if name in kept}}
        self._check(closure_id, changes.get("kind", now.kind), changes.get("spec", now.spec), told)
        return ClosureAnswer(
            self._closures.edit(closure_id, changes, actor=actor, version=version), self._state.warnings()
        )

    def expire(self, closure_id: str, *, actor: str | None) -> ClosureAnswer:
        """End a closure now; raises as `Closures.expire`."""
        return ClosureAnswer(self._closures.expire(closure_id, actor=actor), self._state.warnings())

    def _check(self, closure_id: str, kind: str, spec: Any, told: Mapping[str, Any]) -> None:
        """Refuse what means no road of the town; its times are for the store to check."""
        for profile in told.get("profiles") or ():
            get_profile(profile)
        words = {name: told.get(name) for name in ("profiles", "source", "note")}
        self._router.closed_roads([closure_of_record({"closure_id": closure_id, "kind": kind, "spec": spec, **words})])
