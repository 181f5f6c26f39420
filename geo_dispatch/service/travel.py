"""Ways and travel times over the roads of one town."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from geo_dispatch.directions import Voice, get_language
from geo_dispatch.errors import (
    NoRouteError,
)
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Closures, Matrix, NamedPoint
from geo_dispatch.service.answers import (
    MatrixAnswer,
    RouteAnswer,
    RoutePlan,
    StationRoute,
    Whereabouts,
)
from geo_dispatch.service.finding import Finding, Where, is_position
from geo_dispatch.service.points import check_points, list_stations
from geo_dispatch.service.route_sheet import Wording, route_sheet
from geo_dispatch.units import Units

__all__ = ["Travel"]


class Travel(Finding):
    """Finds ways and travel times in one town."""

    def plan(
        self,
        origin: Where,
        destination: Where,
        *,
        profile: str = "car",
        text: Voice = "public",
        language: str = "en",
        units: Units = "us",
        at: datetime | None = None,
        closures: Closures = (),
    ) -> RoutePlan:
        """Find a route, with what a map of it needs.

        Parameters
        ----------
        origin, destination
            Positions or words.
        profile
            Vehicle profile.
        text
            Wording of the steps: "public", "radio" or "screen".
        language
            Code of their language, as in "pt".
        units
            Of their distances: "us" for feet and miles, or "metric".
        at
            Local time it is driven; now when None.
        closures
            What is closed.

        Returns
        -------
        RoutePlan
            The answer, its ends, and its path over the network.

        Raises
        ------
        ProfileError
            If there is no such profile.
        ClosureError
            If a closure can't be read, or names no road of the town.
        InputError
            If there are no directions in that language.
        UnknownPlaceError, AmbiguousPlaceError
            If words don't stand for one place.
        NoRouteError
            If there is no way between the two for this vehicle; it says which closure or limit causes that.
        """
        wording = Wording(text, get_language(language).code, units)
        start, end = self.whereabouts(origin), self.whereabouts(destination)
        named = isinstance(destination, str) and not is_position(destination)
        say = end.label if named else None
        return self._plan(start, end, profile=profile, wording=wording, say=say, at=at, closures=closures)

    def route(
        self,
        origin: Where,
        destination: Where,
        *,
        profile: str = "car",
        text: Voice = "public",
        language: str = "en",
        units: Units = "us",
        at: datetime | None = None,
        closures: Closures = (),
    ) -> RouteAnswer:
        """Find a route; as `plan`, without what a map needs.

        Parameters
        ----------
        origin, destination, profile, text, language, units, at, closures
            As of `plan`.

        Returns
        -------
        RouteAnswer
            Time, length, geometry and steps.
        """
        return self.plan(
            origin,
            destination,
            profile=profile,
            text=text,
            language=language,
            units=units,
            at=at,
            closures=closures,
        ).answer

    def route_to(
        self,
        origin: LonLat,
        destination: LonLat,
        *,
        say: str | None = None,
        text: Voice = "public",
        profile: str = "car",
    ) -> RouteAnswer:
        """Find a route between two positions; the last step calls the destination as told.

        Parameters
        ----------
        origin, destination
            Degrees.
        say
            What the destination is called; None tells it by its surroundings.
        text
            Wording of the steps.
        profile
            Vehicle profile.
        """
        start, end = self.whereabouts(origin), self.whereabouts(destination)
        return self._plan(start, end, profile=profile, wording=Wording(text), say=say, at=None).answer

    def travel_times(
        self,
        origins: Sequence[NamedPoint],
        destinations: Sequence[NamedPoint],
        *,
        profile: str = "car",
        at: datetime | None = None,
        closures: Closures = (),
    ) -> Matrix:
        """Find travel times (s) and lengths (m) from every origin to every destination, as the router gives them.

        Parameters
        ----------
        origins, destinations
            At least one each.
        profile
            Vehicle profile.
        at
            Local time it is driven; now when None.
        closures
            What is closed.

        Returns
        -------
        Matrix
            Shape ``(n_origins, n_destinations)``; inf where there is no way.

        Raises
        ------
        CoordinateError
            If a position is outside the town's roads; the message names its id.
        InputError
            If there is no origin, or no destination.
        ProfileError
            If there is no such profile.
        """
        for role, points in (("origin", origins), ("destination", destinations)):
            check_points(self.town, points, role)
        starts, ends = ([point.position for point in points] for points in (origins, destinations))
        moment = self.local(at)
        standing, _ = self.closures_at(moment)
        return self.router.matrix(starts, ends, profile=profile, at=moment, closures=(*standing, *closures))

    def matrix(
        self,
        origins: Sequence[NamedPoint],
        destinations: Sequence[NamedPoint],
        *,
        profile: str = "car",
        at: datetime | None = None,
        closures: Closures = (),
    ) -> MatrixAnswer:
        """Find travel times and lengths from every origin to every destination; raises as `travel_times`.

        Parameters
        ----------
        origins, destinations
            At least one each.
        profile, at, closures
            As of `travel_times`.

        Returns
        -------
        MatrixAnswer
            With the ids of origins and destinations.
        """
        moment = self.local(at)
        found = self.travel_times(origins, destinations, profile=profile, at=moment, closures=closures)
        return self.matrix_answer(found, origins, destinations, at=moment)

    def matrix_answer(
        self,
        found: Matrix,
        origins: Sequence[NamedPoint],
        destinations: Sequence[NamedPoint],
        *,
        at: datetime | None = None,
    ) -> MatrixAnswer:
        """Put the ids of origins and destinations to a matrix of the router.

        Parameters
        ----------
        found
            From `travel_times`.
        origins, destinations, at
            What it was asked for.

        Returns
        -------
        MatrixAnswer
            The same figures with ids.
        """
        return MatrixAnswer(
            profile=found.profile,
            origins=tuple(point.id for point in origins),
            destinations=tuple(point.id for point in destinations),
            travel_time_s=found.travel_time_s,
            length_m=found.length_m,
            warnings=(*self.closures_at(self.local(at))[1], *self._notice),
        )

    def first_due(self, destination: Where, *, kind: str = "fire", profile: str = "car") -> StationRoute:
        """Find the station of a kind that reaches a place first by road, and its route.

        Parameters
        ----------
        destination
            A position or words.
        kind
            Kind of station: fire, police, ems ...
        profile
            Vehicle profile.

        Returns
        -------
        StationRoute
            The station, and its route.

        Raises
        ------
        NotFoundError
            If the town file has no such station.
        NoRouteError
            If none has a way there.
        """
        stations = list_stations(self.town, kind)
        end = self.whereabouts(destination)
        starts = [station.position for station in stations]
        now = self.local(None)
        standing, _ = self.closures_at(now)
        found = self.router.matrix(starts, [end.position], profile=profile, at=now, closures=standing)
        times = found.travel_time_s[:, 0]
        best = int(np.argmin(times))
        if not np.isfinite(times[best]):
            raise NoRouteError(f"no {kind} station has a way to {end.label}")
        start = Whereabouts(starts[best], stations[best].name)
        plan = self._plan(start, end, profile=profile, wording=Wording(), say=end.label, at=now)
        return StationRoute(stations[best].id, start.label, plan)

    def _plan(
        self,
        start: Whereabouts,
        end: Whereabouts,
        *,
        profile: str,
        say: str | None,
        at: datetime | None,
        wording: Wording,
        closures: Closures = (),
    ) -> RoutePlan:
        """Find the route between two positions; `say` is what the last step calls the destination."""
        moment = self.local(at)
        standing, unkept = self.closures_at(moment)
        path = self.router.route(
            start.position, end.position, profile=profile, at=moment, closures=(*standing, *closures)
        )
        doubts = (*(f"from: {doubt}" for doubt in start.warnings), *(f"to: {doubt}" for doubt in end.warnings))
        answer = route_sheet(self.town, path, wording=wording, say=say, before=doubts, after=(*unkept, *self._notice))
        return RoutePlan(start, end, path, answer)
