"""The committed sample file, read once with plain pyosmium, apart from our own reader."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import osmium
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "towns" / "sample"


@dataclass
class Read:
    """Every object of an OSM file, as plain values."""

    nodes: dict[int, tuple[float, float, dict[str, str]]] = field(default_factory=dict)
    ways: dict[int, tuple[list[int], dict[str, str]]] = field(default_factory=dict)
    relations: dict[int, tuple[list[tuple[str, int, str]], dict[str, str]]] = field(default_factory=dict)
    order: list[tuple[str, int]] = field(default_factory=list)

    def points(self, way: int) -> list[tuple[float, float]]:
        return [self.nodes[n][:2] for n in self.ways[way][0]]

    def tagged(self, key: str, value: str | None = None) -> list[dict[str, str]]:
        every = [t for *_, t in (*self.nodes.values(), *self.ways.values(), *self.relations.values())]
        return [t for t in every if key in t and (value is None or t[key] == value)]

    def roads(self) -> dict[int, tuple[list[int], dict[str, str]]]:
        walked = ("path", "footway", "steps", "trailhead", "bus_stop")
        return {k: v for k, v in self.ways.items() if v[1].get("highway", "path") not in walked}


def read(path: Path) -> Read:
    found = Read()
    for obj in osmium.FileProcessor(str(path)):
        tags = {tag.k: tag.v for tag in obj.tags}
        found.order.append((obj.type_str(), obj.id))
        if obj.is_node():
            found.nodes[obj.id] = (obj.location.lon, obj.location.lat, tags)
        elif obj.is_way():
            found.ways[obj.id] = ([n.ref for n in obj.nodes], tags)
        else:
            found.relations[obj.id] = ([(m.type, m.ref, m.role) for m in obj.members], tags)
    return found


@pytest.fixture(scope="session")
def sample() -> Read:
    return read(SAMPLE / "sample.osm.pbf")


@pytest.fixture(scope="session")
def generator():
    """The generator's module, from scripts/."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import make_sample_town

        yield make_sample_town
    finally:
        sys.path.remove(str(ROOT / "scripts"))


@pytest.fixture(scope="session")
def read_file():
    """The plain reader, for other files."""
    return read
