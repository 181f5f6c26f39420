"""The data and page files beside this package, read once."""

from __future__ import annotations

from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from geo_dispatch.data_tables import load_table

__all__ = ["THEME_NAMES", "leaflet_file", "load_palette", "load_style", "page_file", "theme_css"]

THEME_NAMES = {"light": "Light", "dark": "Dark", "contrast": "High contrast"}
"""What a reader calls the themes."""

_COLOUR_KEYS = ("fill", "stroke", "colour")


@cache
def load_palette(theme: str = "light") -> dict[str, Any]:
    """Read the colours of a theme; shared, so never to be changed.

    Parameters
    ----------
    theme
        light, dark or contrast.

    Returns
    -------
    dict
        The colours that the tiles' styles use too.

    Raises
    ------
    KeyError
        If there is no such theme.

    Examples
    --------
    >>> load_palette("light")["land"]
    '#f4f1ea'
    """
    found: dict[str, Any] = load_table("geo_dispatch.render.tiles", "themes")[theme]
    return found


@cache
def load_style(theme: str = "light") -> dict[str, Any]:
    """Read the map style with the colours of a theme; shared, so never to be changed.

    Parameters
    ----------
    theme
        light, dark or contrast.

    Returns
    -------
    dict
        ``style.yaml`` with a colour wherever it names one.

    Raises
    ------
    KeyError
        If there is no such theme, or a colour that the theme lacks is named.

    Examples
    --------
    >>> load_style()["land"]
    '#f4f1ea'
    >>> load_style("dark")["roads"][0]["fill"]
    '#232a31'
    """
    palette = load_palette(theme)
    style = load_table("geo_dispatch.render", "style")

    def painted(entry: dict[str, Any]) -> dict[str, Any]:
        plain = {key: palette[value] if key in _COLOUR_KEYS else value for key, value in entry.items()}
        road = plain.pop("palette", None)
        return plain | (palette["roads"][road] if road else {})

    return {
        "land": palette[style["land"]],
        "halo": palette[style["halo"]],
        "text": palette["text"],
        "bridge": palette["line"],
        "font": style["font"],
        **{part: [painted(entry) for entry in style[part]] for part in ("areas", "lines", "roads")},
        "labels": {kind: painted(entry) for kind, entry in style["labels"].items()},
        "boundary": painted(style["boundary"]),
        "route": palette["route"] | style["route"],
        "marks": {key: palette[key] for key in ("start", "goal", "on_mark")},
    }


@cache
def theme_css() -> str:
    """Return the themes as CSS variables: the reader's setting first, ``data-theme`` over it, light on paper.

    Examples
    --------
    >>> '--route: #1d4ed8;' in theme_css()
    True
    """
    light, dark, contrast = (_variables(load_palette(theme)) for theme in THEME_NAMES)
    return "\n".join(
        [
            f":root {{ color-scheme: light; {light} }}",
            f"@media screen and (prefers-color-scheme: dark) {{ :root {{ color-scheme: dark; {dark} }} }}",
            f"@media screen and (prefers-contrast: more) {{ :root {{ color-scheme: light; {contrast} }} }}",
            f"@media screen {{ :root[data-theme=light] {{ color-scheme: light; {light} }}",
            f":root[data-theme=dark] {{ color-scheme: dark; {dark} }}",
            f":root[data-theme=contrast] {{ color-scheme: light; {contrast} }} }}",
        ]
    )


def _variables(palette: dict[str, Any]) -> str:
    named = {name: palette[name] for name in ("land", "start", "goal", "boundary", "halo", "text")}
    named |= {"on-mark": palette["on_mark"], "route": palette["route"]["colour"]}
    named |= {f"route-{part}": palette["route"][part] for part in ("edge", "casing")}
    named |= {f"band{number}": colour for number, colour in enumerate(palette["bands"])}
    named |= {key.replace("_", "-"): colour for key, colour in palette["page"].items()}
    named |= {
        f"{part}-{road}": palette["roads"][road][part] for road in palette["roads"] for part in ("fill", "casing")
    }
    return " ".join(f"--{name}: {colour};" for name, colour in named.items())


@cache
def page_file(name: str) -> str:
    """Return the text of a file beside this package."""
    return resources.files("geo_dispatch.render").joinpath(name).read_text(encoding="utf-8")


def leaflet_file(name: str) -> Path:
    """Return where a file of the packaged Leaflet lies, as "leaflet.js".

    Raises
    ------
    FileNotFoundError
        If the package xstatic-leaflet is not whole.

    Examples
    --------
    >>> leaflet_file("leaflet.js").name
    'leaflet.js'
    """
    found = Path(str(metadata.distribution("xstatic-leaflet").locate_file(f"xstatic/pkg/leaflet/data/{name}")))
    if not found.is_file():
        raise FileNotFoundError(f"{found}: the package xstatic-leaflet lacks it: install the dependencies again")
    return found
