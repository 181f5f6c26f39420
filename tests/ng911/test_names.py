"""Street names of two layers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.ng911.names import is_route_name, proper_name, street_key, without_direction


@pytest.mark.parametrize(
    ("given_name", "proper"),
    [
        ("VT ROUTE 22A", "VT Route 22A"),
        ("US ROUTE 7 S", "US Route 7 S"),
        ("NE KINGDOM RD", "NE Kingdom Rd"),
        ("MCDONALD LN", "McDonald Ln"),
        ("MACDONALD LN", "MacDonald Ln"),
        ("MACK RD", "Mack Rd"),
        ("O'BRIEN AVE", "O'Brien Ave"),
        ("HARPER'S WAY", "Harper's Way"),
        ("2ND ST", "2nd St"),
        ("HEAD OF THE BAY RD", "Head of the Bay Rd"),
        ("THE LN", "The Ln"),
        ("LEICESTER-WHITING RD", "Leicester-Whiting Rd"),
        ("MAIN ST (RT 125)", "Main St (Rt 125)"),
        ("NFR  55", "NFR 55"),
        ("ÉCOLE RD", "École Rd"),
        ("de Lancey Rd", "de Lancey Rd"),
        ("MacIntyre Ln", "MacIntyre Ln"),
    ],
)
def test_proper_name(given_name: str, proper: str) -> None:
    assert proper_name(given_name) == proper


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GREEN RD N", "North Green Road"),
        ("Washington St Exd", "WASHINGTON STREET EXTENSION"),
        ("ST. JOHN'S LANE", "St Johns Ln"),
        ("FIRST ST", "1st Street"),
        ("VT ROUTE 22A", "State Hwy 22A"),
        ("US Hwy 7", "ROUTE 7"),
        ("I-89", "Interstate 89"),
    ],
)
def test_equal_streets_have_equal_keys(one: str, other: str) -> None:
    assert street_key(one) == street_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Daniel St", "Daniel Ave"),
        ("Route 7", "Route 7A"),
        ("Old Route 7", "Route 7"),
        ("Elm St", "N Elm St"),
        ("Town Hwy 31", "Route 31"),
    ],
)
def test_different_streets_have_different_keys(one: str, other: str) -> None:
    assert street_key(one) != street_key(other)


def test_a_direction_can_be_left_off() -> None:
    assert without_direction(street_key("VT ROUTE 17 W")) == street_key("Route 17")
    assert without_direction(street_key("Main St")) is None


@given(st.text(max_size=40))
def test_keys_and_proper_names_take_any_text(text: str) -> None:
    assert street_key(text) == street_key(text.swapcase().swapcase()) or not text.isascii()
    assert proper_name(proper_name(text)) == proper_name(text) or not text.isascii()
    is_route_name(text)
