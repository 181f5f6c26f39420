"""The pack of Westport, Massachusetts: sourced facts only, and all of it usable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo_dispatch.build.pack import TownPack, read_pack
from geo_dispatch.errors import PackError
from geo_dispatch.yaml_lines import read_lined_yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data" / "towns" / "westport-ma"
FACTS = ROOT.parent / "shared" / "westport_facts.yaml"
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.stem != "pack")
_NGRAM = 9


@pytest.fixture(scope="module")
def pack() -> TownPack:
    return read_pack(FOLDER)


def test_it_is_whole_and_not_fictional(pack: TownPack) -> None:
    assert (pack.name, pack.state, pack.fictional, pack.timezone) == (
        "Westport",
        "Massachusetts",
        False,
        "America/New_York",
    )
    assert {
        "stations",
        "units",
        "aliases",
        "places",
        "hazards",
        "directory",
        "events",
        "notes",
        "jurisdictions",
        "exits",
    } <= set(pack.layers)
    assert "run_cards" not in pack.layers  # no page states them


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_row_names_its_source_and_is_unverified(path: Path) -> None:
    for row in read_lined_yaml(path, error=PackError).data:
        assert row["source_url"].startswith("http"), row
        assert row["grade"] in "ABCD", row
        assert row["verified"] == "false", row


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_undated_page_is_said_to_be_undated(path: Path) -> None:
    for row in read_lined_yaml(path, error=PackError).data:
        assert ("source_date" in row) != ("page undated" in row.get("note", "")), row


def test_no_official_is_named() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in FILES)
    titled = r"(?i)\b(chief|deputy|clerk|director|surveyor|administrator|officer|warden|captain|sergeant)\s+[A-Z][a-z]+\s+[A-Z][a-z]+"
    assert [
        m[0] for m in re.finditer(titled, text) if m[0].split()[1][0].isupper() and m[0].split()[2][0].isupper()
    ] == []


def test_it_holds_the_facts_in_its_own_words() -> None:
    if not FACTS.exists():
        pytest.skip(f"{FACTS.name} is not here: it is only on machines of the project")

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z0-9]+", re.sub(r"https?://\S+", " ", text.lower()))
        return {tuple(words[i : i + _NGRAM]) for i in range(len(words) - _NGRAM + 1)}

    theirs = runs(FACTS.read_text(encoding="utf-8"))
    for path in FILES:
        values = [
            str(row.get(key, ""))
            for row in read_lined_yaml(path, error=PackError).data
            for key in ("description", "text", "note", "how_to", "fees", "hours_note")
        ]
        shared = {run for value in values for run in runs(value)} & theirs
        assert not shared, f"{path.name}: {sorted(shared)[:2]}"
