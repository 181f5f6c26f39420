"""All that candidates leave possible, as one pool of cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.locate.cells import Cells
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.relations.samples import RoadSamples
from geo_dispatch.locate.tables.questions import load_questions
from geo_dispatch.locate.tables.relations import load_relations

__all__ = ["Pool", "area90_m2", "cells_of", "pool_of"]

_MOST_CELLS = 400
_MOST_POOLED = 160
_QUANTILES = (0.2, 0.4, 0.6, 0.8, 0.94)
_RING = 8
_OF_SIGMA = math.sqrt(-2.0 * math.log(0.1))
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Cells of all candidates.

    Attributes
    ----------
    x, y
        Metres in the town's CRS, shape ``(n,)``.
    mass
        Probability of each, sum 1.
    area_m2
        Ground that each stands for.
    owner
        Candidate that each belongs to.
    """

    x: _Floats
    y: _Floats
    mass: _Floats
    area_m2: _Floats
    owner: npt.NDArray[np.int64]


def cells_of(finder: Finder, samples: RoadSamples, draft: Draft) -> Cells:
    """Return where a candidate may be as cells: its own, along its street, over its outline, or rings around its point.

    Parameters
    ----------
    finder
        The town and its names.
    samples
        Points along its roads.
    draft
        The candidate.
    """
    if draft.cells is not None:
        return draft.cells
    x, y = finder.town.projection.to_xy(draft.lon, draft.lat)
    if draft.segments:
        at = samples.of_segments(np.asarray(draft.segments, dtype=np.int64))
        sx, sy = samples.x[at].astype(float), samples.y[at].astype(float)
        inside = np.hypot(sx - x, sy - y) <= draft.radius90_m * 1.15
        if inside.any():
            sx, sy = sx[inside], sy[inside]
            step = max(len(sx) // _MOST_CELLS, 1)
            sx, sy = sx[::step], sy[::step]
            half = np.full(len(sx), math.sqrt(load_questions().road_cell_m2 * step) / 2)
            return Cells(sx, sy, np.full(len(sx), 1.0 / len(sx)), samples.setback_m, half)
    outline = finder.shapes.find(draft.place_id) if draft.kind in ("place", "area") else None
    if outline is not None:  # anywhere on it
        count = len(outline.x)
        half = np.full(count, outline.step_m / 2)
        return Cells(outline.x, outline.y, np.full(count, 1.0 / count), 0.0, half)
    sigma = draft.radius90_m / _OF_SIGMA
    radii = np.concatenate([[0.0], *(np.full(_RING, sigma * math.sqrt(-2 * math.log(1 - q))) for q in _QUANTILES)])
    angle = np.concatenate(
        [[0.0], *(np.linspace(0, 2 * np.pi, _RING, endpoint=False) + k for k in range(len(_QUANTILES)))]
    )
    mass = np.concatenate([[0.08], np.full(len(radii) - 1, 0.92 / (len(radii) - 1))])
    area = math.pi * draft.radius90_m**2 / (0.9 * len(radii))
    half = np.full(len(radii), math.sqrt(area) / 2)
    return Cells(x + radii * np.sin(angle), y + radii * np.cos(angle), mass, 0.0, half)


def pool_of(finder: Finder, samples: RoadSamples, drafts: Sequence[Draft], shares: Sequence[float]) -> Pool:
    """Pool the cells of candidates.

    Parameters
    ----------
    finder
        The town and its names.
    samples
        Points along its roads.
    drafts, shares
        Candidates, and the probability of each; at least one.
    """
    found = [_thinned(cells_of(finder, samples, draft)) for draft in drafts]
    total = sum(shares)
    areas = [(2.0 * cells.half_m) ** 2 for cells in found if cells.half_m is not None]
    return Pool(
        np.concatenate([cells.x for cells in found]),
        np.concatenate([cells.y for cells in found]),
        np.concatenate([cells.mass * share / total for cells, share in zip(found, shares, strict=True)]),
        np.concatenate(areas),
        np.repeat(np.arange(len(found)), [len(cells.x) for cells in found]),
    )


def _thinned(cells: Cells) -> Cells:
    """Keep every so many cells, each standing for more ground, as many as a question can be weighed on."""
    half = np.full(len(cells.x), load_relations().cell_m) if cells.half_m is None else cells.half_m
    step = -(-len(cells.x) // _MOST_POOLED)
    mass = cells.mass[::step]
    half = half[::step] * math.sqrt(step)
    return Cells(cells.x[::step], cells.y[::step], mass / float(mass.sum()), cells.margin_m, half)


def area90_m2(mass: _Floats, area_m2: _Floats) -> float:
    """Return the smallest area that holds 90% of the probability, square metres.

    Parameters
    ----------
    mass
        Probability of each cell, up to one factor, shape ``(n,)``.
    area_m2
        Area of each.

    Examples
    --------
    >>> area90_m2(np.array([0.95, 0.05]), np.array([100.0, 900.0]))
    100.0
    """
    order = np.argsort(-mass / area_m2, kind="stable")
    held = np.cumsum(mass[order])
    count = int(np.searchsorted(held, 0.9 * held[-1] * (1 - 1e-9))) + 1
    return float(area_m2[order[:count]].sum())
