"""Why there is no route, as an error that names what causes it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np

from geo_dispatch.errors import NoRouteError
from geo_dispatch.routing.access import RoadUse
from geo_dispatch.routing.closure_places import ClosedRoads
from geo_dispatch.routing.graph import make_graph
from geo_dispatch.routing.remarks import Obstacle, Remarks
from geo_dispatch.routing.scipy_search import ScipySearch
from geo_dispatch.routing.search import RoadPoint, RoadSearch
from geo_dispatch.routing.snap import Snap
from geo_dispatch.routing.vehicles import Blockage, Lift, Vehicle
from geo_dispatch.town.town import Town

__all__ = ["no_route"]

_KINDS: tuple[Lift, ...] = ("closures", "limits", "turns")


def no_route(
    town: Town,
    remarks: Remarks,
    vehicle: Vehicle,
    start: Snap,
    end: Snap,
    *,
    blockage: Blockage,
    closures: Sequence[ClosedRoads],
) -> NoRouteError:
    """Make the error for two points that no way joins: it says which closure, limit or lack of road causes that.

    Parameters
    ----------
    town, remarks
        The town, and what names its roads.
    vehicle
        The vehicle.
    start, end
        The two points.
    blockage, closures
        What is closed now, and the closures that close it.

    Returns
    -------
    NoRouteError
        To be raised; its details hold ``causes``: kind, what, reason, and the closure's id.
    """
    a, b = remarks.names.spot(start), remarks.names.spot(end)
    said = f"no way for {_article(vehicle.profile.name.lower())} from {a} to {b}: "
    kinds = [kind for kind in _KINDS if kind != "closures" or not blockage.is_empty]
    for lifted in (choice for n in range(1, len(kinds) + 1) for choice in combinations(kinds, n)):
        path = vehicle.search(blockage, lifted=frozenset(lifted)).one_to_one(start.point, end.point)
        if path is None:
            continue
        causes = remarks.obstacles(vehicle, path, closures, lifted)
        details = {"causes": [_document(cause) for cause in causes]}
        reasons = [
            f"{cause.what} is {cause.reason}" if cause.kind == "closure" else f"{cause.what}: {cause.reason}"
            for cause in causes
        ]
        if "closures" in lifted and not any(cause.kind == "closure" for cause in causes):
            reasons.append("the closures now in force cut it off")
        if "turns" in lifted:
            reasons.append("the turns it would need are forbidden")
        return NoRouteError(said + "; ".join(reasons), details=details)
    return NoRouteError(said + _no_road(town, vehicle, start, end, {a: start, b: end}))


def _no_road(town: Town, vehicle: Vehicle, start: Snap, end: Snap, spots: dict[str, Snap]) -> str:
    """Say what of the roads themselves lies between two points."""
    network = town.network
    if _joined(vehicle.search(), end.point, start.point):
        return "one-way roads lead only the other way"
    anywhere = _for_anyone(town)
    if _joined(anywhere, start.point, end.point):
        return "every way passes a road or barrier closed to it"
    parts = anywhere.graph.components
    sizes = np.bincount(parts[network.arc_from], minlength=int(parts.max()) + 1)
    pieces = {name: int(parts[network.segment_from[s.segment]]) for name, s in spots.items()}
    if len(set(pieces.values())) == 1:
        return "one-way roads prevent it"
    name = min(pieces, key=lambda n: int(sizes[pieces[n]]))
    count = len(np.unique(network.arc_segment[parts[network.arc_from] == pieces[name]]))
    return (
        f"{name} lies on {count} road segment{'' if count == 1 else 's'} that no road joins to the rest; "
        "if one exists beyond the edge of the data, build the town with a wider --margin-m"
    )


@lru_cache(maxsize=2)
def _for_anyone(town: Town) -> ScipySearch:
    """Return the search of a vehicle that nothing keeps off any road."""
    network = town.network
    anyone = RoadUse(np.zeros(network.segment_count, dtype=np.int8), np.zeros(network.node_count, dtype=bool))
    return ScipySearch(make_graph(network, anyone))


def _joined(search: RoadSearch, origin: RoadPoint, destination: RoadPoint) -> bool:
    return search.one_to_one(origin, destination) is not None


def _document(cause: Obstacle) -> dict[str, str | None]:
    return {"kind": cause.kind, "what": cause.what, "reason": cause.reason, "closure_id": cause.closure_id}


def _article(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
