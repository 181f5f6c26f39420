"""A real town for routing tests, built once for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_dispatch.town.town import Town


@pytest.fixture(scope="session")
def autauga(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return Autauga County, Alabama, built from its OSM extract."""
    from geo_dispatch.build import BuildRequest, build_town
    from geo_dispatch.progress import NO_PROGRESS
    from geo_dispatch.town.store import open_town

    out = tmp_path_factory.mktemp("towns") / "autauga.gpkg"
    build_town(BuildRequest(out=out, osm=(shared_data / "osm" / "autauga.osm.pbf",)), progress=NO_PROGRESS)
    return open_town(out)
