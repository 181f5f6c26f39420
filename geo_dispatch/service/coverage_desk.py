"""Coverage as planners ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from geo_dispatch.coverage import (
    Comparison,
    Coverage,
    EdgeStudy,
    Scenario,
    Study,
    compare,
    every_edge,
    read_scenario,
    read_stations_csv,
    stations_from_places,
)
from geo_dispatch.coverage.features import change_features
from geo_dispatch.errors import InputError
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.render.coverage_map import change_map, coverage_map
from geo_dispatch.routing import get_profile
from geo_dispatch.service.service import Service

__all__ = ["INCLUDED", "CoverageDesk"]

INCLUDED = ("stretches", "addresses")
"""What may be added to a coverage document as GeoJSON."""


class CoverageDesk:
    """What planners ask of coverage. Closures of the live store do not count: a study holds what it is given.

    Parameters
    ----------
    service
        Has the town and its roads.
    people
        A file of census areas; addresses stand for people when None.
    """

    def __init__(self, service: Service, *, people: Path | None = None) -> None:
        self._service, self._people = service, people

    @cached_property
    def study(self) -> Study:
        """Return the studies of the town."""
        return Study(self._service.town, self._service.router, people=self._people)

    def scenario(
        self,
        file: Path | None,
        told: Mapping[str, Any],
        *,
        closures: Sequence[str] = (),
        stations: Path | None = None,
        places: str | None = None,
    ) -> Scenario:
        """Return a scenario of a file and of what was told besides, which goes before it.

        Parameters
        ----------
        file
            A scenario file; the town as it is when None.
        told
            Members of `geo_dispatch.coverage.Scenario`; None leaves the file's.
        closures
            More closures.
        stations
            CSV with id,lon,lat: the stations to begin with.
        places
            Category of the gazetteer whose places are the stations to begin with.

        Raises
        ------
        CaseFileError, NotFoundError, ProfileError
            If a file or name can't be used, or there is no such place.
        """
        read = Scenario() if file is None else read_scenario(file)
        known = {name: value for name, value in told.items() if value is not None}
        found = replace(read, **known, closures=(*read.closures, *closures))
        kind, profile = found.kind, get_profile(found.profile).id
        if stations is not None:
            return replace(found, responders=read_stations_csv(stations, kind=kind, profile=profile))
        if places is not None:
            rows = stations_from_places(self._service.town, places, kind=kind, profile=profile)
            return replace(found, responders=rows)
        return found

    def run(self, scenario: Scenario, *, progress: Progress = NO_PROGRESS) -> Coverage:
        """Work out a scenario; raises as `geo_dispatch.coverage.Study.run`."""
        return self.study.run(self._local(scenario), progress=progress)

    def compare(self, a: Scenario, b: Scenario, *, progress: Progress = NO_PROGRESS) -> Comparison:
        """Set two scenarios side by side, by the thresholds of the first; raises as `run`, and InputError."""
        first = self.run(a, progress=progress)
        return compare(first, self.run(replace(b, thresholds_s=first.thresholds_s), progress=progress))

    def comparison(
        self, a: Scenario, b: Scenario, *, stretches: bool = False, progress: Progress = NO_PROGRESS
    ) -> dict[str, Any]:
        """Return the document of two scenarios side by side; with the roads that change their band where wanted."""
        found = self.compare(a, b, progress=progress)
        document = found.document()
        return {**document, "stretches": change_features(found)} if stretches else document

    def write(self, coverage: Coverage, folder: Path, *, progress: Progress = NO_PROGRESS) -> tuple[Path, ...]:
        """Write a coverage into a folder; raises OutputError."""
        from geo_dispatch.render.report import write_coverage

        return write_coverage(coverage, folder, progress=progress)

    def draw(self, coverage: Coverage) -> str:
        """Draw a coverage as one HTML page that needs no network."""
        return coverage_map(coverage)

    def draw_change(self, comparison: Comparison) -> str:
        """Draw what two scenarios differ in as one HTML page that needs no network."""
        return change_map(comparison)

    def edges(self, scenario: Scenario, *, progress: Progress = NO_PROGRESS) -> EdgeStudy:
        """Close every road, one at a time; raises as `geo_dispatch.coverage.every_edge`."""
        return every_edge(self.study, self._local(scenario), progress=progress)

    def edges_document(
        self, found: EdgeStudy, scenario: Scenario, *, limit: int | None, bridges_first: bool
    ) -> dict[str, Any]:
        """Return what every road's closure costs as a document."""
        meta = self._service.town.meta
        told = [meta.notice] if meta.notice else []
        head = {"scenario": scenario.name, "profile": scenario.profile}
        shown = found.document(limit=limit, bridges_first=bridges_first)
        return {**head, **shown, "attribution": list(meta.attribution), "warnings": told}

    def _local(self, scenario: Scenario) -> Scenario:
        return replace(scenario, at=None if scenario.at is None else self._service.local(scenario.at))

    def coverage(
        self, scenario: Scenario, *, include: Sequence[str] = (), progress: Progress = NO_PROGRESS
    ) -> dict[str, Any]:
        """Return the coverage document of a scenario.

        Parameters
        ----------
        scenario
            What is asked for.
        include
            "stretches", "addresses".
        progress
            Told of the stages.

        Raises
        ------
        InputError
            If something else is to be included, or the scenario can't be used.
        NotFoundError
            If the town has no such stations.
        """
        for name in include:
            if name not in INCLUDED:
                raise InputError(f"{name!r} can't be included: give {' or '.join(INCLUDED)}")
        return self.run(scenario, progress=progress).document(include=include)
