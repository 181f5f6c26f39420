"""Tiles and styles over HTTP."""

from __future__ import annotations

import gzip

import mapbox_vector_tile
import pytest

from geo_dispatch.render.tiles import MAX_ZOOM
from tests.render.test_tiles import place_of


@pytest.fixture(scope="module")
def somewhere(client):
    bounds = client.get("/map/tilejson.json").json()["bounds"]
    return place_of((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, MAX_ZOOM)


def test_a_tile_is_compressed_and_kept(client, somewhere):
    address = client.get("/map/tilejson.json").json()["tiles"][0]
    query = address.partition("?")[2]
    x, y = somewhere
    answer = client.get(f"/tiles/{MAX_ZOOM}/{x}/{y}.mvt?{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    content = answer.content if answer.content[:2] != b"\x1f\x8b" else gzip.decompress(answer.content)
    assert "roads" in mapbox_vector_tile.decode(content)
    again = client.get(f"/tiles/{MAX_ZOOM}/{x}/{y}.mvt", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert "immutable" not in client.get(f"/tiles/{MAX_ZOOM}/{x}/{y}.mvt").headers["cache-control"]


def test_nothing_is_204_and_outside_the_pyramid_a_problem(client):
    assert client.get(f"/tiles/{MAX_ZOOM}/0/0.mvt").status_code == 204
    for path in ("/tiles/3/1/1.mvt", "/tiles/14/20000/1.mvt", "/tiles/20/1/1.mvt"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "zooms are 8 to 14" in answer.json()["detail"]
    for path in ("/tiles/x/1/1.mvt", "/tiles/14/-1/1.mvt", "/tiles/14/1.5/1.mvt"):
        assert client.get(path).status_code in (404, 422)


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_styles_name_this_server_only(client, theme):
    style = client.get(f"/map/style/{theme}.json").json()
    assert style["version"] == 8
    assert all(address.startswith("http://testserver/tiles/") for address in style["sources"]["town"]["tiles"])
    assert client.get("/map/style/pink.json").status_code == 422
