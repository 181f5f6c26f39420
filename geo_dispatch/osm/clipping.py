"""Leave out what lies beyond the clip area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

__all__ = ["inside", "keep_inside"]


def inside(clip: shapely.Geometry | None, shapes: Sequence[Any] | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Tell which shapes touch the clip area: a mask; all of them without a clip, none that are None.

    Examples
    --------
    >>> inside(shapely.box(0, 0, 1, 1), [shapely.Point(1, 1), shapely.Point(2, 2), None]).tolist()
    [True, False, False]
    """
    if clip is None:
        return np.ones(len(shapes), dtype=bool)
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    mask: np.ndarray[Any, Any] = shapely.intersects(clip, array)
    return mask


def keep_inside(
    clip: shapely.Geometry | None, rows: Sequence[Any], shapes: Sequence[Any] | np.ndarray[Any, Any]
) -> tuple[list[Any], list[Any]]:
    """Keep the rows, and their shapes, that touch the clip area."""
    mask = inside(clip, shapes)
    kept = [(row, shape) for row, shape, keep in zip(rows, shapes, mask, strict=True) if keep]
    return [row for row, _ in kept], [shape for _, shape in kept]
