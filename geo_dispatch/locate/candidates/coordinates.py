"""Coordinates as they are read out or pasted: decimal or degrees, minutes and seconds, in either order."""

from __future__ import annotations

import re

from geo_dispatch.errors import CoordinateError
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.draft import Draft
from geo_dispatch.locate.tables import load_model
from geo_dispatch.town.town import Town

__all__ = ["find_coordinates", "read_coordinates"]

_DECIMAL = re.compile(
    r"^[^\w+-]*(?:lat\w*[^\w+-]*)?([-+]?\d{1,3}\.\d+)°?\s*([NSEW])?\s*[,;\s]\s*(?:lon\w*[^\w+-]*)?([-+]?\d{1,3}\.\d+)°?\s*([NSEW])?\W*$",
    re.I,
)
_PART = r"(\d{1,3})\s*(?:°|deg\w*|d|\s)\s*(\d{1,2}(?:\.\d+)?)\s*(?:'|′|’|min\w*|m|\s)?\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|″|”|''|sec\w*|s(?![a-z]))?)?\s*([NSEW])"
_DMS = re.compile(rf"^\W*{_PART}\W+{_PART}\W*$", re.I)


def _signed(value: float, letter: str | None) -> float:
    return -abs(value) if (letter or "").upper() in ("S", "W") else value


def read_coordinates(text: str) -> list[tuple[float, str | None]] | None:
    r"""Read two coordinates with the compass letters given to them; None when the text is something else.

    Examples
    --------
    >>> read_coordinates("41.58, -71.08")
    [(41.58, None), (-71.08, None)]
    >>> read_coordinates("41°30′00″N 71°03′00″W")
    [(41.5, 'N'), (-71.05, 'W')]
    >>> read_coordinates("12 Main St") is None
    True
    """
    found = _DECIMAL.match(text)
    if found:
        one, one_letter, other, other_letter = found.groups()
        return [(_signed(float(one), one_letter), one_letter), (_signed(float(other), other_letter), other_letter)]
    found = _DMS.match(text)
    if found is None:
        return None
    values = []
    for degrees, minutes, seconds, letter in (found.groups()[:4], found.groups()[4:]):
        value = float(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600
        values.append((_signed(round(value, 8), letter), letter.upper()))
    return values


def find_coordinates(town: Town, text: str) -> Draft | None:
    """Return the position that coordinates give; None when the text is something else.

    Parameters
    ----------
    town
        The town; the order of the two numbers is the one that lies in it.
    text
        The text as given.

    Raises
    ------
    CoordinateError
        If neither order lies in the town.
    """
    values = read_coordinates(text)
    if values is None:
        return None
    (one, one_letter), (other, other_letter) = values
    if (one_letter or "N").upper() in "EW" or (other_letter or "E").upper() in "NS":
        orders = [(LonLat(one, other), "longitude, latitude")]
    elif one_letter or other_letter:
        orders = [(LonLat(other, one), "latitude, longitude")]
    else:
        orders = [(LonLat(other, one), "latitude, longitude"), (LonLat(one, other), "longitude, latitude")]
    fitting = []
    for position, order in orders:
        try:
            town.check_covers(position)
        except CoordinateError as error:
            failure = error
            continue
        fitting.append((position, order))
    if not fitting:
        if len(orders) == 1:
            raise failure
        west, south, east, north = town.extent
        raise CoordinateError(
            f"{text.strip()!r} is outside {town.meta.name}'s road network, read as latitude, longitude or the other way: it spans "
            f"longitude {west:.4f} to {east:.4f}, latitude {south:.4f} to {north:.4f}"
        )
    position, order = fitting[0]
    found = town.boundaries.find_municipality(position.lon, position.lat)
    model = load_model()
    label = f"{position.lat:.6f}, {position.lon:.6f}"
    return Draft(
        kind="coordinate",
        label=label,
        topic=label,
        lon=position.lon,
        lat=position.lat,
        weight=1.0,
        known=model.known(1.0),
        similarity=1.0,
        radius90_m=model.radius90_m["coordinate"],
        municipality=found.name if found else None,
        why=(Why(text.strip(), f"coordinates as {order}", "lies within the town's road network", "supported"),),
    )
