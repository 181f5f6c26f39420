"""Every table and column of the town file is described in docs/town-file.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_dispatch.schema import FORMAT_VERSION, TOWN_TABLES

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "town-file.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(TOWN_TABLES))
def test_each_table_is_described_with_its_columns_in_order(name: str) -> None:
    section = TEXT.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
    described = [(cells[1].strip().strip("`"), cells[2].strip(), cells[3].strip()) for cells in rows]
    assert described == [(c.name, c.type, c.meaning.replace("|", "/")) for c in TOWN_TABLES[name].columns]


def test_the_format_is_named() -> None:
    assert f"This is format {FORMAT_VERSION}." in TEXT
