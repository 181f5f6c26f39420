"""Use cases over one immutable town."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any, TypeVar

import numpy as np

from geo_dispatch.directions import Voice, get_language
from geo_dispatch.errors import (
    CoordinateError,
    InputError,
    NoRouteError,
    NotFoundError,
)
from geo_dispatch.geometry import LonLat, parse_lonlat
from geo_dispatch.knowledge.events import Events
from geo_dispatch.knowledge.local_time import LocalTime
from geo_dispatch.locate import Candidate, Circle, LocateAnswer, Locator, Reply, ReverseAnswer
from geo_dispatch.render import Way, place_map, route_map, route_sheet_page, ways_map
from geo_dispatch.routing import Closure, Closures, Matrix, NamedPoint, Router, list_profiles
from geo_dispatch.service.answers import (
    MatrixAnswer,
    PlacesAnswer,
    RouteAnswer,
    RoutePlan,
    StationRoute,
    TownInfo,
    Whereabouts,
)
from geo_dispatch.service.document import document
from geo_dispatch.service.info import town_info
from geo_dispatch.service.places import Bbox, PlaceList
from geo_dispatch.service.points import check_points, list_stations
from geo_dispatch.service.recommend_answers import RecommendPlan
from geo_dispatch.service.refusals import ambiguous_place, imprecise_place, is_precise, unknown_place
from geo_dispatch.service.route_sheet import Wording, route_sheet
from geo_dispatch.service.standing import event_closures, standing_closures
from geo_dispatch.town.store import file_sha256
from geo_dispatch.town.town import Town
from geo_dispatch.units import Units

__all__ = ["Service", "Where"]

Where = str | LonLat
"""A position, or words that stand for one: ``LON,LAT`` or anything that `locate` understands."""

Answer = TypeVar("Answer", LocateAnswer, ReverseAnswer)

_NUMBERS = re.compile(r"^\s*[-+]?\d+(\.\d*)?\s*,\s*[-+]?\d+(\.\d*)?\s*$")


class Service:
    """Everything that can be asked of one town; answers are frozen, and safe to ask for from several threads.

    Parameters
    ----------
    town
        The town, never changed.
    file
        The town file it was read from, for `info`; None for a town made in memory.
    clock
        Tells the local time, for routes asked without one: rules that hold only at times are about now. The present time in the
        town's own zone when None.

    Attributes
    ----------
    town, locator, router, local_time, events
        What the answers are made with.
    remarks
        Tells what every answer must warn of besides the town's notice, as a live store that is lost.
    standing
        Tells the closures that every route and matrix keeps to, as rows of the live store; none without one.
    """

    def __init__(
        self, town: Town, *, file: FilePath | None = None, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.town = town
        self.local_time = LocalTime.of(town)
        self._clock = clock or self._now
        self.events = Events.of(town, self.local_time)
        self.locator = Locator(town)
        self.router = Router(town)
        self.remarks: Callable[[], tuple[str, ...]] = tuple
        self.standing: Callable[[], Iterable[Mapping[str, Any]]] = tuple
        self._file = file
        self._places = PlaceList(town)

    @cached_property
    def file_sha256(self) -> str:
        """Return the sha256 of the town file, hexadecimal; blank for a town made in memory."""
        return "" if self._file is None else file_sha256(self._file)

    def warm(self) -> None:
        """Load what the first question would wait for."""
        extent = self.town.extent
        middle = LonLat((extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2)
        for ask in (lambda: self.reverse(middle), lambda: self.locate("1 main st"), lambda: self.route(middle, middle)):
            _try(ask)

    # --- places ----------------------------------------------------------------------------------

    def locate(
        self,
        text: str | Sequence[str],
        *,
        circle: Circle | None = None,
        answers: Sequence[Reply] = (),
        limit: int = 5,
    ) -> LocateAnswer:
        """Turn a caller's words into ranked places.

        Parameters
        ----------
        text
            The caller's words: one text, or several in any order.
        circle
            Where the telephone is thought to be.
        answers
            Answers to questions that were asked.
        limit
            Most candidates.

        Returns
        -------
        LocateAnswer
            Candidates with their reasons; status "unknown" when the words match nothing.

        Raises
        ------
        InputError
            If a text is blank, the limit not positive, or an answer's question none of this town's.
        """
        texts = [text] if isinstance(text, str) else list(text)
        if not all(one.strip() for one in texts):
            raise InputError("the text is blank: give the caller's words, as in 'Main Rd and Drift Rd'")
        if limit < 1:
            raise InputError(f"the limit is {limit}: give 1 or more")
        answer = self._noticed(self.locator.locate(texts, circle=circle, answers=answers, limit=limit))
        if answer.status == "unknown":
            elsewhere = [why for one in texts if _NUMBERS.match(one) for why in self._why_elsewhere(one)]
            return replace(answer, warnings=(*elsewhere, *answer.warnings))
        return answer

    def reverse(self, position: LonLat) -> ReverseAnswer:
        """Say where a position is: address, cross streets, municipality.

        Parameters
        ----------
        position
            Degrees.

        Returns
        -------
        ReverseAnswer
            What is on file there.

        Raises
        ------
        CoordinateError
            If the town's roads don't cover the position.
        """
        self.town.check_covers(position)
        return self._noticed(self.locator.reverse(position))

    def places(
        self,
        query: str | None = None,
        *,
        category: str | None = None,
        limit: int = 50,
        offset: int = 0,
        bbox: Bbox | None = None,
    ) -> PlacesAnswer:
        """List places by name, category or bounding box, as GeoJSON.

        Parameters
        ----------
        query
            A name or part of one; misspellings are let pass.
        category
            Our category, as in ``school``.
        limit, offset
            How many places, and after how many.
        bbox
            West, south, east, north, degrees.

        Returns
        -------
        PlacesAnswer
            A FeatureCollection; places fit every given condition.

        Raises
        ------
        InputError
            If the bounding box is none.
        """
        return self._places.find(query, category=category, bbox=bbox, limit=limit, offset=offset)

    def whereabouts(self, where: Where) -> Whereabouts:
        """Return the one position that words or a coordinate stand for.

        Parameters
        ----------
        where
            A position, ``LON,LAT``, or words.

        Returns
        -------
        Whereabouts
            The position, and its label.

        Raises
        ------
        CoordinateError
            If it is a coordinate outside the town's roads.
        UnknownPlaceError
            If the words match nothing; the message holds the question to ask.
        AmbiguousPlaceError
            If they match several places, or a whole street or area; the message says what to ask.
        """
        if isinstance(where, LonLat):
            self.town.check_covers(where)
            return Whereabouts(where, f"{where.lon:.5f},{where.lat:.5f}")
        if _NUMBERS.match(where):
            return self.whereabouts(parse_lonlat(where))
        answer = self.locate(where)
        if answer.status == "located":
            best = answer.candidates[0]
            if not is_precise(best):
                raise imprecise_place(where, answer)
            return Whereabouts(LonLat(best.lon, best.lat), best.label, self._doubts(answer))
        if answer.status == "ambiguous":
            raise ambiguous_place(where, answer)
        raise unknown_place(where, answer, self.town.meta.name)

    def place(self, where: Where) -> tuple[Candidate, tuple[str, ...]]:
        """Return the place that words or a coordinate stand for with its region, and what is doubtful about it.

        Unlike `whereabouts`, a place that is one but wide, as a whole street, is returned.

        Parameters
        ----------
        where
            A position, ``LON,LAT``, or words.

        Raises
        ------
        CoordinateError
            If it is a coordinate outside the town's roads.
        UnknownPlaceError, AmbiguousPlaceError
            If words don't stand for one place.
        """
        position = parse_lonlat(where) if isinstance(where, str) and _NUMBERS.match(where) else where
        if isinstance(position, LonLat):
            self.town.check_covers(position)
        words = f"{position.lon!r},{position.lat!r}" if isinstance(position, LonLat) else position
        answer = self.locate(words)
        if answer.status == "ambiguous":
            raise ambiguous_place(words, answer)
        if answer.status == "unknown":
            raise unknown_place(words, answer, self.town.meta.name)
        best = answer.candidates[0]
        if isinstance(position, LonLat):
            return best, tuple(text for text in answer.warnings if text not in self._notice)
        if is_precise(best):
            return best, self._doubts(answer)
        return best, (str(imprecise_place(words, answer)), *self._doubts(answer))

    def candidate_at(self, lon: float | None, lat: float | None, label: str) -> dict[str, Any] | None:
        """Return the document of a place that is known by its position; None without one, or where the town's roads don't reach.

        Parameters
        ----------
        lon, lat
            Degrees; None when the position is unknown.
        label
            What it is called.
        """
        if lon is None or lat is None:
            return None
        try:
            found, _ = self.place(LonLat(lon, lat))
        except (CoordinateError, NotFoundError):
            return None
        row: dict[str, Any] = document(replace(found, label=label, kind="place"))
        return row

    # --- routes ----------------------------------------------------------------------------------

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
        named = isinstance(destination, str) and not _NUMBERS.match(destination)
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

    def draw(self, plan: RoutePlan) -> str:
        """Draw a route as one HTML page that needs no network.

        Parameters
        ----------
        plan
            From `plan`.

        Returns
        -------
        str
            The page.
        """
        title = f"{plan.origin.label} to {plan.destination.label}"
        return route_map(self.town, plan.path, plan.answer.steps, title=title)

    def sheet(self, plan: RoutePlan, *, large: bool = False, radio: bool = False, language: str = "en") -> str:
        """Draw a route as one printable HTML page that needs no network: overview, last stretch, steps.

        Parameters
        ----------
        plan
            From `plan`.
        large
            In large print.
        radio
            With the radio's wording under each step.
        language
            Language of the page's own words.

        Returns
        -------
        str
            The page.
        """
        title = f"{plan.origin.label} to {plan.destination.label}"
        return route_sheet_page(
            self.town,
            plan.path,
            plan.answer.steps,
            title=title,
            warnings=plan.answer.warnings,
            large=large,
            radio=radio,
            language=language,
        )

    def draw_ways(self, plan: RecommendPlan) -> str:
        """Draw the ways of recommended units as one HTML page that needs no network.

        Parameters
        ----------
        plan
            From `geo_dispatch.service.recommend_desk.RecommendDesk.plan`.

        Returns
        -------
        str
            The page.
        """
        place = plan.answer.place
        ways = [
            Way(row.unit.unit_id, row.role, row.response_time_s, row.interval_s, row.path)
            for row in plan.found.assignment
        ]
        title = f"{plan.answer.call_type}, {place['label']}"
        return ways_map(self.town, ways, to=LonLat(place["lon"], place["lat"]), title=title)

    def draw_places(self, answer: LocateAnswer) -> str:
        """Draw the candidates of an answer, with their regions, as one HTML page that needs no network.

        Parameters
        ----------
        answer
            From `locate`.

        Returns
        -------
        str
            The page.
        """
        return place_map(self.town, answer.candidates, title=answer.query)

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

    # --- the town --------------------------------------------------------------------------------

    def info(self, *, index: str = "current") -> TownInfo:
        """Return what the town file holds and where it comes from.

        Parameters
        ----------
        index
            State of the index beside the file, in a word.

        Returns
        -------
        TownInfo
            Counts, provenance, and what the build warned of.
        """
        engine = type(self.router.search()).__name__
        return town_info(self.town, file=self._file, index=index, engine=engine, profiles=tuple(list_profiles()))

    def now(self) -> datetime:
        """Return the present time on the town's clocks, with its zone."""
        return self.local_time.aware(self._clock())

    def local(self, at: datetime | None) -> datetime:
        """Return a time as the town's clocks show it, without a zone; the present time when None."""
        return self.local_time.aware(at or self._clock()).replace(tzinfo=None)

    def closures_at(self, at: datetime) -> tuple[tuple[Closure, ...], tuple[str, ...]]:
        """Return the closures of the live store, and those of events that take place at a local time; and what is wrong with any."""
        kept, unkept = standing_closures(self.router, self.standing())
        brought, odd = event_closures(self.router, self.events.running(at))
        return (*kept, *brought), (*unkept, *odd)

    # --- inside ----------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return self.local_time.now().replace(tzinfo=None)

    @property
    def _notice(self) -> tuple[str, ...]:
        notice = (self.town.meta.notice,) if self.town.meta.notice else ()
        return (*self.remarks(), *notice)

    def _why_elsewhere(self, text: str) -> tuple[str, ...]:
        """Say why a coordinate that locate knows nothing about is none of this town."""
        try:
            self.town.check_covers(parse_lonlat(text))
        except CoordinateError as error:
            return (str(error),)
        return ()

    def _noticed(self, answer: Answer) -> Answer:
        """Add the town's notice to an answer's warnings, once."""
        missing: tuple[str, ...] = tuple(text for text in self._notice if text not in answer.warnings)
        return replace(answer, warnings=(*answer.warnings, *missing)) if missing else answer

    def _doubts(self, answer: LocateAnswer) -> tuple[str, ...]:
        """Return what is doubtful about the best candidate: warnings, what it contradicts, what was not used."""
        doubts = [text for text in answer.warnings if text not in self._notice]
        doubtful = [why for why in answer.candidates[0].why if why.status != "supported"]
        for why in doubtful:
            if why.status == "contradicted" or not any(why.clause in text for text in answer.warnings):
                doubts.append(f"{why.clause!r}: {why.effect}")
        told = {word for why in doubtful for word in why.clause.split()}
        doubts += [f"{word!r} was not used" for word in answer.unmatched if word not in told]
        return tuple(dict.fromkeys(doubts))

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


def _try(ask: Callable[[], object]) -> None:
    """Ask, and forget the answer; a town may have none."""
    try:
        ask()
    except (NotFoundError, InputError):
        return
