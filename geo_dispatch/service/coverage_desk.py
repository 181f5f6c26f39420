"""Coverage as planners ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from geo_dispatch.coverage import Coverage, Responder, Scenario, Study, read_stations_csv, stations_from_places
from geo_dispatch.errors import InputError
from geo_dispatch.progress import NO_PROGRESS, Progress
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

    def stations(
        self, scenario: Scenario, *, file: Path | None = None, places: str | None = None
    ) -> tuple[Responder, ...] | None:
        """Return the stations of a file, or the places of a category; None where neither is given.

        Parameters
        ----------
        scenario
            Tells their kind and vehicle.
        file
            CSV with id,lon,lat.
        places
            Category of the gazetteer.

        Raises
        ------
        CaseFileError, NotFoundError, ProfileError
            If they can't be used, or there is none.
        """
        if file is not None:
            return read_stations_csv(file, kind=scenario.kind, profile=scenario.profile)
        if places is not None:
            return stations_from_places(self._service.town, places, kind=scenario.kind, profile=scenario.profile)
        return None

    def run(self, scenario: Scenario, *, progress: Progress = NO_PROGRESS) -> Coverage:
        """Work out a scenario; raises as `geo_dispatch.coverage.Study.run`."""
        at = None if scenario.at is None else self._service.local(scenario.at)
        return self.study.run(replace(scenario, at=at), progress=progress)

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
