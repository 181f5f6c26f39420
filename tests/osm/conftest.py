"""Tiny OSM files written from plain lines."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from geo_dispatch.osm import read_osm
from geo_dispatch.schema import SourceLayers


def osm_xml(text: str) -> str:
    """Turn lines into OSM XML.

    n1 -71.05 41.5 highway=stop           a node: longitude, latitude, tags
    w10 1,2,3 highway=residential "name=Main Street"
    r5 from:w10,via:n2,to:w11 type=restriction
    @version=2 and the like become attributes of the object.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for line in filter(None, (item.strip() for item in text.splitlines())):
        head, *words = shlex.split(line)
        letter, number = head[0], head[1:]
        attributes = {"id": number}
        body = []
        if letter == "n":
            attributes["lon"], attributes["lat"] = words[:2]
            words = words[2:]
        elif words and "=" not in words[0]:
            body += [_reference(letter, item) for item in words.pop(0).split(",")]
        for word in words:
            key, _, value = word.partition("=")
            if key.startswith("@"):
                attributes[key[1:]] = value
            else:
                body.append(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>")
        name = {"n": "node", "w": "way", "r": "relation"}[letter]
        written = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items() if value != "-")
        lines.append(f"<{name} {written}>{''.join(body)}</{name}>")
    return "\n".join([*lines, "</osm>"])


def _reference(letter: str, item: str) -> str:
    if letter == "w":
        return f'<nd ref="{item}"/>'
    role, _, member = item.rpartition(":")
    kind = {"n": "node", "w": "way", "r": "relation"}[member[0]]
    return f'<member type="{kind}" ref="{member[1:]}" role="{role}"/>'


@pytest.fixture
def write_osm(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes lines to a small .osm file and returns its path."""

    def write(text: str, name: str = "tiny.osm") -> Path:
        path = tmp_path / name
        path.write_text(osm_xml(text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def read(write_osm: Callable[..., Path]) -> Callable[..., SourceLayers]:
    """Return a function that reads lines, each argument a file, into layers."""

    def read_lines(*texts: str, **options: object) -> SourceLayers:
        paths = [write_osm(text, f"tiny{number}.osm") for number, text in enumerate(texts)]
        return read_osm(paths, **options)

    return read_lines
