"""The table of packages: those that are installed here answer alike on a grid, and a wrong answer is named and loses its time."""

from __future__ import annotations

import argparse
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import osmium
import pytest

from tests.benchmarks.routing import against_peers
from tests.benchmarks.routing.peers import osm_file
from tests.benchmarks.routing.peers.graphs import grid, tiled
from tests.benchmarks.routing.peers.table import slopes, table
from tests.benchmarks.routing.peers.tasks import questions

HERE = ("ours", "ours-plain", "networkx")


@pytest.fixture(scope="module")
def options() -> argparse.Namespace:
    return argparse.Namespace(packages=HERE, matrix=[4, 7], rounds=5, seconds=2.0, seed=3, python=None)


def test_packages_of_this_environment_answer_everything_alike(
    options: argparse.Namespace, capsys: pytest.CaptureFixture[str]
) -> None:
    found = against_peers.compare(tiled(grid(6), 2), options)
    assert set(found["packages"]) == {*HERE, "scipy"}
    for package, figures in found["packages"].items():
        assert not figures["wrong"], package
        assert set(questions(options.matrix)) <= set(figures), package
        assert figures["largest_difference_s"] < 1e-6
    printed = capsys.readouterr().out
    assert "left out" not in printed
    assert printed.count("\n| ") == 1 + len(found["packages"])


def test_a_wrong_answer_is_named_and_loses_its_time(
    options: argparse.Namespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    route, units = np.asarray([10.0, 20.0]), np.asarray([[5.0, np.inf]])
    np.savez(tmp_path / "scipy-answers.npz", route=route, units=units)
    np.savez(tmp_path / "networkx-answers.npz", route=route, route_sum=np.asarray([10.0, np.inf]), units=units)
    figures = {"rounded_share": 0.0, "route": {}, "units": {}}
    checked = against_peers._checked("networkx", figures, tmp_path, questions([4]))
    assert checked["wrong"] == ["route"]
    assert "route" not in checked
    assert "units" in checked
    assert "WRONG in 'route with its way'" in capsys.readouterr().out


def test_a_package_that_is_not_installed_is_left_out_with_one_line(
    options: argparse.Namespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rustworkx.py").write_text("raise ModuleNotFoundError('No module named rustworkx')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = against_peers.compare(grid(5), argparse.Namespace(**{**vars(options), "packages": ["rustworkx"]}))
    assert list(found["packages"]) == ["scipy"]
    assert capsys.readouterr().out.count("rustworkx       left out: not installed\n") == 1


def test_a_graph_is_written_as_one_way_ways_between_separate_positions(tmp_path: Path) -> None:
    graph = grid(4)
    graph = replace(graph, x=np.zeros(graph.size))  # nodes of a row lie on one another
    lon, lat = osm_file.positions(graph)
    assert len(set(zip(np.round(lon, 6).tolist(), np.round(lat, 6).tolist(), strict=True))) == graph.size
    path = tmp_path / "graph.osm.pbf"
    number = np.arange(1, graph.size + 1)
    osm_file.write(
        path,
        (number, lon, lat),
        (graph.tail + 1, graph.head + 1),
        lambda row: {"ms": str(graph.weight_ms[row])},
        (np.full(len(graph.tail), 1.0), np.full(len(graph.tail), 2.0)),
    )
    read = [
        (thing.nodes[0].ref - 1, thing.nodes[-1].ref - 1, int(thing.tags["ms"]), len(thing.nodes))
        for thing in osmium.FileProcessor(str(path))
        if isinstance(thing, osmium.osm.Way)
    ]
    assert read == list(
        zip(graph.tail.tolist(), graph.head.tolist(), graph.weight_ms.tolist(), itertools.repeat(3), strict=False)
    )


def test_slopes_are_exponents_of_the_number_of_nodes() -> None:
    asked = {"route": "route"}
    tables = [
        {
            "nodes": size,
            "packages": {
                "scipy": {"route": {"p50_ms": 3.0 * size**2}, "made_s": 1.0 * size, "made_mb": 5.0 * size**0.5}
            },
        }
        for size in (10, 100, 1000)
    ]
    assert slopes(tables, asked).splitlines()[-1] == "| scipy | 3 | 2.00 | 1.00 | 0.50 |"


def test_the_table_sets_times_beside_networkx() -> None:
    common = {"made_s": 1.0, "made_mb": 2.0, "made_most_mb": 3.0}
    found = {
        "networkx": {"route": {"p50_ms": 50.0}, **common},
        "ours": {"route": {"p50_ms": 0.5}, **common},
        "osrm-ch": common,
    }
    rows = table(found, {"route": "route"}).splitlines()[2:]
    assert rows[1].startswith("| **ours** | 0.5 ms (100) |")
    assert rows[2].startswith("| osrm-ch | - |")
