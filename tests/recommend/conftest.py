"""The sample town, and what recommends for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo_dispatch.live.statuses import load_workflow
from geo_dispatch.recommend import CallUnit
from geo_dispatch.service import Service
from geo_dispatch.service.recommend_desk import RecommendDesk
from geo_dispatch.service.town_facts import neighbours_of, run_cards_of, unit_seeds_of

NOON = datetime(2026, 7, 8, 16, tzinfo=UTC)
"""A Wednesday in summer, noon by the sample town's clock: everybody is on duty but the cruiser of the evening."""

Units = Callable[..., tuple[CallUnit, ...]]


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from geo_dispatch.build import BuildRequest, build_town
    from geo_dispatch.progress import NO_PROGRESS

    folder = Path(__file__).resolve().parents[2] / "data" / "towns" / "sample"
    out = tmp_path_factory.mktemp("towns") / "sample.gpkg"
    build_town(BuildRequest(out=out, osm=(folder / "sample.osm.pbf",), pack=folder / "pack"), progress=NO_PROGRESS)
    return out


@pytest.fixture(scope="session")
def service(sample_file: Path) -> Service:
    from geo_dispatch.town.store import open_town

    return Service(open_town(sample_file), file=sample_file)


@pytest.fixture(scope="session")
def desk(service: Service) -> RecommendDesk:
    return RecommendDesk(service, run_cards=run_cards_of(service.town), neighbours=neighbours_of(service.town))


@pytest.fixture(scope="session")
def units(service: Service) -> Units:
    """Return the town's units, on duty all, with changes by id: ``units(E1={"status": "on_scene"})``; None leaves one out."""

    def changed(**changes: dict | None) -> tuple[CallUnit, ...]:
        made = []
        for seed in unit_seeds_of(service.town):
            change = changes.get(seed.unit_id, {})
            if change is None:
                continue
            unit = replace(CallUnit.of_seed(seed, status="available", assignable=True), status_assumed=False)
            status = load_workflow().get_status(change.get("status", "available"))
            made.append(replace(unit, **{**change, "assignable": status.assignable}))
        return tuple(made)

    return changed
