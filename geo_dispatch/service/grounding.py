"""What every use case of a town stands on: the town, its clock, its roads, and what every answer must warn of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path as FilePath
from typing import Any, TypeVar

from geo_dispatch.knowledge.events import Events
from geo_dispatch.knowledge.local_time import LocalTime
from geo_dispatch.locate import LocateAnswer, Locator, ReverseAnswer
from geo_dispatch.routing import Closure, Router
from geo_dispatch.service.places import PlaceList
from geo_dispatch.service.standing import event_closures, standing_closures
from geo_dispatch.town.town import Town

__all__ = ["Answer", "TownService"]

Answer = TypeVar("Answer", LocateAnswer, ReverseAnswer)


class TownService:
    """Everything that can be asked of one town; answers are frozen, and safe to ask for from several threads.

    Parameters
    ----------
    town
        The town, never changed.
    file
        The town file it was read from, for `info`; None for a town made in memory.
    clock
        Tells the local time, for routes asked without one: rules that hold only at times are about now. The present time in the
        town's own zone when None.

    Attributes
    ----------
    town, locator, router, local_time, events
        What the answers are made with.
    remarks
        Tells what every answer must warn of besides the town's notice, as a live store that is lost.
    standing
        Tells the closures that every route and matrix keeps to, as rows of the live store; none without one.
    """

    def __init__(
        self, town: Town, *, file: FilePath | None = None, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.town = town
        self.local_time = LocalTime.of(town)
        self._clock = clock or self._now
        self.events = Events.of(town, self.local_time)
        self.locator = Locator(town)
        self.router = Router(town)
        self.remarks: Callable[[], tuple[str, ...]] = tuple
        self.standing: Callable[[], Iterable[Mapping[str, Any]]] = tuple
        self._file = file
        self._places = PlaceList(town)

    def now(self) -> datetime:
        """Return the present time on the town's clocks, with its zone."""
        return self.local_time.aware(self._clock())

    def local(self, at: datetime | None) -> datetime:
        """Return a time as the town's clocks show it, without a zone; the present time when None."""
        return self.local_time.aware(at or self._clock()).replace(tzinfo=None)

    def closures_at(self, at: datetime, *, notes: bool = False) -> tuple[tuple[Closure, ...], tuple[str, ...]]:
        """Return the closures of the live store, and those of events that take place at a local time; and what is wrong with any.

        What a dispatcher noted of a closure is left out unless `notes` asks for it: answers to the public are made of this.
        """
        kept, unkept = standing_closures(self.router, self.standing(), notes=notes)
        brought, odd = event_closures(self.router, self.events.running(at))
        return (*kept, *brought), (*unkept, *odd)

    def _now(self) -> datetime:
        return self.local_time.now().replace(tzinfo=None)

    @property
    def _notice(self) -> tuple[str, ...]:
        notice = (self.town.meta.notice,) if self.town.meta.notice else ()
        return (*self.remarks(), *notice)

    def _noticed(self, answer: Answer) -> Answer:
        """Add the town's notice to an answer's warnings, once."""
        missing: tuple[str, ...] = tuple(text for text in self._notice if text not in answer.warnings)
        return replace(answer, warnings=(*answer.warnings, *missing)) if missing else answer
