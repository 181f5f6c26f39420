"""The graphs that packages are compared on: a town's states for a car, a town tiled, and a grid that no hierarchy likes.

Weights are whole milliseconds written as seconds, so that packages that count in integers and those that add floating-point
numbers must give the same times.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_FARTHEST_S = 2e6
"""Links longer than this would not fit 32 bits of milliseconds: none is."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A directed graph: links ``tail[i] -> head[i]`` of ``weight_s[i]``, sorted by tail then head, none twice; ``x``, ``y`` metres."""

    name: str
    tail: Ints
    head: Ints
    weight_s: Floats
    x: Floats
    y: Floats

    @property
    def size(self) -> int:
        """Return the number of nodes."""
        return len(self.x)

    @property
    def first(self) -> Ints:
        """Return where each node's links begin, shape ``(n_nodes + 1,)``."""
        return np.searchsorted(self.tail, np.arange(self.size + 1))

    @property
    def weight_ms(self) -> Ints:
        """Return the weights in milliseconds."""
        return np.rint(self.weight_s * 1000).astype(np.int64)

    def save(self, path: Path) -> None:
        """Write it for another process."""
        np.savez(path, name=self.name, tail=self.tail, head=self.head, weight_s=self.weight_s, x=self.x, y=self.y)

    @classmethod
    def load(cls, path: Path) -> Plain:
        """Read what `save` wrote."""
        with np.load(path) as kept:
            return cls(str(kept["name"]), *(kept[name] for name in ("tail", "head", "weight_s", "x", "y")))


def of_links(name: str, tail: Ints, head: Ints, weight_s: Floats, x: Floats, y: Floats) -> Plain:
    """Make a graph of any links: closed ones and loops go, of parallel ones the fastest stays, times become whole milliseconds."""
    usable = np.isfinite(weight_s) & (tail != head)
    tail, head, weight_s = tail[usable], head[usable], np.rint(weight_s[usable] * 1000) / 1000
    if len(weight_s) and weight_s.max() > _FARTHEST_S:
        raise ValueError(f"{name} has a link of {weight_s.max()} s")
    order = np.lexsort((weight_s, head, tail))
    tail, head, weight_s = tail[order], head[order], weight_s[order]
    keep = np.ones(len(tail), dtype=bool)
    keep[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return Plain(name, tail[keep], head[keep], weight_s[keep], np.asarray(x), np.asarray(y))


def of_town(path: Path, *, profile: str = "car") -> Plain:
    """Return the states and links that a vehicle is routed on in a built town: turns and turn costs included."""
    from geo_dispatch.routing import Router  # here, so that interpreters without the project can load graphs
    from geo_dispatch.town.store import open_town

    town = open_town(path)
    graph = Router(town).vehicle(profile).graph
    links, network = graph.forward, graph.network
    tail = np.repeat(np.arange(graph.state_count), np.diff(links.first))
    start = np.asarray(network.arc_from)[graph.state_arc]
    x, y = np.asarray(network.node_x)[start], np.asarray(network.node_y)[start]
    return of_links(path.stem, tail, np.asarray(links.head, dtype=np.int64), np.asarray(links.weight_s), x, y)


def of_junctions(path: Path, *, profile: str = "car") -> Plain:
    """Return a built town's junctions and the roads between them, turns free and any: what engines that expand turns themselves are fed."""
    from geo_dispatch.routing import Router
    from geo_dispatch.town.store import open_town

    town = open_town(path)
    network = town.network
    return of_links(
        f"{path.stem}, junctions",
        np.asarray(network.arc_from, dtype=np.int64),
        np.asarray(network.arc_to, dtype=np.int64),
        np.asarray(Router(town).vehicle(profile).graph.arc_time_s),
        np.asarray(network.node_x),
        np.asarray(network.node_y),
    )


def tiled(base: Plain, side: int, *, seed: int = 1) -> Plain:
    """Return a graph laid out ``side`` times ``side`` times, each tile joined to the next by forty roads between near border nodes."""
    rng = np.random.default_rng(seed)
    width, height = np.ptp(base.x) + 500.0, np.ptp(base.y) + 500.0
    tails, heads, weights, xs, ys = [], [], [], [], []
    for row in range(side):
        for column in range(side):
            offset = (row * side + column) * base.size
            tails.append(base.tail + offset)
            heads.append(base.head + offset)
            weights.append(base.weight_s)
            xs.append(base.x + column * width)
            ys.append(base.y + row * height)
    east, west = _border(base.x, base.y, 40, high=True), _border(base.x, base.y, 40, high=False)
    north, south = _border(base.y, base.x, 40, high=True), _border(base.y, base.x, 40, high=False)
    for row in range(side):
        for column in range(side):
            here = (row * side + column) * base.size
            for there, ends in (
                ((here + base.size) if column + 1 < side else -1, (east, west)),
                ((here + side * base.size) if row + 1 < side else -1, (north, south)),
            ):
                if there < 0:
                    continue
                a, b = ends[0] + here, ends[1] + there
                seconds = rng.uniform(20, 60, len(a))
                tails += [a, b]
                heads += [b, a]
                weights += [seconds, seconds]
    return of_links(
        f"{base.name} x {side * side}",
        np.concatenate(tails),
        np.concatenate(heads),
        np.concatenate(weights),
        np.concatenate(xs),
        np.concatenate(ys),
    )


def _border(along: Floats, across: Floats, count: int, *, high: bool) -> Ints:
    """Return nodes at one side, from end to end of it."""
    bands = np.linspace(across.min(), across.max(), count + 1)
    key = -along if high else along
    chosen = []
    for low, top in itertools.pairwise(bands):
        inside = np.flatnonzero((across >= low) & (across <= top))
        if len(inside):
            chosen.append(int(inside[np.argmin(key[inside])]))
        elif chosen:
            chosen.append(chosen[-1])
    return np.asarray((chosen + chosen[-1:] * count)[:count], dtype=np.int64)


def grid(side: int, *, seed: int = 1) -> Plain:
    """Return a square grid with random times: it has no main roads and no narrow places, which is the worst for hierarchies."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    pairs = [(node[:, :-1], node[:, 1:]), (node[:-1], node[1:])]
    tail = np.concatenate([part.ravel() for a, b in pairs for part in (a, b)])
    head = np.concatenate([part.ravel() for a, b in pairs for part in (b, a)])
    y, x = np.divmod(np.arange(side * side), side)
    return of_links(f"grid {side} x {side}", tail, head, rng.uniform(1, 60, len(tail)), x * 100.0, y * 100.0)
