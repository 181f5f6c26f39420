"""Whatever is typed, the program ends in one of the promised ways."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geo_dispatch.cli.main import run

# fmt: off
PIECES = [
    "main", "street", "elm", "and", "&", "corner of", "12", "0", "-71.03", "41.53", ",", "near", "town hall", "exit", "mile",
    "½", "'", '"', "(", "?", "%s", "\\", "…", "é", "№", "1/2", "between", "old post rd", "99999999999999999999",
]
# fmt: on
WORDS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map(" ".join)


@pytest.mark.parametrize("command", ["locate", "route", "reverse"])
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=WORDS | st.text(min_size=1, max_size=40))
@example(text="-")
@example(text="--")
@example(text="\x00")
@example(text="\ud800")
def test_no_words_break_the_program(command, text, tiny_file, capsys):
    ends = {"locate": [text], "reverse": [text], "route": [text, "Town Hall"]}[command]
    code = run([command, "--json", str(tiny_file), *ends])
    streams = capsys.readouterr()
    assert code in (0, 2, 3), streams.err
    assert "Traceback" not in streams.err
    assert isinstance(json.loads(streams.out), dict)
    if code == 0:
        assert streams.err == ""
