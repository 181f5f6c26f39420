"""Recommendations are kept, and made again byte for byte."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta

import pytest

from geo_dispatch.errors import RecordBrokenError, UnknownRecordError
from geo_dispatch.live.recommendations import Recommendations
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.times import utc_text
from geo_dispatch.service.recommend_desk import RecommendDesk
from geo_dispatch.service.replaying import versions_now
from geo_dispatch.service.town_facts import neighbours_of, run_cards_of
from tests.recommend.conftest import NOON


@pytest.fixture
def kept(service, tmp_path):
    store = LiveStore(f"sqlite:///{tmp_path / 'live.sqlite'}")
    store.prepare("Brantport, Penwick")
    yield RecommendDesk(
        service,
        run_cards=run_cards_of(service.town),
        neighbours=neighbours_of(service.town),
        records=Recommendations(store),
    )
    store.close()


def ask(desk, units, **more):
    position = {"lon": -69.548, "lat": 40.888, "position_at": utc_text(NOON - timedelta(minutes=7))}
    return desk.recommend(
        "South Main Road, Brantport",
        "structure_fire",
        units=units(A1=position, L1={"status": "out_of_service"}),
        at=NOON,
        closures=["Head Bridge; for=engine,tanker; note=paint"],
        actor="Desk 1",
        **more,
    )


def test_the_same_bytes_again(kept, units):
    answer = ask(kept, units)
    assert answer.record_id
    again = kept.replay(answer.record_id)
    assert again.same
    assert again.differs == ()
    record = kept._records.get_record(answer.record_id)
    assert record.actor == "Desk 1"
    assert json.loads(record.answer)["assignment"][0]["unit"] == answer.assignment[0].unit


def test_another_town_file_or_program_is_named(kept, units, monkeypatch):
    answer = ask(kept, units)
    monkeypatch.setitem(kept._service.__dict__, "file_sha256", "f" * 64)
    now = versions_now()
    monkeypatch.setattr("geo_dispatch.service.replaying.versions_now", lambda: {**now, "numpy": "9.9"})
    again = kept.replay(answer.record_id)
    assert again.same
    assert again.differs[0].startswith("the town file: ")
    assert again.differs[1] == f"numpy: {now['numpy']} then, 9.9 now"


def test_another_answer_is_told_where_it_differs(kept, units, monkeypatch):
    answer = ask(kept, units)
    from geo_dispatch.recommend import cover

    monkeypatch.setattr(cover.Cover, "threshold_s", staticmethod(lambda capability: 100.0))
    again = kept.replay(answer.record_id)
    assert not again.same
    assert any("answer.coverage_after.threshold_s: 240.0 then, 100.0 now" in text for text in again.differs)


def test_what_was_changed_behind_its_back_is_refused(kept, units, tmp_path):
    answer = ask(kept, units)
    with sqlite3.connect(tmp_path / "live.sqlite") as raw:
        for (name,) in raw.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            raw.execute(f"drop trigger {name}")
        raw.execute("update recommendations set answer = replace(answer, 'E1', 'E2')")
    with pytest.raises(RecordBrokenError, match="changed since it was kept"):
        kept.replay(answer.record_id)
    with pytest.raises(UnknownRecordError):
        kept.replay("r-none")


def test_a_lost_store_keeps_nothing_and_says_so(service, units, tmp_path):
    store = LiveStore(f"sqlite:///{tmp_path / 'never' / 'made.sqlite'}")
    desk = RecommendDesk(
        service,
        run_cards=run_cards_of(service.town),
        neighbours=neighbours_of(service.town),
        records=Recommendations(store),
    )
    answer = ask(desk, units)
    store.close()
    assert answer.record_id is None
    assert answer.assignment
    assert answer.warnings[0].startswith("NOT KEPT: ")
