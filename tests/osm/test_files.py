"""Which files are read, and the one line said of those that can't be."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import random
from collections.abc import Callable
from pathlib import Path

import osmium
import pytest
import shapely

from geo_dispatch.errors import BoundaryError, SourceFileError
from geo_dispatch.osm import read_osm

ROAD = (
    "n1 0 0 @timestamp=2024-05-01T10:00:00Z\nn2 1 0\nw10 1,2 highway=service name=Lane @timestamp=2024-06-01T10:00:00Z"
)


@pytest.fixture
def xml(write_osm: Callable[..., Path]) -> bytes:
    return write_osm(ROAD).read_bytes()


def write_pbf(path: Path, count: int = 20_000) -> Path:
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2023-01-02T03:04:05Z")
    writer = osmium.SimpleWriter(str(path), header=header)
    for number in range(1, count + 1):
        writer.add_node(osmium.osm.mutable.Node(id=number, location=(number / 1e5, 0), version=1))
    writer.add_way(osmium.osm.mutable.Way(id=1, nodes=list(range(1, 1500)), tags={"highway": "service"}, version=1))
    writer.close()
    return path


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.osm", bytes),
        ("a.osm.xml", bytes),
        ("A.OSM", bytes),
        ("a.osm.gz", gzip.compress),
        ("a.osm.xml.gz", gzip.compress),
        ("a.osm.bz2", bz2.compress),
    ],
)
def test_every_form_of_xml_reads_alike(name: str, pack: Callable[[bytes], bytes], xml: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(pack(xml))
    layers = read_osm([path])
    assert layers.layer("road_segments").name.tolist() == ["Lane"]
    (source,) = layers.provenance
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.timestamp == "2024-06-01T10:00:00Z"
    assert source.licence == "ODbL 1.0"
    assert source.attribution == "© OpenStreetMap contributors"
    assert source.location == name
    assert source.counts == {"nodes": 2, "ways": 1, "relations": 0}


def test_the_date_of_a_pbf_is_its_header_s(tmp_path: Path) -> None:
    assert read_osm([write_pbf(tmp_path / "a.osm.pbf", 2000)]).provenance[0].timestamp == "2023-01-02T03:04:05Z"


def test_the_date_of_an_overpass_answer_is_its_base(xml: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.osm"
    path.write_bytes(xml.replace(b'<osm version="0.6">', b'<osm version="0.6"><meta osm_base="2025-07-08T09:10:11Z"/>'))
    assert read_osm([path]).provenance[0].timestamp == "2025-07-08T09:10:11Z"


BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.osm.pbf", b"", "empty"),
    "empty xml": ("a.osm", b"", "empty"),
    "text": ("a.osm", b"hello there", "not an OSM file"),
    "noise named pbf": ("a.osm.pbf", bytes(range(256)) * 40, "not an OSM file"),
    "html": ("a.osm", b"<!DOCTYPE html><html><body>429</body></html>", "web page"),
    "json": ("a.osm", b'{"elements": []}', "JSON"),
    "change file": ("a.osm", b'<?xml version="1.0"?><osmChange version="0.6"></osmChange>', "change file"),
    "zip": ("a.osm.pbf", b"PK\x03\x04" + bytes(2000), "not an OSM file"),
    "broken gzip": ("a.osm.gz", b"\x1f\x8b\x08\x00" + b"rubbish" * 30, "cut short or damaged"),
    "no objects": ("a.osm", b'<?xml version="1.0"?><osm version="0.6"></osm>', "no usable objects"),
    "not a number": ("a.osm", b'<osm version="0.6"><node id="x" lat="0" lon="0"/></osm>', "damaged"),
    "bad coordinate": ("a.osm", b'<osm version="0.6"><node id="1" lat="0x" lon="0"/></osm>', "damaged"),
    "wrong format number": ("a.osm", b'<osm version="0.9"><node id="1" lat="0" lon="0"/></osm>', "damaged"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_content(case: str, tmp_path: Path) -> None:
    name, content, words = BAD[case]
    path = tmp_path / name
    path.write_bytes(content)
    one_line_naming(path, words)


def one_line_naming(path: Path, words: str) -> None:
    with pytest.raises(SourceFileError) as caught:
        read_osm([path])
    message = str(caught.value)
    assert str(path) in message
    assert words in message
    assert "\n" not in message
    assert caught.value.__cause__ is None
    assert caught.value.exit_code == 2


def test_missing_folder_and_unknown_suffix(tmp_path: Path, xml: bytes) -> None:
    one_line_naming(tmp_path / "none.osm.pbf", "no such file")
    one_line_naming(tmp_path, "folder")
    path = tmp_path / "a.shp"
    path.write_bytes(xml)
    one_line_naming(path, "does not end like an OSM file")


def test_a_suffix_that_lies(tmp_path: Path, xml: bytes) -> None:
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(xml)
    one_line_naming(path, "rename it to end in .osm")
    path = tmp_path / "a.osm"
    path.write_bytes(gzip.compress(xml))
    one_line_naming(path, "rename it to end in .osm.gz")


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.95])
def test_a_truncated_pbf(share: float, tmp_path: Path) -> None:
    whole = write_pbf(tmp_path / "whole.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    one_line_naming(
        path, "not an OSM file" if share == 0.01 and b"OSMHeader" not in path.read_bytes()[:64] else "cut short"
    )


@pytest.mark.parametrize("share", [0.4, 0.8, 0.97])
@pytest.mark.parametrize(("name", "pack"), [("a.osm", bytes), ("a.osm.gz", gzip.compress), ("a.osm.bz2", bz2.compress)])
def test_a_truncated_xml(share: float, name: str, pack: Callable[[bytes], bytes], xml: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    content = pack(xml)
    path.write_bytes(content[: int(len(content) * share)])
    one_line_naming(path, "cut short")


def test_no_path_and_no_area(tmp_path: Path, xml: bytes) -> None:
    with pytest.raises(SourceFileError, match="no OSM file was given"):
        read_osm([])
    path = tmp_path / "a.osm"
    path.write_bytes(xml)
    for bad in (shapely.Polygon(), shapely.Point(0, 0)):
        with pytest.raises(BoundaryError, match="give a polygon"):
            read_osm([path], clip=bad)  # type: ignore[arg-type]


def test_progress_is_told_the_stages(tmp_path: Path, xml: bytes) -> None:
    class Log:
        def __init__(self) -> None:
            self.stages: list[str] = []

        def stage(self, name: str, *, total: int | None = None) -> None:
            self.stages.append(name)

        def advance(self, count: int = 1) -> None: ...

        def note(self, message: str) -> None: ...

    log = Log()
    path = tmp_path / "a.osm"
    path.write_bytes(xml)
    read_osm([path], progress=log)
    assert log.stages[0] == "reading a.osm"
    assert len(log.stages) > 3


@pytest.mark.parametrize("suffix", [".osm", ".osm.pbf"])
def test_a_damaged_byte_is_refused_in_one_line_or_harmless(suffix: str, tmp_path: Path, xml: bytes) -> None:
    """Whatever a few changed bytes do to a file, nothing but SourceFileError comes out."""
    good = tmp_path / "good.osm"
    good.write_bytes(xml)
    packed = tmp_path / "good.osm.pbf"
    writer = osmium.SimpleWriter(osmium.io.File(str(packed), "pbf,pbf_compression=none"))
    for item in osmium.FileProcessor(str(good)):
        writer.add(item)
    writer.close()
    content = (good if suffix == ".osm" else packed).read_bytes()
    generator = random.Random(911)
    path = tmp_path / f"damaged{suffix}"
    messages: list[str] = []
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(generator.choice([1, 2, 5])):
            damaged[generator.randrange(len(damaged))] = generator.randrange(256)
        path.write_bytes(damaged)
        try:
            read_osm([path])
        except SourceFileError as error:
            messages.append(str(error))
    assert messages
    assert all(str(path) in message and "\n" not in message for message in messages)
