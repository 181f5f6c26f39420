"""Three numbers of a coverage study, worked out another way: networkx over the turn oracle, geopandas and pandas for the rest.

Usage: python tests/benchmarks/coverage/independent.py TOWN.gpkg [--stations FILE.csv | --stations-from CATEGORY] [--limit 480]

Addresses reached within the limit by the first and by the second due, and the 90th percentile. What is shared with the program is the model's
figures: seconds over arcs and of turns, which roads a vehicle may use, turnout. Reading the town, its area, moving addresses and stations to
roads, searching, and counting are written anew. Ends with code 1 when a number differs.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.routing import RoadPoint
from geo_dispatch.routing.vehicles import Vehicle
from geo_dispatch.service import Service
from geo_dispatch.service.coverage_desk import CoverageDesk
from geo_dispatch.town.store import open_town
from tests.routing.vehicle_oracle import oracle_of

GEOD = pyproj.Geod(ellps="WGS84")


class Roads:
    """The roads of a town file that a vehicle may use, for moving points to the nearest."""

    def __init__(self, file: Path, vehicle: Vehicle, crs: str) -> None:
        edges = gpd.read_file(file, layer="edges").sort_values(["segment_id", "reversed"], kind="stable")
        edges = edges.drop_duplicates("segment_id").reset_index(drop=True)
        edges.geometry = [row.geometry.reverse() if row.reversed else row.geometry for row in edges.itertuples()]
        self.rows = np.flatnonzero(vehicle.usable)
        self.degrees = [np.asarray(line.coords) for line in edges.geometry.iloc[self.rows]]
        self.metres = [np.asarray(line.coords) for line in edges.geometry.iloc[self.rows].to_crs(crs)]
        self.tree = shapely.STRtree([shapely.LineString(line) for line in self.metres])

    def nearest(self, points: list[shapely.Point]) -> list[RoadPoint | None]:
        """Return the nearest road of each point, of several equally near the first; None beyond 2 km."""
        found: list[RoadPoint | None] = [None] * len(points)
        inputs, lines = self.tree.query_nearest(points, max_distance=2000)
        for at, line in sorted(zip(inputs.tolist(), lines.tolist(), strict=True), reverse=True):
            found[at] = RoadPoint(int(self.rows[line]), self._along(line, np.asarray(points[at].coords[0])))
        return found

    def _along(self, line: int, point: np.ndarray) -> float:
        start, span = self.metres[line][:-1], np.diff(self.metres[line], axis=0)
        squared = (span**2).sum(axis=1)
        share = np.clip(((point - start) * span).sum(axis=1) / np.where(squared > 0, squared, 1.0), 0.0, 1.0)
        piece = int(np.argmin(np.hypot(*(start + share[:, None] * span - point).T)))
        ends = self.degrees[line]
        length = GEOD.inv(ends[:-1, 0], ends[:-1, 1], ends[1:, 0], ends[1:, 1])[2]
        return float(length[:piece].sum() + share[piece] * length[piece])


def recomputed(service: Service, file: Path, stations: pd.DataFrame, limit_s: float) -> tuple[dict[str, float], float]:
    """Return the three numbers, and how far the nearest address is from the limit, seconds."""
    town, router = service.town, service.router
    (profile,) = stations.profile.unique()
    vehicle = router.vehicle(profile)
    crs = f"EPSG:{town.meta.epsg}"
    addresses, outline = gpd.read_file(file, layer="addresses"), gpd.read_file(file, layer="boundaries")
    own = outline[outline.kind == "own"].union_all()
    if not own.is_empty:
        addresses = addresses[addresses.within(own) | addresses.touches(own)]
    roads = Roads(file, vehicle, crs)
    ends = roads.nearest(list(addresses.to_crs(crs).geometry))
    homes = roads.nearest(list(gpd.GeoSeries.from_xy(stations.lon, stations.lat, crs=4326).to_crs(crs)))
    rules = [sequence for rule in router.restrictions.binding(vehicle.situation) for sequence in rule.forbidden]
    oracle = oracle_of(town.network, vehicle, rules)
    there = [point for point in ends if point is not None]
    times = pd.DataFrame(
        {
            row.id: pd.Series(oracle.times_s(home, there)) + row.turnout_s
            for row, home in zip(stations.itertuples(), homes, strict=True)
        }
    )
    times = pd.concat([times, pd.DataFrame(np.inf, index=range(len(ends) - len(there)), columns=times.columns)])
    first = times.min(axis=1)
    second = times.apply(lambda row: row.nsmallest(2).iloc[-1], axis=1) if len(stations) > 1 else first * np.inf
    numbers = {
        "first": float((first <= limit_s).sum()),
        "second": float((second <= limit_s).sum()),
        "p90": float(first.sort_values(ignore_index=True).iloc[int(np.ceil(0.9 * len(first))) - 1]),
    }
    return numbers, float((first - limit_s).abs().min())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("town", type=Path)
    parser.add_argument("--stations", type=Path)
    parser.add_argument("--stations-from")
    parser.add_argument("--limit", type=float, default=480.0)
    given = parser.parse_args()
    service = Service(open_town(given.town), file=given.town)
    desk = CoverageDesk(service)
    scenario = desk.scenario(
        None, {"thresholds_s": (given.limit,)}, stations=given.stations, places=given.stations_from
    )
    began = time.perf_counter()
    document = desk.coverage(scenario)
    ours_s = time.perf_counter() - began
    ours = {
        "first": float(document["addresses"]["reached"][0]),
        "second": float(document["due"][1]["addresses"]["reached"][0]) if len(document["due"]) > 1 else 0.0,
        "p90": np.inf if document["addresses"]["p90_response_s"] is None else document["addresses"]["p90_response_s"],
    }
    began = time.perf_counter()
    theirs, nearest_s = recomputed(service, given.town, pd.DataFrame(document["stations"]), given.limit)
    print(
        f"{service.town.meta.name}: {document['addresses']['n']} addresses, {len(document['stations'])} stations, {given.limit:g} s"
    )
    print(
        f"the program {ours_s:.1f} s, the other way {time.perf_counter() - began:.1f} s; nearest to the limit {nearest_s:.6f} s"
    )
    equal = True
    for name, unit in (
        ("first", "addresses within, first due"),
        ("second", "within, second due"),
        ("p90", "s, 90th percentile"),
    ):
        same = ours[name] == theirs[name] or abs(ours[name] - theirs[name]) < 1e-3
        equal &= same
        print(f"  {ours[name]:>12.3f} {theirs[name]:>12.3f}  {unit}: {'equal' if same else 'DIFFERENT'}")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
