"""OSRM on a graph like any other's: contraction hierarchies, and multi-level Dijkstra with its customisation.

It reads OpenStreetMap files and counts in tenths of a second. So each link is a one-way way whose duration is written a hundred times as
long, turns cost nothing, and what comes back are whole milliseconds. OSRM looks for the road nearest to a position: every node that is
asked about has a road of its own, a dead end of one second that leads nowhere else.
"""

from __future__ import annotations

import itertools
import shutil
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.routing.peers import osm_file
from tests.benchmarks.routing.peers.graphs import Floats, Ints, Plain

_STUB_MS = 1000
_PROFILE = """
api_version = 4
function setup()
  return { properties = { weight_name = 'duration', process_call_tagless_node = false, max_speed_for_map_matching = 100 } }
end
function process_node(profile, node, result) end
function process_way(profile, way, result)
  result.duration = tonumber(way:get_value_by_key('ms')) / 10
  result.forward_mode = mode.driving
  result.backward_mode = way:get_value_by_key('oneway') == 'yes' and mode.inaccessible or mode.driving
end
function process_turn(profile, turn) end
return { setup = setup, process_way = process_way, process_node = process_node, process_turn = process_turn }
"""


class _Osrm(ABC):
    """What both algorithms share."""

    needs, wants_ends = "osrm", True
    algorithm = ""

    def __init__(self, graph: Plain, ends: Ints) -> None:
        import osrm

        self._osrm, self._size = osrm, graph.size
        self._tail, self._head = graph.tail, graph.head
        self._bin = Path(osrm.__file__).parent / "bin"
        self._folder = tempfile.TemporaryDirectory()
        self._base = Path(self._folder.name) / "graph.osrm"
        self._work = Path(self._folder.name) / "closed"
        lon, lat = osm_file.positions(graph)
        # South of everything, a degree of latitude away, so that no road passes any of these ends but its own.
        stub_lon = np.round(np.linspace(lon.min(), lon.max() + 0.1, len(ends)), 6)
        stub_lat = np.full(len(ends), np.round(lat.min() - 1.0, 6))
        number = np.arange(1, graph.size + len(ends) + 1)
        stubs = number[graph.size :]
        ways = np.concatenate([graph.tail + 1, stubs]), np.concatenate([graph.head + 1, ends + 1])
        ms = np.concatenate([graph.weight_ms, np.full(len(ends), _STUB_MS)]).tolist()
        tags = [{"highway": "road", "ms": str(value), "oneway": "yes"} for value in ms]
        for row in range(len(graph.tail), len(tags)):
            tags[row]["oneway"] = "no"
        nodes = number, np.concatenate([lon, stub_lon]), np.concatenate([lat, stub_lat])
        osm_file.write(self._base.with_suffix(".osm.pbf"), nodes, ways, tags.__getitem__)
        (self._base.parent / "profile.lua").write_text(_PROFILE)
        self._run("osrm-extract", "-p", str(self._base.parent / "profile.lua"), "--small-component-size", "1",
                  str(self._base.with_suffix(".osm.pbf")))  # fmt: skip
        self._prepare()
        at = dict(zip(ends.tolist(), zip(stub_lon.tolist(), stub_lat.tolist(), strict=True), strict=True))
        self._at = {node: osrm.Coordinate(place) for node, place in at.items()}
        self._engine = self._open(self._base)
        self._hint = {node: self._hint_of(place) for node, place in self._at.items()}
        self._live = self._engine

    @abstractmethod
    def _prepare(self) -> None:
        """Make what queries need of the extracted file."""

    def _run(self, tool: str, *options: str) -> None:
        done = subprocess.run(
            [str(self._bin / tool), "-t", "1", "-l", "WARNING", *options], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{tool}: {(done.stderr or done.stdout).strip().splitlines()[-1]}")

    def _open(self, base: Path) -> Any:
        return self._osrm.OSRM(
            algorithm=self.algorithm,
            storage_config=str(base),
            use_shared_memory=False,
            max_locations_viaroute=-1,
            max_locations_distance_table=-1,
        )

    def _hint_of(self, place: Any) -> str:
        found = self._engine.Nearest(self._osrm.NearestParameters(coordinates=[place]))
        return str(found["waypoints"][0]["hint"])

    def _asked(self, nodes: list[int]) -> dict[str, Any]:
        return {
            "coordinates": [self._at[node] for node in nodes],
            "hints": [self._hint[node] for node in nodes],
            "generate_hints": False,
        }

    def route(self, origin: int, destination: int) -> tuple[float, list[int]]:
        try:
            found = self._live.Route(
                self._osrm.RouteParameters(
                    **self._asked([origin, destination]), annotations=["nodes"], overview="false"
                )
            )
        except RuntimeError:  # no way
            return np.inf, []
        way = found["routes"][0]
        path = [node - 1 for node in map(int, way["legs"][0]["annotation"]["nodes"]) if node <= self._size]
        # A way may run to the tip of a dead end and back: its foot is told twice.
        return _seconds(way["duration"]), [node for node, _ in itertools.groupby(path)]

    def _table(self, origins: Ints, destinations: Ints) -> Floats:
        nodes = list(dict.fromkeys([*origins.tolist(), *destinations.tolist()]))
        place = {node: row for row, node in enumerate(nodes)}
        found = self._live.Table(
            self._osrm.TableParameters(
                **self._asked(nodes),
                sources=[place[node] for node in origins.tolist()],
                destinations=[place[node] for node in destinations.tolist()],
                annotations=["duration"],
            )
        )
        times = np.asarray([[_seconds(value) for value in row] for row in found["durations"]])
        return np.where(origins[:, None] == destinations[None, :], 0.0, times)

    def units(self, units: Ints, call: int) -> Floats:
        return np.asarray(self._table(units, np.asarray([call]))[:, 0])

    def matrix(self, origins: Ints, destinations: Ints) -> Floats:
        return self._table(origins, destinations)

    def closure(self, link: int, origin: int, destination: int) -> Callable[[], float]:
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir()
        for path in self._base.parent.glob("graph.osrm*"):
            shutil.copy(path, self._work / path.name)
        speeds = self._work / "closed.csv"

        def close_and_route() -> float:
            speeds.write_text(f"{self._tail[link] + 1},{self._head[link] + 1},0\n")
            self._close(self._work / self._base.name, speeds)
            self._live = self._open(self._work / self._base.name)
            # By the table: of several engines in one process, Route (26.10, MLD) now and then answered with a road that was shut.
            return float(self._table(np.asarray([origin]), np.asarray([destination]))[0, 0])

        return close_and_route

    @abstractmethod
    def _close(self, base: Path, speeds: Path) -> None:
        """Bring what queries need up to date with a file of speeds."""

    def reopen(self) -> None:
        self._live = self._engine


class OsrmCh(_Osrm):
    """Contraction hierarchies; a closure contracts everything anew."""

    name, algorithm = "osrm-ch", "CH"

    def _prepare(self) -> None:
        self._run("osrm-contract", str(self._base))

    def _close(self, base: Path, speeds: Path) -> None:
        self._run("osrm-contract", str(base), "--segment-speed-file", str(speeds))


class OsrmMld(_Osrm):
    """Multi-level Dijkstra; a closure customises its cells anew."""

    name, algorithm = "osrm-mld", "MLD"

    def _prepare(self) -> None:
        self._run("osrm-partition", str(self._base))
        self._run("osrm-customize", str(self._base))

    def _close(self, base: Path, speeds: Path) -> None:
        self._run("osrm-customize", str(base), "--segment-speed-file", str(speeds))


def _seconds(tenths: Any) -> float:
    """Return real seconds of an answer, without the two dead ends."""
    return np.inf if tenths is None else (round(float(tenths) * 10) - 2 * _STUB_MS) / 1000
