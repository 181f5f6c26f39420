"""docs/live-store.md tells the statuses and limits as they are."""

from __future__ import annotations

import re
from pathlib import Path

from geo_dispatch.data_tables import load_table
from geo_dispatch.live.statuses import load_workflow

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "live-store.md").read_text(encoding="utf-8")


def test_every_status_is_described_as_it_is():
    rows = {
        cells[0].strip("`"): cells
        for line in TEXT.splitlines()
        if line.startswith("| `") and len(cells := [c.strip() for c in line.split("|")[1:-1]]) == 4
    }
    workflow = load_workflow()
    assert list(rows) == list(workflow.statuses)
    for name, status in workflow.statuses.items():
        assert bool(rows[name][1]) == status.assignable, name
        assert bool(rows[name][2]) == status.on_incident, name
        assert tuple(re.findall(r"`(\w+)`", rows[name][3])) == status.next, name


def test_the_limits_told_are_those_that_hold():
    limits = load_table("geo_dispatch.live", "limits")
    assert limits["stale_after_s"] == 120
    assert "after two minutes" in TEXT
    assert limits["future_tolerance_s"] == 60
    assert "more than a minute" in TEXT
    assert f"{limits['extent_slack_deg']} degrees" in TEXT
    assert f"{limits['max_roadless_m'] // 1000} km from every road" in TEXT.replace("\n", " ")
