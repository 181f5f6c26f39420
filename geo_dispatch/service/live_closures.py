"""Closures of the live store as routing takes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from geo_dispatch.errors import ClosureError
from geo_dispatch.live.models import Closure as LiveClosure
from geo_dispatch.routing import Closure, Router
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["on_the_roads", "road_closure"]

_KINDS = {
    "closed": "closed", "street": "closed", "stretch": "closed", "edge": "closed", "bridge": "closed", "area": "closed",
    "polygon": "closed", "flooded": "closed", "local": "local", "local_traffic": "local",
}  # fmt: skip
"""What each kind of closure does; those that only tell how the place is given close it."""


def road_closure(closure_id: str, kind: str, spec: Any, **told: Any) -> Closure:
    """Make a closure that routing understands of what the live store keeps.

    Parameters
    ----------
    closure_id
        Its id.
    kind
        closed, local, or how the place is given: street, stretch, bridge, area ...
    spec
        Words, GeoJSON, or an object with ``street`` and perhaps ``from`` and ``to``.
    **told
        profiles, starts, ends, source, note.

    Returns
    -------
    Closure
        Its place is not looked up yet.

    Raises
    ------
    ClosureError
        If it can't be understood.
    """
    use = _KINDS.get(kind)
    if use is None:
        raise ClosureError(
            f"a closure can't be {kind!r}{did_you_mean(kind, _KINDS) or ': use one of ' + ', '.join(_KINDS)}"
        )
    return Closure.from_document({"id": closure_id, "kind": use, "spec": _place(spec), **told})


def _place(spec: Any) -> Any:
    if not isinstance(spec, Mapping) or "type" in spec:
        return spec
    given = {key: str(value) for key, value in spec.items() if value is not None}
    street, start, end = (given.pop(key, None) for key in ("street", "from", "to"))
    if street is None or given or (start is None) != (end is None):
        raise ClosureError(
            f"{json.dumps(spec, ensure_ascii=False)[:200]} is no place of a closure: give words, GeoJSON, or an object with street, "
            "and from and to for a part of it"
        )
    return street if start is None else f"{street} from {start} to {end}"


def on_the_roads(router: Router, rows: Iterable[LiveClosure]) -> tuple[tuple[Closure, ...], tuple[str, ...]]:
    """Return the closures of the live store that close roads of the town, and warnings of those that can't be found.

    Parameters
    ----------
    router
        Of the town.
    rows
        As the store has them.

    Returns
    -------
    tuple of Closure and tuple of str
        In the order of the store.
    """
    found: list[Closure] = []
    told: list[str] = []
    for row in rows:
        try:
            closure = road_closure(
                row.closure_id, row.kind, row.spec, profiles=row.profiles, starts=row.starts, ends=row.ends,
                source=row.source, note=row.note,
            )  # fmt: skip
            router.closed_roads([closure])
        except ClosureError as error:
            told.append(f"the closure {row.closure_id} is NOT in force: {error}: change it")
        else:
            found.append(closure)
    return tuple(found), tuple(told)
