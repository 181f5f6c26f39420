"""What replaying recorded calls takes from a town's service."""

from __future__ import annotations

from datetime import datetime

from geo_dispatch.replay import ReplayTown
from geo_dispatch.routing import Closure
from geo_dispatch.service.service import Service
from geo_dispatch.service.town_facts import neighbours_of, run_cards_of, unit_seeds_of

__all__ = ["replay_town_of"]


def replay_town_of(service: Service) -> ReplayTown:
    """Return a town as replaying takes it: its roads, units and run cards, and the closures of its events.

    Parameters
    ----------
    service
        Over the town.

    Raises
    ------
    RunCardError
        If a card can't be used.
    """
    town = service.town

    def closures_at(local: datetime) -> tuple[Closure, ...]:
        return service.closures_at(service.local_time.aware(local))[0]

    return ReplayTown(
        town=town,
        locator=service.locator,
        router=service.router,
        cards=run_cards_of(town),
        seeds=unit_seeds_of(town),
        neighbours=neighbours_of(town),
        closures_at=closures_at,
    )
