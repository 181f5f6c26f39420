"""Car speeds of road edges: the posted limit times a stated share of it, else a default by road class.

Which edges there are: every direction of a road segment in which a motor vehicle may physically drive is an edge, private
and closed roads included. Who may use an edge is settled when a route is asked for, by the vehicle
profile; speeds here are the ordinary car's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from geo_dispatch.data_tables import load_table
from geo_dispatch.geometry import FloatArray

__all__ = ["edge_speeds_kph"]

Texts = Iterable["str | None"]


def _looked_up(values: Texts, table: Mapping[str, float], default: float) -> FloatArray:
    """Return the table's number for each value, shape ``(n,)``; absent and None give the default."""
    known = {key: float(number) for key, number in table.items()}
    return np.fromiter(
        (known.get(value, default) if isinstance(value, str) else default for value in values), np.float64
    )


def edge_speeds_kph(
    highway: Texts,
    *,
    surface: Texts | None = None,
    service: Texts | None = None,
    maxspeed_kph: npt.ArrayLike | None = None,
    tracktype: Texts | None = None,
    junction: Texts | None = None,
    ford: Texts | None = None,
) -> FloatArray:
    """Assume the speed of a car on each edge, in km/h.

    The posted limit times the class's factor where a limit is known, else the class's default; then capped by kind of
    service road, surface, tracktype, roundabout and ford. A posted limit never lifts those caps: a gravel lane posted
    55 mph is still gravel. The figures and their sources are in ``speeds.yaml``.

    Parameters
    ----------
    highway
        OSM highway values, ``n`` of them.
    surface, service, tracktype, junction, ford
        Raw OSM values, ``n`` each, None (or anything but text) where absent.
    maxspeed_kph
        Posted limits in the direction of the edge, km/h, NaN or not positive where unknown, shape ``(n,)``.

    Returns
    -------
    numpy.ndarray
        Speeds in km/h, shape ``(n,)``; at least ``floor_kph`` of the table (5), always finite.

    Raises
    ------
    ValueError
        If the columns are not of one length.

    Examples
    --------
    >>> edge_speeds_kph(["residential", "primary"], maxspeed_kph=[np.nan, 80.0]).tolist()
    [32.0, 68.0]
    >>> edge_speeds_kph(["residential"], surface=["gravel"], maxspeed_kph=[90.0]).tolist()
    [45.0]
    """
    table = load_table("geo_dispatch.routing", "speeds")
    classes = list(highway)
    default_kph: Mapping[str, float] = table["highway_kph"]
    speed = _looked_up(classes, default_kph, default_kph["default"])
    if maxspeed_kph is not None:
        posted = _of_length(np.asarray(maxspeed_kph, dtype=np.float64), len(classes))
        factor = _looked_up(classes, table["posted_factor"], table["posted_factor"]["default"])
        speed = np.where(np.isfinite(posted) & (posted > 0), posted * factor, speed)
    caps: tuple[tuple[Texts | None, Mapping[str, float]], ...] = (
        (service, table["service_cap_kph"]),
        (surface, table["surface_cap_kph"]),
        (tracktype, table["tracktype_cap_kph"]),
        (junction, table["junction_cap_kph"]),
        (ford, dict.fromkeys(("yes", "stepping_stones", "tidal", "seasonal", "intermittent"), table["ford_cap_kph"])),
    )
    for values, cap_kph in caps:
        if values is not None:
            speed = np.minimum(speed, _of_length(_looked_up(values, cap_kph, np.inf), len(classes)))
    return np.maximum(speed, float(table["floor_kph"]))


def _of_length(values: FloatArray, length: int) -> FloatArray:
    if values.shape != (length,):
        raise ValueError(f"a column has shape {values.shape} where there are {length} edges: give one value for each")
    return values
