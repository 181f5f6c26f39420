"""Map pages: self-contained, small, safe, complete in words."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from geo_dispatch.directions import directions
from geo_dispatch.geometry import LonLat
from geo_dispatch.render import place_map, route_map
from geo_dispatch.render.scene import Extent, make_scene
from geo_dispatch.render.tables import THEME_NAMES, load_style
from geo_dispatch.render.tiles.styles import map_style
from geo_dispatch.routing import Router
from geo_dispatch.town.town import Town
from tests.towns import Drawing, box, lonlat, tiny_town

FETCHED = re.compile(
    r"""(?:src|href|action|data|poster)\s*=\s*["']?\s*(?:https?:)?//|\burl\(\s*["']?(?!data:|#)|@import"""
)
ADDRESS = re.compile(r"""(?:https?:)?//[a-z0-9-]+\.[a-z]""", re.I)
HARMLESS = ("http://www.w3.org/2000/svg", "https://leafletjs.com", "https://bugzilla.mozilla.org")
"""A name space, the licence line of Leaflet and a comment in its style: text that no browser fetches."""


def at(x: float, y: float) -> LonLat:
    return LonLat(*lonlat(x, y))


def page(town: Town, start: tuple[float, float], end: tuple[float, float], title: str = "To the store") -> str:
    path = Router(town).route(at(*start), at(*end))
    return route_map(town, path, directions(town, path), title=title)


@pytest.fixture(scope="module")
def tiny_page() -> str:
    return page(tiny_town(), (30, 1010), (515, 200))


def scene_of(html: str) -> dict[str, Any]:
    match = re.search(r"geoDispatchBasemap\(map, (\{.*?\}), \{", html)
    assert match is not None
    found: dict[str, Any] = json.loads(match[1].replace("\\u003c", "<"))
    return found


def test_nothing_is_fetched(tiny_page: str) -> None:
    assert not FETCHED.search(tiny_page), FETCHED.search(tiny_page)
    left = tiny_page
    for text in HARMLESS:
        left = left.replace(text, "")
    assert not ADDRESS.search(left), ADDRESS.search(left)


class Collected(HTMLParser):
    """Every attribute, style and script of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: dict[str, list[str]] = {"style": [], "script": []}
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._in = tag

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in in self.texts:
            self.texts[self._in].append(data)


def test_no_attribute_rule_or_string_of_a_script_names_an_address(tiny_page: str) -> None:
    found = Collected(tiny_page)
    for tag, name, value in found.attributes:
        assert "//" not in value, (tag, name, value)
        assert not (tag == "script" and name == "src"), value
        assert not (tag == "link" and value.startswith("http")), value
    assert len(found.texts["style"]) == 3
    for css in found.texts["style"]:
        assert re.findall(r"@import|url\((?!data:|#)[^)]*\)", re.sub(r"/\*.*?\*/", "", css, flags=re.S)) == []
    assert len(found.texts["script"]) == 4
    for code in found.texts["script"]:
        strings = re.findall(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`(?:[^`\\]|\\.)*`', code)
        assert [text for text in strings if ADDRESS.search(text) and HARMLESS[0] not in text] == []


def test_every_colour_comes_from_the_table_that_the_tiles_use() -> None:
    styles = [load_style(theme) for theme in THEME_NAMES]
    for part in ("areas", "lines", "roads"):
        assert [len(style[part]) for style in styles] == [len(styles[0][part])] * 3
    text = files("geo_dispatch.render").joinpath("style.yaml").read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-f]{3,6}\b", text), "a colour of its own"
    tiles = {
        layer["id"]: layer
        for layer in map_style("dark", tiles="/{z}", attribution="", bounds=(0, 0, 1, 1), name="")["layers"]
    }
    water = next(area["fill"] for area in load_style("dark")["areas"] if area["id"] == "water")
    assert tiles["water"]["paint"]["fill-color"] == water
    primary = next(road["fill"] for road in load_style("dark")["roads"] if road["id"] == "primary")
    assert tiles["road-fill-primary"]["paint"]["line-color"] == primary


def test_size_and_same_bytes_again(tiny_page: str) -> None:
    assert 150_000 < len(tiny_page.encode()) < 3_000_000
    assert page(tiny_town(), (30, 1010), (515, 200)) == tiny_page


def test_everything_on_the_map_is_in_the_list(tiny_page: str) -> None:
    table = tiny_page[tiny_page.index("<table>") : tiny_page.index("</table>")]
    assert "<caption>Directions</caption>" in table
    assert table.count('scope="col"') == 3
    for words in ("Head east on Main Street", "Turn right onto Elm Street", "Arrive at your destination"):
        assert words in table
    assert table.count("<tr>") == 4
    assert '<html lang="en">' in tiny_page
    assert "user-scalable=no" not in tiny_page
    assert "by car" in tiny_page
    assert "Legend" in tiny_page
    assert "L.control.scale()" in tiny_page


def test_words_from_outside_are_escaped() -> None:
    evil = '</script><script>alert("x")</script>`${1}`'
    drawing = Drawing({"a": (0, 0), "b": (900, 0), "c": (900, 900)}).road("a b", evil).road("b c", "Elm & Oak <b>")
    drawing.place(evil, "school", 450, 30)
    html = page(drawing.town("T", box(-500, -500, 1500, 1500)), (10, 0), (900, 800), title=evil)
    assert "<script>alert" not in html
    assert "Elm &amp; Oak &lt;b&gt;" in html
    assert html.count("<script>") == html.count("</script>") == 4


def test_attribution_and_fictional_notice_are_shown() -> None:
    from dataclasses import replace

    town = tiny_town()
    meta = replace(
        town.meta,
        attribution=("© OpenStreetMap contributors", "Tinyport GIS"),
        fictional=True,
        notice="Tinyport does not exist.",
    )
    labelled = Town(meta, town.arrays)
    html = page(labelled, (30, 1010), (515, 200))
    assert "© OpenStreetMap contributors; Tinyport GIS" in html
    assert "Tinyport does not exist." in html


def test_warnings_are_shown() -> None:
    html = page(tiny_town(), (750, 10), (1000, 250))
    assert "Gate Lane is private" in html


def test_scene_holds_the_roads_around_and_no_others() -> None:
    town = tiny_town()
    near = make_scene(town, Extent(*lonlat(-50, 900), *lonlat(300, 1100)))
    names = {road[1] for road in near["roads"]}
    assert names == {"Main Street", "North Road"}
    everything = make_scene(town, Extent(*town.extent))
    assert {road[1] for road in everything["roads"]} >= {"Main Street", "Elm Street", "Far Lane", "Gate Lane"}
    flat = next(road[3] for road in near["roads"] if road[1] == "Main Street")
    lon = near["origin"][0] + flat[0] * near["unit"]
    assert lonlat(-60, 900)[0] <= lon <= lonlat(310, 900)[0]


def test_scene_has_areas_labels_and_bridges() -> None:
    drawing = Drawing({"a": (0, 0), "b": (300, 0), "c": (400, 0), "d": (900, 0)})
    drawing.road("a b", "River Road").road("b c", "River Road", bridge="yes").road("c d", "River Road")
    drawing.add("basemap_water", box(300, -500, 400, 500), osm_id="w1", kind="river", name="Slow River", rank=0)
    drawing.add("basemap_landuse", box(500, 100, 800, 400), osm_id="w2", kind="park", name="Green", rank=0)
    drawing.add("basemap_landuse", box(500, 100, 800, 400), osm_id="w3", kind="something_odd", name=None, rank=0)
    drawing.add("basemap_buildings", box(100, 50, 130, 80), osm_id="w4", kind="house", name=None, rank=0)
    drawing.place("Riverton School", "school", 600, 50)
    town = drawing.town("Riverton", box(-500, -900, 1500, 900))
    scene = scene_of(page(town, (10, 0), (850, 0)))
    ids = [load_style()["areas"][area[0]]["id"] for area in scene["areas"]]
    assert sorted(ids) == ["building", "green", "water"]
    assert [road[2] for road in scene["roads"]].count(1) == 1
    assert any(area[1] == "Slow River" for area in scene["areas"])
    assert [label[:2] for label in scene["labels"]] == [["Riverton School", "landmark"]]


@dataclass(frozen=True)
class Spot:
    rank: int
    probability: float
    lon: float
    lat: float
    label: str
    municipality: str | None
    region50: Any
    region90: Any


def test_place_map_lists_candidates_with_their_areas() -> None:
    def around(x: float, y: float, size: float) -> dict[str, Any]:
        ring = [lonlat(x + dx * size, y + dy * size) for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
        return {"type": "Polygon", "coordinates": [ring]}

    spots = [
        Spot(1, 0.81, *at(500, 500), "Corner Store", "Tinyport", around(500, 500, 20), around(500, 500, 60)),
        Spot(2, 0.12, *at(0, 500), "Fire Station 1, Tinyport", "Tinyport", around(0, 500, 20), around(0, 500, 60)),
    ]
    html = place_map(tiny_town(), spots, title="corner store")
    assert not FETCHED.search(html)
    assert "<td>Corner Store, Tinyport</td>" in html
    assert "<td>Fire Station 1, Tinyport</td>" in html
    assert "81%" in html
    assert html.count("L.polygon(") == 4
    assert "Nothing found" in place_map(tiny_town(), [], title="nowhere")


def test_the_script_is_sound(tmp_path: Path, tiny_page: str) -> None:
    """Where Chromium is installed: the page draws from a file, without an error, with every road colour on the canvas."""
    from shutil import which

    browser = which("chromium") or which("chromium-browser") or which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium on this machine: the page is not drawn here")
    probe = """<script>window.onerror = (m) => document.title = "error " + m; window.addEventListener("load", () => {
      const c = document.querySelector(".leaflet-tile-pane canvas"), d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
      const seen = new Set(); for (let i = 0; i < d.length; i += 4) { seen.add([d[i], d[i + 1], d[i + 2]].join()); }
      document.title = "drawn " + seen.has("COLOUR") + " " + document.querySelectorAll(".leaflet-marker-pane .pin").length + " " + performance.getEntriesByType("resource").length;
    });</script></head>"""
    fill = next(road["fill"] for road in load_style()["roads"] if road["id"] == "secondary")
    secondary = ",".join(str(int(fill[i : i + 2], 16)) for i in (1, 3, 5))
    path = tmp_path / "map.html"
    path.write_text(tiny_page.replace("</head>", probe.replace("COLOUR", secondary), 1), encoding="utf-8")
    command = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND",
               f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=3000", "--dump-dom", path.as_uri()]  # fmt: skip
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert re.search(r"<title>(.*?)</title>", dom)[1] == "drawn true 3 0"  # type: ignore[index]
