"""The objects of OSM files in memory: nodes as arrays, ways and relations as tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray, IntArray
from geo_dispatch.schema import Problem

__all__ = ["Elements", "Member", "Relation", "find_rows"]


class Member(NamedTuple):
    """A member of a relation: type "n", "w" or "r", id and role."""

    type: str
    ref: int
    role: str


class Relation(NamedTuple):
    """A relation: its tags and members."""

    tags: dict[str, str]
    members: tuple[Member, ...]


@dataclass(slots=True)
class Elements:
    """All objects read.

    ``node_ids`` is sorted; ``lon`` and ``lat`` run beside it. The nodes of way ``i`` are
    ``way_nodes[way_offsets[i]:way_offsets[i + 1]]``: rows of the node arrays, -1 where the node is not
    in the files, consecutive repetitions removed.
    """

    node_ids: IntArray
    lon: FloatArray
    lat: FloatArray
    node_tags: dict[int, dict[str, str]]
    way_ids: IntArray
    way_tags: list[dict[str, str]]
    way_nodes: IntArray
    way_offsets: IntArray
    relations: dict[int, Relation]
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    newest: list[str | None] = field(default_factory=list)
    file_counts: list[dict[str, int]] = field(default_factory=list)

    def node_rows(self, ids: npt.ArrayLike) -> IntArray:
        """Return the rows of node ids, -1 where a node is absent; any shape ``(n,)``."""
        return find_rows(self.node_ids, np.asarray(ids, dtype=np.int64))

    def way_row(self, way_id: int) -> int:
        """Return the row of a way id, -1 when the way is absent."""
        return int(find_rows(self.way_ids, np.array([way_id], dtype=np.int64))[0])

    def nodes_of(self, row: int) -> IntArray:
        """Return the node rows of the way in a row, shape ``(n,)``; -1 for absent nodes."""
        return self.way_nodes[self.way_offsets[row] : self.way_offsets[row + 1]]

    def add_problem(self, kind: str, object_id: str, detail: str) -> None:
        """Note something odd that was handled."""
        self.problems.append(Problem(kind, object_id, detail))


def find_rows(sorted_ids: IntArray, ids: IntArray) -> IntArray:
    """Look ids up in a sorted array: rows, -1 for those not there.

    Examples
    --------
    >>> find_rows(np.array([-5, 2, 9]), np.array([9, 3, -5])).tolist()
    [2, -1, 0]
    """
    if len(sorted_ids) == 0:
        return np.full(len(ids), -1, dtype=np.int64)
    rows = np.minimum(np.searchsorted(sorted_ids, ids), len(sorted_ids) - 1)
    return np.where(sorted_ids[rows] == ids, rows, -1).astype(np.int64)
