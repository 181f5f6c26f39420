"""OSM files: which are readable, and their objects as they come, in any order.

The file's own bytes decide its format; a name that says otherwise is refused with the remedy, since a
wrong suffix is nearly always a download that went wrong.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium

from geo_dispatch.errors import SourceFileError

__all__ = ["OsmFile", "iterate", "open_osm", "reading"]

_SUFFIXES = {
    ".osm.pbf": "pbf",
    ".pbf": "pbf",
    ".osm": "xml",
    ".osm.xml": "xml",
    ".xml": "xml",
    ".osm.gz": "xml.gz",
    ".osm.xml.gz": "xml.gz",
    ".osm.bz2": "xml.bz2",
    ".osm.xml.bz2": "xml.bz2",
}
_KINDS = {
    "pbf": "OSM PBF",
    "xml": "OSM XML",
    "xml.gz": "gzip-compressed OSM XML",
    "xml.bz2": "bzip2-compressed OSM XML",
}
_PREFERRED = {"pbf": ".osm.pbf", "xml": ".osm", "xml.gz": ".osm.gz", "xml.bz2": ".osm.bz2"}
_AGAIN = "download it again, or export it anew"


@dataclass(frozen=True, slots=True)
class OsmFile:
    """An OSM file whose kind is known: its path, format for osmium, checksum and the date it states itself."""

    path: Path
    format: str
    sha256: str
    timestamp: str | None


def _suffix_format(path: Path) -> str | None:
    """Return the format the name promises; None when it is no name of an OSM file."""
    name = path.name.lower()
    for suffix in sorted(_SUFFIXES, key=len, reverse=True):
        if name.endswith(suffix):
            return _SUFFIXES[suffix]
    return None


def _head(path: Path, format_: str, size: int = 4096) -> bytes:
    """Read the first bytes of the content, decompressed."""
    opener: Any = {"xml.gz": gzip.open, "xml.bz2": bz2.open}.get(format_, open)
    try:
        with opener(path, "rb") as stream:
            head: bytes = stream.read(size)
            return head
    except (EOFError, OSError, zlib.error) as error:
        raise SourceFileError(f"{path}: the file is cut short or damaged ({error}): {_AGAIN}") from None


def _content_format(path: Path) -> str:
    """Return the format that the bytes are in."""
    with path.open("rb") as stream:
        raw = stream.read(4096)
    if b"OSMHeader" in raw[:64]:
        return "pbf"
    format_ = "xml.gz" if raw[:2] == b"\x1f\x8b" else "xml.bz2" if raw[:3] == b"BZh" else "xml"
    head = _head(path, format_)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="replace").encode()
    if re.search(rb"<osm[\s>]", head):
        return format_
    if b"<osmChange" in head:
        raise SourceFileError(f"{path}: this is an OSM change file, not a map: give the .osm.pbf or .osm extract")
    if re.match(rb"\s*[{\[]", head):
        raise SourceFileError(
            f"{path}: this is JSON, not OSM XML or PBF: ask Overpass for [out:xml], or give an .osm.pbf"
        )
    if re.search(rb"(?i)<html|<!doctype html", head):
        raise SourceFileError(f"{path}: this is a web page, not OSM data: {_AGAIN}")
    raise SourceFileError(f"{path}: this is not an OSM file: give an .osm.pbf, .osm, .osm.gz or .osm.bz2 file")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _stated_timestamp(path: Path, format_: str) -> str | None:
    """Return the date that the file's header states: PBF replication time, or Overpass's osm_base."""
    if format_ != "pbf":
        found = re.search(rb"(?:osm_base|<osm[^>]*\stimestamp)=[\"']([0-9TZ:+.-]+)", _head(path, format_))
        return found[1].decode() if found else None
    with reading(path):
        header = osmium.FileProcessor(osmium.io.File(str(path), format_)).header
    return header.get("osmosis_replication_timestamp") or header.get("timestamp") or None


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what osmium says of a damaged file into one line that names the file.

    Raises
    ------
    SourceFileError
        If the block fails on the file's content.
    """
    try:
        yield
    except (RuntimeError, OSError, EOFError, ValueError, osmium.InvalidLocationError) as error:
        text = " ".join(str(error).split()) or type(error).__name__
        raise SourceFileError(f"{path}: the file is cut short or damaged ({text}): {_AGAIN}") from None


def open_osm(path: Path) -> OsmFile:
    """Check that a file is there, readable, and OSM.

    Parameters
    ----------
    path
        An ``.osm.pbf``, ``.osm``, ``.osm.xml``, ``.osm.gz`` or ``.osm.bz2`` file.

    Returns
    -------
    OsmFile
        The file, with its checksum and date.

    Raises
    ------
    SourceFileError
        If it is missing, a directory, empty, not readable, not OSM, or named for another format.

    Examples
    --------
    >>> open_osm(Path("no-such.osm.pbf"))
    Traceback (most recent call last):
    geo_dispatch.errors.SourceFileError: no-such.osm.pbf: no such file: check the path
    """
    if path.is_dir():
        raise SourceFileError(f"{path}: this is a folder: give the OSM file inside it")
    if not path.exists():
        raise SourceFileError(f"{path}: no such file: check the path")
    promised = _suffix_format(path)
    try:
        if path.stat().st_size == 0:
            raise SourceFileError(f"{path}: the file is empty: {_AGAIN}")
        if promised is None:
            raise SourceFileError(
                f"{path}: the name does not end like an OSM file: give an .osm.pbf, .osm, .osm.gz or .osm.bz2 file"
            )
        found = _content_format(path)
        if found != promised:
            raise SourceFileError(f"{path}: the file holds {_KINDS[found]}: rename it to end in {_PREFERRED[found]}")
        return OsmFile(path, found, _sha256(path), _stated_timestamp(path, found))
    except PermissionError:
        raise SourceFileError(f"{path}: no permission to read it: change the file's permissions") from None


def iterate(file: OsmFile, entities: Any, *, tagged_only: bool = False) -> Iterator[Any]:
    """Yield the file's objects of some kinds, in the file's order, deleted ones included.

    Parameters
    ----------
    file
        From `open_osm`.
    entities
        ``osmium.osm.NODE``, ``WAY`` or ``RELATION``.
    tagged_only
        Leave out objects without tags.

    Yields
    ------
    osmium.osm.OSMObject
        Valid only until the next one.

    Raises
    ------
    SourceFileError
        If the file turns out to be cut short or damaged.
    """
    with reading(file.path):
        processor = osmium.FileProcessor(osmium.io.File(str(file.path), file.format), entities)
        if tagged_only:
            processor = processor.with_filter(osmium.filter.EmptyTagFilter())
        yield from processor
