"""The data and page files beside this package, read once."""

from __future__ import annotations

from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from geo_dispatch.data_tables import load_table

__all__ = ["leaflet_file", "load_style", "page_file"]


@cache
def load_style() -> dict[str, Any]:
    """Read the map style; shared, so never to be changed.

    Examples
    --------
    >>> load_style()["land"]
    '#f4f1ea'
    """
    return load_table("geo_dispatch.render", "style")


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
