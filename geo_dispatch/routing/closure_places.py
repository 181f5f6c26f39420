"""From the place of a closure to the arcs that it closes."""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.errors import ClosureError
from geo_dispatch.routing.closures import Closure
from geo_dispatch.routing.street_names import FindStreets, StreetNames, plain_name
from geo_dispatch.routing.stretches import Stretches
from geo_dispatch.town.town import Town

__all__ = ["ClosedRoads", "ClosurePlaces", "read_area"]

Arcs = npt.NDArray[np.int64]

_STRETCH = re.compile(
    r"^(?P<street>.+?),?\s+(?:from|between)\s+(?P<start>.+?)\s+(?:to|and|until)\s+(?P<end>.+)$", re.IGNORECASE
)
_AT = re.compile(r"^(?P<street>.+?)\s+(?:at|on|over)\s+(?:the\s+)?(?P<bridge>.+)$", re.IGNORECASE)
_ID = re.compile(r"^(segment|way|edge)\s*:\s*(-?\d+(?:\s*,\s*-?\d+)*)$", re.IGNORECASE)
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class ClosedRoads:
    """A closure with the arcs it means in one town, rows of the network's arcs, rising."""

    closure: Closure
    arcs: Arcs


class ClosurePlaces:
    """Finds the roads that closures mean, and keeps what it found.

    Parameters
    ----------
    town
        The town.
    find_streets
        Asked about street names that are not on file as written; nobody when None.
    """

    def __init__(self, town: Town, *, find_streets: FindStreets | None = None) -> None:
        self._town = town
        self._network = town.network
        self._names = StreetNames(town, find_more=find_streets)
        self._stretches = Stretches(town, self._names)
        self._kept: OrderedDict[str, Arcs] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, closure: Closure) -> ClosedRoads:
        """Return the arcs that a closure means.

        Parameters
        ----------
        closure
            Whatever it is: a street, a stretch, a bridge, an area, ids.

        Raises
        ------
        ClosureError
            If it names no road of the town, or streets that never meet; the message names those that would do.
        """
        with self._lock:
            found = self._kept.get(closure.spec)
            if found is None:
                found = self._kept[closure.spec] = np.unique(self._arcs(closure.spec.strip()))
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return ClosedRoads(closure, found)

    def _arcs(self, spec: str) -> Arcs:
        if found := _ID.match(spec):
            return self._by_id(found[1].lower(), [int(number) for number in found[2].split(",")], spec)
        if spec.startswith("{") or re.match(r"^(MULTI)?POLYGON\b", spec, re.IGNORECASE):
            return self._arcs_of(self._in_area(read_area(spec)), spec)
        return self._arcs_of(self._by_words(spec), spec)

    def _arcs_of(self, segments: Sequence[int] | npt.NDArray[Any], spec: str) -> Arcs:
        rows = np.asarray(segments, dtype=np.int64)
        both = np.concatenate([self._network.segment_forward_arc[rows], self._network.segment_backward_arc[rows]])
        arcs: Arcs = both[both >= 0].astype(np.int64)
        if not len(arcs):
            what = (
                "the area touches no road of the town: check its corners, longitude first"
                if "(" in spec or "{" in spec
                else (f"{spec!r} names no road of the town")
            )
            raise ClosureError(what)
        return arcs

    def _by_id(self, kind: str, numbers: list[int], spec: str) -> Arcs:
        network = self._network
        if kind == "edge":
            if len(numbers) not in (2, 3):
                raise ClosureError(
                    f"{spec!r}: an edge is two nodes and, where roads are parallel, its key: edge:U,V or edge:U,V,KEY"
                )
            u, v = np.asarray(network.node_osmid)[network.arc_from], np.asarray(network.node_osmid)[network.arc_to]
            fits = (u == numbers[0]) & (v == numbers[1])
            if len(numbers) == 3:
                fits &= np.asarray(network.arc_key) == numbers[2]
            arcs = np.flatnonzero(fits).astype(np.int64)
            if not len(arcs):
                raise ClosureError(
                    f"{spec!r}: the town file has no such edge: see its table edges, columns u, v and key"
                )
            return arcs
        column = network.segments.numbers("segment_id" if kind == "segment" else "osmid")
        missing = [number for number in numbers if not (column == number).any()]
        if missing:
            raise ClosureError(
                f"{spec!r}: the town file has no {kind} {missing[0]}: see its table edges, column "
                f"{'segment_id' if kind == 'segment' else 'osmid'}"
            )
        return self._arcs_of(np.flatnonzero(np.isin(column, numbers)), spec)

    def _by_words(self, spec: str) -> Sequence[int] | npt.NDArray[Any]:
        exact = self._names.find_written(spec)
        if exact:
            return self._stretches.whole(exact, spec)
        if bridge := self._bridge(spec):
            return bridge
        if found := _STRETCH.match(spec):
            return self._stretches.between(found["street"], found["start"], found["end"])
        if (found := _AT.match(spec)) and (bridge := self._bridge(found["bridge"])):
            streets = self._names.find(found["street"])
            own = {int(s) for row in streets for s in self._town.street_segments(row)}
            both = [segment for segment in bridge if segment in own]
            if both:
                return both
            raise ClosureError(
                f"{found['street']} does not run over {found['bridge']}: name the bridge alone, or another street"
            )
        return self._stretches.whole(self._stretches.streets(spec, hint=self._hint(spec)), spec)

    def _hint(self, spec: str) -> str:
        if found := _AT.match(spec):
            return f"; to close a part, write '{found['street']} from {found['bridge']} to' another street"
        return ""

    @cached_property
    def _bridges(self) -> dict[str, list[int]]:
        """Return the segments of each named bridge."""
        column = self._network.segments.text("bridge_name")
        rows: dict[str, list[int]] = {}
        for segment in np.flatnonzero(np.asarray(column.codes) >= 0).tolist():
            rows.setdefault(plain_name(column[segment] or ""), []).append(segment)
        return rows

    def _bridge(self, words: str) -> list[int]:
        return self._bridges.get(plain_name(words), [])

    @cached_property
    def _boxes(self) -> npt.NDArray[np.float64]:
        """Return west, south, east, north of each segment, shape ``(n_segments, 4)``."""
        network = self._network
        first = np.asarray(network.first_vertex[:-1])
        lon, lat = np.asarray(network.vertex_lon), np.asarray(network.vertex_lat)
        lows = [np.minimum.reduceat(values, first) for values in (lon, lat)]
        highs = [np.maximum.reduceat(values, first) for values in (lon, lat)]
        return np.column_stack([*lows, *highs])

    def _in_area(self, area: Any) -> npt.NDArray[np.int64]:
        """Return the segments that an area touches."""
        import shapely

        west, south, east, north = area.bounds
        boxes = self._boxes
        near = np.flatnonzero(
            (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        )
        if not len(near):
            return near
        lines = np.asarray([shapely.LineString(self._network.segment_lonlat(int(s))) for s in near], dtype=object)
        shapely.prepare(area)
        return near[shapely.intersects(area, lines)]


def read_area(spec: str) -> Any:
    """Read an area from WKT or GeoJSON text.

    Parameters
    ----------
    spec
        The place of a closure that is an area.

    Returns
    -------
    shapely.Polygon or shapely.MultiPolygon
        Degrees.

    Raises
    ------
    ClosureError
        If it can't be read, is no area, or crosses itself.
    """
    import shapely
    from shapely.geometry import shape

    try:
        if spec.startswith("{"):
            document = json.loads(spec)
            shapes = [shape(geometry) for geometry in _geometries(document)]
            area = shapely.union_all(shapes)
        else:
            area = shapely.from_wkt(spec)
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as problem:
        reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise ClosureError(
            f"the area can't be read ({reason}): give WKT as POLYGON((LON LAT, ...)) or a GeoJSON polygon"
        ) from None
    if area.is_empty or area.geom_type not in ("Polygon", "MultiPolygon"):
        raise ClosureError(f"the area is {area.geom_type.lower()}: give a polygon or multipolygon with corners")
    if not area.is_valid:
        reason = shapely.is_valid_reason(area)
        raise ClosureError(f"the area crosses itself ({reason}): draw its outline in one turn")
    return area


def _geometries(document: dict[str, Any]) -> list[dict[str, Any]]:
    kind = document.get("type")
    if kind == "FeatureCollection":
        return [geometry for feature in document["features"] for geometry in _geometries(feature)]
    if kind == "Feature":
        return [document["geometry"]]
    return [document]
