"""The objects of one or several OSM files, merged, in memory: nodes as arrays, ways and relations as tables.

Nothing relies on the order of a file, on ids being positive, or on every node being there. One object
of each id is kept: the highest version, among equals the last read.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import osmium

from geo_dispatch.geometry import FloatArray, IntArray
from geo_dispatch.osm.files import OsmFile, iterate
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.schema import Problem

__all__ = ["Elements", "Member", "Relation", "read_elements"]

_COORDINATE_SCALE = 1e-7
_EPOCH_YEAR = 1970


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


class _Versioned(NamedTuple):
    """A way or relation as read, with what decides which of several of one id is kept."""

    version: int
    file_number: int
    deleted: bool
    tags: dict[str, str]
    content: Any


class _Reader:
    """Collects the objects of several files; each method fills its own kind."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.merged = 0
        self.ids, self.versions = array("q"), array("q")
        self.x, self.y = array("q"), array("q")
        self.file_numbers = array("q")
        self.node_tags: dict[int, tuple[int, dict[str, str]]] = {}
        self.ways: dict[int, _Versioned] = {}
        self.relations: dict[int, _Versioned] = {}
        self.newest: datetime | None = None

    def tags_of(self, item: Any, object_id: str) -> dict[str, str]:
        try:
            return dict(item.tags)
        except UnicodeDecodeError:
            self.problems.append(Problem("bad_encoding", object_id, "its tags are not UTF-8: read without tags"))
            return {}

    def start_file(self) -> None:
        self.newest = None

    def newest_text(self) -> str | None:
        return None if self.newest is None else self.newest.strftime("%Y-%m-%dT%H:%M:%SZ")

    def seen(self, item: Any) -> None:
        moment = item.timestamp
        if moment.year > _EPOCH_YEAR and (self.newest is None or moment > self.newest):
            self.newest = moment

    def read_nodes(self, file: OsmFile, number: int) -> int:
        ids, versions, xs, ys, numbers = self.ids, self.versions, self.x, self.y, self.file_numbers
        before = len(ids)
        for node in iterate(file, osmium.osm.NODE):
            location = node.location
            ids.append(node.id)
            versions.append(node.version)
            xs.append(location.x if node.visible else -(1 << 40))
            ys.append(location.y)
        numbers.extend([number] * (len(ids) - before))
        for node in iterate(file, osmium.osm.NODE, tagged_only=True):
            self.seen(node)
            known = self.node_tags.get(node.id)
            if known is None or node.version >= known[0]:
                self.node_tags[node.id] = (node.version, self.tags_of(node, f"n{node.id}"))
        return len(ids) - before

    def _keep(self, store: dict[int, _Versioned], letter: str, item: Any, entry: _Versioned) -> None:
        known = store.get(item.id)
        if known is not None:
            if known.file_number == entry.file_number:
                self.problems.append(
                    Problem(
                        "duplicate_id",
                        f"{letter}{item.id}",
                        "twice in one file: kept the highest version, else the last",
                    )
                )
            else:
                self.merged += 1
            if entry.version < known.version:
                return
        store[item.id] = entry

    def read_ways(self, file: OsmFile, number: int) -> int:
        count = 0
        for way in iterate(file, osmium.osm.WAY):
            count += 1
            self.seen(way)
            refs = array("q", [ref.ref for ref in way.nodes])
            tags = self.tags_of(way, f"w{way.id}")
            self._keep(self.ways, "w", way, _Versioned(way.version, number, not way.visible, tags, refs))
        return count

    def read_relations(self, file: OsmFile, number: int) -> int:
        count = 0
        for relation in iterate(file, osmium.osm.RELATION):
            count += 1
            self.seen(relation)
            members = tuple(Member(member.type, member.ref, member.role) for member in relation.members)
            tags = self.tags_of(relation, f"r{relation.id}")
            entry = _Versioned(relation.version, number, not relation.visible, tags, members)
            self._keep(self.relations, "r", relation, entry)
        return count

    def finish_nodes(self) -> tuple[IntArray, FloatArray, FloatArray]:
        """Sort the nodes, keep one of each id, drop deleted and impossible ones."""
        ids, versions = np.array(self.ids, dtype=np.int64), np.array(self.versions, dtype=np.int64)
        x, y, numbers = np.array(self.x), np.array(self.y), np.array(self.file_numbers)
        order = np.lexsort((np.arange(len(ids)), versions, ids))
        ids, x, y, numbers = ids[order], x[order], y[order], numbers[order]
        last = np.ones(len(ids), dtype=bool)
        last[:-1] = ids[1:] != ids[:-1]
        for row in np.flatnonzero(~last):
            if numbers[row] == numbers[row + 1]:
                detail = "twice in one file: kept the highest version, else the last"
                self.problems.append(Problem("duplicate_id", f"n{ids[row]}", detail))
            else:
                self.merged += 1
        ids, x, y = ids[last], x[last], y[last]
        deleted = x == -(1 << 40)
        valid = (np.abs(x) <= 1_800_000_000) & (np.abs(y) <= 900_000_000)
        for row in np.flatnonzero(~valid):
            kind = "deleted_object" if deleted[row] else "invalid_location"
            self.problems.append(Problem(kind, f"n{ids[row]}", "left out, and taken out of the ways that use it"))
        return ids[valid], x[valid] * _COORDINATE_SCALE, y[valid] * _COORDINATE_SCALE

    def finish_objects(self, store: dict[int, _Versioned], letter: str) -> dict[int, _Versioned]:
        for object_id in [key for key, entry in store.items() if entry.deleted]:
            self.problems.append(Problem("deleted_object", f"{letter}{object_id}", "left out"))
            del store[object_id]
        return store


def _way_arrays(
    ways: dict[int, _Versioned], node_ids: IntArray
) -> tuple[IntArray, list[Any], IntArray, IntArray, IntArray]:
    """Lay the ways out as arrays, consecutive repetitions of a node removed; the last counts those removed per way."""
    way_ids = np.array(sorted(ways), dtype=np.int64)
    entries = [ways[int(key)] for key in way_ids]
    lengths = np.array([len(entry.content) for entry in entries], dtype=np.int64)
    parts = [np.frombuffer(entry.content, dtype=np.int64) for entry in entries if len(entry.content)]
    refs = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    owner = np.repeat(np.arange(len(entries)), lengths)
    repeated = np.zeros(len(refs), dtype=bool)
    repeated[1:] = (refs[1:] == refs[:-1]) & (owner[1:] == owner[:-1])
    removed = np.bincount(owner[repeated], minlength=len(entries))
    rows = find_rows(node_ids, refs[~repeated])
    offsets = np.concatenate([[0], np.cumsum(lengths - removed)]).astype(np.int64)
    return way_ids, [entry.tags for entry in entries], rows, offsets, removed


def _note_way_problems(elements: Elements, removed: IntArray) -> None:
    """Count ways with repeated, missing or too few nodes."""
    offsets, nodes = elements.way_offsets, elements.way_nodes
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    missing = np.bincount(owner[nodes < 0], minlength=len(offsets) - 1)
    for row in np.flatnonzero(removed):
        elements.add_problem(
            "repeated_node", f"w{elements.way_ids[row]}", f"{removed[row]} consecutive repetitions removed"
        )
    for row in np.flatnonzero(missing):
        detail = f"{missing[row]} of its nodes are not in the files: the pieces whose nodes are there were kept"
        elements.add_problem("missing_node", f"w{elements.way_ids[row]}", detail)
    for row in np.flatnonzero(np.diff(offsets) < 2):
        elements.add_problem("way_too_short", f"w{elements.way_ids[row]}", "it has fewer than two nodes: left out")


def read_elements(files: Sequence[OsmFile], *, progress: Progress = NO_PROGRESS) -> Elements:
    """Read and merge OSM files.

    Parameters
    ----------
    files
        From `open_osm`; later ones win among equal versions.
    progress
        Told of each file.

    Returns
    -------
    Elements
        Everything in them, with the problems met.

    Raises
    ------
    SourceFileError
        If a file is cut short or damaged, or has no objects.
    """
    reader = _Reader()
    newest: list[str | None] = []
    file_counts: list[dict[str, int]] = []
    for number, file in enumerate(files):
        progress.stage(f"reading {file.path.name}")
        reader.start_file()
        counts = {
            "nodes": reader.read_nodes(file, number),
            "ways": reader.read_ways(file, number),
            "relations": reader.read_relations(file, number),
        }
        file_counts.append(counts)
        newest.append(reader.newest_text())
    node_ids, lon, lat = reader.finish_nodes()
    ways = reader.finish_objects(reader.ways, "w")
    relations = reader.finish_objects(reader.relations, "r")
    way_ids, way_tags, way_nodes, way_offsets, removed = _way_arrays(ways, node_ids)
    present = _present(node_ids, reader.node_tags)
    elements = Elements(
        node_ids=node_ids,
        lon=lon,
        lat=lat,
        node_tags={key: tags for key, (_, tags) in reader.node_tags.items() if key in present},
        way_ids=way_ids,
        way_tags=way_tags,
        way_nodes=way_nodes,
        way_offsets=way_offsets,
        relations={key: Relation(entry.tags, entry.content) for key, entry in relations.items()},
        problems=reader.problems,
        newest=newest,
        file_counts=file_counts,
    )
    elements.counts = {
        "nodes": len(node_ids),
        "ways": len(way_ids),
        "relations": len(elements.relations),
        "merged_objects": reader.merged,
    }
    _note_way_problems(elements, removed)
    return elements


def _present(node_ids: IntArray, wanted: Iterable[int]) -> set[int]:
    """Return those of some node ids that are in the sorted array."""
    ids = np.array(list(wanted), dtype=np.int64)
    return set(ids[find_rows(node_ids, ids) >= 0].tolist())
