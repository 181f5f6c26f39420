"""Lines become a network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_dispatch.ng911.noding import NodedLines, NodingOptions, node_lines

M = 1 / 111_320  # a metre in degrees of latitude
Line = list[tuple[float, float]]


def network(*lines: Line, options: NodingOptions | None = None, **more: list[int]) -> NodedLines:
    levels = {key: np.array(value) for key, value in more.items()}
    if "limited_access" in levels:
        levels["limited_access"] = levels["limited_access"].astype(bool)
    return node_lines(
        [np.array(line, dtype=float) for line in lines],
        options=options or NodingOptions(),
        **levels,  # type: ignore[arg-type]
    )


ACROSS: Line = [(0, 0), (0.001, 0), (0.002, 0)]
UP: Line = [(0.001, -0.001), (0.001, 0), (0.001, 0.001)]
STUB: Line = [(0.001, 0), (0.001, 0.001)]


def test_ends_at_one_position_are_one_node() -> None:
    joined = network([(0, 0), (0.001, 0)], [(0.001, 0), (0.002, 0)])
    assert len(joined.nodes) == 3
    assert [(p.from_node, p.to_node) for p in joined.pieces] == [(0, 1), (1, 2)]


def test_nodes_are_sorted_by_position_so_that_they_are_stable() -> None:
    one = network(ACROSS, STUB)
    two = network(STUB, ACROSS)
    np.testing.assert_array_equal(one.nodes, two.nodes)
    assert (np.diff(one.nodes[:, 0]) >= 0).all()


def test_ends_within_the_tolerance_meet_and_those_beyond_do_not() -> None:
    near = network([(0, 0), (0.001, 0)], [(0.001 + 0.3 * M, 0), (0.002, 0)])
    far = network([(0, 0), (0.001, 0)], [(0.001 + 0.8 * M, 0), (0.002, 0)])
    assert (len(near.nodes), near.counts["ends_moved"]) == (3, 1)
    assert (len(far.nodes), far.counts["ends_moved"]) == (4, 0)


def test_an_end_cuts_the_line_it_touches_at_a_vertex() -> None:
    joined = network(ACROSS, STUB)
    assert (len(joined.nodes), len(joined.pieces)) == (4, 3)
    assert joined.counts["vertices_inserted"] == 0


def test_an_end_cuts_the_line_it_touches_between_vertices() -> None:
    joined = network([(0, 0), (0.002, 0)], [(0.001, 0.2 * M), (0.001, 0.001)])
    assert (len(joined.nodes), len(joined.pieces)) == (4, 3)
    assert joined.counts["vertices_inserted"] == 1


def test_lines_that_pass_through_each_other_are_not_joined_unless_asked() -> None:
    plain = network(ACROSS, UP)
    shared = network(ACROSS, UP, options=NodingOptions(shared_vertices=True))
    assert (len(plain.pieces), plain.counts["shared_vertices_not_joined"]) == (2, 1)
    assert (len(shared.pieces), shared.counts["shared_vertices_joined"]) == (4, 1)


def test_crossings_without_a_vertex_are_joined_only_with_crossings() -> None:
    lines: list[Line] = [[(0, 0), (0.002, 0)], [(0.001, -0.001), (0.001, 0.001)]]
    assert len(network(*lines, options=NodingOptions(shared_vertices=True)).pieces) == 2
    assert len(network(*lines, options=NodingOptions(crossings=True)).pieces) == 4


def test_a_bridge_told_by_levels_is_not_joined() -> None:
    options = NodingOptions(shared_vertices=True, crossings=True)
    joined = network(ACROSS, UP, options=options, level=[1, 0], level_from=[0, 0], level_to=[0, 0])
    assert len(joined.pieces) == 2


def test_an_end_on_another_level_does_not_touch_the_line_under_it() -> None:
    joined = network(ACROSS, STUB, level=[0, 1], level_from=[0, 1], level_to=[0, 0])
    assert (len(joined.pieces), joined.counts["ends_on_lines_other_level"]) == (2, 1)


def test_a_limited_access_road_is_crossed_but_not_joined() -> None:
    joined = network(ACROSS, UP, options=NodingOptions(shared_vertices=True), limited_access=[1, 0])
    assert (len(joined.pieces), joined.counts["limited_access_crossings_kept_apart"]) == (2, 1)


def test_a_ramp_that_ends_on_a_limited_access_road_is_joined() -> None:
    assert len(network(ACROSS, STUB, limited_access=[1, 1]).pieces) == 3


def test_coincident_stretches_are_one_piece_of_both_lines() -> None:
    joined = network(ACROSS, [(0.002, 0), (0.001, 0)])
    assert [piece.lines for piece in joined.pieces] == [((0, False),), ((0, False), (1, True))]
    assert joined.counts["coincident_stretches_merged"] == 1


def test_a_ring_and_a_lollipop_keep_their_length() -> None:
    ring: Line = [(0, 0), (0.001, 0), (0.001, 0.001), (0, 0)]
    stick: Line = [(-0.001, 0), (0, 0)]
    joined = network(ring, stick)
    assert sorted((p.from_node == p.to_node) for p in joined.pieces) == [False, True]
    one_line: Line = [(-0.001, 0), (0, 0), (0.001, 0), (0.001, 0.001), (0, 0)]
    assert len(network(one_line).pieces) == 2


def test_a_line_shorter_than_the_tolerance_is_counted() -> None:
    joined = network(ACROSS, [(0.005, 0), (0.005 + 0.2 * M, 0)])
    assert (len(joined.pieces), joined.counts["lines_too_short"]) == (1, 1)


def test_no_lines_are_no_network() -> None:
    assert network().pieces == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=5, unique=True),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
)
def test_noding_loses_no_road(grid: list[list[tuple[int, int]]], shared: bool) -> None:
    """Every atomic step of the input is in exactly one piece, and pieces meet lines only at nodes."""
    lines = [[(x * 0.001, y * 0.001) for x, y in line] for line in grid]
    joined = network(*lines, options=NodingOptions(shared_vertices=shared))
    # Ends that touch a line between its vertices add vertices: compare covered geometry, not steps.
    import shapely

    before = shapely.union_all([shapely.LineString(line) for line in lines])
    after = shapely.union_all([shapely.LineString(piece.lonlat) for piece in joined.pieces])
    assert shapely.length(before) == pytest.approx(shapely.length(after), abs=1e-9)
    assert shapely.hausdorff_distance(before, after) < 1e-9
    for piece in joined.pieces:
        np.testing.assert_allclose(piece.lonlat[0], joined.nodes[piece.from_node], atol=1e-9)
        np.testing.assert_allclose(piece.lonlat[-1], joined.nodes[piece.to_node], atol=1e-9)
    ends = {tuple(point) for line in lines for point in (line[0], line[-1])}
    nodes = [shapely.Point(node) for node in joined.nodes]
    assert all(min(shapely.distance(shapely.Point(end), nodes)) < 1e-9 for end in ends)
