"""Columns that can be memory-mapped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geo_dispatch.town.columns import ArrayFile, TextColumn


@given(st.lists(st.one_of(st.none(), st.text())))
def test_text_comes_back_as_it_went(values: list[str | None]) -> None:
    column = TextColumn.of(values)
    assert list(column) == values
    assert [column[row] for row in range(len(column))] == values
    assert set(column.vocabulary()) == {value for value in values if value is not None}


@given(
    st.dictionaries(
        st.text(max_size=20),
        hnp.arrays(st.sampled_from(["f8", "i4", "u1", "?"]), hnp.array_shapes(min_dims=1, min_side=0)),
    )
)
def test_arrays_come_back_as_they_went(tmp_path_factory: pytest.TempPathFactory, arrays: dict[str, np.ndarray]) -> None:
    path = tmp_path_factory.mktemp("arrays") / "a"
    ArrayFile.write(path, arrays)
    read = ArrayFile(path)
    assert set(read) == set(arrays)
    for name, values in arrays.items():
        np.testing.assert_array_equal(read[name], values)
        assert read[name].dtype == values.dtype


def test_mapped_arrays_can_not_be_changed(tmp_path: Path) -> None:
    ArrayFile.write(tmp_path / "a", {"x": np.arange(5)})
    with pytest.raises(ValueError, match="read-only"):
        ArrayFile(tmp_path / "a")["x"][0] = 9


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff" * 40, b"{}" + (0).to_bytes(8, "little")[:-1]])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(ValueError):  # noqa: PT011 - any of several decoders may find it
        ArrayFile(path)
