"""The ways of several units to one call, as a shareable, printable page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo_dispatch.geometry import LonLat
from geo_dispatch.render.maps import ASPECT, draw_way, legend_of
from geo_dispatch.render.page import Legend, Page, Row, make_page, new_layer, new_map, pin
from geo_dispatch.render.scene import Extent
from geo_dispatch.routing import Path
from geo_dispatch.town.town import Town
from geo_dispatch.units import format_distance, format_duration

__all__ = ["Way", "ways_map"]


@dataclass(frozen=True, slots=True)
class Way:
    """The way of a unit: its name, what it goes as, seconds until it is there and between which, and the path."""

    unit: str
    role: str
    response_time_s: float
    interval_s: tuple[float, float]
    path: Path


def ways_map(town: Town, ways: Sequence[Way], *, to: LonLat, title: str) -> str:
    """Draw the ways of several units to one place as one HTML page.

    Parameters
    ----------
    town
        The town.
    ways
        The first to arrive first; perhaps none.
    to
        The place.
    title
        Title of the page.

    Returns
    -------
    str
        HTML, less than 3 MB.
    """
    lon = [to.lon, *(x for way in ways for x in way.path.coordinates[:, 0].tolist())]
    lat = [to.lat, *(y for way in ways for y in way.path.coordinates[:, 1].tolist())]
    extent = Extent.around(lon, lat, least_m=1000, aspect=ASPECT)
    map_ = new_map(extent)
    lines, pins = new_layer(map_, "ways"), new_layer(map_, "units")
    for way in reversed(ways):
        draw_way(lines, [(y, x) for x, y in way.path.coordinates.tolist()])
    rows = [_row(way) for way in ways]
    for row in reversed(rows):
        pin(row.mark, row.lon, row.lat, shape="end start", size=28).add_to(pins)
    pin("", to.lon, to.lat, shape="end goal", size=28).add_to(pins)
    page = Page(
        title=title,
        summary=f"{len(ways)} units go, the first to arrive first" if ways else "No unit can go",
        map_label="Map of the units' ways",
        caption="Units",
        columns=(("Unit", False), ("Goes as", False), ("There in", True)),
        rows=rows,
        legend=legend_of(
            town,
            Legend("line", "Ways of the units to the call", layer="ways"),
            Legend("pin start end still", "Units where they are; the square is the call", layer="units"),
        ),
        notes=[f"{way.unit}: {text}" for way in ways for text in way.path.warnings]
        + [
            f"{way.unit} avoids {a.what}, {a.reason}: detour {format_duration(a.detour_s)}."
            for way in ways
            for a in way.path.avoided
        ],
    )
    return make_page(town, map_, extent, page, fit=Extent.around(lon, lat, margin=0.05, least_m=300))


def _row(way: Way) -> Row:
    lon, lat = way.path.coordinates[0].tolist()
    low, high = (format_duration(bound) for bound in way.interval_s)
    told = f"{way.role}, {format_distance(way.path.length_m)} ({low} to {high})"
    return Row(way.unit, told, (format_duration(way.response_time_s),), round(lon, 6), round(lat, 6))
