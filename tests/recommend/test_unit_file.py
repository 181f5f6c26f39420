"""Units from CSV."""

from __future__ import annotations

import pytest

from geo_dispatch.errors import CaseFileError
from tests.recommend.conftest import NOON


@pytest.fixture
def read(desk, tmp_path):
    def reading(text: str):
        path = tmp_path / "units.csv"
        path.write_text(text, encoding="utf-8")
        return desk.read_units(path, at=NOON)

    return reading


def test_what_is_blank_is_the_towns(read):
    e1, new = read(
        "unit_id,lon,lat,status,position_at,kind,capabilities\n"
        "E1,-69.548,40.888,returning,2026-07-08T15:58:30+00:00,,\n"
        "E9,,,available,,engine,engine pump\n"
    )
    assert (e1.capabilities, e1.weight_t, e1.crew, e1.status, e1.assignable) == (
        ("engine", "pump"),
        19.0,
        4,
        "returning",
        True,
    )
    assert (e1.lon, e1.age_s(NOON, tolerance_s=60), e1.status_assumed) == (-69.548, 90.0, False)
    assert (new.unit_id, new.kind, new.capabilities, new.home) == ("E9", "engine", ("engine", "pump"), None)


def test_a_position_without_a_time_is_of_now_and_local_times_are_the_calls(read):
    (a1,) = read("unit_id,lon,lat\nA1,-69.548,40.888\n")
    assert a1.age_s(NOON, tolerance_s=0) == 0
    assert a1.status_assumed
    (a1,) = read("id,lon,lat,time\nA1,-69.548,40.888,2026-07-08T11:00\n")
    assert a1.age_s(NOON, tolerance_s=0) == 3600.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"units.csv:1: lacks the column unit_id"),
        ("unit_id\n", "holds no units"),
        ("unit_id,statu\nE1,available\n", ":1: no column is called 'statu': did you mean 'status'"),
        ("unit_id,status,status\nE1,a,b\n", "names the column status twice"),
        ("unit_id,status\nE1\n", ":2: has 1 values where the header has 2"),
        ("unit_id,status\nE7,available\n", ":2: the town has no unit 'E7': correct it, or give its kind, capabilities"),
        ("unit_id,status\n,available\n", ":2: has no unit_id"),
        ("unit_id,status\nE1,available\nE1,available\n", ":3: unit 'E1' is already on line 2"),
        ("unit_id,status\nE1,availabel\n", ":2: .*'availabel'.*did you mean 'available'"),
        ("unit_id,kind,capabilities,status\nX1,engin,engine,available\n", ":2: there is no kind of unit 'engin'"),
        ("unit_id,capabilities\nE1,engine jet\n", ":2: there is no capability 'jet'"),
        ("unit_id,profile\nE1,engin\n", ":2: there is no vehicle profile 'engin'"),
        ("unit_id,crew\nE1,many\n", ":2: crew 'many' is no figure"),
        ("unit_id,lon,lat\nE1,-69.5,\n", ":2: has a lon or a lat alone"),
        ("unit_id,lon,lat\nE1,40.888,-69.548\n", ":2: .*swapped"),
        ("unit_id,lon,lat\nE1,-60.0,40.0\n", ":2: E1 can't be there"),
        ("unit_id,lon,lat\nE1,-69.48,40.76\n", ":2: E1 can't be"),
        ("unit_id,lon,lat,position_at\nE1,-69.548,40.888,2026-07-08T17:00:00+00:00\n", ":2: the position of E1 is of .* after"),
        ("unit_id,lon,lat,position_at\nE1,-69.548,40.888,noon\n", ":2: 'noon' is not a time"),
        ("unit_id,position_at\nE1,2026-07-08T15:00:00+00:00\n", ":2: has a position_at without lon and lat"),
    ],
)  # fmt: skip
def test_what_can_t_be_used_is_refused_with_its_line(read, text, said):
    with pytest.raises(CaseFileError, match=said):
        read(text)


def test_a_file_that_is_not_there(desk, tmp_path):
    with pytest.raises(CaseFileError, match="can't be read"):
        desk.read_units(tmp_path / "none.csv", at=NOON)
