"""Valhalla on a graph like any other's, as near as it can come: it knows lengths and speeds, and no times of ours.

So each link is drawn, with one bend, as long as a car at 144 km/h drives in its time, and Valhalla is asked for the shortest ways. Its lengths are whole
metres, 25 ms: answers are right where they differ from the fastest by no more than that makes. 144 km/h is what its own search takes for the fastest
anybody may go, so that its goal draws it no less than on real roads.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.routing.peers import osm_file
from tests.benchmarks.routing.peers.graphs import Floats, Ints, Plain

_M_PER_S = 40.0
_TAGS = {"highway": "residential", "oneway": "yes", "maxspeed": "120"}


class Valhalla:
    """Valhalla in this process, tiles on disk; a closure is a place to keep off, told with the question."""

    name, needs = "valhalla", "valhalla"
    rounded_share = 0.005

    def __init__(self, graph: Plain) -> None:
        import valhalla
        from valhalla.utils import decode_polyline

        self._decode = decode_polyline
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        self._tail = graph.tail
        self._lon, self._lat = (np.round(axis, 6) for axis in osm_file.positions(graph))
        self._bends = _bends(graph, self._lon, self._lat)
        nodes = np.arange(1, graph.size + 1), self._lon, self._lat
        ways = graph.tail + 1, graph.head + 1
        osm_file.write(folder / "graph.osm.pbf", nodes, ways, lambda _: _TAGS, self._bends)
        places = zip(self._lon.tolist(), self._lat.tolist(), strict=True)
        self._node = {_key(lon, lat): node for node, (lon, lat) in enumerate(places)}
        (folder / "tiles").mkdir()
        config = valhalla.get_config(tile_extract="", tile_dir=str(folder / "tiles"), verbose=False)
        for costing in config["service_limits"].values():
            if isinstance(costing, dict) and "max_matrix_location_pairs" in costing:
                costing |= {"max_matrix_location_pairs": 10**9, "max_matrix_distance": 1e9, "max_distance": 1e9, "max_locations": 10**6}  # fmt: skip
        config["loki"]["use_connectivity"] = False
        (folder / "valhalla.json").write_text(json.dumps(config))
        tool = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
        subprocess.run(
            [str(tool), "-j", "1", "-c", str(folder / "valhalla.json"), str(folder / "graph.osm.pbf")],
            check=True,
            capture_output=True,
        )
        self._actor = valhalla.Actor(config)
        self._keep_off: list[dict[str, float]] = []

    def _at(self, node: int) -> dict[str, float]:
        return {
            "lon": float(self._lon[node]), "lat": float(self._lat[node]), "node_snap_tolerance": 1.0, "minimum_reachability": 0,
        }  # fmt: skip

    def _asked(self) -> dict[str, Any]:
        return {"costing": "auto", "costing_options": {"auto": {"shortest": True}}, "exclude_locations": self._keep_off}

    def route(self, origin: int, destination: int) -> tuple[float, list[int]]:
        ends = [self._at(origin), self._at(destination)]
        try:
            found = self._actor.route({"locations": ends, "directions_type": "none", **self._asked()})
        except RuntimeError:  # no way
            return np.inf, []
        leg = found["trip"]["legs"][0]
        shape = self._decode(leg["shape"])
        path = [node for node in (self._node.get(_key(lon, lat)) for lon, lat in shape) if node is not None]
        # Where it begins or ends on the end of a link, that node is told twice.
        return leg["summary"]["length"] * 1000 / _M_PER_S, [node for node, _ in itertools.groupby(path)]

    def matrix(self, origins: Ints, destinations: Ints) -> Floats:
        ends = {name: [self._at(node) for node in nodes.tolist()] for name, nodes in (("sources", origins), ("targets", destinations))}  # fmt: skip
        found = self._actor.matrix({**ends, "verbose": False, **self._asked()})["sources_to_targets"]["distances"]
        km = np.asarray([[np.inf if value is None else value for value in row] for row in found])
        return km * 1000 / _M_PER_S

    def units(self, units: Ints, call: int) -> Floats:
        return np.asarray(self.matrix(units, np.asarray([call]))[:, 0])

    def closure(self, link: int, origin: int, destination: int) -> Callable[[], float]:
        place = self._on(link)

        def close_and_route() -> float:
            self._keep_off = [place]
            return self.route(origin, destination)[0]

        return close_and_route

    def _on(self, link: int) -> dict[str, float]:
        """Return a position on a link's first leg where no other link is drawn across it."""
        tail = self._tail[link]
        for share in (1.0, 0.7, 0.45, 0.25):
            place = {
                "lon": float(self._lon[tail] + share * (self._bends[0][link] - self._lon[tail])),
                "lat": float(self._lat[tail] + share * (self._bends[1][link] - self._lat[tail])),
            }
            found = self._actor.locate({"locations": [place], "costing": "auto"})[0]["edges"]
            if {edge["way_id"] for edge in found} == {link + 1}:
                break
        return place

    def reopen(self) -> None:
        self._keep_off = []


def _key(lon: float, lat: float) -> tuple[int, int]:
    return round(lon * 1e6), round(lat * 1e6)


def _bends(graph: Plain, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return where each link bends to be as long as its time: to its left, so that there and back don't lie on one another."""
    dx, dy = lon[graph.head] - lon[graph.tail], lat[graph.head] - lat[graph.tail]
    straight = np.maximum(np.hypot(dx, dy), 1e-7)
    length = graph.weight_s * _M_PER_S / osm_file.DEGREE_M
    aside = np.sqrt(np.maximum(length**2 - straight**2, 0.0)) / 2
    return (
        (lon[graph.head] + lon[graph.tail]) / 2 - dy / straight * aside,
        (lat[graph.head] + lat[graph.tail]) / 2 + dx / straight * aside,
    )
