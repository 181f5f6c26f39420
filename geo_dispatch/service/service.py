"""Use cases over one immutable town."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

from geo_dispatch.errors import (
    InputError,
    NotFoundError,
)
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate import LocateAnswer
from geo_dispatch.render import Way, place_map, route_map, route_sheet_page, ways_map
from geo_dispatch.routing import list_profiles, unit_vehicle
from geo_dispatch.service.answers import (
    RoutePlan,
    TownInfo,
)
from geo_dispatch.service.finding import Where
from geo_dispatch.service.info import town_info
from geo_dispatch.service.recommend_answers import RecommendPlan
from geo_dispatch.service.travel import Travel
from geo_dispatch.town.store import file_sha256

__all__ = ["Service", "Where"]


class Service(Travel):
    """Everything that can be asked of one town; `TownService` tells what it is made of."""

    @cached_property
    def file_sha256(self) -> str:
        """Return the sha256 of the town file, hexadecimal; blank for a town made in memory."""
        return "" if self._file is None else file_sha256(self._file)

    def warm(self) -> None:
        """Load what the first question would wait for; it is searched plainly until `make_hierarchies`."""
        extent = self.town.extent
        middle = LonLat((extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2)
        for ask in (lambda: self.reverse(middle), lambda: self.locate("1 main st"), lambda: self.route(middle, middle)):
            _try(ask)
        self._make_ready()

    def make_hierarchies(self) -> None:
        """Make the hierarchies of the town's vehicles, where they pay, in a thread of their own."""
        self.router.engines.start()
        self._make_ready()

    def _make_ready(self) -> None:
        """Make the vehicles ready that a first call needs."""
        self.router.vehicle(at=self.local(None))
        for unit_id in self.town.table("units").text("unit_id"):
            _try(partial(self._make_unit_ready, str(unit_id)))

    def _make_unit_ready(self, unit_id: str) -> None:
        vehicle = unit_vehicle(self.town, unit_id)
        self.router.vehicle(vehicle.profile, size=vehicle.size, at=self.local(None))

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
        car = self.router.vehicle()
        engine = self.router.engines.told(car.graph, car.engine)
        return town_info(self.town, file=self._file, index=index, engine=engine, profiles=tuple(list_profiles()))


def _try(ask: Callable[[], object]) -> None:
    """Ask, and forget the answer; a town may have none."""
    try:
        ask()
    except (NotFoundError, InputError):
        return
