"""Field maps: what they may say, and how they fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geo_dispatch.errors import FieldMapError
from geo_dispatch.ng911.field_map import load_field_map

GOOD = """\
name: Test
roads:
  fields:
    name: NAME
    highway:
      column: CLASS
      values: {A: primary}
"""


def test_a_good_map_is_read(write_map: Callable[[str], Path]) -> None:
    section = load_field_map(write_map(GOOD)).section("roads")
    assert section.fields["highway"].values == {"A": "primary"}


def test_columns_are_found_whatever_their_case(write_map: Callable[[str], Path]) -> None:
    bound = load_field_map(write_map(GOOD)).bind("roads", ["name", "CLASS"], "roads.gpkg")
    assert bound == {"NAME": "name", "CLASS": "CLASS"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: [", "fields.yaml:1: not YAML"),
        ("name: Test\nroads:\n  fields:\n\tname: NAME\n", "fields.yaml:4: not YAML"),
        ("- a\n", "is not a field map"),
        ("", "is not a field map"),
        ("roads: {fields: {name: N}}\n", "key 'name' is missing"),
        (GOOD + "road: 1\n", "fields.yaml:8: unknown key 'road': did you mean 'roads'?"),
        (GOOD.replace("    name: NAME\n", "    nam: NAME\n"), "fields must at least map name"),
        (GOOD.replace("highway:", "higway:"), "unknown field 'higway': did you mean 'highway'?"),
        (
            GOOD.replace("column:", "colum:"),
            "fields.yaml:6: unknown key 'roads.fields.highway.colum': did you mean 'column'?",
        ),
        (GOOD.replace("column: CLASS", "value: x\n      column: CLASS"), "give exactly one of"),
        (GOOD + "  noding: {tolerance_m: 99}\n", "fields.yaml:8: roads.noding.tolerance_m"),
        (GOOD + "  speed_unit: furlongs\n", "fields.yaml:8: roads.speed_unit"),
        (GOOD + "name: again\n", "fields.yaml:8: key 'name' is given twice"),
        (GOOD + "    ref: {column: R, extract: [{match: '(', gives: x}]}\n", "not a regular expression"),
        (
            GOOD + "    ref: {column: R, extract: [{mach: x, gives: y}]}\n",
            "did you mean 'match'?; the keys are match, gives",
        ),
        ("name: T\naddresses: {fields: {number: N}}\n", "fields must at least map number and street"),
    ],
)
def test_a_bad_map_is_one_line_that_names_the_fault(write_map: Callable[[str], Path], text: str, says: str) -> None:
    with pytest.raises(FieldMapError) as caught:
        load_field_map(write_map(text))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_map_is_named(tmp_path: Path) -> None:
    with pytest.raises(FieldMapError, match=r"nowhere\.yaml: no such file"):
        load_field_map(tmp_path / "nowhere.yaml")


def test_a_map_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fields.yaml"
    path.write_bytes(b"name: \xff\xfe")
    with pytest.raises(FieldMapError, match="not UTF-8"):
        load_field_map(path)


def test_a_column_that_is_not_there_is_named_with_its_line_and_the_others(write_map: Callable[[str], Path]) -> None:
    with pytest.raises(FieldMapError) as caught:
        load_field_map(write_map(GOOD)).bind("roads", ["NAM", "CLASS"], "roads.gpkg")
    assert str(caught.value).endswith(
        "fields.yaml:4: column 'NAME' is not in roads.gpkg: did you mean 'NAM'?; it has NAM, CLASS"
    )


def test_a_map_without_the_part_needed_says_so(write_map: Callable[[str], Path]) -> None:
    with pytest.raises(FieldMapError, match="has no 'addresses' part"):
        load_field_map(write_map(GOOD)).section("addresses")


def test_an_anchor_inside_itself_is_refused(write_map: Callable[[str], Path]) -> None:
    with pytest.raises(FieldMapError, match="inside itself"):
        load_field_map(write_map("name: &a\n  - *a\n"))


def test_the_built_in_map_has_the_names_of_the_standard() -> None:
    fields = load_field_map(None)
    assert fields.content.columns_may_be_missing
    assert fields.section("addresses").fields["number"].columns == ("Add_Number",)
