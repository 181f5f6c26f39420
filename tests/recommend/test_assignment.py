"""The exact assignment against trying every way there is."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_dispatch.recommend import fill_card

CAPABILITIES = ["engine", "ladder", "tanker", "ambulance"]
TIMES = st.one_of(st.integers(1, 6).map(float), st.floats(1.0, 900.0), st.just(math.inf))
UNIT = st.tuples(
    st.frozensets(st.sampled_from(CAPABILITIES), min_size=1, max_size=3),
    TIMES,
    st.sampled_from([None, None, None, "a", "b"]),
    st.booleans(),
)


def every_way(slots, units):
    """Return what the best of all ways is: filled, borrowed, last, sum; by trying all of them."""
    best = (0, 0, 0.0, 0.0)
    for way in itertools.product([-1, *range(len(units))], repeat=len(slots)):
        gone = [row for row in way if row >= 0]
        crews = [units[row][2] for row in gone if units[row][2] is not None]
        if len(set(gone)) < len(gone) or len(set(crews)) < len(crews):
            continue
        if any(
            row >= 0 and (slot not in units[row][0] or math.isinf(units[row][1]))
            for slot, row in zip(slots, way, strict=True)
        ):
            continue
        times = [units[row][1] for row in gone]
        borrowed = sum(units[row][3] for row in gone)
        found = (len(gone), borrowed, max(times, default=0.0), sum(sorted(times)))
        if (-found[0], *found[1:]) < (-best[0], *best[1:]):
            best = found
    return best


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(CAPABILITIES), min_size=1, max_size=4), st.lists(UNIT, max_size=6))
def test_no_way_is_better(slots, units):
    found = fill_card(
        slots,
        [unit[0] for unit in units],
        [unit[1] for unit in units],
        crews=[unit[2] for unit in units],
        borrowed=[unit[3] for unit in units],
    )
    count, borrowed, last, total = every_way(slots, units)
    assert (found.count, found.borrowed) == (count, borrowed)
    assert found.last_s == last
    assert found.sum_s == pytest.approx(total, abs=1e-9)
    assert len(found.units) == count == sum(row >= 0 for row in found.unit)
    for slot, row in zip(slots, found.unit, strict=True):
        assert row < 0 or slot in units[row][0]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(CAPABILITIES), min_size=1, max_size=4), st.lists(UNIT, min_size=1, max_size=7))
def test_one_unit_more_is_never_worse(slots, units):
    def fill(rows):
        return fill_card(slots, [r[0] for r in rows], [r[1] for r in rows], crews=[r[2] for r in rows])

    more, fewer = fill(units), fill(units[:-1])
    assert more.count >= fewer.count
    if more.count == fewer.count:
        assert (more.last_s, more.sum_s) <= (fewer.last_s, fewer.sum_s + 1e-9)


def test_a_unit_of_many_capabilities_fills_one_slot():
    assert fill_card(["rescue", "ladder"], [{"ladder", "rescue"}], [60.0]).count == 1
    both = fill_card(["rescue", "ladder"], [{"ladder", "rescue"}, {"rescue"}], [60.0, 300.0])
    assert both.unit == (1, 0)


def test_of_a_shared_crew_one_goes():
    shared = fill_card(
        ["engine", "tanker"], [{"engine"}, {"tanker"}, {"engine"}], [60.0, 70.0, 400.0], crews=["x", "x", None]
    )
    assert shared.unit == (2, 1)
    assert shared.last_s == 400.0


def test_the_last_counts_before_the_sum():
    greedy_is_worse = fill_card(["a", "b"], [{"a", "b"}, {"a"}, {"b"}], [10.0, 100.0, 300.0])
    assert greedy_is_worse.unit == (1, 0)
