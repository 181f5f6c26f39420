"""Lengths, bearings and degrees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.geometry import round_degrees

DEGREES = st.floats(-180, 180)


@given(st.lists(DEGREES | DEGREES.map(lambda value: round(value, 6) + 5e-8), min_size=1))
def test_degrees_are_rounded_as_one_by_one(values):
    together = round_degrees(np.array(values)).tolist()
    assert [repr(value) for value in together] == [repr(round(value, 7)) for value in values]


@pytest.mark.parametrize("value", [-71.08000005, 0.00000015, 179.99999995, -1e-9, 0.0])
def test_what_lies_in_the_middle_is_rounded_as_its_exact_value_says(value):
    assert repr(round_degrees(np.array([[value]])).tolist()[0][0]) == repr(round(value, 7))
