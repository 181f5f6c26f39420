"""Lines written once stand in JSON as their lists would."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.geometry import LonLat
from geo_dispatch.json_text import WrittenLine, dump_json
from geo_dispatch.live.canonical import canonical_json
from geo_dispatch.service import Service, document, document_with_lines
from tests.towns import lonlat, tiny_town

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
LINES = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5).map(np.array)
PLAIN = st.none() | st.booleans() | st.integers() | NUMBERS | st.text()


@given(st.lists(LINES), st.dictionaries(st.text(), PLAIN), st.booleans())
def test_a_written_line_is_its_lists(lines, about, sort_keys):
    def made(one):
        return {
            **about,
            "lines": [{"z": one(line), "a": "é"} for line in lines],
            "again": [one(lines[0])] * 2 if lines else [],
        }

    written = dump_json(made(WrittenLine), sort_keys=sort_keys)
    lists = json.dumps(made(lambda line: line.tolist()), sort_keys=sort_keys, separators=(",", ":"), ensure_ascii=False)
    assert written == lists


def test_what_json_has_not_is_refused():
    with pytest.raises(ValueError, match="isn't finite"):
        WrittenLine(np.array([[1.0, np.nan]]))
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_json([float("inf")])
    with pytest.raises(TypeError, match="array has no JSON form"):
        dump_json(np.zeros(2))


def test_an_answer_is_one_text_with_written_lines_and_without():
    answer = Service(tiny_town()).route(LonLat(*lonlat(30, 1010)), LonLat(*lonlat(515, 200)))
    plain, written = document(answer), document_with_lines(answer)
    assert isinstance(written["geometry"]["coordinates"], WrittenLine)
    assert len(plain["geometry"]["coordinates"]) >= 3
    assert canonical_json(written) == canonical_json(plain)
    assert json.loads(dump_json(written)) == plain
