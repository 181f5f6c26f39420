"""A path over the network as the answer of a route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from geo_dispatch.directions import Described, Voice, describe
from geo_dispatch.directions.landmarks import TownCues
from geo_dispatch.geometry import round_degrees
from geo_dispatch.json_text import WrittenLine
from geo_dispatch.routing import Path
from geo_dispatch.service.answers import RouteAnswer
from geo_dispatch.town.town import Town
from geo_dispatch.units import Units

__all__ = ["RouteSheets", "Wording", "route_sheet"]


@dataclass(frozen=True, slots=True)
class Wording:
    """How steps are worded: for whom, in which language, with which units of distance."""

    voice: Voice = "public"
    language: str = "en"
    units: Units = "us"


def route_sheet(
    town: Town,
    path: Path,
    *,
    wording: Wording = Wording(),
    say: str | None = None,
    before: Sequence[str] = (),
    after: Sequence[str] = (),
) -> RouteAnswer:
    """Make the answer of a route.

    Parameters
    ----------
    town
        The town.
    path
        The way.
    wording
        How the steps are worded.
    say
        What the last step calls the destination; found out when None.
    before, after
        Warnings to stand before and behind those of the path.

    Returns
    -------
    RouteAnswer
        Time, length, geometry and steps.
    """
    return RouteSheets(town, wording=wording, say=say).sheet(path, before=before, after=after)


class RouteSheets:
    """Makes answers of routes to one place; a way that several drive is described once.

    Parameters
    ----------
    town
        The town.
    wording
        How the steps are worded.
    say
        What the last step calls the destination; found out when None.
    """

    def __init__(self, town: Town, *, wording: Wording = Wording(), say: str | None = None) -> None:
        self._town, self._wording, self._say = town, wording, say
        self._known: dict[tuple[object, ...], tuple[Described, WrittenLine]] = {}

    def sheet(self, path: Path, *, before: Sequence[str] = (), after: Sequence[str] = ()) -> RouteAnswer:
        """Make the answer of a route.

        Parameters
        ----------
        path
            The way.
        before, after
            Warnings to stand before and behind those of the path.

        Returns
        -------
        RouteAnswer
            Time, length, geometry and steps.
        """
        way = path.way
        if way not in self._known:
            self._known[way] = self._describe(path), WrittenLine(round_degrees(path.coordinates))
        described, line = self._known[way]
        return RouteAnswer(
            profile=path.profile,
            travel_time_s=path.travel_time_s,
            travel_time_interval_s=path.travel_time_interval_s,
            length_m=path.length_m,
            geometry={"type": "LineString", "coordinates": line},
            steps=described.driven(path),
            avoided=path.avoided,
            warnings=(*before, *path.warnings, *after),
        )

    def _describe(self, path: Path) -> Described:
        return describe(
            self._town,
            path,
            text=self._wording.voice,
            language=self._wording.language,
            units=self._wording.units,
            destination=self._say,
            cues=_cues(self._town),
        )


@lru_cache(maxsize=8)
def _cues(town: Town) -> TownCues:
    """Return what can be seen along the roads of a town, made once for each."""
    return TownCues(town)
