"""The work on one town of a region: what a worker does, in this process or another."""

from __future__ import annotations

import hashlib
import json
import resource
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geo_dispatch import __version__
from geo_dispatch.coverage.region.file import Region, RegionTown
from geo_dispatch.coverage.responders import read_stations_csv, stations_from_places
from geo_dispatch.coverage.scenario import Scenario
from geo_dispatch.coverage.scenario_file import read_scenario
from geo_dispatch.coverage.study import Study
from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing import Router
from geo_dispatch.town.store import file_sha256, open_town

__all__ = ["TownWork", "inputs_sha256", "study_town"]

FORMAT = 1
"""Raised when what is kept of a town changes."""


@dataclass(frozen=True, slots=True)
class TownWork:
    """What came of one town.

    Attributes
    ----------
    document
        The coverage document.
    response_s, people
        Of each address, for figures of the whole region: first responder, and people.
    seconds, peak_mb
        What it took; the most memory that its process has had.
    """

    document: dict[str, Any]
    response_s: FloatArray
    people: FloatArray
    seconds: float
    peak_mb: float


def inputs_sha256(region: Region, town: RegionTown) -> str:
    """Return the sha256 of everything that a town's result depends on, hexadecimal.

    Parameters
    ----------
    region, town
        What is asked.
    """
    asked: dict[str, Any] = {
        "format": FORMAT,
        "program": __version__,
        "town": file_sha256(town.file),
        "stations": None if town.stations is None else file_sha256(town.stations),
        "stations_from": town.stations_from,
        "scenario": None if town.scenario is None else file_sha256(town.scenario),
        "kind": region.kind,
        "profile": region.profile,
        "thresholds_s": list(region.thresholds_s),
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def study_town(region: Region, town: RegionTown) -> TownWork:
    """Work out the coverage of one town.

    Parameters
    ----------
    region, town
        What is asked.

    Raises
    ------
    GeoDispatchError
        If the town or its stations can't be used.
    """
    began = time.monotonic()
    opened = open_town(town.file)
    scenario = Scenario() if town.scenario is None else read_scenario(town.scenario)
    scenario = replace(scenario, kind=region.kind, profile=region.profile, thresholds_s=region.thresholds_s)
    if town.stations is not None:
        rows = read_stations_csv(town.stations, kind=region.kind, profile=region.profile)
        scenario = replace(scenario, responders=rows)
    elif town.stations_from is not None:
        rows = stations_from_places(opened, town.stations_from, kind=region.kind, profile=region.profile)
        scenario = replace(scenario, responders=rows)
    coverage = Study(opened, Router(opened)).run(scenario)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    people = np.asarray(coverage.population.weight, dtype=np.float64)
    return TownWork(coverage.document(), coverage.response_s, people, time.monotonic() - began, peak)
