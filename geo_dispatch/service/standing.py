"""Closures that stand in the live store, for every route."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from geo_dispatch.errors import ClosureError
from geo_dispatch.routing import Closure, Router, closure_of_record

__all__ = ["standing_closures"]


def standing_closures(
    router: Router, records: Iterable[Mapping[str, Any]]
) -> tuple[tuple[Closure, ...], tuple[str, ...]]:
    """Find the closures of the live store on the town's roads.

    Parameters
    ----------
    router
        Of the town.
    records
        Rows of the live store.

    Returns
    -------
    tuple
        The closures, and a warning for each that names no road here: a route must not fail for what somebody else wrote, nor keep
        silent about it.
    """
    closures, warnings = [], []
    for record in records:
        try:
            closure = closure_of_record(record)
            router.closed_roads([closure])
        except ClosureError as error:
            warnings.append(f"the closure {record.get('closure_id')} is not kept to: {error}")
        else:
            closures.append(closure)
    return tuple(closures), tuple(warnings)
