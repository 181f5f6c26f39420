"""Routes and matrices between positions: snapping, vehicle, closures, search and what there is to say about the result."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import LonLat
from geo_dispatch.routing.calibration import Calibration, calibration_of
from geo_dispatch.routing.closure_places import ClosedRoads, ClosurePlaces
from geo_dispatch.routing.closures import Closure, parse_closure
from geo_dispatch.routing.engines import Engine, Engines
from geo_dispatch.routing.fleet import Fleet
from geo_dispatch.routing.matrix import Matrix
from geo_dispatch.routing.path import Path, path_coordinates, path_parts
from geo_dispatch.routing.profiles import VehicleProfile, VehicleSize
from geo_dispatch.routing.refusals import no_route
from geo_dispatch.routing.remarks import Remarks
from geo_dispatch.routing.restrictions import Restrictions
from geo_dispatch.routing.snap import Snap, Snapper, Snaps
from geo_dispatch.routing.street_names import FindStreets
from geo_dispatch.routing.vehicle_search import VehicleSearch
from geo_dispatch.routing.vehicles import Blockage, Vehicle
from geo_dispatch.town.town import Town

__all__ = ["Closures", "Router", "warm"]

Closed = npt.NDArray[np.int64]
Closures = Sequence[Closure | str]
"""Closures, or texts that `geo_dispatch.routing.closures.parse_closure` reads."""


class Router:
    """Finds fastest ways over one town's roads.

    Every question may name a vehicle profile, sizes that go before the profile's, the local time, and closures. Rules that
    hold only at times hold never when no time is given; closures always.

    Parameters
    ----------
    town
        The town. Vehicles are made ready when first asked for.
    find_streets
        Asked about street names in closures that are not on file as written; nobody when None.
    calibration
        Travel times set right by recorded trips; that of the town file when None.
    engine
        Which engine searches: see `geo_dispatch.routing.engines.Engine`.

    Attributes
    ----------
    calibration
        Travel times set right by recorded trips; None where there are none.
    """

    def __init__(
        self,
        town: Town,
        *,
        find_streets: FindStreets | None = None,
        calibration: Calibration | None = None,
        engine: Engine = "auto",
    ) -> None:
        self._town = town
        self.calibration = calibration or calibration_of(town)
        self._snapper = Snapper(town)
        self._remarks = Remarks(town)
        self._fleet = Fleet(town, self._snapper, calibration=self.calibration, engine=engine)
        self._places = ClosurePlaces(town, find_streets=find_streets)

    @property
    def engines(self) -> Engines:
        """Return what makes the hierarchies of vehicles, where they pay."""
        return self._fleet.engines

    @property
    def snapper(self) -> Snapper:
        """Return what moves positions to roads."""
        return self._snapper

    @property
    def restrictions(self) -> Restrictions:
        """Return the town's turn restrictions, as far as they could be put on its roads."""
        return self._fleet.restrictions

    def snap(self, position: LonLat, *, profile: str | None = None) -> Snap:
        """Move a position to the nearest road, of those the profile can use when one is given.

        Raises
        ------
        CoordinateError
            If the position is outside the town's network or more than 2 km from every such road.
        ProfileError
            If there is no such profile.
        """
        return self._snapper.snap(position, usable=None if profile is None else self.vehicle(profile).usable)

    def with_calibration(self, calibration: Calibration | None) -> Router:
        """Return a router of the same town with other travel times; None for the assumed ones.

        Parameters
        ----------
        calibration
            Travel times set right by recorded trips.
        """
        other = copy.copy(self)
        other.calibration = calibration
        other._fleet = self._fleet.with_calibration(calibration)
        return other

    def profile(self, profile: str) -> VehicleProfile:
        """Return a vehicle profile as it is here: with the turn costs and intervals of recorded trips, where there are any.

        Raises
        ------
        ProfileError
            If there is no such profile.
        """
        return self._fleet.profile(profile)

    def vehicle(self, profile: str = "car", *, size: VehicleSize | None = None, at: datetime | None = None) -> Vehicle:
        """Return a vehicle made ready, for those who work on road points.

        Raises
        ------
        ProfileError
            If there is no such profile.
        """
        return self._fleet.vehicle(profile, size=size, at=at)

    def search(
        self,
        profile: str = "car",
        *,
        size: VehicleSize | None = None,
        at: datetime | None = None,
        closures: Closures = (),
    ) -> VehicleSearch:
        """Return the search of a vehicle, for those who work on road points.

        Raises
        ------
        ProfileError
            If there is no such profile.
        ClosureError
            If a closure can't be read, or names no road of the town.
        """
        vehicle = self.vehicle(profile, size=size, at=at)
        return vehicle.search(self._blockage(vehicle, self.closed_roads(closures), at, None)[0])

    def closed_roads(self, closures: Closures) -> tuple[ClosedRoads, ...]:
        """Find the roads that closures mean, whether they hold now or not.

        Raises
        ------
        ClosureError
            If one can't be read, or names no road of the town.
        """
        given = (parse_closure(closure) if isinstance(closure, str) else closure for closure in closures)
        read = (closure.local_to(self._town.zone) for closure in given)
        return tuple(self._places.find(closure) for closure in read)

    def route(
        self,
        origin: LonLat,
        destination: LonLat,
        *,
        profile: str = "car",
        size: VehicleSize | None = None,
        at: datetime | None = None,
        closures: Closures = (),
        closed: Closed | None = None,
    ) -> Path:
        """Find the fastest way between two positions.

        Parameters
        ----------
        origin, destination
            Degrees; each is moved to the nearest road that the vehicle can use.
        profile
            Id of a vehicle profile.
        size
            Sizes that go before the profile's, where known.
        at
            Local time.
        closures
            What is closed; those that don't concern the vehicle or the time are passed over.
        closed
            More arcs that can't be used now, rows of the network's arcs.

        Returns
        -------
        Path
            Arcs, times, geometry, what was avoided, and warnings.

        Raises
        ------
        ClosureError
            If a closure can't be read, or names no road of the town.
        CoordinateError
            If a position is outside the network or more than 2 km from every usable road.
        NoRouteError
            If no way leads from one to the other; the message says which closure or limit, or what else, causes that.
        ProfileError
            If there is no such profile.
        """
        vehicle = self.vehicle(profile, size=size, at=at)
        blockage, holding = self._blockage(vehicle, self.closed_roads(closures), at, closed)
        start = self._snapper.snap(origin, usable=vehicle.usable)
        end = self._snapper.snap(destination, usable=vehicle.usable)
        search = vehicle.search(blockage)
        found = search.one_to_one(start.point, end.point)
        if found is None:
            raise no_route(self._town, self._remarks, vehicle, start, end, blockage=blockage, closures=holding)
        parts = path_parts(self._town.network, search.arc_time_s, found)
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
            avoided=self._remarks.avoided(vehicle, start, end, time_s, blockage=blockage, closures=holding),
            warnings=self._remarks.warnings(vehicle, start, end, parts),
        )

    def matrix(
        self,
        origins: Sequence[LonLat],
        destinations: Sequence[LonLat],
        *,
        profile: str = "car",
        size: VehicleSize | None = None,
        at: datetime | None = None,
        closures: Closures = (),
        closed: Closed | None = None,
    ) -> Matrix:
        """Find travel times and lengths from every origin to every destination.

        Parameters
        ----------
        origins, destinations
            Degrees; each is moved to the nearest road that the vehicle can use.
        profile, size, at, closures, closed
            As of `route`.

        Returns
        -------
        Matrix
            Seconds and metres, ``inf`` where there is no way.

        Raises
        ------
        ClosureError
            If a closure can't be read, or names no road of the town.
        CoordinateError
            If a position is outside the network or more than 2 km from every usable road.
        ProfileError
            If there is no such profile.
        """
        vehicle = self.vehicle(profile, size=size, at=at)
        vehicle.expect_searches(min(len(origins), len(destinations)))
        blockage, _ = self._blockage(vehicle, self.closed_roads(closures), at, closed)
        start, end = (self._snap_all(positions, vehicle) for positions in (origins, destinations))
        times, lengths = vehicle.search(blockage).matrix(start.points, end.points)
        return Matrix(profile, times, lengths, start, end)

    def _blockage(
        self, vehicle: Vehicle, closures: Sequence[ClosedRoads], at: datetime | None, closed: Closed | None
    ) -> tuple[Blockage, tuple[ClosedRoads, ...]]:
        """Return what is closed to a vehicle now, and the closures that close it."""
        holding = tuple(row for row in closures if row.closure.concerns(vehicle.profile.id, at))
        arcs: dict[str, list[Closed]] = {"closed": [], "local": []}
        for row in holding:
            arcs[row.closure.kind].append(row.arcs)
        if closed is not None:
            arcs["closed"].append(np.asarray(closed, dtype=np.int64))
        none = np.zeros(0, dtype=np.int64)
        shut, local = (np.unique(np.concatenate([none, *arcs[kind]])) for kind in ("closed", "local"))
        return Blockage(shut, local), holding

    def _snap_all(self, positions: Sequence[LonLat], vehicle: Vehicle) -> Snaps:
        for position in positions:
            self._town.check_covers(position)
        found = self._snapper.snap_many([p.lon for p in positions], [p.lat for p in positions], usable=vehicle.usable)
        missing = np.flatnonzero(found.segment < 0)
        if len(missing):
            self._snapper.snap(positions[int(missing[0])], usable=vehicle.usable)
        return found


def warm(town: Town) -> None:
    """Make the indexes that routing keeps beside a town file."""
    Snapper(town)
    Engines(town).warm()
