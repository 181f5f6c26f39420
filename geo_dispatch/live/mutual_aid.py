"""Mutual aid: which neighbour can send what, and how long calling them takes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo_dispatch.live.run_cards import Requirement

__all__ = ["AidOffer", "Neighbour", "find_aid"]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A neighbour as the town wrote it down; ``call_over_s`` is the time that calling it takes, seconds, None unknown."""

    name: str
    state: str
    agency: str | None
    phone: str | None
    provides: tuple[Requirement, ...]
    call_over_s: float | None


@dataclass(frozen=True, slots=True)
class AidOffer:
    """So many units of a capability that a neighbour can send."""

    neighbour: str
    agency: str | None
    phone: str | None
    capability: str
    count: int
    call_over_s: float | None


def find_aid(neighbours: Sequence[Neighbour], missing: Iterable[Requirement]) -> tuple[AidOffer, ...]:
    """Find who can send what is missing.

    Parameters
    ----------
    neighbours
        Those that help, and with what.
    missing
        What can't be sent from here.

    Returns
    -------
    tuple of AidOffer
        For each capability, the neighbour that is called soonest first, until the count is filled; fewer when all of
        them together can't. Where the time to call is unknown, last.

    Examples
    --------
    >>> near = Neighbour("A", "MA", None, None, (Requirement("engine", 1),), 60.0)
    >>> far = Neighbour("B", "MA", None, None, (Requirement("engine", 2),), None)
    >>> [(offer.neighbour, offer.count) for offer in find_aid([far, near], [Requirement("engine", 2)])]
    [('A', 1), ('B', 1)]
    """
    by_time = sorted(neighbours, key=lambda row: (math.inf if row.call_over_s is None else row.call_over_s, row.name))
    offers: list[AidOffer] = []
    for requirement in missing:
        left = requirement.count
        for row in by_time:
            have = sum(part.count for part in row.provides if part.capability == requirement.capability)
            count = min(left, have)
            if count > 0:
                offers.append(AidOffer(row.name, row.agency, row.phone, requirement.capability, count, row.call_over_s))
                left -= count
    return tuple(offers)
