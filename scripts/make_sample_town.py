"""Make the fictional sample town: data/towns/sample/sample.osm.pbf from data/towns/sample/skeleton.yaml.

The same skeleton gives the same file. Usage: ``python scripts/make_sample_town.py [--out FILE]``.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from sample_town.addressing import add_addresses
from sample_town.grow import grow_side_streets
from sample_town.hardcases import add_crossover, add_hard_cases
from sample_town.highway import add_highway, add_railway, add_rotary
from sample_town.landscape import add_landscape
from sample_town.model import Town
from sample_town.network import add_bridges, node_roads, straighten_bridges
from sample_town.osmfile import write_osm
from sample_town.places import add_businesses, add_fixed_places
from sample_town.skeleton import load_skeleton

HERE = Path(__file__).resolve().parents[1] / "data" / "towns" / "sample"


def make_town(skeleton: Path) -> Town:
    """Grow the whole town from its skeleton.

    Parameters
    ----------
    skeleton
        The hand-drawn skeleton, YAML.

    Returns
    -------
    Town
        Ready to be written.
    """
    town = load_skeleton(skeleton)
    add_rotary(town)
    add_railway(town)
    add_highway(town)
    add_crossover(town)
    straighten_bridges(town)
    grow_side_streets(town, skeleton.parent)
    node_roads(town.roads)
    add_bridges(town)
    add_hard_cases(town)
    add_fixed_places(town, skeleton.with_name("places.yaml"))
    add_addresses(town)
    add_businesses(town, skeleton.with_name("places.yaml"))
    add_landscape(town, skeleton.with_name("landscape.yaml"))
    return town


def main(arguments: list[str] | None = None) -> int:
    """Write the sample town's OSM file and say what is in it."""
    parser = argparse.ArgumentParser(description="Make the fictional sample town's OSM file.")
    parser.add_argument("--skeleton", type=Path, default=HERE / "skeleton.yaml")
    parser.add_argument("--out", type=Path, default=HERE / "sample.osm.pbf")
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    town = make_town(options.skeleton)
    counts = write_osm(town, options.out)
    streets = len({(road.name, road.town) for road in town.roads if road.name})
    print(
        f"{options.out.name}: {counts['nodes']} nodes, {counts['ways']} ways, {counts['relations']} relations; "
        f"{streets} streets, {len(town.addresses)} addresses, {len(town.places)} places; "
        f"{options.out.stat().st_size / 1e6:.2f} MB in {time.perf_counter() - began:.1f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
