"""Reads the objects of one or several OSM files and merges them.

Nothing relies on the order of a file, on ids being positive, or on every node being there. One object
of each id is kept: the highest version, among equals the last that has tags.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import osmium

from geo_dispatch.geometry import FloatArray, IntArray
from geo_dispatch.osm.elements import Elements, Member, Relation, find_rows
from geo_dispatch.osm.files import OsmFile, iterate
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.schema import Problem

__all__ = ["read_elements"]

_STEPS_PER_DEGREE = 1e7  # of osmium's integer coordinates; divided by, so that 86.414342 stays what it is
_DELETED = -(1 << 40)  # stands for the x of a deleted node; no coordinate reaches it
_EPOCH_YEAR = 1970
_TWICE = "twice in one file: kept the highest version, else the last"


class _Versioned(NamedTuple):
    """A way or relation as read, with what decides which of several of one id is kept."""

    version: int
    file_number: int
    deleted: bool
    tags: dict[str, str]
    content: Any


class _Nodes:
    """Collects nodes: their arrays, and the tags of those that have any."""

    def __init__(self) -> None:
        self.ids, self.versions, self.file_numbers = array("q"), array("q"), array("q")
        self.x, self.y = array("q"), array("q")
        self.tags: dict[int, tuple[int, dict[str, str]]] = {}

    def add(self, file: OsmFile, number: int) -> IntArray:
        """Read the positions of a file's nodes; return its node ids in the file's order."""
        before = len(self.ids)
        for node in iterate(file, osmium.osm.NODE):
            location = node.location
            self.ids.append(node.id)
            self.versions.append(node.version)
            self.x.append(location.x if node.visible else _DELETED)
            self.y.append(location.y)
        self.file_numbers.extend([number] * (len(self.ids) - before))
        return np.array(self.ids[before:], dtype=np.int64)

    def finish(self, problems: list[Problem]) -> tuple[IntArray, FloatArray, FloatArray, int]:
        """Sort, keep one node of each id, drop deleted and impossible ones and tags of older versions.

        Returns the ids, longitudes, latitudes, and how many were in several files.
        """
        ids, versions = np.array(self.ids, dtype=np.int64), np.array(self.versions, dtype=np.int64)
        order = np.lexsort((np.arange(len(ids)), versions, ids))
        ids, versions, numbers = ids[order], versions[order], np.array(self.file_numbers)[order]
        x, y = np.array(self.x)[order], np.array(self.y)[order]
        last = np.ones(len(ids), dtype=bool)
        last[:-1] = ids[1:] != ids[:-1]
        again = np.flatnonzero(~last)
        same_file = numbers[again] == numbers[again + 1]
        problems += [Problem("duplicate_id", f"n{node}", _TWICE) for node in np.unique(ids[again[same_file]])]
        ids, versions, x, y = ids[last], versions[last], x[last], y[last]
        valid = (np.abs(x) <= 1_800_000_000) & (np.abs(y) <= 900_000_000)
        for row in np.flatnonzero(~valid):
            kind = "deleted_object" if x[row] == _DELETED else "invalid_location"
            problems.append(Problem(kind, f"n{ids[row]}", "left out, and taken out of the ways that use it"))
        ids, versions = ids[valid], versions[valid]
        tagged = np.array(list(self.tags), dtype=np.int64)
        for node, row in zip(tagged.tolist(), find_rows(ids, tagged).tolist(), strict=True):
            if row < 0 or self.tags[node][0] < versions[row]:
                del self.tags[node]
        lon, lat = x[valid] / _STEPS_PER_DEGREE, y[valid] / _STEPS_PER_DEGREE
        return ids, lon, lat, int((~same_file).sum())


class _Merger:
    """Collects the objects of several files."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.merged = 0
        self.nodes = _Nodes()
        self.ways: dict[int, _Versioned] = {}
        self.relations: dict[int, _Versioned] = {}
        self.newest: datetime | None = None

    def _tags(self, item: Any, object_id: str) -> dict[str, str]:
        """Read an object's tags, and look at its date."""
        moment = item.timestamp
        if moment.year > _EPOCH_YEAR and (self.newest is None or moment > self.newest):
            self.newest = moment
        try:
            return dict(item.tags)
        except UnicodeDecodeError:
            self.problems.append(Problem("bad_encoding", object_id, "its tags are not UTF-8: read without tags"))
            return {}

    def _keep(self, store: dict[int, _Versioned], object_id: str, key: int, entry: _Versioned) -> None:
        """Store an object unless a better one of its id is there."""
        known = store.get(key)
        if known is not None:
            if known.file_number == entry.file_number:
                self.problems.append(Problem("duplicate_id", object_id, _TWICE))
            else:
                self.merged += 1
            if (entry.version, bool(entry.tags)) < (known.version, bool(known.tags)):
                return
        store[key] = entry

    def _node_tags(self, file: OsmFile) -> None:
        for node in iterate(file, osmium.osm.NODE, tagged_only=True):
            known = self.nodes.tags.get(node.id)
            if known is None or node.version >= known[0]:
                self.nodes.tags[node.id] = (node.version, self._tags(node, f"n{node.id}"))

    def _ways(self, file: OsmFile, number: int) -> IntArray:
        ids = array("q")
        for way in iterate(file, osmium.osm.WAY):
            ids.append(way.id)
            refs = array("q", [ref.ref for ref in way.nodes])
            tags = self._tags(way, f"w{way.id}")
            self._keep(self.ways, f"w{way.id}", way.id, _Versioned(way.version, number, not way.visible, tags, refs))
        return np.array(ids, dtype=np.int64)

    def _members(self, relation: Any) -> tuple[Member, ...]:
        try:
            return tuple(Member(member.type, member.ref, member.role) for member in relation.members)
        except UnicodeDecodeError:
            detail = "its members' roles are not UTF-8: read without members"
            self.problems.append(Problem("bad_encoding", f"r{relation.id}", detail))
            return ()

    def _relations(self, file: OsmFile, number: int) -> IntArray:
        ids = array("q")
        for relation in iterate(file, osmium.osm.RELATION):
            ids.append(relation.id)
            members = self._members(relation)
            tags = self._tags(relation, f"r{relation.id}")
            entry = _Versioned(relation.version, number, not relation.visible, tags, members)
            self._keep(self.relations, f"r{relation.id}", relation.id, entry)
        return np.array(ids, dtype=np.int64)

    def add(self, file: OsmFile, number: int) -> tuple[dict[str, int], str | None]:
        """Read one file; return how many objects it holds, and the date of the newest."""
        self.newest = None
        ids = {"nodes": self.nodes.add(file, number), "ways": self._ways(file, number)}
        ids["relations"] = self._relations(file, number)
        self._node_tags(file)
        self._note_order(file, list(ids.values()))
        return {kind: len(items) for kind, items in ids.items()}, self._newest_text()

    def _newest_text(self) -> str | None:
        return None if self.newest is None else self.newest.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _note_order(self, file: OsmFile, kinds: list[IntArray]) -> None:
        """Note a file whose objects are not in the usual order, or have ids that an editor made up."""
        name = file.path.name
        if any((np.diff(np.where(ids < 0, np.iinfo(np.int64).min - ids, ids)) < 0).any() for ids in kinds):
            self.problems.append(
                Problem("unsorted_file", name, "its objects are not in the order of their ids: read all the same")
            )
        if negative := sum(int((ids < 0).sum()) for ids in kinds):
            self.problems.append(Problem("negative_ids", name, f"{negative} ids are negative, an editor's own: kept"))

    def drop_deleted(self) -> None:
        """Leave out the ways and relations whose kept version is a deletion."""
        for letter, store in (("w", self.ways), ("r", self.relations)):
            for key in [key for key, entry in store.items() if entry.deleted]:
                self.problems.append(Problem("deleted_object", f"{letter}{key}", "left out"))
                del store[key]


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
        If a file is cut short or damaged.
    """
    merger = _Merger()
    files_read: list[tuple[dict[str, int], str | None]] = []
    for number, file in enumerate(files):
        progress.stage(f"reading {file.path.name}")
        files_read.append(merger.add(file, number))
    node_ids, lon, lat, merged_nodes = merger.nodes.finish(merger.problems)
    merger.drop_deleted()
    way_ids, way_tags, way_nodes, way_offsets, removed = _way_arrays(merger.ways, node_ids)
    elements = Elements(
        node_ids=node_ids,
        lon=lon,
        lat=lat,
        node_tags={key: tags for key, (_, tags) in merger.nodes.tags.items()},
        way_ids=way_ids,
        way_tags=way_tags,
        way_nodes=way_nodes,
        way_offsets=way_offsets,
        relations={key: Relation(entry.tags, entry.content) for key, entry in merger.relations.items()},
        problems=merger.problems,
        newest=[newest for _, newest in files_read],
        file_counts=[counts for counts, _ in files_read],
    )
    elements.counts = {
        "nodes": len(node_ids),
        "ways": len(way_ids),
        "relations": len(elements.relations),
        "merged_objects": merger.merged + merged_nodes,
    }
    _note_way_problems(elements, removed)
    return elements
