"""Town packs: what they become, and how a wrong row fails."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from geo_dispatch.build.pack import TownPack, read_pack
from geo_dispatch.build.pack_models import PACK_ROWS, pack_json_schemas
from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import PackError
from geo_dispatch.schema import TOWN_TABLES

ROOT = Path(__file__).resolve().parents[2]

FILES = {
    "pack.yaml": """\
name: Testport
state: NO
fictional: true
notice: Not a real town.
licence: CC0-1.0
date: 2026-05-01
""",
    "stations.yaml": """\
- station_id: fire-1
  name: Fire Headquarters
  kind: fire
  address: 54 Mill Rd
  phone: 911
  grade: A
  source_date: 2026-05
- station_id: police
  name: Police
  kind: police
  lon: -71.08
  lat: 41.58
  verified: yes
""",
    "units.csv": """\
unit_id,name,kind,station_id,capabilities,crew,weight_t,note
E1,Engine 1,engine,fire-1,engine; pump,3,19.5,"old, but good"

L1,Ladder 1,ladder,fire-1,ladder,,,
""",
    "run_cards.yaml": """\
- card_id: sf-1
  call_type: structure_fire
  name: Structure fire
  requirements:
    - {capability: engine, count: 2}
    - {capability: tanker}
- card_id: sf-2
  call_type: structure_fire
  name: Structure fire, second alarm
  alarm: 2
  area: Testport Point
  requirements: engine=2; ladder=1
""",
    "aliases.yaml": """\
- {alias: the Head, kind: nickname, target_kind: place, target: Head of Testport}
- {alias: exit 10, kind: old_exit, target_kind: exit, target: Exit 12, lon: -71, lat: 41.5}
""",
    "hazards.yaml": """\
- hazard_id: h1
  name: Causeway floods
  kind: flood
  description: Under water at spring tides
  where_text: the causeway
- hazard_id: h2
  name: Dog
  kind: premise
  description: Large
  address: 5 Elm St
- hazard_id: h3
  name: Gate code
  kind: premise
  description: Known to dispatch
  restricted: false
  at: Elm St and Mill Rd
""",
    "directory.yaml": """\
- service_id: dump
  name: Transfer station
  jurisdiction: town
  handles: [trash, dump sticker]
  place: Town Hall
""",
    "events.yaml": """\
- event_id: parade
  name: Parade
  starts: 2026-07-04T09:00
  ends: 2026-07-04T12:00
  where_text: Main Rd
  closures: [Main Rd from Mill Rd to Elm St]
""",
    "neighbours.yaml": """\
- {name: Nextport, state: Rhode Island, phone: 401-555-0100, relation: [borders, mutual aid]}
""",
    "notes.yaml": """\
- note_id: burn
  title: Burning brush
  text: With a permit only.
  category: permit
  topics: burn permit; brush
  service_id: dump
""",
    "jurisdictions.yaml": """\
- {rule_id: j1, topics: [dead animal], refs: [MA 88], service_id: dump}
""",
    "landmarks.yaml": """\
- {place: Lees, use: promote, called: the store}
""",
    "places.yaml": """\
- name: Lees
  category: supermarket
  house_number: 12
  street: Main Rd
  postcode: 02790
  names: [the store, {name: "Lee's", kind: short_name}]
  tags: {shop: supermarket}
  source_url: https://example.org/lees
- corrects: Old Inn
  gone: true
- corrects: n12
  phone: 508-555-0101
  lon: -71.1
  lat: 41.5
""",
    "exits.csv": "number,route,old_number,at\n12,MA 88,10,Route 88 and Main Rd\n",
    "mile_markers.csv": "number,route,lon,lat,direction\n3.0,MA 88,-71.1,41.5,N\n",
}


@pytest.fixture
def write_pack(tmp_path: Path) -> Callable[..., Path]:
    def write(**changes: str | None) -> Path:
        files = {**FILES, **{name.replace("__", "."): text for name, text in changes.items()}}
        for name, text in files.items():
            if text is not None:
                (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def pack(write_pack: Callable[..., Path]) -> TownPack:
    return read_pack(write_pack())


def test_every_layer_has_the_columns_of_its_table(pack: TownPack) -> None:
    assert set(pack.layers) == set(PACK_ROWS)
    for table, frame in pack.layers.items():
        assert list(frame.columns[:-1]) == list(TOWN_TABLES[table].column_names)


def test_every_table_of_people_is_a_file_of_the_pack() -> None:
    people = {"stations", "units", "run_cards", "aliases", "hazards", "directory", "events", "neighbours"}
    assert people | {"places", "exits", "mile_markers", "notes", "jurisdictions", "landmarks"} == set(PACK_ROWS)


@pytest.mark.parametrize("table", sorted(PACK_ROWS))
def test_a_row_can_fill_every_column_of_its_table(table: str) -> None:
    made_by_the_build = {"target_id", "source", "area_m2", "node", "calendar_id"} | (
        {"place_id"} if table == "landmarks" else set()
    )
    assert set(TOWN_TABLES[table].column_names) - made_by_the_build <= set(PACK_ROWS[table].model_fields)


def test_scalars_stay_as_written(pack: TownPack) -> None:
    assert (pack.name, pack.state, pack.fictional, pack.notice) == ("Testport", "NO", True, "Not a real town.")
    assert pack.layers["places"]["postcode"].tolist() == ["02790"]
    assert pack.layers["stations"]["phone"].tolist() == ["911", None]
    assert pack.layers["stations"]["source_date"].tolist() == ["2026-05", None]


def test_facts_are_unverified_unless_said(pack: TownPack) -> None:
    assert pack.layers["stations"]["verified"].tolist() == [False, True]


def test_csv_lists_numbers_and_quotes(pack: TownPack) -> None:
    units = pack.layers["units"]
    assert [json.loads(text) for text in units["capabilities"]] == [["engine", "pump"], ["ladder"]]
    assert (units["crew"].tolist(), units["weight_t"][0], units["note"][0]) == ([3, -1], 19.5, "old, but good")


def test_run_cards_count_by_capability(pack: TownPack) -> None:
    cards = pack.layers["run_cards"]
    assert json.loads(cards["requirements"][0]) == [
        {"capability": "engine", "count": 2},
        {"capability": "tanker", "count": 1},
    ]
    assert json.loads(cards["requirements"][1]) == [
        {"capability": "engine", "count": 2},
        {"capability": "ladder", "count": 1},
    ]
    assert cards["alarm"].tolist() == [1, 2]


def test_premise_notes_are_restricted_unless_said(pack: TownPack) -> None:
    assert pack.layers["hazards"]["restricted"].tolist() == [False, True, False]


def test_other_names_and_sources_of_a_place_are_kept(pack: TownPack) -> None:
    place = pack.layers["places"].iloc[0]
    assert json.loads(place["names"]) == [
        {"name": "the store", "kind": "nickname"},
        {"name": "Lee's", "kind": "short_name"},
    ]
    assert json.loads(place["tags"]) == {"shop": "supermarket", "source_url": "https://example.org/lees"}
    assert (place["place_id"], place["source"], place["verified"]) == ("pack:Lees", "pack", False)


def test_corrections_are_kept_apart(pack: TownPack) -> None:
    gone, moved = pack.corrections
    assert (gone.target, gone.gone, gone.changes) == ("Old Inn", True, {})
    assert (moved.target, moved.gone, moved.source) == ("n12", False, "places.yaml:11")
    assert moved.changes == {"phone": "508-555-0101", "lon": -71.1, "lat": 41.5}


def test_positions_in_words_are_left_to_the_build(pack: TownPack) -> None:
    told = {(ref.table, ref.row): (ref.kind, ref.text, ref.source) for ref in pack.references}
    assert told == {
        ("stations", 0): ("address", "54 Mill Rd", "stations.yaml:1"),
        ("units", 0): ("station", "fire-1", "units.csv:2"),
        ("units", 1): ("station", "fire-1", "units.csv:4"),
        ("run_cards", 1): ("area", "Testport Point", "run_cards.yaml:7"),
        ("aliases", 0): ("place", "Head of Testport", "aliases.yaml:1"),
        ("aliases", 1): ("exit", "Exit 12", "aliases.yaml:2"),
        ("hazards", 0): ("words", "the causeway", "hazards.yaml:1"),
        ("hazards", 1): ("address", "5 Elm St", "hazards.yaml:6"),
        ("hazards", 2): ("words", "Elm St and Mill Rd", "hazards.yaml:11"),
        ("directory", 0): ("place", "Town Hall", "directory.yaml:1"),
        ("events", 0): ("words", "Main Rd", "events.yaml:1"),
        ("neighbours", 0): ("town", "Nextport", "neighbours.yaml:1"),
        ("landmarks", 0): ("place", "Lees", "landmarks.yaml:1"),
        ("places", 0): ("address", "12 Main Rd", "places.yaml:1"),
        ("exits", 0): ("words", "Route 88 and Main Rd", "exits.csv:2"),
    }
    assert pack.layers["stations"].geometry[0] is None
    assert pack.layers["stations"].geometry[1].x == -71.08
    assert all(pack.layers[ref.table].index[ref.row] == ref.row for ref in pack.references)


def test_ids_are_made(pack: TownPack) -> None:
    assert pack.layers["exits"]["exit_id"].tolist() == ["pack:MA 88 exit 12"]
    assert pack.layers["mile_markers"]["marker_id"].tolist() == ["pack:MA 88 mile 3 N"]
    assert pack.layers["mile_markers"]["text"].tolist() == ["3"]


def test_provenance_and_odd_rows(pack: TownPack) -> None:
    (source,) = pack.provenance
    assert (source.name, source.licence, source.timestamp) == ("Town pack: Testport, NO", "CC0-1.0", "2026-05-01")
    assert source.counts["stations"] == 2
    assert [(p.kind, p.object_id) for p in pack.problems] == [("capability_without_unit", "run_cards.yaml:1")]


def test_a_pack_of_pack_yaml_alone_is_enough(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("name: A\nstate: B\n")
    (tmp_path / "README.md").write_text("hello")
    (tmp_path / "units.yaml").write_text("# none yet\n")
    assert read_pack(tmp_path).layers == {}


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "stations.yaml",
            "- station_id: a\n  name: A\n  kind: fire\n  phon: 1\n",
            "4: unknown key 'phon': did you mean 'phone'?",
        ),
        ("stations.yaml", "- station_id: a\n  kind: fire\n", "1: key 'name' is missing"),
        ("stations.yaml", "- station_id: a\n  name:\n  kind: fire\n", "2: key 'name' is missing"),
        ("stations.yaml", "- station_id: a\n  name: A\n  kind: fyre\n", "3: kind 'fyre': should be 'fire', 'police'"),
        ("stations.yaml", "station_id: a\n", "1: must be a list"),
        ("stations.yaml", "- a\n", "1: a row must be a mapping"),
        (
            "stations.yaml",
            "- {station_id: a, name: A, kind: fire}\n" * 2,
            "2: station_id 'a' is used at stations.yaml:1",
        ),
        ("stations.yaml", "- station_id: a\n  station_id: b\n", "2: key 'station_id' is given twice"),
        ("stations.yaml", "- station_id: [\n", "2: not YAML"),
        ("stations.yaml", "- {station_id: a, name: A, kind: fire, lon: 1}\n", "1: lon and lat go together"),
        (
            "stations.yaml",
            "- station_id: a\n  name: A\n  kind: fire\n  lon: 41\n  lat: -171\n",
            "5: lat '-171' is not a latitude",
        ),
        (
            "stations.yaml",
            "- station_id: a\n  name: A\n  kind: fire\n  source_date: 1.5.26\n",
            "4: source_date '1.5.26'",
        ),
        ("stations.yaml", "- station_id: a\n  name: A\n  kind: fire\n  grade: E\n", "4: grade 'E'"),
        ("stations.yaml", "- station_id: a\n  name: A\n  kind: fire\n  verified: maybe\n", "4: verified 'maybe'"),
        (
            "units.csv",
            "unit_id,name,kind,station_id\nE1,E,engine,fire-2\n",
            "2: station_id 'fire-2' is not in stations: did you mean",
        ),
        ("units.csv", "unit_id,name,kind,station_id\n\n\nE1,E,engine\n", "4: key 'station_id' is missing"),
        ("units.csv", "unit_id,name\nE1,E,engine\n", "2: 3 values for 2 columns"),
        ("units.csv", "unit_id,unit_id\nE1,E\n", "1: column 'unit_id' is given twice"),
        (
            "units.csv",
            "unit_id,nam,kind,station_id\nE1,E,engine,fire-1\n",
            "2: unknown key 'nam': did you mean 'name'?\nunits.csv:2: key 'name' is missing",
        ),
        ("units.csv", 'unit_id,name,kind,station_id,weight_t\nE1,"E\n1",engine,fire-1,heavy\n', "2: weight_t 'heavy'"),
        (
            "units.csv",
            "unit_id,name,kind,station_id,profile\nE1,E,engine,fire-1,car\nE2,E,engine,fire-1,engin\n",
            "3: there is no vehicle profile 'engin': use one of car, police,",
        ),
        (
            "hazards.yaml",
            "- {hazard_id: a, name: b, kind: bridge_limit, description: c, maxweight_t: 0}\n",
            "1: maxweight_t",
        ),
        ("units.csv", "unit_id,name,kind,station_id\nE/1,E,engine,fire-1\n", "2: unit_id 'E/1'"),
        ("run_cards.yaml", "- {card_id: a, call_type: b, name: c, requirements: []}\n", "1: requirements"),
        (
            "run_cards.yaml",
            "- {card_id: a, call_type: b, name: c, requirements: engine=x}\n",
            "1: requirements.0.count 'x'",
        ),
        (
            "run_cards.yaml",
            "- card_id: a\n  call_type: b\n  name: c\n  when: Mo-Xx 08:00\n  requirements: engine=1\n",
            "4: when 'Mo-Xx 08:00': 'Mo-Xx 08:00' is no opening-hours text at character 4",
        ),
        (
            "run_cards.yaml",
            "- {card_id: a, call_type: b, name: c, requirements: engine=1; pump=1; engine=2}\n",
            "1: requirements 'engine=1; pump=1; engine=2': 'engine' is asked for twice",
        ),
        (
            "run_cards.yaml",
            "- {card_id: a, call_type: b, name: c, requirements: engine=1}\n- {card_id: a, call_type: d, name: c, requirements: pump=1}\n",
            "2: card_id 'a' is used at run_cards.yaml:1 too",
        ),
        (
            "run_cards.yaml",
            "- {card_id: a, call_type: b, name: c, requirements: engine=1}\n\n- {card_id: x, call_type: b, name: d, requirements: pump=1}\n",
            "3: run card 'x' holds for the same call type, alarm, area, time and weather as 'a'",
        ),
        (
            "run_cards.yaml",
            "- {card_id: a, call_type: b, name: c, requirements: engine=1, extends: z9}\n",
            "1: run card 'a' extends 'z9', which is no card",
        ),
        (
            "run_cards.yaml",
            "- {card_id: one, call_type: b, name: c, requirements: engine=1}\n"
            "- {card_id: two, call_type: b, alarm: 2, name: c, requirements: engine=1, extends: tri}\n"
            "- {card_id: tri, call_type: b, alarm: 3, name: c, requirements: engine=1, extends: two}\n",
            "2: run card 'two' extends itself in the end (two -> tri -> two)",
        ),
        (
            "run_cards.yaml",
            "- {card_id: a, call_type: b, name: c, requirements: engne=1}\n",
            "1: no unit has the capability 'engne': did you mean 'engine'?",
        ),
        (
            "run_cards.yaml",
            "- {card_id: a, call_type: b, name: c, requirements: engine=1, weather: Very Icy}\n",
            "1: weather.0 'Very Icy'",
        ),
        (
            "units.csv",
            "unit_id,name,kind,station_id,neighbour\nE1,E,engine,fire-1,Nextprt\n",
            "2: neighbour 'Nextprt' is not in neighbours: did you mean 'Nextport'?",
        ),
        (
            "neighbours.yaml",
            "- {name: a, state: b, relation: borders, provides: engine=1, call_over_s: soon}\n",
            "1: call_over_s 'soon'",
        ),
        ("events.yaml", "- {event_id: a, name: b, starts: 4 July}\n", "1: starts '4 July'"),
        ("events.yaml", "- {event_id: a, name: b, starts: 2026-07-04, ends: 2026-07-03}\n", "lies before starts"),
        (
            "events.yaml",
            "- {event_id: a, name: b, starts: '2026-07-04T09:00Z', ends: 2026-07-05}\n",
            "must both have a time zone",
        ),
        (
            "events.yaml",
            "- {event_id: a, name: b, starts: 2026-07-04, rrule: weekly}\n",
            "1: 'weekly' is not a recurrence rule",
        ),
        ("places.yaml", "- {name: a}\n", "1: key 'category' is missing (or 'corrects', for a correction)"),
        ("places.yaml", "- {name: a, category: b, gone: true}\n", "1: 'gone' needs 'corrects'"),
        (
            "stations.yaml",
            "- {station_id: fire-1, name: A, kind: fire, phone: call the desk}\n",
            "1: phone 'call the desk': 'call the desk' is not a telephone number: write 508-555-0100",
        ),
        ("stations.yaml", "- {station_id: fire-1, name: A, kind: fire, phone: 508-12}\n", "1: phone '508-12'"),
        (
            "stations.yaml",
            "- {station_id: fire-1, name: A, kind: fire, source_url: example.org}\n",
            "1: source_url 'example.org'",
        ),
        ("directory.yaml", "- {service_id: dump, name: A, email: clerk at example}\n", "1: email 'clerk at example'"),
        (
            "directory.yaml",
            "- service_id: dump\n  name: A\n  hours: Mo-Fr 8-16:00 sharp\n",
            "3: hours 'Mo-Fr 8-16:00 sharp': 'Mo-Fr 8-16:00 sharp' is no opening-hours text at character",
        ),
        ("directory.yaml", "- {service_id: dump, name: A, languages: portuguese}\n", "1: languages.0 'portuguese'"),
        ("places.yaml", "- {name: A, category: b, opening_hours: all day}\n", "1: opening_hours 'all day'"),
        (
            "events.yaml",
            "- {event_id: a, name: b, starts: 2026-07-04, timezone: Mars/Base}\n",
            "1: timezone 'Mars/Base'",
        ),
        (
            "events.yaml",
            "- {event_id: a, name: b, starts: 2026-07-04, exdates: next week}\n",
            "1: exdates.0 'next week'",
        ),
        ("notes.yaml", "- {note_id: a, title: b, text: c, category: rule}\n", "1: category 'rule': should be 'bylaw'"),
        (
            "notes.yaml",
            "- {note_id: a, title: b, text: c, category: permit, service_id: dmp}\n",
            "1: service_id 'dmp' is not in directory: did you mean 'dump'?",
        ),
        (
            "notes.yaml",
            "- {note_id: a, title: b, text: c, category: season, starts: 2026-05-01, ends: 2026-04-01}\n",
            "1: ends 2026-04-01 lies before starts 2026-05-01",
        ),
        ("jurisdictions.yaml", "- {rule_id: a, topics: [], service_id: dump}\n", "1: topics"),
        ("jurisdictions.yaml", "- {rule_id: a, topics: [b], service_id: x}\n", "1: service_id 'x' is not in directory"),
        ("landmarks.yaml", "- {place: Lees, use: always}\n", "1: use 'always': should be 'promote'"),
        ("calendars.yaml", "- {calendar_id: a, name: b}\n", "1: give file or url"),
        (
            "calendars.yaml",
            "- {calendar_id: a, name: b, url: 'ftp://example.org/a.ics'}\n",
            "1: url 'ftp://example.org/a.ics'",
        ),
        ("stations.yaml", "- {station_id: fire-1, name: A, kind: fire, lon: x, lat: 1}\n", "1: lon 'x'"),
        ("stations.yaml", "- {station_id: fire-1, name: A, kind: fire, lon: nan, lat: 1}\n", "1: lon 'nan'"),
        ("stations.yaml", "\t- a: 1\n", "1: not YAML"),
        ("pack.yaml", "name: A\nstate: B\ntimezone: Eastern\n", "3: timezone 'Eastern': 'Eastern' is not a time zone"),
        ("pack.yaml", "name: A\n", "1: key 'state' is missing"),
        ("pack.yaml", "- name: A\n", "1: must be a mapping"),
        ("pack.yaml", "name: A\nstate: B\nfictionl: true\n", "3: unknown key 'fictionl': did you mean 'fictional'?"),
    ],
)
def test_a_wrong_row_is_one_line_with_file_and_line(
    write_pack: Callable[..., Path], name: str, text: str, says: str
) -> None:
    with pytest.raises(PackError) as caught:
        read_pack(write_pack(**{name.replace(".", "__"): text}))
    assert str(caught.value).startswith(f"{name}:{says}" if re.match(r"\d", says) else f"{name}:")
    assert says in str(caught.value)
    assert str(caught.value).count("\n") == says.count("\n")


def test_all_faults_are_told_at_once(write_pack: Callable[..., Path]) -> None:
    folder = write_pack(
        stations__yaml="- {station_id: a, name: A, kind: fyre, phon: 1}\n- {station_id: b, kind: fire}\n",
        places__yaml="- {name: a}\n",
    )
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    assert [line.split(": ")[0] for line in str(caught.value).split("\n")] == [
        "places.yaml:1",
        *["stations.yaml:1"] * 2,
        "stations.yaml:2",
    ]
    write_pack(places__yaml="- {name: a}\n" * 60)
    with pytest.raises(PackError, match=r"\.\.\. and 10 more$"):
        read_pack(folder)


def test_a_lenient_reading_keeps_the_rest_and_lists_what_it_dropped(write_pack: Callable[..., Path]) -> None:
    folder = write_pack(
        stations__yaml="- {station_id: fire-1, name: A, kind: fyre}\n- {station_id: b, name: B, kind: fire}\n",
        places__yaml="- [\n",
    )
    pack = read_pack(folder, lenient=True)
    assert pack.layers["stations"]["station_id"].tolist() == ["b"]
    assert "units" not in pack.layers
    assert "places" not in pack.layers
    assert len(pack.layers["aliases"]) == 2
    dropped = [p.object_id for p in pack.problems if p.kind == "pack_dropped"]
    assert dropped == ["places.yaml:2", "stations.yaml:1", "units.csv:2", "units.csv:4"]


def test_wrong_folders_and_files(write_pack: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no such folder"):
        read_pack(tmp_path / "none")
    folder = write_pack()
    with pytest.raises(PackError, match="is a file, not a folder"):
        read_pack(folder / "pack.yaml")
    (folder / "station.yaml").touch()
    with pytest.raises(PackError, match=r"station\.yaml: not a file of a town pack: did you mean 'stations\.yaml'"):
        read_pack(folder)
    (folder / "station.yaml").rename(folder / "stations.csv")
    with pytest.raises(PackError, match=r"stations\.yaml: stations\.csv is there too"):
        read_pack(folder)
    (folder / "stations.csv").unlink()
    (folder / "units.csv").write_bytes(b"unit_id\n\xff\xfe\n")
    with pytest.raises(PackError, match=r"units\.csv: not UTF-8"):
        read_pack(folder)
    (folder / "pack.yaml").unlink()
    with pytest.raises(PackError, match=r"has no pack\.yaml"):
        read_pack(folder)


def test_the_committed_json_schemas_are_current() -> None:
    folder = ROOT / "geo_dispatch" / "build" / "pack_schema"
    committed = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    assert committed == pack_json_schemas(), "call geo_dispatch.build.pack_models.write_pack_schemas on this folder"


def test_the_kinds_of_units_are_those_of_the_live_store() -> None:
    kinds = load_table("geo_dispatch.live", "kinds")
    assert list(PACK_ROWS["units"].model_json_schema()["properties"]["kind"]["enum"]) == kinds["kinds"]
    assert set(kinds["on_water"]) <= set(kinds["kinds"])


def test_the_guide_names_every_file_and_key() -> None:
    guide = (ROOT / "docs" / "town-pack.md").read_text(encoding="utf-8")
    for table, model in PACK_ROWS.items():
        assert f"## {table}\n" in guide
        missing = [key for key in model.model_fields if f"`{key}`" not in guide]
        assert missing == [], f"{table}: {missing} not in docs/town-pack.md"
