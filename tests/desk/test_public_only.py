"""What the public can ask reads nothing of the live store, nor what the town notes of a premise."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from geo_dispatch.app import create_app
from geo_dispatch.build import BuildRequest, build_town
from geo_dispatch.config import Settings
from geo_dispatch.town.store import open_town

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "data" / "towns" / "sample"
SECRET, UNIT = "XQJ", "QJX7"
AT = "2026-06-10T10:30:00"
LISTS = ("questions_sample", "questions_later", "unanswerable")
PLACES = (
    "Brantport Town Hall",
    "Brantport Free Library",
    "-69.5791,40.8886",
    "Blue Heron Market",
    "Littlebourne Town Hall",
)
NOSY = (
    "what incidents are open now",
    "is there a bomb threat at Town Hall",
    "which units are free",
    "what is engine QJX seven doing",
    "where is the fire",
    "why is Bridge Street closed",
    "who said that Head Bridge is closed",
    "is anyone armed at Town Hall",
    "what is the gate code of the library",
    "premise notes of Blue Heron Market",
)


@pytest.fixture(scope="module")
def secretive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of the sample town whose live store holds secrets, and what the town notes of premises too."""
    folder = tmp_path_factory.mktemp("secretive")
    town = folder / "sample.gpkg"
    pack = _pack_with_secrets(folder)
    build_town(BuildRequest(out=town, osm=(SOURCE / "sample.osm.pbf",), pack=pack))
    open_town(town)
    settings = Settings(town=str(town), state=f"sqlite:///{folder / 'live.sqlite'}")
    with TestClient(create_app(settings)) as client:
        for _ in range(400):
            if client.get("/readyz").status_code == 200:
                break
            time.sleep(0.05)
        _plant(client)
        yield client


def test_no_answer_to_the_public_holds_what_only_dispatchers_know(secretive: TestClient) -> None:
    told = {path: secretive.get(path).text for path in ("/v1/units", "/v1/incidents", "/v1/closures")}
    assert all(SECRET in text for text in told.values()), "the secrets are in the store"
    for name, text in _answers(secretive):
        assert SECRET not in text, f"{name}: {text[:500]}"
        assert UNIT not in text, f"{name}: {text[:500]}"


def _pack_with_secrets(folder: Path) -> Path:
    pack = folder / "pack"
    shutil.copytree(SOURCE / "pack", pack)
    hazards = pack / "hazards.yaml"
    rows = yaml.safe_load(hazards.read_text(encoding="utf-8"))
    for number, place in enumerate(("Brantport Town Hall", "Brantport Free Library", "Blue Heron Market")):
        said = f"{SECRET} premise: gate code 4711, an armed resident"
        rows.append(
            {"hazard_id": f"secret-{number}", "name": f"{SECRET} premise note", "kind": "premise", "description": said,
             "place": place, "restricted": True, "note": f"{SECRET} note"}
        )  # fmt: skip
    hazards.write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    return pack


def _plant(client: TestClient) -> None:
    def made(path: str, body: dict[str, Any]) -> Any:
        answer = client.post(path, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    home = {"home_lon": -69.5345, "home_lat": 40.8904}
    made(
        "/v1/units", {"unit_id": UNIT, "name": f"{SECRET} engine", "kind": "engine", "capabilities": ["engine"], **home}
    )
    for place in ("Brantport Town Hall", "Brantport Free Library"):
        note = f"{SECRET} bomb threat by a caller named Doe"
        found = made(
            "/v1/incidents", {"call_type": "structure_fire", "place": place, "note": note, "label": f"{SECRET} fire"}
        )
    made(f"/v1/incidents/{found['incident']['incident_id']}/assign", {"units": [{"unit_id": UNIT}]})
    for spec in ("Bridge Street", "Head Bridge", "South Main Road from Foundry Street to Academy Street"):
        kind = "stretch" if " from " in spec else "bridge" if spec.endswith("Bridge") else "street"
        made("/v1/closures", {"kind": kind, "spec": spec, "note": f"{SECRET} assault", "source": f"{SECRET} caller"})


def _answers(client: TestClient) -> Iterator[tuple[str, str]]:
    """Yield all that a page of the public may ask."""
    asked = [row if isinstance(row, str) else row["q"] for name in LISTS for row in _rows(name)] + list(NOSY)
    for question in asked:
        yield question, client.post("/v1/desk", json={"text": question, "at": AT, "from": PLACES[3]}).text
    for start in PLACES:
        for end in PLACES:
            body = {"from": start, "to": end}
            yield f"{start} to {end}", client.post("/v1/route", json=body).text
            yield f"{start} a {end}", client.post("/v1/route", json={**body, "language": "pt"}).text
    for path in ("services?limit=1000", "events?from=2026-01-01T00:00:00&to=2027-01-01T00:00:00", "places?limit=1000",
                 "events.ics", "hsds/services", "open311/services.json", "places?q=engine", "services?q=fire"):  # fmt: skip
        yield path, client.get(f"/v1/{path}").text
    for lon, lat in ((-69.5345, 40.8904), (-69.533464, 40.8884768), (-69.5258, 40.9125)):
        yield f"{lon},{lat}", client.get(f"/v1/reverse?lon={lon}&lat={lat}").text
    for path in ("/readyz", "/map/tilejson.json", "/map/style/light.json"):
        yield path, client.get(path).text


def _rows(name: str) -> list[Any]:
    rows: list[Any] = yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    return rows
