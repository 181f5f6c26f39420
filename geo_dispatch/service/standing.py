"""Closures that hold for every route: those of the live store, and those that events bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from geo_dispatch.errors import ClosureError
from geo_dispatch.knowledge.events import Occurrence
from geo_dispatch.routing import Closure, Router, closure_of_record, parse_closure

__all__ = ["event_closures", "standing_closures"]


def standing_closures(
    router: Router, records: Iterable[Mapping[str, Any]], *, notes: bool = False
) -> tuple[tuple[Closure, ...], tuple[str, ...]]:
    """Find the closures of the live store on the town's roads.

    Parameters
    ----------
    router
        Of the town.
    records
        Rows of the live store.
    notes
        Whether what a dispatcher noted of each is told: never to the public, which must not read of incidents.

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
            reason = str(error) if notes else "it names no road of this town"  # the error quotes what was typed
            warnings.append(f"the closure {record.get('closure_id')} is not kept to: {reason}")
        else:
            closures.append(closure if notes else replace(closure, note=None, source=None))
    return tuple(closures), tuple(warnings)


def event_closures(router: Router, running: Sequence[Occurrence]) -> tuple[tuple[Closure, ...], tuple[str, ...]]:
    """Find the closures of events that take place on the town's roads.

    Parameters
    ----------
    router
        Of the town.
    running
        Occurrences that take place at the time in question.

    Returns
    -------
    tuple
        The closures, each with the event's name as its note; and a warning for each that names no road here.
    """
    closures, warnings = [], []
    for event in running:
        for number, text in enumerate(event.closures):
            try:
                closure = parse_closure(text)
                router.closed_roads([closure])
            except ClosureError as error:
                warnings.append(f"a closure of the event {event.name!r} is not kept to: {error}")
                continue
            named = replace(
                closure,
                id=f"{event.event_id}:{number}",
                starts=event.starts.replace(tzinfo=None),
                ends=event.ends.replace(tzinfo=None),
                note=event.name if event.source.verified else f"{event.name}, unverified",
                source=event.source.url,
            )
            closures.append(named)
    return tuple(closures), tuple(warnings)
