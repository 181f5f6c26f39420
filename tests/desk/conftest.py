"""Desks of two towns: the sample, and the sample's roads with the pack of Westport."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_dispatch.build import BuildRequest, build_town
from geo_dispatch.service import Service
from geo_dispatch.service.desk import TownDesk
from geo_dispatch.town.store import open_town

TOWNS = Path(__file__).resolve().parents[2] / "data" / "towns"


def _built(out: Path, pack: str) -> Service:
    request = BuildRequest(out=out, osm=(TOWNS / "sample" / "sample.osm.pbf",), pack=TOWNS / pack, name="Brantport")
    build_town(request)
    return Service(open_town(out), file=out)


@pytest.fixture(scope="session")
def sample_service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return _built(tmp_path_factory.mktemp("desk") / "sample.gpkg", "sample/pack")


@pytest.fixture(scope="session")
def sample_desk(sample_service: Service) -> TownDesk:
    return TownDesk(sample_service)


@pytest.fixture(scope="session")
def westport_desk(tmp_path_factory: pytest.TempPathFactory) -> TownDesk:
    return TownDesk(_built(tmp_path_factory.mktemp("desk") / "westport.gpkg", "westport-ma"))
