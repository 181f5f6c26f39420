"""Nested dissection by inertial flow: a network is cut in two where it is thinnest, each half again, and so on.

The nodes of a cell are projected on four directions. In each, the quarter at either end is source and target of a flow; the cut
through which least flows is kept.

References
----------
Schild and Sommer 2015, "On balanced separators in road networks", doi 10.1007/978-3-319-20086-6_22;
George 1973, "Nested dissection of a regular finite element mesh", doi 10.1137/0710032;
Dinitz 1970, "Algorithm for solution of a problem of maximum flow in networks with power estimation".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo_dispatch.compiled import compiled
from geo_dispatch.geometry import FloatArray

__all__ = ["Streets", "dissect"]

Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.int8]

_END_SHARE = 0.25
_SOURCE, _TARGET = 1, 2
_SEPARATOR = 2
_MANY = 1 << 40
_DIAGONAL = 0.7071067811865476


class Streets(NamedTuple):
    """An undirected network.

    Attributes
    ----------
    first, head
        Half edges of every node in CSR order, and where they lead.
    twin
        The other half of each.
    edge
        The edge of each half.
    room
        What may flow through each.
    x, y
        Metres, of each node.
    """

    first: Ints
    head: Ints
    twin: Ints
    edge: Ints
    room: Bytes
    x: FloatArray
    y: FloatArray


class _Desk(NamedTuple):
    """Room to work in, of each node; ``flow`` of each half edge."""

    cell: Ints
    side: Bytes
    role: Bytes
    level: Ints
    current: Ints
    queue: Ints
    way: Ints
    flow: Bytes


@compiled
def _assign_ends(nodes: Ints, streets: Streets, dx: float, dy: float, role: Bytes) -> None:
    """Make the quarter at one end of a direction source, that at the other target."""
    count = len(nodes)
    along = np.empty(count)
    for i in range(count):
        along[i] = dx * streets.x[nodes[i]] + dy * streets.y[nodes[i]]
    place = max(1, int(count * _END_SHARE))
    low = np.partition(along, place - 1)[place - 1]
    high = np.partition(along, count - place)[count - place]
    for i in range(count):
        if low < high:
            role[nodes[i]] = _SOURCE if along[i] <= low else (_TARGET if along[i] >= high else 0)
        else:  # most nodes at one place
            role[nodes[i]] = _SOURCE if i < place else (_TARGET if i >= count - place else 0)


@compiled
def _levels(nodes: Ints, streets: Streets, desk: _Desk) -> bool:
    """Number nodes by their hops from the sources along edges with room left; tell whether a target was met."""
    level, queue, cell, role = desk.level, desk.queue, desk.cell, desk.role
    number, filled, met = cell[nodes[0]], 0, False
    for node in nodes:
        level[node] = -1
        if role[node] == _SOURCE:
            level[node] = 0
            queue[filled] = node
            filled += 1
    done = 0
    while done < filled and not met:
        node = queue[done]
        done += 1
        for half in range(streets.first[node], streets.first[node + 1]):
            other = streets.head[half]
            if cell[other] == number and level[other] < 0 and desk.flow[half] < streets.room[half]:
                level[other] = level[node] + 1
                met = met or role[other] == _TARGET
                queue[filled] = other
                filled += 1
    return met


@compiled
def _push(source: int, streets: Streets, desk: _Desk) -> bool:
    """Push one unit from a source to a target through rising levels; False when there is no way left."""
    head, current, flow, way = streets.head, desk.current, desk.flow, desk.way
    number, node, length = desk.cell[source], source, 0
    while desk.role[node] != _TARGET:
        advanced = False
        while current[node] < streets.first[node + 1]:
            half = current[node]
            other = head[half]
            if (
                desk.cell[other] == number
                and flow[half] < streets.room[half]
                and desk.level[other] == desk.level[node] + 1
            ):
                way[length] = half
                length += 1
                node = other
                advanced = True
                break
            current[node] += 1
        if not advanced:
            if length == 0:
                return False
            length -= 1
            node = head[streets.twin[way[length]]]
            current[node] += 1
    for i in range(length):
        flow[way[i]] += 1
        flow[streets.twin[way[i]]] -= 1
    return True


@compiled
def _cut(nodes: Ints, streets: Streets, desk: _Desk) -> None:
    """Put the nodes of a joined cell, two at least, on two sides of the smallest cut found."""
    best = _MANY
    for dx, dy in ((1.0, 0.0), (0.0, 1.0), (_DIAGONAL, _DIAGONAL), (_DIAGONAL, -_DIAGONAL)):
        _assign_ends(nodes, streets, dx, dy, desk.role)
        for node in nodes:
            for half in range(streets.first[node], streets.first[node + 1]):
                desk.flow[half] = 0
        total = 0
        while total < best and _levels(nodes, streets, desk):
            for node in nodes:
                desk.current[node] = streets.first[node]
            for node in nodes:
                if desk.role[node] == _SOURCE:
                    while total < best and _push(node, streets, desk):
                        total += 1
        if total < best:
            best = total
            for node in nodes:
                desk.side[node] = 1 if desk.level[node] < 0 else 0


@compiled
def _joined_first(nodes: Ints, streets: Streets, desk: _Desk, number: int) -> int:
    """Bring the nodes joined to the first of a cell to its front, numbered anew, and return how many they are."""
    cell, queue = desk.cell, desk.queue
    old = cell[nodes[0]]
    cell[nodes[0]] = number
    queue[0] = nodes[0]
    done, filled = 0, 1
    while done < filled:
        node = queue[done]
        done += 1
        for half in range(streets.first[node], streets.first[node + 1]):
            other = streets.head[half]
            if cell[other] == old:
                cell[other] = number
                queue[filled] = other
                filled += 1
    if filled < len(nodes):
        rest = filled
        for node in nodes.copy():
            if cell[node] != number:
                nodes[rest] = node
                rest += 1
        nodes[:filled] = queue[:filled]
    return filled


@compiled
def _halve(nodes: Ints, side: Bytes) -> tuple[int, int]:
    """Sort nodes by side, those of the separator last; return how many lie before side 1 and before the separator."""
    unsorted = nodes.copy()
    ends = np.zeros(3, np.int64)
    place = 0
    for wanted in range(3):
        for node in unsorted:
            if side[node] == wanted:
                nodes[place] = node
                place += 1
        ends[wanted] = place
    return ends[0], ends[1]


@compiled
def _rank_edges(nodes: Ints, streets: Streets, desk: _Desk, rank: Ints, left: int, whole: bool) -> int:
    """Give the edges of a cell that are cut (all of them when whole) the next lower ranks; return how many are left."""
    for node in nodes:
        for half in range(streets.first[node], streets.first[node + 1]):
            other = streets.head[half]
            inside = rank[streets.edge[half]] < 0 and desk.cell[other] == desk.cell[node]
            if inside and (whole or desk.side[other] != desk.side[node]):
                left -= 1
                rank[streets.edge[half]] = left
    return left


@compiled
def _rank_nodes(nodes: Ints, streets: Streets, desk: _Desk, rank: Ints, left: int) -> int:
    """Take the separator out of a cell: the nodes at the cut on the side where they are fewer; return how many are left."""
    touched = np.zeros(2, np.int64)
    for node in nodes:
        desk.role[node] = 0
        for half in range(streets.first[node], streets.first[node + 1]):
            other = streets.head[half]
            if desk.cell[other] == desk.cell[node] and desk.side[other] != desk.side[node]:
                desk.role[node] = 1
        touched[desk.side[node]] += desk.role[node]
    shore = 0 if touched[0] <= touched[1] else 1
    for node in nodes:
        if desk.role[node] == 1 and desk.side[node] == shore:
            desk.side[node] = _SEPARATOR
            desk.cell[node] = -1
            left -= 1
            rank[node] = left
    return left


@compiled
def dissect(streets: Streets, edges: int, leaf: int) -> Ints:
    """Rank the edges, or the nodes, of a network: what lies at the first cut comes last.

    Parameters
    ----------
    streets
        The network.
    edges
        How many edges there are, to rank them: those that cross a cut come after what lies on its sides. 0 ranks the nodes: those
        at a cut, on the side where they are fewer, come after the rest of both sides.
    leaf
        Cells of so many nodes aren't cut further.

    Returns
    -------
    NDArray
        Rank of each edge or node.
    """
    count = len(streets.first) - 1
    rank = np.full(edges if edges > 0 else count, -1, np.int32)
    left = len(rank)
    nodes = np.arange(count).astype(np.int32)
    desk = _Desk(
        np.zeros(count, np.int32),
        np.zeros(count, np.int8),
        np.zeros(count, np.int8),
        np.empty(count, np.int32),
        np.empty(count, np.int32),
        np.empty(count, np.int32),
        np.empty(count + 1, np.int32),
        np.zeros(len(streets.head), np.int8),
    )
    todo = [(0, count)]
    number = 0
    while len(todo) > 0:
        begin, end = todo.pop()
        part = nodes[begin:end]
        if len(part) == 0:
            continue
        number += 1
        joined = _joined_first(part, streets, desk, number)
        if joined < len(part):
            todo.append((begin + joined, end))
            todo.append((begin, begin + joined))
        elif len(part) <= leaf:
            if edges > 0:
                left = _rank_edges(part, streets, desk, rank, left, True)
            else:
                for node in part:
                    left -= 1
                    rank[node] = left
        else:
            _cut(part, streets, desk)
            if edges > 0:
                left = _rank_edges(part, streets, desk, rank, left, False)
            else:
                left = _rank_nodes(part, streets, desk, rank, left)
            first_end, second_end = _halve(part, desk.side)
            number += 1
            for node in part[first_end:second_end]:
                desk.cell[node] = number
            todo.append((begin, begin + first_end))
            todo.append((begin + first_end, begin + second_end))
    return rank
