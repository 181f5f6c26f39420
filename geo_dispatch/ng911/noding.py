"""Lines without node ids become a network: joined where they meet, cut there, and told once.

Lines are joined where an end of one touches another, at its end or between its ends. Two lines that only pass through
each other are joined only on request, for a layer alone does not tell a crossing from a bridge.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray, IntArray

__all__ = ["LinePiece", "NodedLines", "NodingOptions", "node_lines"]

_GRID_DEG = 1e-7
_M_PER_DEG = 111_320.0
_LIMITED = 1 << 20

LineVertices = list[FloatArray]


@dataclass(frozen=True, slots=True)
class NodingOptions:
    """What counts as a meeting of lines.

    Parameters
    ----------
    tolerance_m
        Ends this near to each other, or to another line, are joined; metres.
    shared_vertices
        Join lines that pass through each other where both have a vertex.
    crossings
        Join lines that pass through each other anywhere.
    """

    tolerance_m: float = 0.5
    shared_vertices: bool = False
    crossings: bool = False


@dataclass(frozen=True, slots=True)
class LinePiece:
    """A stretch between two nodes: its lines (index, and whether that line runs the other way), nodes and vertices."""

    lines: tuple[tuple[int, bool], ...]
    from_node: int
    to_node: int
    lonlat: FloatArray


@dataclass(slots=True)
class NodedLines:
    """The network: nodes of shape ``(n, 2)`` in degrees, sorted by longitude and latitude, and pieces between them."""

    nodes: FloatArray
    pieces: list[LinePiece]
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Lines:
    """Lines while they are worked on: vertices in degrees, level of the middle and of both ends."""

    vertices: LineVertices
    level: IntArray
    level_from: IntArray
    level_to: IntArray
    limited: npt.NDArray[np.bool_]
    scale: FloatArray
    crossing_points: set[tuple[int, int]] = field(default_factory=set)


def node_lines(
    vertices: LineVertices,
    *,
    options: NodingOptions,
    level: IntArray | None = None,
    level_from: IntArray | None = None,
    level_to: IntArray | None = None,
    limited_access: npt.NDArray[np.bool_] | None = None,
) -> NodedLines:
    """Join lines into a network.

    Parameters
    ----------
    vertices
        Each line's vertices in degrees, shape ``(n_vertices, 2)``, two or more.
    options
        What counts as a meeting.
    level
        Level of each line between its ends, shape ``(n_lines,)``; 0 when left out.
    level_from, level_to
        Level of each line at its ends; `level` when left out. Only what is on one level is joined.
    limited_access
        Lines of limited-access roads, shape ``(n_lines,)``: nothing that only passes through is joined to them.

    Returns
    -------
    NodedLines
        Nodes, and the pieces between them; stretches where several lines coincide are one piece.

    Examples
    --------
    >>> main, side = np.array([[0.0, 0.0], [0.01, 0.0], [0.02, 0.0]]), np.array([[0.01, 0.0], [0.01, 0.01]])
    >>> network = node_lines([main, side], options=NodingOptions())
    >>> len(network.nodes), len(network.pieces)
    (4, 3)
    """
    count = len(vertices)
    middle = np.zeros(count, dtype=np.int64) if level is None else level
    latitude = float(np.mean([line[0, 1] for line in vertices])) if count else 0.0
    lines = _Lines(
        [np.array(line, dtype=np.float64) for line in vertices],
        middle,
        middle if level_from is None else level_from,
        middle if level_to is None else level_to,
        np.zeros(count, dtype=bool) if limited_access is None else limited_access,
        np.array([_M_PER_DEG * np.cos(np.radians(latitude)), _M_PER_DEG]),
    )
    counts = {"ends": 2 * count}
    if count == 0:
        return NodedLines(np.zeros((0, 2)), [], counts)
    counts["ends_moved"] = _join_ends(lines, options.tolerance_m)
    counts.update(_join_ends_to_lines(lines, options.tolerance_m))
    counts["crossings_joined"] = _join_crossings(lines) if options.crossings else 0
    return _cut(lines, options, counts)


def _join_ends(lines: _Lines, tolerance_m: float) -> int:
    """Move ends that lie within the tolerance of each other, on one level, onto one of them."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    ends = np.array([line[at] for at in (0, -1) for line in lines.vertices])
    levels = np.concatenate([lines.level_from, lines.level_to])
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    far_apart = (levels * 1e9)[:, None]
    tree = cKDTree(np.hstack([(ends - ends.mean(axis=0)) * lines.scale, far_apart]))
    pairs = tree.query_pairs(max(tolerance_m, 1e-9), output_type="ndarray")
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(ends), len(ends)))
    _, group = connected_components(graph, directed=False)
    first = np.full(group.max() + 1, -1, dtype=np.int64)
    first[group[order[::-1]]] = order[::-1]
    target = ends[first[group]]
    moved = np.flatnonzero((np.abs(target - ends) > _GRID_DEG / 2).any(axis=1))
    count = len(lines.vertices)
    for index in np.flatnonzero((target != ends).any(axis=1)):
        lines.vertices[index % count][0 if index < count else -1] = target[index]
    return len(moved)


def _shapes(lines: _Lines) -> npt.NDArray[np.object_]:
    """Return the lines as shapely geometries in local metres."""
    import shapely

    lengths = [len(line) for line in lines.vertices]
    flat = np.concatenate(lines.vertices) * lines.scale
    return np.asarray(shapely.linestrings(flat, indices=np.repeat(np.arange(len(lengths)), lengths)), dtype=np.object_)


def _grid(lonlat: FloatArray) -> IntArray:
    return np.round(lonlat / _GRID_DEG).astype(np.int64)


def _join_ends_to_lines(lines: _Lines, tolerance_m: float) -> dict[str, int]:
    """Give a line a vertex wherever another line's end touches it between its ends."""
    import shapely

    count = len(lines.vertices)
    ends = np.array([line[at] for at in (0, -1) for line in lines.vertices])
    levels = np.concatenate([lines.level_from, lines.level_to])
    keyed = np.column_stack([_grid(ends), levels])
    _, unique = np.unique(keyed, axis=0, return_index=True)
    shapes = _shapes(lines)
    points = shapely.points(ends[unique] * lines.scale)
    hits, found = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=max(tolerance_m, 0.01))
    index = unique[hits]
    own = (keyed[found, :2] == keyed[index, :2]).all(axis=1) | (keyed[found + count, :2] == keyed[index, :2]).all(
        axis=1
    )
    touched, inserted, apart = 0, 0, 0
    additions: dict[int, list[int]] = {}
    for end, line in zip(index[~own], found[~own], strict=True):
        if levels[end] != lines.level[line]:
            apart += 1
            continue
        touched += 1
        additions.setdefault(int(line), []).append(int(end))
    for line, at_ends in additions.items():
        inserted += _insert(lines, line, ends[at_ends], max(tolerance_m, 0.01))
    return {"ends_on_lines": touched, "vertices_inserted": inserted, "ends_on_lines_other_level": apart}


def _insert(lines: _Lines, line: int, points: FloatArray, tolerance_m: float) -> int:
    """Put points into a line: onto the vertex that is there, else between its neighbours; count the latter."""
    vertices = lines.vertices[line]
    inserted = 0
    for point in points:
        steps = (vertices - point) * lines.scale
        distance = np.hypot(steps[:, 0], steps[:, 1])
        near = int(distance.argmin())
        if distance[near] <= tolerance_m:
            if 0 < near < len(vertices) - 1:
                vertices[near] = point
            continue
        start, direction = steps[:-1], np.diff(steps, axis=0)
        squared = np.maximum((direction**2).sum(axis=1), 1e-18)
        along = np.clip(-(start * direction).sum(axis=1) / squared, 0, 1)
        offset = start + along[:, None] * direction
        segment = int(np.hypot(offset[:, 0], offset[:, 1]).argmin())
        vertices = np.insert(vertices, segment + 1, point, axis=0)
        inserted += 1
    lines.vertices[line] = vertices
    return inserted


def _join_crossings(lines: _Lines) -> int:
    """Give two lines that cross on one level a common vertex; limited-access roads cross only each other."""
    import shapely

    shapes = _shapes(lines)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="crosses")
    joined = 0
    for a, b in zip(first[first < second], second[first < second], strict=True):
        if lines.level[a] != lines.level[b] or lines.limited[a] != lines.limited[b]:
            continue
        meeting = shapely.get_parts(shapely.intersection(shapes[a], shapes[b]))
        for x, y in shapely.get_coordinates(meeting[shapely.get_type_id(meeting) == 0]):
            point = np.array([[x, y]]) / lines.scale
            _insert(lines, int(a), point, 0.01)
            _insert(lines, int(b), point, 0.01)
            key = _grid(point)[0]
            lines.crossing_points.add((int(key[0]), int(key[1])))
            joined += 1
    return joined


def _cut(lines: _Lines, options: NodingOptions, counts: dict[str, int]) -> NodedLines:
    """Number the vertices, find those that are nodes, cut the lines there, and merge equal pieces."""
    line_of, lonlat, is_end, levels = _flatten(lines)
    grid = _grid(lonlat)
    _, ids = np.unique(np.column_stack([grid, levels]), axis=0, return_inverse=True)
    ids = ids.reshape(-1)
    ids, apart = _part_limited(lines, ids, line_of, is_end)
    keep = np.r_[True, (ids[1:] != ids[:-1]) | (line_of[1:] != line_of[:-1])]
    line_of, lonlat, is_end, ids, grid = line_of[keep], lonlat[keep], _spread_ends(is_end, keep), ids[keep], grid[keep]
    degree = _degrees(ids, line_of)
    node = np.zeros(len(degree), dtype=bool)
    node[ids[is_end]] = True
    passing = np.flatnonzero((degree >= 3) & ~node)
    if options.shared_vertices:
        node[passing] = True
    elif lines.crossing_points:
        wanted = np.array([(int(x), int(y)) in lines.crossing_points for x, y in grid])
        node[ids[wanted]] = True
    counts["shared_vertices_joined"] = len(passing) if options.shared_vertices else 0
    counts["shared_vertices_not_joined"] = int((~node[passing]).sum())
    counts["limited_access_crossings_kept_apart"] = apart
    return _pieces(ids, line_of, lonlat, node, counts)


def _flatten(lines: _Lines) -> tuple[IntArray, FloatArray, npt.NDArray[np.bool_], IntArray]:
    lengths = np.array([len(line) for line in lines.vertices])
    line_of = np.repeat(np.arange(len(lengths)), lengths)
    stops = np.cumsum(lengths)
    is_end = np.zeros(stops[-1], dtype=bool)
    levels = lines.level[line_of].copy()
    for at, level in ((stops - lengths, lines.level_from), (stops - 1, lines.level_to)):
        is_end[at] = True
        levels[at] = level
    return line_of, np.concatenate(lines.vertices), is_end, levels


def _spread_ends(is_end: npt.NDArray[np.bool_], keep: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Let a kept vertex be an end when one of the equal vertices dropped behind it was."""
    run = np.cumsum(keep) - 1
    result = np.zeros(int(keep.sum()), dtype=bool)
    np.logical_or.at(result, run, is_end)
    return result


def _degrees(ids: IntArray, line_of: IntArray) -> IntArray:
    """Count the distinct neighbours of each vertex over all lines."""
    inside = line_of[1:] == line_of[:-1]
    pairs = np.sort(np.column_stack([ids[:-1][inside], ids[1:][inside]]), axis=1)
    pairs = np.unique(pairs, axis=0)
    return np.bincount(pairs.ravel(), minlength=int(ids.max()) + 1).astype(np.int64)


def _part_limited(
    lines: _Lines, ids: IntArray, line_of: IntArray, is_end: npt.NDArray[np.bool_]
) -> tuple[IntArray, int]:
    """Give limited-access roads a vertex of their own where another road passes over or under them."""
    if not lines.limited.any():
        return ids, 0
    candidates = np.flatnonzero(_degrees(ids, line_of) >= 3)
    free = np.setdiff1d(candidates, ids[is_end], assume_unique=False)
    of_limited = lines.limited[line_of]
    both = np.intersect1d(ids[of_limited], ids[~of_limited])
    new_ids, next_id, apart = ids.copy(), int(ids.max()) + 1, 0
    order = np.argsort(ids, kind="stable")
    in_order = ids[order]
    for vertex in np.intersect1d(free, both):
        at = order[np.searchsorted(in_order, vertex) : np.searchsorted(in_order, vertex, side="right")]
        beside = {int(i): {int(ids[i - 1]), int(ids[i + 1])} for i in at}
        on_limited = set().union(*(beside[int(i)] for i in at if of_limited[i]))
        mine = [i for i in at if beside[int(i)] <= on_limited]
        if len(mine) < len(at):
            new_ids[mine] = next_id
            next_id, apart = next_id + 1, apart + 1
    return new_ids, apart


def _pieces(
    ids: IntArray, line_of: IntArray, lonlat: FloatArray, node: npt.NDArray[np.bool_], counts: dict[str, int]
) -> NodedLines:
    cuts = np.flatnonzero(node[ids])
    starts, stops = cuts[:-1], cuts[1:]
    within = line_of[starts] == line_of[stops]
    place = np.zeros((len(node), 2))
    place[ids[::-1]] = lonlat[::-1]
    used = np.unique(np.concatenate([ids[starts[within]], ids[stops[within]]]))
    used = used[np.lexsort((used, place[used, 1], place[used, 0]))]
    number = np.full(len(node), -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    groups: dict[bytes, tuple[int, int, bool]] = {}
    members: list[list[tuple[int, bool]]] = []
    spans: list[tuple[int, int]] = []
    for start, stop in zip(starts[within], stops[within], strict=True):
        chain = ids[start : stop + 1]
        back = chain[::-1]
        turned = tuple(back) < tuple(chain)
        key = (back if turned else chain).tobytes()
        if key in groups:
            slot, _, first_turned = groups[key]
            members[slot].append((int(line_of[start]), turned != first_turned))
            continue
        groups[key] = (len(members), int(start), turned)
        members.append([(int(line_of[start]), False)])
        spans.append((int(start), int(stop)))
    pieces = [
        LinePiece(tuple(member), int(number[ids[a]]), int(number[ids[b]]), lonlat[a : b + 1])
        for member, (a, b) in zip(members, spans, strict=True)
    ]
    counts["coincident_stretches_merged"] = int(within.sum()) - len(pieces)
    counts["lines_too_short"] = int(line_of.max()) + 1 - len(np.unique(line_of[starts[within]]))
    return NodedLines(place[used], pieces, counts)
