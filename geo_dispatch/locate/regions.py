"""The 50% and 90% regions of a candidate."""

from __future__ import annotations

import numpy as np
import shapely

from geo_dispatch.locate.answer import Geometry
from geo_dispatch.locate.cells import cells_region
from geo_dispatch.locate.draft import Draft
from geo_dispatch.locate.place_shapes import PlaceShape
from geo_dispatch.locate.shapes import R50_OF_R90, circle, corridor, street_line, to_geojson
from geo_dispatch.locate.tables import load_model
from geo_dispatch.town.town import Town

__all__ = ["regions_of"]


def regions_of(town: Town, draft: Draft, outline: PlaceShape | None = None) -> tuple[Geometry, Geometry]:
    """Draw where the place is with 50% and with 90%, given that the candidate is meant.

    Parameters
    ----------
    town
        The town.
    draft
        The candidate: a circle around it, or a corridor along its street.
    outline
        Its footprint, when it is a place too large to be a point.
    """
    if draft.cells is not None:
        return cells_region(town, draft.cells, 0.5), cells_region(town, draft.cells, 0.9)
    if outline is not None and draft.kind in ("place", "area"):
        x, y = town.projection.to_xy(draft.lon, draft.lat)
        half = np.quantile(np.hypot(outline.x - x, outline.y - y), 0.5) + outline.step_m / 2
        whole = shapely.buffer(outline.shape, load_model().street_buffer_m, quad_segs=2)
        inner = shapely.intersection(whole, shapely.Point(x, y).buffer(max(float(half), load_model().street_buffer_m)))
        return to_geojson(town, whole if inner.is_empty else inner), to_geojson(town, whole)
    if not draft.segments or draft.kind == "relative":
        return (
            circle(draft.position, draft.radius90_m * R50_OF_R90),
            circle(draft.position, draft.radius90_m),
        )
    line = street_line(town, draft.segments)
    width = load_model().street_buffer_m
    x, y = town.projection.to_xy(draft.lon, draft.lat)
    half = min(line.reach_m(x, y, 0.5), draft.radius90_m)
    return (
        corridor(town, draft.segments, width, (x, y, half)),
        corridor(town, draft.segments, width, (x, y, draft.radius90_m)),
    )
