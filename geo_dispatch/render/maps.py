"""Route sheets and place maps as shareable, printable pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from geo_dispatch.directions import Step
from geo_dispatch.geometry import LonLat
from geo_dispatch.render.page import Legend, Page, Row, make_page, new_layer, new_map, pin
from geo_dispatch.render.scene import Extent
from geo_dispatch.render.tables import load_style
from geo_dispatch.routing import Path
from geo_dispatch.town.town import Town
from geo_dispatch.units import format_distance, format_duration

if TYPE_CHECKING:
    import folium

__all__ = ["ASPECT", "Placed", "draw_way", "legend_of", "place_map", "route_map"]

ASPECT = 1.7
"""The base map is this much wider than high, so that it fills a wide window too."""


class Placed(Protocol):
    """What `place_map` must know of a candidate (as `geo_dispatch.locate.Candidate` has it)."""

    @property
    def rank(self) -> int:
        """Return its rank, 1 the first."""

    @property
    def probability(self) -> float:
        """Return its probability, 0..1."""

    @property
    def lon(self) -> float:
        """Return its longitude, degrees."""

    @property
    def lat(self) -> float:
        """Return its latitude, degrees."""

    @property
    def label(self) -> str:
        """Return what it is called."""

    @property
    def municipality(self) -> str | None:
        """Return the town it lies in."""

    @property
    def region50(self) -> Any:
        """Return the GeoJSON area that holds the place one time in two."""

    @property
    def region90(self) -> Any:
        """Return the GeoJSON area that holds the place nine times in ten."""


def route_map(town: Town, path: Path, steps: Sequence[Step], *, title: str) -> str:
    """Draw a route as one HTML page: map, steps, legend; nothing is fetched from anywhere when it is opened.

    Parameters
    ----------
    town
        The town.
    path
        The route.
    steps
        Its directions.
    title
        Title of the page.

    Returns
    -------
    str
        HTML, less than 3 MB.
    """
    lon, lat = path.coordinates[:, 0].tolist(), path.coordinates[:, 1].tolist()
    fit = Extent.around(lon, lat, margin=0.02, least_m=150)
    extent = Extent.around(lon, lat, aspect=ASPECT)
    map_ = new_map(extent)
    draw_way(new_layer(map_, "route"), list(zip(lat, lon, strict=True)))
    rows: list[Row] = []
    driven_m = 0.0
    for number, step in enumerate(steps, start=1):
        last = number == len(steps)
        mark = "A" if number == 1 and not last else "B" if last else str(number)
        rows.append(
            Row(
                mark,
                step.instruction,
                (format_distance(driven_m) if driven_m else "0",),
                round(step.lon, 6),
                round(step.lat, 6),
            )
        )
        driven_m += step.length_m
    _add_pins(new_layer(map_, "steps"), rows)
    low, high = path.travel_time_interval_s
    page = Page(
        title=title,
        summary=(
            f"{format_duration(path.travel_time_s)} (likely {format_duration(low)} to {format_duration(high)}), "
            f"{format_distance(path.length_m)}, by {path.profile}"
        ),
        map_label="Map of the route",
        caption="Directions",
        columns=(("Step", False), ("What to do", False), ("At", True)),
        rows=rows,
        legend=legend_of(town, Legend("line", "Route, from A to B", layer="route"), _step_legend(rows)),
        notes=[
            *path.warnings,
            *(
                f"Not used: {a.what}, {a.reason}; saves {format_duration(a.detour_s)} where allowed."
                for a in path.avoided
            ),
        ],
    )
    return make_page(town, map_, extent, page, fit=fit)


def place_map(town: Town, candidates: Sequence[Placed], *, title: str) -> str:
    """Draw the candidates of a place as one HTML page, with the areas they lie in.

    Parameters
    ----------
    town
        The town.
    candidates
        Most probable first; none shows the whole town.
    title
        Title of the page.

    Returns
    -------
    str
        HTML, less than 3 MB.
    """
    import folium

    spots = [LonLat(c.lon, c.lat) for c in candidates]
    if not spots:
        west, south, east, north = town.boundaries.extent() or town.extent
        spots = [LonLat(west, south), LonLat(east, north)]
    areas = [ring for candidate in candidates for ring in _rings(candidate.region90)]
    lon, lat = ([p[axis] for p in (*spots, *(point for ring in areas for point in ring))] for axis in (0, 1))
    extent = Extent.around(lon, lat, least_m=1500, aspect=ASPECT)
    map_ = new_map(extent)
    regions, pins = new_layer(map_, "regions"), new_layer(map_, "places")
    for candidate in reversed(candidates):
        for region, opacity in ((candidate.region90, 0.10), (candidate.region50, 0.18)):
            for ring in _rings(region):
                outline = [(y, x) for x, y in ring]
                folium.Polygon(
                    outline, class_name="region", weight=1.2, fill=True, fill_opacity=opacity, interactive=False
                ).add_to(regions)
    rows = [
        Row(
            str(candidate.rank),
            candidate.label if not candidate.municipality or candidate.municipality in candidate.label
            else f"{candidate.label}, {candidate.municipality}",
            (f"{candidate.probability:.0%}",),
            round(candidate.lon, 6),
            round(candidate.lat, 6),
        )
        for candidate in candidates
    ]  # fmt: skip
    for row in reversed(rows):
        pin(row.mark, row.lon, row.lat, shape="end goal", size=28).add_to(pins)
    count = len(candidates)
    page = Page(
        title=title,
        summary="Nothing found"
        if count == 0
        else "One place found"
        if count == 1
        else f"{count} places found, the most probable first",
        map_label="Map of the places found",
        caption="Places",
        columns=(("Rank", False), ("Place", False), ("Probability", True)),
        rows=rows,
        legend=legend_of(
            town,
            Legend("pin goal end still", "Places, numbered by rank", layer="places"),
            Legend("area", "Shaded: where it lies 1 time in 2, and 9 times in 10", layer="regions"),
        ),
    )
    return make_page(town, map_, extent, page, fit=Extent.around(lon, lat, margin=0.1, least_m=300))


def _rings(region: Any) -> list[list[tuple[float, float]]]:
    """Return the outer rings of a GeoJSON Polygon or MultiPolygon; none of anything else."""
    if region is None:
        return []
    polygons = {"Polygon": [region.get("coordinates")], "MultiPolygon": region.get("coordinates")}.get(
        region["type"], []
    )
    return [[(x, y) for x, y, *_ in polygon[0]] for polygon in polygons]


def draw_way(layer: folium.FeatureGroup, line: Sequence[tuple[float, float]]) -> None:
    """Draw a way to drive: a line with an edge that stands out of any ground.

    Parameters
    ----------
    layer
        What it is added to.
    line
        Latitude and longitude along it.
    """
    import folium

    width = load_style()["route"]["width"]
    for part, extra in (("casing", 5), ("edge", 2), ("way", 0)):
        folium.PolyLine(
            line, class_name=part, weight=width + extra, opacity=1, interactive=False, smooth_factor=0.5
        ).add_to(layer)


def _step_legend(rows: Sequence[Row]) -> Legend:
    return Legend("pin turn still", f"Steps, numbered as in the list ({len(rows)})", layer="steps")


def _add_pins(layer: folium.FeatureGroup, rows: Sequence[Row]) -> None:
    for row in rows[1:-1]:
        pin(row.mark, row.lon, row.lat, shape="turn", size=19).add_to(layer)
    ends = ([(rows[0], "end start")] if len(rows) > 1 else []) + [(rows[-1], "end goal")]
    for row, shape in ends:
        pin(row.mark, row.lon, row.lat, shape=shape, size=28).add_to(layer)


def legend_of(town: Town, *first: Legend) -> list[Legend]:
    """Return the legend of a map: its own entries first, then roads and the town line."""

    def road(name: str, text: str) -> Legend:
        return Legend("road", text, f"background:var(--fill-{name});border-color:var(--casing-{name})")

    shown = [*first, road("highway", "Highway"), road("secondary", "Main road"), road("minor", "Street")]
    if len(town.table("boundaries")):
        shown.append(Legend("dash", "Town line"))
    return shown
