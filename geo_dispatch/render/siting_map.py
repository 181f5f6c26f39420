"""A siting plan as a map page: stations that stay, new ones, and those given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geo_dispatch.render.maps import ASPECT, legend_of
from geo_dispatch.render.page import Legend, Page, Row, make_page, new_layer, new_map, pin
from geo_dispatch.render.scene import Extent
from geo_dispatch.town.town import Town
from geo_dispatch.units import format_duration

__all__ = ["siting_map"]


def siting_map(town: Town, document: Mapping[str, Any], given_up: Sequence[tuple[str, float, float]]) -> str:
    """Draw a siting plan as one HTML page that needs no network.

    Parameters
    ----------
    town
        The town.
    document
        From `geo_dispatch.coverage.siting.answer.siting_document`.
    given_up
        Name, longitude and latitude of the stations that the plan leaves.

    Returns
    -------
    str
        HTML, less than 3 MB.
    """
    rows = [
        Row(str(number), _told(station), (f"{station['first_due']}",), station["lon"], station["lat"])
        for number, station in enumerate(document["stations"], start=1)
    ]
    west, south, east, north = town.boundaries.extent() or town.extent
    lon, lat = [west, east, *(row.lon for row in rows)], [south, north, *(row.lat for row in rows)]
    extent = Extent.around(lon, lat, margin=0.05, least_m=1000, aspect=ASPECT)
    map_ = new_map(extent)
    left, new, stay = (new_layer(map_, name) for name in ("given-up", "new", "stay"))
    for name, x, y in given_up:
        pin(name[:1], x, y, shape="turn", size=19).add_to(left)
    for row, station in zip(rows, document["stations"], strict=True):
        there = station["station_id"] is not None
        pin(row.mark, row.lon, row.lat, shape="end start" if there else "end goal", size=28).add_to(
            stay if there else new
        )
    page = Page(
        title=f"Siting of stations in {town.meta.name}",
        summary=_summary(document),
        map_label="Map of the stations chosen",
        caption="Stations",
        columns=(("No.", False), ("Station", False), ("First due to", True)),
        rows=rows,
        legend=legend_of(
            town,
            Legend("pin goal end still", "New stations, numbered as in the list", layer="new"),
            Legend("pin start end still", "Stations there are", layer="stay"),
            *([Legend("pin turn still", "Stations given up", layer="given-up")] if given_up else []),
        ),
        notes=list(document["warnings"]),
    )
    return make_page(town, map_, extent, page, fit=Extent.around(lon, lat, margin=0.02, least_m=300))


def _told(station: Mapping[str, Any]) -> str:
    return station["name"] if station["station_id"] is not None else f"{station['name']} (new)"


def _summary(document: Mapping[str, Any]) -> str:
    reached, objective = document["reached"], document["objective"]
    share = "nothing" if reached["share"] is None else f"{reached['share']:.1%}"
    proved = "" if objective["proved"] else " (not proved best)"
    return (
        f"{document['model']}{proved}: {len(document['stations'])} stations reach {share} within "
        f"{format_duration(document['threshold_s'])}, turnout and travel"
    )
