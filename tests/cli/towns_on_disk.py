"""The small town of the unit tests as a town file."""

from __future__ import annotations

from pathlib import Path

from geo_dispatch.schema import FORMAT_VERSION
from geo_dispatch.town.store import write_town
from geo_dispatch.town.town import TownMeta
from tests.towns import EPSG, tiny_layers

NOTICE = "Tinyport is drawn for tests."


def write_tiny_town(path: Path) -> Path:
    """Write Tinyport as a fictional town, and return its path."""
    meta = TownMeta(
        name="Tinyport",
        state="Testonia",
        epsg=EPSG,
        format_version=FORMAT_VERSION,
        built_at="2026-01-01T00:00:00+00:00",
        program_version="0",
        fictional=True,
        notice=NOTICE,
        attribution=("drawn by hand",),
        report={"warnings": ["Far Lane is cut off"]},
    )
    write_town(path, tiny_layers(), meta)
    return path
