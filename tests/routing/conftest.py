"""A real town for routing tests, built once for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_dispatch.town.town import Town


def _built(folder: Path, extract: Path) -> Town:
    from geo_dispatch.build import BuildRequest, build_town
    from geo_dispatch.progress import NO_PROGRESS
    from geo_dispatch.town.store import open_town

    out = folder / "town.gpkg"
    build_town(BuildRequest(out=out, osm=(extract,)), progress=NO_PROGRESS)
    return open_town(out)


@pytest.fixture(scope="session")
def autauga(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return Autauga County, Alabama, built from its OSM extract."""
    return _built(tmp_path_factory.mktemp("autauga"), shared_data / "osm" / "autauga.osm.pbf")


@pytest.fixture(scope="session")
def portland(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return central Portland, Oregon, built from its OSM extract: 443 turn restrictions."""
    return _built(tmp_path_factory.mktemp("portland"), shared_data / "osm" / "portland-central.osm.pbf")
