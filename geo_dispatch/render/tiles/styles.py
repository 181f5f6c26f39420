"""Map styles for MapLibre over the town's tiles: light, dark and high contrast, from one table of colours.

No style names a font file, a sprite or another server: MapLibre draws labels from local fonts when a style has no ``glyphs``.

References
----------
https://maplibre.org/maplibre-style-spec/
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geo_dispatch.data_tables import load_table
from geo_dispatch.render.tiles.archive import MAX_ZOOM, MIN_ZOOM

__all__ = ["THEMES", "map_style"]

THEMES = ("light", "dark", "contrast")
_FONT = ["Noto Sans", "DejaVu Sans", "Arial", "sans-serif"]
_BOLD = ["Noto Sans Bold", "DejaVu Sans Bold", "Arial Bold", "sans-serif"]
_CLASSES: dict[str, Sequence[str]] = {
    "service": ("service", "track", "path", "footway", "cycleway", "bridleway", "pedestrian", "busway", "escape"),
    "minor": ("unclassified", "residential", "living_street", "road"),
    "tertiary": ("tertiary", "tertiary_link"),
    "secondary": ("secondary", "secondary_link"),
    "primary": ("primary", "primary_link"),
    "highway": ("motorway", "trunk", "motorway_link", "trunk_link"),
}
_WIDTH = {"service": 1.4, "minor": 2.6, "tertiary": 3.6, "secondary": 4.4, "primary": 5.0, "highway": 5.6}
_LABELLED = {"service": 16, "minor": 14, "tertiary": 13, "secondary": 12, "primary": 11, "highway": 10}
_LAND = {
    "built": (
        "residential",
        "industrial",
        "commercial",
        "retail",
        "railway",
        "school",
        "hospital",
        "college",
        "university",
        "institution",
        "parking",
    ),
    "wood": ("wood", "forest", "scrub", "orchard"),
    "green": (
        "park",
        "grass",
        "meadow",
        "pitch",
        "playground",
        "golf_course",
        "recreation_ground",
        "garden",
        "cemetery",
        "village_green",
        "nature_reserve",
        "farmland",
        "heath",
    ),
    "beach": ("beach", "sand", "dune", "shoal"),
    "wetland": ("wetland", "marsh", "swamp", "saltmarsh", "tidalflat", "mud"),
}
_RAILS = ("railway", "railway_disused", "subway", "light_rail")


def map_style(
    theme: str, *, tiles: str, attribution: str, bounds: tuple[float, float, float, float], name: str
) -> dict[str, Any]:
    """Make the style of a theme.

    Parameters
    ----------
    theme
        light, dark or contrast.
    tiles
        Address of the tiles with {z}, {x} and {y}.
    attribution
        Text that must be shown on the map.
    bounds
        West, south, east, north, degrees.
    name
        Name of the town.

    Returns
    -------
    dict
        A style of version 8.

    Raises
    ------
    KeyError
        If there is no such theme.

    Examples
    --------
    >>> style = map_style("dark", tiles="/tiles/{z}/{x}/{y}.mvt", attribution="x", bounds=(0, 0, 1, 1), name="Brantport")
    >>> style["version"], "glyphs" in style, "sprite" in style
    (8, False, False)
    """
    colours: dict[str, Any] = load_table("geo_dispatch.render.tiles", "themes")[theme]
    west, south, east, north = bounds
    source = {
        "type": "vector", "tiles": [tiles], "minzoom": MIN_ZOOM, "maxzoom": MAX_ZOOM, "bounds": list(bounds), "attribution": attribution,
    }  # fmt: skip
    return {
        "version": 8,
        "name": f"{name}, {theme}",
        "center": [(west + east) / 2, (south + north) / 2],
        "zoom": 11,
        "sources": {"town": source},
        "layers": [*_ground(colours), *_roads(colours), *_edges(colours), *_labels(colours)],
    }


def _layer(identity: str, kind: str, source: str, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"id": identity, "type": kind, "source": "town", "source-layer": source}
    return plain | {
        key.replace("_", "-") if key in ("min_zoom", "max_zoom") else key: value for key, value in more.items()
    }


def _of(key: str, values: Sequence[str]) -> list[Any]:
    return ["in", ["get", key], ["literal", list(values)]]


def _grown(width: float, *, least: float = 0.4) -> list[Any]:
    """Return a line width that doubles with each zoom from 14 on."""
    return [
        "interpolate",
        ["exponential", 1.6],
        ["zoom"],
        8,
        least,
        12,
        max(least, width * 0.42),
        14,
        width,
        18,
        width * 5.2,
    ]


def _ground(colours: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"id": "outside", "type": "background", "paint": {"background-color": colours["outside"]}},
        _layer(
            "own",
            "fill",
            "boundaries",
            filter=["==", ["get", "kind"], "own_area"],
            paint={"fill-color": colours["land"]},
        ),
    ]
    found += [
        _layer(f"land-{name}", "fill", "landuse", filter=_of("kind", kinds), paint={"fill-color": colours[name]})
        for name, kinds in _LAND.items()
    ]
    water = {"fill-color": colours["water"]}
    stream = {"line-color": colours["stream"], "line-width": _grown(1.2)}
    return [
        *found,
        _layer("water", "fill", "water", paint=water),
        _layer("waterways", "line", "waterways", paint=stream),
        _layer("buildings", "fill", "buildings", minzoom=13, paint={"fill-color": colours["building"], "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.2, 15, 1]}),
        _layer("rails", "line", "lines", filter=_of("kind", _RAILS), paint={"line-color": colours["line"], "line-width": _grown(1.3), "line-dasharray": [5, 3]}),
        _layer("piers", "line", "lines", filter=["!", _of("kind", _RAILS)], minzoom=13, paint={"line-color": colours["line"], "line-width": _grown(0.9), "line-dasharray": [3, 2]}),
    ]  # fmt: skip


def _roads(colours: dict[str, Any]) -> list[dict[str, Any]]:
    """Return casings below fills, minor roads below major ones, bridges with a heavier edge."""
    found = []
    for part in ("casing", "fill"):
        for name, classes in _CLASSES.items():
            width = _WIDTH[name] + (1.5 if part == "casing" else 0.0)
            bridge = ["case", ["==", ["get", "bridge"], True], colours["text"], colours["roads"][name]["casing"]]
            colour: Any = bridge if part == "casing" else colours["roads"][name]["fill"]
            found.append(
                _layer(
                    f"road-{part}-{name}",
                    "line",
                    "roads",
                    filter=_of("class", classes),
                    minzoom=12 if name in ("minor", "service") else 8,
                    layout={"line-cap": "round", "line-join": "round"},
                    paint={"line-color": colour, "line-width": _grown(width)},
                )
            )
    private = ["==", ["get", "private"], True]
    found.append(
        _layer("road-private", "line", "roads", filter=private, minzoom=14, paint={"line-color": colours["line"], "line-width": 1, "line-dasharray": [2, 2]})
    )  # fmt: skip
    return found


def _edges(colours: dict[str, Any]) -> list[dict[str, Any]]:
    line = {
        "line-color": colours["boundary"],
        "line-width": ["interpolate", ["linear"], ["zoom"], 8, 1, 14, 2.4],
        "line-dasharray": [6, 3, 1.5, 3],
    }
    return [_layer("town-line", "line", "boundaries", filter=["!=", ["get", "kind"], "own_area"], paint=line)]


def _text(
    colours: dict[str, Any], colour: str, size: float, *, bold: bool = False
) -> tuple[dict[str, Any], dict[str, Any]]:
    layout = {
        "text-font": _BOLD if bold else _FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 10, size * 0.9, 16, size * 1.25],
    }
    return layout, {"text-color": colours[colour], "text-halo-color": colours["halo"], "text-halo-width": 1.6}


def _labels(colours: dict[str, Any]) -> list[dict[str, Any]]:
    """Return labels, those that must be seen last: MapLibre places from the last layer on."""
    found = []
    layout, paint = _text(colours, "number", 10)
    found.append(
        _layer(
            "numbers",
            "symbol",
            "addresses",
            minzoom=16.5,
            layout={**layout, "text-field": ["get", "number"]},
            paint=paint,
        )
    )
    layout, paint = _text(colours, "text_quiet", 10.5)
    named = {**layout, "text-field": ["get", "name"], "text-max-width": 8, "symbol-sort-key": ["get", "rank"]}
    settlements = ("city", "town", "village", "hamlet", "suburb", "neighbourhood", "locality")
    found.append(
        _layer(
            "places",
            "symbol",
            "places",
            filter=["!", _of("category", settlements)],
            minzoom=12,
            layout=named,
            paint=paint,
        )
    )
    layout, paint = _text(colours, "text_water", 11)
    found.append(
        _layer(
            "water-names",
            "symbol",
            "water",
            filter=["has", "name"],
            layout={**layout, "text-field": ["get", "name"]},
            paint=paint,
        )
    )
    along = {"symbol-placement": "line", "text-field": ["get", "name"]}
    found.append(
        _layer(
            "waterway-names",
            "symbol",
            "waterways",
            filter=["has", "name"],
            minzoom=12,
            layout={**layout, **along},
            paint=paint,
        )
    )
    layout, paint = _text(colours, "text", 10, bold=True)
    found.append(
        _layer(
            "markers", "symbol", "markers", minzoom=12, layout={**layout, "text-field": ["get", "text"]}, paint=paint
        )
    )
    for name, classes in _CLASSES.items():
        layout, paint = _text(colours, "text", 11, bold=name in ("primary", "highway"))
        field = ["coalesce", ["get", "name"], ["get", "ref"]]
        found.append(
            _layer(f"road-names-{name}", "symbol", "roads", filter=_of("class", classes), minzoom=_LABELLED[name],
                   layout={**layout, "symbol-placement": "line", "text-field": field, "text-max-angle": 35, "symbol-spacing": 300}, paint=paint)
        )  # fmt: skip
    layout, paint = _text(colours, "text", 13.5, bold=True)
    found.append(
        _layer(
            "settlements",
            "symbol",
            "places",
            filter=_of("category", settlements),
            layout={**layout, "text-field": ["get", "name"], "symbol-sort-key": ["get", "rank"]},
            paint=paint,
        )
    )
    return found
