"""Closures on the map: the roads that they close, before and after they are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from shapely.geometry import mapping

from geo_dispatch.errors import ClosureError
from geo_dispatch.live.models import Closure as KeptClosure
from geo_dispatch.routing import Closure, Router, read_area
from geo_dispatch.service.live_answers import ClosureFeature
from geo_dispatch.town.town import Town

__all__ = ["document_to_add", "feature_of", "kept_feature"]

_NAMED = 12


def kept_feature(town: Town, router: Router, kept: KeptClosure) -> tuple[ClosureFeature, str | None]:
    """Return the roads of a closure of the live store; and a warning when it closes none.

    Parameters
    ----------
    town, router
        Of the town.
    kept
        A row of the live store.
    """
    spec = kept.spec if isinstance(kept.spec, str) else json.dumps(kept.spec)
    properties = {"closure_id": kept.closure_id, "kind": kept.kind, "status": kept.status}
    try:
        return feature_of(town, router, Closure(id=kept.closure_id, spec=spec), properties), None
    except ClosureError as error:
        nothing: dict[str, Any] = {**properties, "length_m": 0.0, "streets": [], "area": None}
        return ClosureFeature(kept.closure_id, None, nothing), f"the closure {kept.closure_id} closes no road: {error}"


def feature_of(town: Town, router: Router, closure: Closure, properties: Mapping[str, Any]) -> ClosureFeature:
    """Return the roads of a closure.

    Parameters
    ----------
    town, router
        Of the town.
    closure
        Its place is looked at, not its times.
    properties
        To be told with it, beside the length of road, the streets' names and the area.

    Raises
    ------
    ClosureError
        If it names no road of the town.
    """
    network = town.network
    (found,) = router.closed_roads([closure])
    segments = np.unique(np.asarray(network.arc_segment)[found.arcs]).tolist()
    lines = [network.segment_lonlat(segment).round(6).tolist() for segment in segments]
    column = network.segments.text("name")
    streets = list(dict.fromkeys(name for segment in segments if (name := column[segment])))
    told = {
        **properties,
        "length_m": round(float(sum(network.segment_length_m[segment] for segment in segments)), 1),
        "streets": streets[:_NAMED],
        "area": mapping(read_area(closure.spec)) if closure.is_area else None,
    }
    return ClosureFeature(closure.id, {"type": "MultiLineString", "coordinates": lines}, told)


def document_to_add(town: Town, closure: Closure) -> dict[str, Any]:
    """Return a closure as the live store takes it, its times with the town's zone.

    Parameters
    ----------
    town
        The town.
    closure
        As it was written.

    Raises
    ------
    ClosureError
        If it holds at hours of the week: the live store keeps one beginning and one end.
    """
    if closure.when is not None:
        raise ClosureError(
            f"the hours {closure.when!r} can't be kept: give starts= and ends=, or put the closure on an event of the town pack"
        )
    row = closure.document()
    zoned = {
        name: None if moment is None else (moment if moment.tzinfo else moment.replace(tzinfo=town.zone)).isoformat()
        for name, moment in (("starts", closure.starts), ("ends", closure.ends))
    }
    kept = {name: row[name] for name in ("kind", "spec", "source", "note")}
    return {**kept, **zoned, "profiles": row["profiles"] or None}
