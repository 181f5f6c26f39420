"""What is remembered between recommendations never shows in one that it does not hold for."""

from __future__ import annotations

import gc
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
from starlette.testclient import TestClient

from geo_dispatch.app import create_app
from geo_dispatch.config import Settings
from geo_dispatch.geometry import LonLat
from geo_dispatch.json_text import dump_json
from geo_dispatch.live.canonical import canonical_json
from geo_dispatch.live.recommendations import Recommendations
from geo_dispatch.live.store import LiveStore
from geo_dispatch.routing import Router
from geo_dispatch.service import Service, document
from geo_dispatch.service.recommend_desk import RecommendDesk
from geo_dispatch.service.town_facts import neighbours_of, run_cards_of
from tests.recommend.conftest import NOON

CLOSURES = ((), ("Plover Island Causeway",), ("Head Bridge",), ("Head Bridge; for=engine,tanker",), ())
PLACE = LonLat(-69.54801, 40.88802)


def desk_of(service: Service, **more: object) -> RecommendDesk:
    town = service.town
    return RecommendDesk(service, run_cards=run_cards_of(town), neighbours=neighbours_of(town), **more)  # type: ignore[arg-type]


def test_closures_come_and_go(service, units):
    kept = desk_of(service)
    for closures in CLOSURES:
        afresh = desk_of(Service(service.town, file=None))
        told = [
            document(desk.recommend(PLACE, "structure_fire", units=units(), at=NOON, closures=list(closures)))
            for desk in (kept, afresh)
        ]
        assert told[0] == told[1]


def test_moved_units_and_other_sizes_are_asked_anew(service, units):
    kept = desk_of(service)
    seen = []
    for change in (
        {},
        {"E1": {"lon": -69.56, "lat": 40.86, "position_at": "2026-07-08T15:59:50+00:00"}},
        {"E1": {"weight_t": 1.0}},
        {},
    ):
        afresh = desk_of(Service(service.town, file=None))
        told = [
            document(desk.recommend(PLACE, "structure_fire", units=units(**change), at=NOON)) for desk in (kept, afresh)
        ]
        assert told[0] == told[1]
        seen.append(canonical_json(told[0]))
    assert seen[0] == seen[3]
    assert len(set(seen)) == 3


def test_a_document_is_kept_and_answered_alike(service, units, tmp_path):
    store = LiveStore(f"sqlite:///{tmp_path / 'live.sqlite'}")
    store.prepare("Brantport, Penwick")
    records = Recommendations(store)
    plan = desk_of(service, records=records).plan(PLACE, "structure_fire", units=units(), at=NOON)
    record = records.get_record(str(plan.answer.record_id))
    assert document(plan.answer) == document(plan.document)
    assert canonical_json({**plan.document, "record_id": None}) == record.answer
    assert dump_json(plan.document) == dump_json(document(plan.answer))
    store.close()


def test_what_is_kept_is_what_is_read_back(tmp_path):
    store = LiveStore(f"sqlite:///{tmp_path / 'live.sqlite'}")
    store.prepare("Brantport, Penwick")
    records = Recommendations(store)
    kept = records.keep(
        inputs={"b": 1, "a": 2}, town_sha256="f" * 64, versions={"numpy": "1"}, answer={}, actor="Desk 1"
    )
    assert records.get_record(kept.record_id) == kept
    store.close()


def test_units_of_one_place_have_one_reason_and_others_their_own(service, units):
    desk = desk_of(service)
    found = desk.recommend(
        PLACE, "structure_fire", units=units(), at=NOON, closures=["Head Bridge", "Plover Island Causeway"]
    )
    island = desk.recommend(
        LonLat(-69.58333, 40.81871), "medical", units=units(), at=NOON, closures=["Plover Island Causeway"]
    )
    assert island.assignment == ()
    reasons = {row.unit: row.reason for row in island.considered}
    assert all("Plover Island Causeway is closed" in reasons[unit] for unit in ("A1", "A2"))
    assert found.assignment


def test_snapped_together_is_snapped_alone(service):
    router, network = Router(service.town), service.town.network
    closed = np.flatnonzero(~router.vehicle("engine").usable & router.vehicle("car").usable)
    on_them = [LonLat(*network.point_along(int(one), float(network.segment_length_m[one]) / 2)) for one in closed]
    rng = np.random.default_rng(2)
    spots = [*on_them, *(LonLat(*spot) for spot in rng.uniform((-69.62, 40.80), (-69.48, 40.96), (20, 2)).tolist())]
    found = {}
    for profile in ("car", "engine", "car"):
        usable = router.vehicle(profile).usable
        found[profile] = router.snapper.find_all([*spots, *spots], usable=usable)
        assert found[profile][: len(spots)] == found[profile][len(spots) :]
        assert found[profile][: len(spots)] == [
            Router(service.town).snapper.find(spot, usable=usable) for spot in spots
        ]
    assert all(one != other for one, other in zip(found["car"], found["engine"][: len(on_them)], strict=False))
    assert len(on_them) >= 1
    assert router.snapper.find(LonLat(-60.0, 40.0)) is None


def test_a_vehicle_of_one_moment_is_not_that_of_another(service):
    router = Router(service.town)
    for hours in range(0, 24 * 7, 5):
        at = NOON.replace(tzinfo=None) + timedelta(hours=hours)
        kept = router.vehicle("engine", at=at)
        assert router.vehicle("engine", at=at) is kept
        afresh = Router(service.town).vehicle("engine", at=at)
        assert np.array_equal(kept.usable, afresh.usable)
        assert np.array_equal(kept.graph.forward.weight_s, afresh.graph.forward.weight_s)
    light = replace(kept.size, weight_t=1.0)
    assert kept.too_small.any()
    assert not router.vehicle("engine", size=light, at=at).too_small.any()


def test_what_is_loaded_is_no_garbage_while_the_server_runs(sample_file: Path, tmp_path: Path):
    app = create_app(Settings(town=str(sample_file), state=f"sqlite:///{tmp_path / 'live.sqlite'}"))
    with TestClient(app) as client:
        deadline = time.monotonic() + 60
        while client.get("/readyz").status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert gc.get_freeze_count() > 0
    assert gc.get_freeze_count() == 0
