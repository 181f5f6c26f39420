"""The town's places by name, category and area."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from rapidfuzz import fuzz, process, utils

from geo_dispatch.errors import InputError
from geo_dispatch.service.answers import PlaceFeature, PlacesAnswer
from geo_dispatch.town.town import Town

__all__ = ["PlaceList", "check_bbox"]

_PLAIN = (
    "place_id",
    "name",
    "category",
    "kind",
    "brand",
    "operator",
    "ref",
    "phone",
    "website",
    "opening_hours",
    "house_number",
    "street",
    "city",
    "postcode",
    "municipality",
    "state",
    "source",
)
_SIMILAR = 80.0
"""Lowest rapidfuzz score, of 100, at which a misspelt name is still shown."""

Bbox = tuple[float, float, float, float]


class PlaceList:
    """The places of a town, for listing and searching; words about a location are the locator's business.

    Parameters
    ----------
    town
        The town whose places are listed.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._table = town.table("places")

    def find(
        self, query: str | None, *, category: str | None, bbox: Bbox | None, limit: int, offset: int = 0
    ) -> PlacesAnswer:
        """Return places that fit every given condition, best name first; without a query by name.

        Parameters
        ----------
        query
            A name or part of one; misspellings are let pass.
        category
            Our category, as in ``school``.
        bbox
            West, south, east, north, degrees.
        limit, offset
            How many places, and after how many.

        Returns
        -------
        PlacesAnswer
            A GeoJSON FeatureCollection.

        Raises
        ------
        InputError
            If the bounding box has a bound outside the globe.
        """
        if bbox is not None:
            check_bbox(bbox)
        rows = [row for row in self._ordered(query) if self._fits(row, category, bbox)]
        shown = rows[offset : offset + limit]
        meta = self._town.meta
        return PlacesAnswer(
            type_="FeatureCollection",
            features=tuple(self._feature(row) for row in shown),
            number_matched=len(rows),
            number_returned=len(shown),
            attribution=meta.attribution,
            warnings=tuple(text for text in (_box_warning(bbox), meta.notice) if text),
        )

    def _ordered(self, query: str | None) -> Iterator[int]:
        """Yield rows, best match first."""
        words = utils.default_process(query) if query else ""
        if query and not words:
            return
        if not words:
            yield from self._by_name
            return
        texts, rows = self._searched
        close = process.extract(words, texts, scorer=fuzz.WRatio, processor=None, limit=None, score_cutoff=_SIMILAR)
        scores = {index: min(score, 89.0) for _, score, index in close}
        for index, text in enumerate(texts):
            if f" {words}" in f" {text}":
                scores[index] = 100.0 if words == text else 99.0 - min(9.0, (len(text) - len(words)) / 10)
        best = sorted(scores, key=lambda index: (-scores[index], texts[index], index))
        yield from dict.fromkeys(rows[index] for index in best)

    @cached_property
    def _by_name(self) -> list[int]:
        names = self._table.text("name")
        return sorted(range(len(self._table)), key=lambda row: ((names[row] or "~").casefold(), row))

    @cached_property
    def _searched(self) -> tuple[list[str], list[int]]:
        """Return every name of every place, prepared for comparison, and the row of each."""
        pairs: list[tuple[str, int]] = []
        for row in self._by_name:
            others = self._table.json("names", row) or []
            for name in (self._table.text("name")[row], *(other.get("name") for other in others)):
                words = utils.default_process(name) if name else ""
                if words:
                    pairs.append((words, row))
        return [words for words, _ in pairs], [row for _, row in pairs]

    def _fits(self, row: int, category: str | None, bbox: Bbox | None) -> bool:
        if category is not None and self._table.text("category")[row] != category:
            return False
        if bbox is None:
            return True
        west, south, east, north = bbox
        lon = self._table.lon[row]
        across = lon >= west or lon <= east if west > east else west <= lon <= east
        return bool(across and south <= self._table.lat[row] <= north)

    def _feature(self, row: int) -> PlaceFeature:
        table = self._table
        properties: dict[str, Any] = {column: table.text(column)[row] for column in _PLAIN}
        properties["names"] = table.json("names", row) or []
        properties["verified"] = bool(table.numbers("verified")[row])
        point = [round(float(table.lon[row]), 7), round(float(table.lat[row]), 7)]
        return PlaceFeature("Feature", str(properties["place_id"]), {"type": "Point", "coordinates": point}, properties)


def _box_warning(bbox: Bbox | None) -> str | None:
    if bbox is None or bbox[1] <= bbox[3]:
        return None
    return f"bbox: south {bbox[1]:g} is north of north {bbox[3]:g}: nothing lies inside; the order is west,south,east,north"


def check_bbox(bbox: Bbox) -> None:
    """Refuse a bounding box with a bound outside the globe.

    Parameters
    ----------
    bbox
        West, south, east, north, degrees; west greater than east crosses the 180th meridian (RFC 7946, 5.2).

    Raises
    ------
    InputError
        If a bound is no number, or outside the globe.

    Examples
    --------
    >>> check_bbox((-71.2, 41.4, -71.0, 41.7))
    """
    west, south, east, north = bbox
    if not (
        all(math.isfinite(bound) for bound in bbox)
        and max(abs(west), abs(east)) <= 180
        and max(abs(south), abs(north)) <= 90
    ):
        raise InputError(
            f"bbox {','.join(f'{bound:g}' for bound in bbox)} is not west,south,east,north in degrees: "
            "give for example -71.2,41.4,-71.0,41.7"
        )
