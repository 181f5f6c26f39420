"""One self-contained HTML page: a folium map over the town's own data, and the list of what it shows."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from geo_dispatch.render.scene import Extent, make_scene
from geo_dispatch.render.tables import THEME_NAMES, leaflet_file, load_style, page_file, theme_css
from geo_dispatch.town.town import Town

if TYPE_CHECKING:
    import folium

__all__ = ["Legend", "Page", "Row", "attribution_of", "make_page", "new_layer", "new_map", "notice_of", "pin"]

_NAMES = "names"
"""The layer of street and place names, which every map has."""
_HELP = "With the map chosen by Tab: arrow keys move it, plus and minus change its scale. The table holds everything that is marked on it."


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list beside the map: its mark on the map, words, numbers, and where it is."""

    mark: str
    text: str
    numbers: tuple[str, ...]
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Legend:
    """One entry of the legend: CSS class and style of its sample, words, and the layer that it shows and hides, if any."""

    shape: str
    text: str
    style: str = ""
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a page says in words."""

    title: str
    summary: str
    map_label: str
    caption: str
    columns: tuple[tuple[str, bool], ...]
    rows: Sequence[Row]
    legend: Sequence[Legend]
    notes: Sequence[str] = field(default=())


def new_map(extent: Extent) -> folium.Map:
    """Make a folium map without tiles, scripts or styles from elsewhere."""
    import folium

    middle = ((extent.south + extent.north) / 2, (extent.west + extent.east) / 2)
    found = folium.Map(
        location=middle, tiles=None, control_scale=True, zoom_start=14, attribution_control=False, zoom_snap=0.25,
        max_zoom=19, min_zoom=7,
    )  # fmt: skip
    found.default_js, found.default_css = [], []
    return found


def new_layer(map_: folium.Map, name: str) -> folium.FeatureGroup:
    """Add a layer to a map; a `Legend` of the same ``layer`` shows and hides it.

    Parameters
    ----------
    map_
        From `new_map`.
    name
        Name of the layer: letters and hyphens.

    Returns
    -------
    folium.FeatureGroup
        The layer, empty.
    """
    import folium

    layer = folium.FeatureGroup(name=name, control=False)
    layer.add_to(map_)
    return layer


def pin(mark: str, lon: float, lat: float, *, shape: str, size: int) -> folium.Marker:
    """Make a marker with a letter or number in it; ``shape`` is a class of ``page.css``."""
    import folium

    icon = folium.DivIcon(
        html=f'<div class="pin {shape}">{mark}</div>', icon_size=(size, size), icon_anchor=(size // 2, size // 2), class_name="",
    )  # fmt: skip
    return folium.Marker((lat, lon), icon=icon, interactive=False, keyboard=False, z_index_offset=50 * size)


def make_page(town: Town, map_: folium.Map, extent: Extent, page: Page, *, fit: Extent) -> str:
    """Put a map and its words into one HTML document that needs nothing else.

    Parameters
    ----------
    town
        The town; its base map is drawn under everything on the map.
    map_
        From `new_map`, with what is to be shown added.
    extent
        What the base map covers.
    page
        The words.
    fit
        What the map shows at first.

    Returns
    -------
    str
        HTML without a single address of another server.
    """
    from jinja2 import Environment

    _number_elements(map_)
    figure = map_.get_root()
    figure.render()
    template = Environment(autoescape=True).from_string(page_file("page.html"))
    return template.render(
        title=page.title,
        summary=page.summary,
        notice=notice_of(town),
        map_label=page.map_label,
        notes=page.notes,
        caption=page.caption,
        columns=[{"title": title, "number": number} for title, number in page.columns],
        rows=page.rows,
        legend=[*page.legend, Legend("none", "Names of streets and places", layer=_NAMES)],
        help=_HELP,
        themes=list(THEME_NAMES.items()),
        attribution=attribution_of(town),
        leaflet_css=_leaflet_css(),
        theme_css=theme_css(),
        page_css=page_file("page.css"),
        leaflet_js=_leaflet_js(),
        basemap_js=page_file("basemap.js"),
        page_js=page_file("page.js"),
        map_html=figure.html.render(),
        map_script="\n".join([figure.script.render(), _calls(town, map_, extent, fit, page)]),
    )


def _calls(town: Town, map_: folium.Map, extent: Extent, fit: Extent, page: Page) -> str:
    """Return the script that draws the base map and gives the page its behaviour."""
    import folium

    shown, drawn = (json.dumps([[box.south, box.west], [box.north, box.east]]) for box in (fit, extent))
    clear = json.dumps([[row.lat, row.lon] for row in page.rows])
    scene = json.dumps(make_scene(town, extent), separators=(",", ":"), ensure_ascii=False)
    styles = json.dumps({theme: load_style(theme) for theme in THEME_NAMES}, separators=(",", ":"))
    groups = [child for child in map_._children.values() if isinstance(child, folium.FeatureGroup)]
    layers = ", ".join(
        [f"{_NAMES}: base.names", *(f"{json.dumps(group.layer_name)}: {group.get_name()}" for group in groups)]
    )
    return f"""(function (map) {{
const base = geoDispatchBasemap(map, {_safe(scene)}, {_safe(styles)}, {clear});
geoDispatchPage(map, base, {{{layers}}}, {shown}, {drawn});
}})({map_.get_name()});"""


def _number_elements(map_: folium.Map) -> None:
    """Give every element a fixed id, so that the same route gives the same page."""
    counter = 0
    waiting: list[Any] = [map_]
    while waiting:
        element = waiting.pop(0)
        counter += 1
        element._id = f"{counter}"
        waiting += element._children.values()
        icon = getattr(element, "icon", None)
        if icon is not None and icon not in waiting:
            icon._id = f"{counter}i"


def _safe(text: str) -> str:
    """Make JSON safe inside a script element."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def notice_of(town: Town) -> str | None:
    """Return what every page of an invented town says; None for a real one."""
    if not town.meta.fictional:
        return None
    return town.meta.notice or f"{town.meta.name} is a fictional town."


def attribution_of(town: Town) -> str:
    """Return whom to credit, how old the map is, and that times are estimates."""
    sources = "; ".join(town.meta.attribution) or "source not stated"
    built = f" Town file built {town.meta.built_at[:10]}." if town.meta.built_at else ""
    return f"Map data: {sources}.{built} Times are estimates: follow the road signs."


@cache
def _leaflet_js() -> str:
    """Return Leaflet's script, its licence header kept; it names no address but in comments and its own credit."""
    text = leaflet_file("leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"\n?//# sourceMappingURL=\S*", "", text).replace('href="https://leafletjs.com"', 'href="#"')


@cache
def _leaflet_css() -> str:
    """Return Leaflet's style with its few small pictures inside."""

    def inlined(match: re.Match[str]) -> str:
        raw = leaflet_file(match[1]).read_bytes()
        return f"url(data:image/png;base64,{base64.b64encode(raw).decode('ascii')})"

    text = leaflet_file("leaflet.css").read_text(encoding="utf-8")
    text = text.replace("behavior: url(#default#VML);", "")
    return re.sub(r"url\((images/[\w.-]+)\)", inlined, text)
