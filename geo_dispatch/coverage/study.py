"""Coverage of a town: who reaches every address and every metre of road in how many minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.demand import Demand, Labels, address_demand, own_segments, segment_areas
from geo_dispatch.coverage.due import Due, due_of
from geo_dispatch.coverage.gaps import Gap, find_gaps
from geo_dispatch.coverage.groups import (
    VehicleGroup,
    address_segment_of_groups,
    sources_of_groups,
    travel_of_groups,
)
from geo_dispatch.coverage.population import Population, population
from geo_dispatch.coverage.responders import Responder, stations_of, units_of
from geo_dispatch.coverage.scenario import Scenario, apply_changes, check_thresholds, checked
from geo_dispatch.coverage.stretches import Pieces, Stretches, cut, pieces_of
from geo_dispatch.errors import CoordinateError, InputError
from geo_dispatch.geometry import FloatArray
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.routing import RoadPoints, Router, VehicleSize
from geo_dispatch.town.town import Town

__all__ = ["Coverage", "Study", "VehicleGroup"]

Ints = npt.NDArray[np.int64]
_CUT_OFF_SHARE = 0.05
"""A station that reaches fewer than this share of what the best one reaches is cut off."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one scenario comes to.

    Attributes
    ----------
    town, scenario, responders
        What it is of; the responders are those on duty.
    demand, population
        Addresses, and people by address.
    travel_s
        Of each responder to each address, inf where there is no way, shape ``(n_responders, n_addresses)``.
    due, travel_due
        By response time, and by travel time alone.
    address_segment
        Road of each address, -1 far from every road.
    pieces, stretches
        Roads by response time.
    travel_pieces
        Roads by travel time alone.
    gaps
        Beyond the last threshold.
    groups
        Responders by vehicle.
    segment_areas
        Areas of each segment by kind.
    warnings
        What is doubtful.
    """

    town: Town
    scenario: Scenario
    responders: tuple[Responder, ...]
    demand: Demand
    population: Population
    travel_s: FloatArray = field(repr=False)
    due: Due = field(repr=False)
    travel_due: Due = field(repr=False)
    address_segment: Ints = field(repr=False)
    pieces: Pieces = field(repr=False)
    stretches: Stretches = field(repr=False)
    travel_pieces: Pieces = field(repr=False)
    gaps: tuple[Gap, ...]
    groups: tuple[VehicleGroup, ...] = field(repr=False)
    segment_areas: dict[str, Labels] = field(repr=False)
    warnings: tuple[str, ...]

    @property
    def response_s(self) -> FloatArray:
        """Return the response time of the first responder at each address, inf where nobody comes."""
        first: FloatArray = self.due.response_s[:, 0]
        return first

    @property
    def thresholds_s(self) -> tuple[float, ...]:
        """Return the thresholds, rising."""
        return self.scenario.thresholds_s

    def document(self, *, include: Sequence[str] = (), files: Sequence[str] = ()) -> dict[str, Any]:
        """Return the coverage document.

        Parameters
        ----------
        include
            "stretches" and "addresses" add these as GeoJSON.
        files
            Names of the files written.
        """
        from geo_dispatch.coverage.answer import coverage_document

        return coverage_document(self, include=include, files=files)


class Study:
    """Coverage studies of one town; what all of them share is worked out once.

    Parameters
    ----------
    town
        The town.
    router
        Of the town.
    people
        A file of census areas; addresses stand for people when None.
    """

    def __init__(self, town: Town, router: Router, *, people: Path | None = None) -> None:
        self.town, self.router = town, router
        self._people = people

    @cached_property
    def demand(self) -> Demand:
        """Return the town's addresses."""
        return address_demand(self.town)

    @cached_property
    def population(self) -> Population:
        """Return the people by address."""
        return population(self.demand, self._people)

    @cached_property
    def own_segments(self) -> npt.NDArray[np.bool_]:
        """Tell which segments lie in the town itself."""
        return own_segments(self.town)

    @cached_property
    def segment_areas(self) -> dict[str, Labels]:
        """Return the areas of each segment by kind."""
        return segment_areas(self.town)

    def responders(self, scenario: Scenario) -> tuple[tuple[Responder, ...], tuple[str, ...]]:
        """Return the responders of a scenario that are on duty, checked, and what there is to say about that.

        Raises
        ------
        NotFoundError
            If the town has no such stations or units.
        InputError
            If nobody is left, or one can't be used.
        """
        base = scenario.responders
        if base is None and scenario.by == "units":
            base = units_of(self.town, kind=scenario.kind)
        elif base is None:
            base = stations_of(self.town, kind=scenario.kind, profile=scenario.profile)
        checked(self.town, base)
        found, told = apply_changes(base, scenario, self.town)
        if not found:
            raise InputError(f"scenario {scenario.name!r}: nobody is left to respond: remove or close less")
        return checked(self.town, found), told

    def run(self, scenario: Scenario, *, progress: Progress = NO_PROGRESS) -> Coverage:
        """Work out a scenario.

        Parameters
        ----------
        scenario
            What coverage is asked for.
        progress
            Told of the stages.

        Raises
        ------
        NotFoundError
            If the town has no such stations or units.
        CoordinateError
            If a station is outside the town's roads; the message names it.
        InputError
            If the scenario can't be used.
        ProfileError, ClosureError
            If there is no such profile, or a closure means no road.
        """
        thresholds = check_thresholds(scenario.thresholds_s)
        responders, told = self.responders(scenario)
        groups = self.groups(responders, scenario)
        progress.stage("travel times", total=len(responders))
        travel, arc_s, arc_times, vehicle = travel_of_groups(groups, len(responders), progress)
        progress.stage("roads and areas")
        turnout = np.asarray([row.turnout_s for row in responders])
        due = due_of(travel, turnout, k=max(2, scenario.due))
        segments = self._segments(groups)
        sources = sources_of_groups(groups, len(responders))
        network = self.town.network
        pieces, travel_pieces = (
            pieces_of(network, segments, arc_s, arc_times, vehicle, delay, sources)
            for delay in (turnout, np.zeros(len(turnout)))
        )
        stretches = cut(pieces, thresholds)
        segment = address_segment_of_groups(groups, due)
        demand = self.demand
        lonlat = np.column_stack([demand.lon, demand.lat])
        gaps = find_gaps(self.town, stretches, segment, due.response_s[:, 0], lonlat, thresholds[-1], len(thresholds))
        return Coverage(
            town=self.town,
            scenario=replace(scenario, thresholds_s=thresholds),
            responders=responders,
            demand=demand,
            population=self.population,
            travel_s=travel,
            due=due,
            travel_due=due_of(travel, np.zeros(len(turnout)), k=1),
            address_segment=segment,
            pieces=pieces,
            stretches=stretches,
            travel_pieces=travel_pieces,
            gaps=gaps,
            groups=groups,
            segment_areas=self.segment_areas,
            warnings=(*told, *self._warnings(responders, travel, segment)),
        )

    def groups(self, responders: Sequence[Responder], scenario: Scenario) -> tuple[VehicleGroup, ...]:
        """Return responders by vehicle, each with its roads.

        Raises
        ------
        CoordinateError
            If a responder is far from every road that its vehicle can use; the message names it.
        """
        by_vehicle: dict[tuple[str, VehicleSize | None], list[int]] = {}
        for row, responder in enumerate(responders):
            by_vehicle.setdefault((responder.profile, responder.size), []).append(row)
        found = []
        for (profile, size), rows in by_vehicle.items():
            at = scenario.at
            vehicle = self.router.vehicle(profile, size=size, at=at)
            vehicle.expect_searches(len(rows))
            search = self.router.search(profile, size=size, at=at, closures=scenario.closures)
            points = []
            for row in rows:
                try:
                    points.append(self.router.snapper.snap(responders[row].position, usable=vehicle.usable).point)
                except CoordinateError as error:
                    raise CoordinateError(f"station {responders[row].id!r}: {error}") from None
            found.append(
                VehicleGroup(
                    profile,
                    size,
                    tuple(rows),
                    search,
                    RoadPoints.of(points),
                    self.demand.points(self.town, self.router, vehicle.usable),
                )
            )
        return tuple(found)

    def _segments(self, groups: Sequence[VehicleGroup]) -> Ints:
        """Return the town's own roads that at least one of the vehicles can use when nothing is closed."""
        usable = np.zeros(self.town.network.segment_count, dtype=bool)
        for group in groups:
            usable |= self.router.vehicle(group.profile, size=group.size).usable
        return np.flatnonzero(usable & self.own_segments)

    def _warnings(self, responders: Sequence[Responder], travel: FloatArray, segment: Ints) -> list[str]:
        told = list(self.population.warnings)
        if not len(self.demand):
            told.append("the town file has no addresses in the town: roads alone are counted")
        far = int((segment < 0).sum())
        if far:
            told.append(f"{far} addresses are far from every road: they count as not reached")
        reached = np.isfinite(travel).sum(axis=1)
        for responder, count in zip(responders, reached.tolist(), strict=True):
            if len(self.demand) and count < _CUT_OFF_SHARE * len(self.demand):
                told.append(
                    f"{responder.id} reaches {count} of {len(self.demand)} addresses: it is cut off from the other roads"
                )
        if self.town.meta.notice:
            told.append(self.town.meta.notice)
        return told
