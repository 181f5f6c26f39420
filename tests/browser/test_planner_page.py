"""The planner's page in Chromium: coverage, what changes it, two scenarios beside each other, files, work that is cancelled."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from geo_dispatch.coverage import read_scenario
from geo_dispatch.routing import list_profiles
from tests.browser.axe import assert_accessible, violations
from tests.browser.conftest import NO_WEBGL
from tests.browser.server import Server

Opener = Callable[..., Page]
Shot = Callable[..., None]
FIRST = "Reached within each threshold: As it is"


def opened(open_page: Opener, **options: Any) -> Page:
    page = open_page("/planner", **options)
    expect(page.get_by_role("region", name=FIRST)).to_be_visible(timeout=60_000)
    return page


def worked(page: Page) -> None:
    """Wait until nothing is being worked out."""
    expect(page.locator(".job")).to_have_count(0, timeout=60_000)
    expect(page.get_by_text("These figures are of the scenario before")).to_have_count(0, timeout=60_000)


def saved(page: Page, table: str) -> list[dict[str, str]]:
    """Return the rows of a table's file."""
    with page.expect_download() as download:
        page.get_by_role("button", name=f"CSV of {table}").click()
    return list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8").splitlines()))


def ask(server: Server, **scenario: Any) -> Any:
    return server.ask("POST", "/v1/coverage", {"scenario": {"name": "asked", **scenario}})


def test_the_town_as_it_is_with_figures_that_are_those_of_the_api(
    open_page: Opener, server: Server, shot: Shot
) -> None:
    page = opened(open_page)
    page.wait_for_load_state("networkidle")
    told = ask(server)
    rows = saved(page, FIRST)
    assert [int(row["Addresses"]) for row in rows] == told["addresses"]["reached"]
    assert [float(row["Within, s"]) for row in rows] == told["thresholds_s"]
    assert len(saved(page, "By area: As it is")) == len(told["by_area"])
    assert page.get_by_role("group", name="Response time by road").get_by_role("checkbox").count() == 6
    assert {row["id"] for row in told["stations"]} == set(page.locator(".marker.station").all_inner_texts())
    shot(page, "planner", full=True)
    assert_accessible(page)


def test_two_scenarios_side_by_side_and_what_differs(open_page: Opener, server: Server, shot: Shot) -> None:
    page = opened(open_page)
    page.get_by_role("button", name="Compare with a second").click()
    page.get_by_role("button", name="Give up fire-2").click()
    page.get_by_label("A street, a stretch, a bridge").fill("Head Bridge")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Open Head Bridge")).to_be_visible()
    worked(page)
    page.wait_for_load_state("networkidle")
    shot(page, "planner-two")
    first, second = ask(server), ask(server, stations={"removed": ["fire-2"]}, closures=["Head Bridge"])
    rows = {row["Figure"]: row for row in saved(page, "A and B: figures")}
    for place, minutes in enumerate((4, 6, 8, 10, 14)):
        row = rows[f"Addresses within {minutes} min"]
        pair = first["addresses"]["reached"][place], second["addresses"]["reached"][place]
        assert (int(row["A"]), int(row["B"]), int(row["B less A"])) == (*pair, pair[1] - pair[0])
    _moves_in_step(page)
    page.get_by_role("button", name="Difference", exact=True).click()
    lost = first["addresses"]["reached"][2] - second["addresses"]["reached"][2]
    expect(page.get_by_label("What the dots mean")).to_contain_text(f"Lost: within in A, beyond in B: {lost}")
    changed = saved(page, "Addresses that change, by 8 min")
    assert sum(row["What becomes of it"] == "lost" for row in changed) == lost
    page.wait_for_load_state("networkidle")
    shot(page, "planner-difference", full=True)
    assert_accessible(page, themes=("dark", "contrast", "light"))


def _moves_in_step(page: Page) -> None:
    def place(side: int) -> str:
        marker = page.locator(".two-maps .plan-map").nth(side).locator(".marker.station", has_text="fire-1")
        return str(marker.evaluate("e => e.style.transform"))

    before = place(1)
    page.locator(".two-maps canvas").first.focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function(
        "was => document.querySelectorAll('.two-maps .plan-map')[1].querySelector('.marker.station').style.transform !== was",
        arg=before,
    )
    page.wait_for_timeout(600)
    assert place(0) == place(1)


def test_a_road_closed_by_a_click_a_station_dragged_and_a_new_one_by_words(
    open_page: Opener, server: Server, tmp_path: Path
) -> None:
    page = opened(open_page)
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Close by a click on a road").click()
    told = server.ask("POST", "/v1/coverage", {"include": ["stretches"]})
    road = max(told["stretches"]["features"], key=lambda row: row["properties"]["length_m"])
    line = road["geometry"]["coordinates"]
    page.mouse.click(*_pixel(page, told["stations"], *line[len(line) // 2]))
    expect(page.locator(".closed li")).to_contain_text(road["properties"]["name"])
    worked(page)
    box = page.locator(".marker.station", has_text="fire-2").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 20, steps=4)
    page.mouse.up()
    expect(page.locator(".stations .state")).to_have_text("moved")
    page.get_by_label("A new station at").fill("Brantport Town Hall")
    page.keyboard.press("Enter")
    expect(page.locator(".stations li", has_text="new-1")).to_contain_text("Brantport Town Hall")
    worked(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the scenario").click()
    kept = tmp_path / "kept.json"
    download.value.save_as(kept)
    scenario = read_scenario(kept)
    assert set(scenario.stations.moved) == {"fire-2"}
    assert [row.id for row in scenario.stations.added] == ["new-1"]
    assert len(scenario.closures) == 1
    page.get_by_role("button", name="Begin anew").click()
    expect(page.locator(".closed li")).to_have_count(0)
    page.get_by_label("Scenario file").set_input_files(kept)
    expect(page.locator(".closed li")).to_have_count(1)
    expect(page.locator(".stations .state")).to_have_text(["moved", "new"])
    worked(page)
    kept.with_suffix(".yaml").write_text("name: By hand\nclosures:\n- Head Bridge\n", encoding="utf-8")
    page.get_by_label("Scenario file").set_input_files(kept.with_suffix(".yaml"))
    expect(page.get_by_label("Name", exact=True)).to_have_value("By hand")
    expect(page.locator(".closed li")).to_contain_text("Head Bridge")


def _pixel(page: Page, stations: list[dict[str, Any]], lon: float, lat: float) -> tuple[float, float]:
    """Return where a position is on the screen, by two stations that are shown."""
    first, second = (
        (
            row["lon"],
            math.asinh(math.tan(math.radians(row["lat"]))),
            page.locator(".marker.station", has_text=row["id"]),
        )
        for row in stations[:2]
    )
    boxes = [row[2].bounding_box() for row in (first, second)]
    (x, y), (other_x, other_y) = ((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box)
    north = math.asinh(math.tan(math.radians(lat)))
    return (
        x + (lon - first[0]) / (second[0] - first[0]) * (other_x - x),
        y + (north - first[1]) / (second[1] - first[1]) * (other_y - y),
    )


def test_what_closing_each_road_costs_listed_and_shown_on_the_map(
    open_page: Opener, server: Server, shot: Shot
) -> None:
    page = opened(open_page)
    page.get_by_role("button", name="Rank the roads of “As it is”").click()
    table = page.get_by_role("region", name="Roads, the costliest first")
    expect(table).to_be_visible(timeout=60_000)
    page.get_by_label("Bridges only").check()
    rows = saved(page, "Bridges, the costliest first")
    worst = rows[0]
    assert {row["Bridge"] for row in rows} == {"yes"}
    page.get_by_role("region", name="Bridges, the costliest first").get_by_role("button").first.click()
    expect(page.get_by_text(f"On the map: {worst['Road']}")).to_be_visible()
    page.wait_for_load_state("networkidle")
    shot(page, "planner-edges")
    assert violations(page) == []
    page.get_by_role("button", name="Close it in B").click()
    worked(page)
    figures = {row["Figure"]: row for row in saved(page, "A and B: figures")}
    told = ask(server, closures=[f"segment:{worst['Segment']}"])
    assert [int(figures[f"Addresses within {minutes} min"]["B"]) for minutes in (4, 6, 8, 10, 14)] == told["addresses"][
        "reached"
    ]


def test_a_site_that_serves_best_is_found_and_tried_as_b(open_page: Opener, shot: Shot) -> None:
    pytest.importorskip("spopt", reason="siting needs the extra planning")
    page = opened(open_page)
    page.get_by_role("button", name="Find sites for “As it is”").click()
    expect(page.get_by_role("region", name="Stations of the plan")).to_be_visible(timeout=90_000)
    reached = saved(page, "What the plan reaches")
    new = [row for row in saved(page, "Stations of the plan") if row["Is"] == "new"]
    assert len(new) == 1
    assert violations(page) == []
    page.get_by_role("button", name="Try these as B").click()
    worked(page)
    rows = {row["Figure"]: row for row in saved(page, "A and B: figures")}
    within = rows["Addresses within 8 min"]
    assert [within["A"], within["B"]] == [row["Addresses within 8 min"] for row in reached]
    expect(page.locator(".stations li", has_text=new[0]["Id"])).to_contain_text("new")
    shot(page, "planner-siting")


def test_work_that_takes_long_shows_how_far_it_is_and_is_cancelled(open_page: Opener) -> None:
    page = opened(open_page)
    ended: list[str] = []

    def held(route: Route) -> None:
        if route.request.method == "DELETE":
            ended.append(route.request.url)
        body = {"id": "j1", "kind": "coverage", "state": "running", "progress": 0.4, "stage": "every road", "eta_s": 90,
                "result": None, "problem": None}  # fmt: skip
        route.fulfill(json=body)

    page.route("**/v1/coverage", lambda route: route.fulfill(status=202, json={"job": "j1", "state": "queued"}))
    page.route("**/v1/jobs/j1", held)
    page.get_by_role("button", name="Work it out").click()
    bar = page.locator(".job")
    expect(bar).to_contain_text("every road")
    expect(bar).to_contain_text("40%, about 1 min 30 s more")
    assert violations(page) == []
    bar.get_by_role("button", name="Cancel").click()
    expect(bar).to_have_count(0)
    page.wait_for_timeout(300)
    assert len(ended) == 1
    expect(page.get_by_role("region", name=FIRST)).to_be_visible()


def test_what_can_t_be_used_is_told_and_nothing_is_lost(open_page: Opener, tmp_path: Path) -> None:
    page = opened(open_page)
    page.context.watch.allow("40[49]|422")
    page.get_by_label("Thresholds, minutes").fill("4, soon")
    expect(page.get_by_role("alert")).to_contain_text("“soon”: give minutes from 0.2 to 120")
    page.get_by_label("Thresholds, minutes").fill("5, 10")
    page.get_by_label("A street, a stretch, a bridge").fill("Nowhere Lane")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("'Nowhere Lane'")
    page.get_by_label("Name", exact=True).fill("<img src=x onerror=document.title='run'>")
    worked(page)
    assert page.locator("main img[src=x]").count() == 0
    assert page.title() == "Coverage planner"
    for text, told in (
        ("not: [closed", "wrong.yaml:1: not YAML"),
        ("[1]", "is not a scenario"),
        ("name: x\nthresholds_s: [soon]", "wrong.yaml:2: thresholds_s.0"),
        ("name: " + "x" * 600_000, "a small file"),
    ):
        file = tmp_path / "wrong.yaml"
        file.write_text(text, encoding="utf-8")
        page.get_by_label("Scenario file").set_input_files(file)
        expect(page.get_by_role("alert").filter(has_text=told).first).to_be_visible(timeout=30_000)


def test_on_a_narrow_screen_in_words_without_webgl(open_page: Opener, shot: Shot) -> None:
    page = opened(open_page, width=360, height=740, script=NO_WEBGL)
    expect(page.get_by_text("can't draw the map")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert json.loads(json.dumps(saved(page, "Who is first due: As it is")))[0]["Id"] == "fire-1"
    assert violations(page) == []
    shot(page, "planner-phone", full=True)


def test_every_vehicle_of_the_program_can_be_chosen(open_page: Opener) -> None:
    page = open_page("/planner")
    offered = page.get_by_label("Vehicle").locator("option").evaluate_all("all => all.map(one => one.value)")
    assert sorted(offered) == sorted(list_profiles())


@pytest.mark.parametrize("width", [640])
def test_at_twice_the_size_nothing_is_cut_off(open_page: Opener, width: int) -> None:
    page = opened(open_page, width=width, height=400)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
