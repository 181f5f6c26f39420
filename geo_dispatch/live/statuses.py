"""The statuses of units, and which may follow which: read from ``statuses.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import InputError, TransitionError
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["Status", "Workflow", "load_workflow", "workflow_of"]


@dataclass(frozen=True, slots=True)
class Status:
    """One status: its id and name, whether a unit in it may be assigned, is on an incident, and what may follow."""

    status: str
    name: str
    assignable: bool
    on_incident: bool
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Workflow:
    """All statuses, and which are given by starting, assigning and releasing."""

    statuses: Mapping[str, Status]
    initial: str
    assigned: str
    released: str

    def get_status(self, status: str) -> Status:
        """Return a status by its id.

        Raises
        ------
        InputError
            If there is none of that id.
        """
        found = self.statuses.get(status)
        if found is None:
            hint = did_you_mean(status, self.statuses) or f": the statuses are {', '.join(self.statuses)}"
            raise InputError(f"there is no status {status!r}{hint}")
        return found

    def check(self, unit_id: str, before: str, after: str) -> None:
        """Refuse a status that may not follow another.

        Parameters
        ----------
        unit_id
            For the message.
        before, after
            Ids of two statuses.

        Raises
        ------
        TransitionError
            If it may not; the message and the details list what may.
        InputError
            If there is no such status.
        """
        present = self.get_status(before)
        self.get_status(after)
        if after not in present.next:
            raise TransitionError(
                f"{unit_id} is {before}: {after} can't follow; {', '.join(present.next)} can",
                details={"unit_id": unit_id, "unit_status": before, "allowed": list(present.next)},
            )


def workflow_of(table: Mapping[str, Any]) -> Workflow:
    """Read a table of statuses.

    Parameters
    ----------
    table
        As ``statuses.yaml`` has it.

    Returns
    -------
    Workflow
        Whose every word is one of its statuses.

    Raises
    ------
    InputError
        If a status is named that there is none of, or assigning can't lead to or from where it must.
    """
    statuses = {
        key: Status(key, row["name"], bool(row["assignable"]), bool(row["on_incident"]), tuple(row["next"]))
        for key, row in table["statuses"].items()
    }
    found = Workflow(statuses, table["initial"], table["assigned"], table["released"])
    for status in (found.initial, found.assigned, found.released, *(n for s in statuses.values() for n in s.next)):
        found.get_status(status)
    for row in statuses.values():
        if row.assignable and (row.on_incident or found.assigned not in row.next):
            raise InputError(
                f"status {row.status!r} is assignable: it needs on_incident false and next {found.assigned}"
            )
    if not statuses[found.assigned].on_incident or statuses[found.released].on_incident:
        raise InputError("the status of assigning must be on an incident, that of releasing must not")
    return found


@cache
def load_workflow() -> Workflow:
    """Return the program's own workflow.

    Examples
    --------
    >>> load_workflow().statuses["on_scene"].next
    ('transporting', 'available', 'returning', 'out_of_service')
    """
    return workflow_of(load_table("geo_dispatch.live", "statuses"))
