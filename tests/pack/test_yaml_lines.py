"""YAML with lines and untouched scalars."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_dispatch.errors import FieldMapError, PackError
from geo_dispatch.yaml_lines import read_lined_yaml

words = st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=12)
documents = st.recursive(
    words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4), max_leaves=12
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents)
def test_texts_lists_and_mappings_come_back(tmp_path: Path, document: object) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    assert read_lined_yaml(path, error=PackError).data == document


def test_scalars_are_not_guessed_and_lines_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 02790\nb: NO\nc:\n  - 1:30\n  - ~\n  - '~'\nd: 2026-05-01\n")
    read = read_lined_yaml(path, error=PackError)
    assert read.data == {"a": "02790", "b": "NO", "c": ["1:30", None, "~"], "d": "2026-05-01"}
    assert [read.line(at) for at in [("a",), ("b",), ("c", 0), ("c", 2), ("c", 9), ("x", "y")]] == [1, 2, 4, 6, 3, 1]


def test_an_empty_file_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("# only a remark\n")
    assert read_lined_yaml(tmp_path / "a.yaml", error=PackError).data is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: [\n", "a.yaml:3: not YAML"),
        ("a: 1\na: 2\n", "a.yaml:2: key 'a' is given twice"),
        ("? [a, b]\n: 1\n", "a.yaml:1: a key must be plain text"),
        ("a: 1\n--- \nb: 2\n", "a.yaml:2: not YAML"),
        ("a: \x07\n", "not YAML"),
        ("[" * 2000, "not YAML"),
    ],
)
def test_faults_are_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(PackError) as caught:
        read_lined_yaml(tmp_path / "a.yaml", error=PackError, name="a.yaml")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_anchors_that_multiply_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 8)]
    (tmp_path / "a.yaml").write_text("\n".join(lines))
    with pytest.raises(FieldMapError, match="too many values"):
        read_lined_yaml(tmp_path / "a.yaml", error=FieldMapError)
