"""Named positions: the ends of a matrix, and the stations of a town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo_dispatch.errors import CoordinateError, InputError, NotFoundError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import NamedPoint
from geo_dispatch.town.town import Town

__all__ = ["Station", "check_points", "list_stations"]


@dataclass(frozen=True, slots=True)
class Station:
    """A station of the town's pack."""

    id: str
    name: str
    position: LonLat


def check_points(town: Town, points: Sequence[NamedPoint], role: str) -> None:
    """Refuse origins or destinations that the town's roads don't cover.

    Parameters
    ----------
    town
        The town.
    points
        At least one.
    role
        What they are, for the message: "origin", "destination".

    Raises
    ------
    InputError
        If there are none.
    CoordinateError
        If one is outside; the message names its id.
    """
    if not points:
        raise InputError(f"there is no {role}: give one at least")
    for point in points:
        try:
            town.check_covers(point.position)
        except CoordinateError as error:
            raise CoordinateError(f"{role} {point.id!r}: {error}") from None


def list_stations(town: Town, kind: str) -> list[Station]:
    """List the stations of a kind whose position is known.

    Parameters
    ----------
    town
        The town.
    kind
        fire, police, ems, highway, harbormaster ...

    Returns
    -------
    list of Station
        At least one.

    Raises
    ------
    NotFoundError
        If the town file has none.
    """
    table = town.table("stations")
    found = [
        Station(
            str(table.text("station_id")[row]),
            str(table.text("name")[row]),
            LonLat(float(table.lon[row]), float(table.lat[row])),
        )
        for row, its_kind in enumerate(table.text("kind"))
        if its_kind == kind and np.isfinite(table.lon[row])
    ]
    if not found:
        raise NotFoundError(f"the town file of {town.meta.name} has no {kind} station: add one to its town pack")
    return found
