"""All that replaying needs of a town."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from geo_dispatch.live.models import UnitSeed
from geo_dispatch.live.mutual_aid import Neighbour
from geo_dispatch.live.run_cards import RunCards
from geo_dispatch.locate import Locator
from geo_dispatch.routing import Closure, Router
from geo_dispatch.town.town import Town

__all__ = ["ReplayTown"]


def _none(_at: datetime) -> tuple[Closure, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class ReplayTown:
    """A town with what finds places and ways in it, its units and run cards.

    Attributes
    ----------
    town, locator, router
        The town, and what finds places and ways.
    cards, seeds, neighbours
        Its run cards, units, and who helps it.
    closures_at
        Tells what was closed at a local time.
    """

    town: Town
    locator: Locator
    router: Router
    cards: RunCards
    seeds: tuple[UnitSeed, ...]
    neighbours: tuple[Neighbour, ...] = ()
    closures_at: Callable[[datetime], tuple[Closure, ...]] = _none
