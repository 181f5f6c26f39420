"""What the callers of the audit stand on: homes, roads and landmarks of the town, and who is on which side of what."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from functools import cached_property
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.audit.landmarks import Landmark, Landmarks
from geo_dispatch.audit.positions import OnRoad, Positions
from geo_dispatch.audit.tables import HumanDistance, callers
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.cross import CrossStreets
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.no_names import is_no_name
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.pointgrid import PointGrid
from geo_dispatch.routing import Router, Snapper
from geo_dispatch.town.columns import TableColumns
from geo_dispatch.town.town import Town

__all__ = ["Ground"]

FloatArray = npt.NDArray[np.float64]


class Ground:
    """One town as the makers of callers see it.

    Parameters
    ----------
    town
        The town.
    seed
        Which half of the names it uses: names fall into two halves by a hash, odd seeds (for tuning) draw from one, even seeds
        (for audits) from the other, so that no figure is measured on a name it was tuned on.
    """

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.seed = seed
        self.table = callers()
        self.index = NameIndex(town)
        self.cross = CrossStreets(town)
        self._snapper = Snapper(town)

    # --- names -----------------------------------------------------------------------------------

    def ours(self, *names: str) -> bool:
        """Tell whether these names together belong to the half that this seed draws from.

        Parameters
        ----------
        names
            Names, in any order and spelling of their words.
        """
        text = "|".join(sorted(street_key(name) for name in names))
        return hashlib.blake2b(text.encode(), digest_size=1).digest()[0] % 2 == self.seed % 2

    def street_name(self, street: int) -> str:
        """Return a street's name."""
        return self.town.table("streets").text("name")[street] or ""

    def is_road(self, street: int) -> bool:
        """Tell whether a row of streets is a named road rather than a numbered route."""
        is_road = street >= 0 and self.town.table("streets").text("kind")[street] == "road"
        return is_road and not is_no_name(self.street_name(street))

    @cached_property
    def street_counts(self) -> Counter[str]:
        """Return how many roads bear each name, by its canonical words."""
        streets = self.town.table("streets")
        kinds = streets.text("kind")
        return Counter(street_key(n) for row, n in enumerate(streets.text("name")) if n and kinds[row] == "road")

    def is_only(self, street: int) -> bool:
        """Tell whether no other road of the file bears a street's name."""
        return self.street_counts[street_key(self.street_name(street))] == 1

    # --- places ----------------------------------------------------------------------------------

    @cached_property
    def places(self) -> Landmarks:
        """Return the places that callers may name."""
        return Landmarks(self)

    @property
    def landmarks(self) -> list[Landmark]:
        """Return the places that callers may name in a relation."""
        return self.places.all

    def draw_pair(self, rng: Random, distance: HumanDistance) -> tuple[tuple[float, float], float, Landmark] | None:
        """Draw a caller's position, and the landmark they name in a relation with its distance; None when they would not use it.

        Of every pair of a position and a landmark so many are taken that distances come out as `distance` has them; prominent
        landmarks more often.
        """
        at = self.positions.draw(rng, near_m=distance.reach_m(self.table["widest"] if distance.widen else 1.0))
        if at is None:
            return None
        factor = 1.0 + distance.widen * (self.sparseness(*at) - 1.0) if distance.widen else 1.0
        near = [(d, mark) for d, mark in self.places.list_near(*at, distance.reach_m(factor)) if d >= 3.0]
        weights = [mark.prominence * distance.density(d, factor) / d for d, mark in near]
        usual = distance.density(distance.p50_m * factor, factor) / (distance.p50_m * factor)
        if not near or rng.random() > sum(weights) / usual:
            return None
        return at, *rng.choices(near, weights)[0]

    def choose_on_street(
        self, rng: Random, at: tuple[float, float], street: int, distance: HumanDistance
    ) -> Landmark | None:
        """Choose the landmark on a street that a caller on it names in a relation, or None when they would not use it."""
        near = [(math.dist(at, (mark.x, mark.y)), mark) for mark in self.places.by_street.get(street, ())]
        weights = [mark.prominence * distance.density(d) for d, mark in near]
        if not near or rng.random() * distance.density(distance.p50_m) > sum(weights):
            return None
        return rng.choices(near, weights)[0][1]

    @cached_property
    def footprints(self) -> dict[int, Any]:
        """Return the outlines of places that have one, metres in the town's CRS, by row of ``places``."""
        areas, places = self.town.table("place_areas"), self.town.table("places")
        rows = {identity: row for row, identity in enumerate(places.text("place_id"))}
        found = {}
        for at, identity in enumerate(areas.text("place_id")):
            shape = self.shape(areas, at)
            if identity in rows and shape is not None:
                found[rows[identity]] = shape
        return found

    def shape(self, table: TableColumns, row: int) -> Any:
        """Return a row's geometry in metres of the town's CRS; None where it has none."""
        raw = table.wkb(row)
        if raw is None:
            return None

        def metres(points: FloatArray) -> FloatArray:
            return np.column_stack(self.town.projection.arrays_to_xy(points[:, 0].copy(), points[:, 1].copy()))

        return shapely.transform(shapely.from_wkb(raw), metres)

    # --- positions -------------------------------------------------------------------------------

    @cached_property
    def positions(self) -> Positions:
        """Return where callers may be."""
        return Positions(self)

    def sparseness(self, x: float, y: float) -> float:
        """Return how many times as far things are apart as in a dense city: the root of the ratio of road densities, 1 to 3."""
        density = self.road_density(x, y)
        if density <= 0:
            return float(self.table["widest"])
        ratio = math.sqrt(self.table["dense_road_km_per_km2"] / density)
        return min(max(ratio, 1.0), float(self.table["widest"]))

    def road_density(self, x: float, y: float) -> float:
        """Return the length of road around a position per area, km per km2."""
        tree, lengths = self._pieces
        reach = self.table["density_reach_m"]
        near = tree.query_ball_point((x, y), reach)
        return float(lengths[near].sum() / 1000.0 / (math.pi * (reach / 1000.0) ** 2))

    @cached_property
    def _pieces(self) -> tuple[Any, FloatArray]:
        from scipy.spatial import cKDTree

        network = self.town.network
        owner = np.repeat(np.arange(network.segment_count), np.diff(network.first_vertex))
        start = np.flatnonzero(owner[1:] == owner[:-1])
        x, y = np.asarray(network.vertex_x), np.asarray(network.vertex_y)
        middle = np.column_stack([(x[start] + x[start + 1]) / 2, (y[start] + y[start + 1]) / 2])
        return cKDTree(middle), np.hypot(x[start + 1] - x[start], y[start + 1] - y[start])

    def town_at(self, x: float, y: float) -> str | None:
        """Return the name of the town at a position: by the outlines on file, else that of the nearest address."""
        found = self.town.boundaries.find_municipality(*self.lonlat(x, y))
        if found is not None:
            return found.name
        nearest = self._addresses.find_nearest(x, y, self.table["town_reach_m"])
        name: str | None = self.town.table("addresses").text("municipality")[nearest[1]] if nearest else None
        return name

    @cached_property
    def _addresses(self) -> PointGrid:
        return PointGrid(self.town, "addresses")

    # --- roads -----------------------------------------------------------------------------------

    def find_road(self, x: float, y: float) -> OnRoad | None:
        """Return the nearest point of any road; None when none is near."""
        where = self.lonlat(x, y)
        snaps = self._snapper.snap_many([where.lon], [where.lat])
        segment = int(snaps.segment[0])
        if segment < 0:
            return None
        px, py = self.town.projection.to_xy(float(snaps.lon[0]), float(snaps.lat[0]))
        street = int(self.town.network.segment_street[segment])
        return OnRoad(segment, street, float(snaps.along_m[0]), px, py, math.hypot(px - x, py - y))

    def heading(self, point: OnRoad) -> tuple[float, float]:
        """Return the direction of the road at a point, as digitised: a vector of length 1."""
        network = self.town.network
        length = float(network.segment_length_m[point.segment])
        low, high = max(point.along_m - 5.0, 0.0), min(point.along_m + 5.0, length)
        (ax, ay), (bx, by) = (
            self.town.projection.to_xy(*network.point_along(point.segment, along)) for along in (low, high)
        )
        size = math.hypot(bx - ax, by - ay) or 1.0
        return (bx - ax) / size, (by - ay) / size

    @cached_property
    def router(self) -> Router:
        """Return the town's router."""
        return Router(self.town)

    @cached_property
    def road_tree(self) -> Any:
        """Return an index of the centre lines of all road segments, metres in the town's CRS, by row."""
        network = self.town.network
        points = np.column_stack([network.vertex_x, network.vertex_y])
        owner = np.repeat(np.arange(network.segment_count), np.diff(network.first_vertex))
        return shapely.STRtree(np.asarray(shapely.linestrings(points, indices=owner)).reshape(-1))

    def crosses_road(self, x: float, y: float, to_x: float, to_y: float) -> bool:
        """Tell whether a road lies between two positions."""
        straight = shapely.LineString([(x, y), (to_x, to_y)])
        return bool(len(self.road_tree.query(straight, predicate="intersects")))

    def lonlat(self, x: float, y: float) -> LonLat:
        """Return a position in degrees."""
        return self.town.projection.to_lonlat(x, y)
