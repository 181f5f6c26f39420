"""The maps of a report: roads by response time, and the gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage import Coverage
from geo_dispatch.render.scene import Extent
from geo_dispatch.render.svg import Line, Mark, draw_svg
from geo_dispatch.render.tables import load_palette
from geo_dispatch.units import format_duration

__all__ = ["BandStyle", "band_map", "band_styles", "gap_map"]

_SIZE = (940, 820)
_WIDEST, _NARROWEST = 4.2, 2.0
_DASH = "5 3"
_MIDDLE = "#2c8c6c"
"""Goes between the sooner and the later colours where there are more than four bands."""
_SHOWN_GAPS = 20
_NO_ROUTE = np.zeros((0, 2))


@dataclass(frozen=True, slots=True)
class BandStyle:
    """How roads of a band are drawn, and what the legend says of them."""

    colour: str
    width: float
    dash: str
    text: str


def band_styles(thresholds_s: Sequence[float]) -> tuple[BandStyle, ...]:
    """Return a style for each band: soonest first and widest, beyond all dashed, told apart without colours too.

    Parameters
    ----------
    thresholds_s
        Rising.
    """
    colours = list(load_palette("light")["bands"])
    count = len(thresholds_s)
    if count > len(colours) - 1:
        colours.insert(2, _MIDDLE)
    found, before = [], 0.0
    for band, limit in enumerate(thresholds_s):
        told = (
            f"within {format_duration(limit)}"
            if band == 0
            else f"{format_duration(before)} to {format_duration(limit)}"
        )
        at = band / max(1, count - 1)
        width = _WIDEST - at * (_WIDEST - _NARROWEST)
        found.append(BandStyle(_between(colours[:-1], at), round(width, 2), "" if band % 2 == 0 else "9 1.5", told))
        before = limit
    found.append(BandStyle(colours[-1], 1.8, _DASH, f"beyond {format_duration(before)}, or nobody"))
    return tuple(found)


def _between(colours: Sequence[str], at: float) -> str:
    """Return the colour at a share of the way along a row of colours."""
    place = at * (len(colours) - 1)
    low = min(int(place), len(colours) - 2)
    one, two = (np.asarray([int(colours[k][i : i + 2], 16) for i in (1, 3, 5)]) for k in (low, low + 1))
    mixed = np.rint(one + (two - one) * (place - low)).astype(int)
    return "#" + "".join(f"{value:02x}" for value in mixed)


def band_map(coverage: Coverage) -> str:
    """Draw the town's roads by response time, with the stations."""
    rows = coverage.stretches
    lines = [
        Line(_parts(coverage, np.flatnonzero(rows.band == band)), style.colour, style.width, style.dash)
        for band, style in reversed(list(enumerate(band_styles(coverage.thresholds_s))))
    ]
    marks = [
        Mark(str(number), row.position.lon, row.position.lat, "station")
        for number, row in enumerate(coverage.responders, start=1)
    ]
    title = "Map of the roads by response time, with the stations numbered as in their table"
    return _draw(coverage, lines, marks, title, "bands")


def gap_map(coverage: Coverage) -> str:
    """Draw what lies beyond the last threshold, the largest gaps numbered."""
    beyond = np.flatnonzero(coverage.stretches.band == len(coverage.thresholds_s))
    lines = [Line(_parts(coverage, beyond), load_palette("light")["bands"][3], 3.4)]
    marks = [
        Mark(str(number), gap.lon, gap.lat, "turn") for number, gap in enumerate(coverage.gaps[:_SHOWN_GAPS], start=1)
    ]
    return _draw(
        coverage, lines, marks, "Map of the roads beyond the last threshold, gaps numbered as in their table", "gaps"
    )


def _parts(coverage: Coverage, rows: npt.NDArray[np.int64]) -> list[npt.NDArray[np.float64]]:
    found, network = coverage.stretches, coverage.town.network
    return [
        network.part_lonlat(int(found.segment[row]), float(found.from_m[row]), float(found.to_m[row]))
        for row in rows.tolist()
    ]


def _draw(coverage: Coverage, lines: Sequence[Line], marks: Sequence[Mark], title: str, identity: str) -> str:
    town = coverage.town
    west, south, east, north = town.boundaries.extent() or town.extent
    lon = [west, east, *(row.position.lon for row in coverage.responders)]
    lat = [south, north, *(row.position.lat for row in coverage.responders)]
    extent = Extent.around(lon, lat, margin=0.02, least_m=300)
    return draw_svg(town, extent, size=_SIZE, route=_NO_ROUTE, marks=marks, title=title, identity=identity, lines=lines)
