"""Routes and matrices between positions: snapping, profile, search and what there is to say about the result."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geo_dispatch.errors import NoRouteError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing.access import ENDS, RoadUse, road_use
from geo_dispatch.routing.graph import make_graph
from geo_dispatch.routing.matrix import Matrix
from geo_dispatch.routing.path import Path, path_coordinates, path_parts
from geo_dispatch.routing.profiles import VehicleProfile, get_profile
from geo_dispatch.routing.remarks import Remarks, Vehicle
from geo_dispatch.routing.scipy_search import ScipySearch
from geo_dispatch.routing.search import RoadSearch
from geo_dispatch.routing.snap import Snap, Snapper, Snaps
from geo_dispatch.town.town import Town

__all__ = ["Router", "warm"]

Closed = npt.NDArray[np.int64]


class Router:
    """Finds fastest ways over one town's roads.

    Parameters
    ----------
    town
        The town. Profiles are made ready when first asked for.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._snapper = Snapper(town)
        self._remarks = Remarks(town)
        self._vehicles: dict[str, Vehicle] = {}
        self._lock = threading.Lock()

    def snap(self, position: LonLat, *, profile: str | None = None) -> Snap:
        """Move a position to the nearest road, of those the profile can use when one is given.

        Raises
        ------
        CoordinateError
            If the position is outside the town's network or more than 2 km from every such road.
        ProfileError
            If there is no such profile.
        """
        return self._snapper.snap(position, usable=None if profile is None else self._vehicle(profile).usable)

    def search(self, profile: str = "car") -> RoadSearch:
        """Return the search engine of a profile, for those who work on road points."""
        return self._vehicle(profile).search

    def route(self, origin: LonLat, destination: LonLat, *, profile: str = "car", closed: Closed | None = None) -> Path:
        """Find the fastest way between two positions.

        Parameters
        ----------
        origin, destination
            Degrees; each is moved to the nearest road that the profile can use.
        profile
            Id of a vehicle profile.
        closed
            Arcs that can't be used now, rows of the network's arcs.

        Returns
        -------
        Path
            Arcs, times, geometry and warnings.

        Raises
        ------
        CoordinateError
            If a position is outside the network or more than 2 km from every usable road.
        NoRouteError
            If no way leads from one to the other; the message says what lies between.
        ProfileError
            If there is no such profile.
        """
        vehicle = self._vehicle(profile)
        start = self._snapper.snap(origin, usable=vehicle.usable)
        end = self._snapper.snap(destination, usable=vehicle.usable)
        found = vehicle.search.one_to_one(start.point, end.point, closed=closed)
        if found is None:
            raise NoRouteError(self._remarks.why_not(vehicle, start, end, closed))
        parts = path_parts(self._town.network, vehicle.graph.arc_time_s, found)
        time_s = sum(part.time_s for part in parts)
        return Path(
            profile=profile,
            origin=start,
            destination=end,
            parts=parts,
            travel_time_s=time_s,
            travel_time_interval_s=vehicle.profile.interval_s(time_s),
            length_m=sum(part.length_m for part in parts),
            coordinates=path_coordinates(self._town.network, parts),
            avoided=self._remarks.avoided(vehicle, start, end, time_s, closed),
            warnings=self._remarks.warnings(vehicle, start, end, parts),
        )

    def matrix(
        self,
        origins: Sequence[LonLat],
        destinations: Sequence[LonLat],
        *,
        profile: str = "car",
        closed: Closed | None = None,
    ) -> Matrix:
        """Find travel times and lengths from every origin to every destination.

        Parameters
        ----------
        origins, destinations
            Degrees; each is moved to the nearest road that the profile can use.
        profile
            Id of a vehicle profile.
        closed
            Arcs that can't be used now, rows of the network's arcs.

        Returns
        -------
        Matrix
            Seconds and metres, ``inf`` where there is no way.

        Raises
        ------
        CoordinateError
            If a position is outside the network or more than 2 km from every usable road.
        ProfileError
            If there is no such profile.
        """
        vehicle = self._vehicle(profile)
        start, end = (self._snap_all(positions, vehicle) for positions in (origins, destinations))
        times, lengths = vehicle.search.matrix(start.points, end.points, closed=closed)
        return Matrix(profile, times, lengths, start, end)

    def _snap_all(self, positions: Sequence[LonLat], vehicle: Vehicle) -> Snaps:
        for position in positions:
            self._town.check_covers(position)
        found = self._snapper.snap_many([p.lon for p in positions], [p.lat for p in positions], usable=vehicle.usable)
        missing = np.flatnonzero(found.segment < 0)
        if len(missing):
            self._snapper.snap(positions[int(missing[0])], usable=vehicle.usable)
        return found

    def _vehicle(self, profile: str) -> Vehicle:
        found = self._vehicles.get(profile)
        if found is None:
            wanted = get_profile(profile)
            with self._lock:
                found = self._vehicles.get(profile) or self._vehicles.setdefault(profile, self._make_vehicle(wanted))
        return found

    def _make_vehicle(self, profile: VehicleProfile) -> Vehicle:
        network, factor = self._town.network, profile.speed_factor
        use = road_use(self._town, profile)
        everywhere = RoadUse(
            np.where(np.asarray(use.segment_use) == ENDS, 0, use.segment_use).astype(np.int8), use.node_blocked
        )

        def search(which: RoadUse) -> ScipySearch:
            graph = make_graph(network, which, speed_factor=factor)
            return ScipySearch(
                graph, regraph=lambda closed: make_graph(network, which, speed_factor=factor, closed=closed)
            )

        strict = search(use)
        return Vehicle(profile, use, strict.graph, strict.graph.usable_segments(), strict, search(everywhere))


def warm(town: Town) -> None:
    """Make the indexes that routing keeps beside a town file."""
    Snapper(town)
