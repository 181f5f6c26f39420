from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.locate.normalise import canonical_name, fold, route_keys, route_network, street_key, tokenise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Main Street", "MAIN ST."),
        ("N. Main St", "north main street"),
        ("VT Route 22A", "Rt 22-A"),
        ("US Hwy 7", "us 7"),
        ("State Highway 74", "VT 74"),
        ("I-65", "Interstate 65"),
        ("County Road 57", "CR 57"),
        ("St. Mary's Church", "Saint Marys Church"),
        ("Mt Philo Rd", "Mount Philo Road"),
        ("Seventh Avenue", "7th Ave"),
        ("Twenty-Second St", "22nd Street"),
        ("Lee’s Market", "Lees Market"),
        ("Washington St Ext", "Washington Street Extension"),
        ("Dr. King Drive", "Doctor King Dr"),
        ("Town & Country Road", "Town and Country Rd"),
        ("The Corner Store", "corner store"),
        ("Café Olé", "Cafe Ole"),
    ],
)
def test_forms_of_one_name_have_one_key(one: str, other: str) -> None:
    assert street_key(one) == street_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Daniel Street", "Daniel Avenue"),
        ("North Main Street", "South Main Street"),
        ("Route 22A", "Route 22"),
        ("County Road 57", "Route 57"),
        ("First Street", "Second Street"),
        ("Saint Street", "Street"),
    ],
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert street_key(one) != street_key(other)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("twelve main", "12"),
        ("one twenty three main", "123"),
        ("twenty nine sixteen main", "2916"),
        ("two oh five main", "205"),
        ("two hundred and twelve main", "212"),
        ("one thousand forty main", "1040"),
    ],
)
def test_numbers_in_words(said: str, number: str) -> None:
    assert street_key(said).split()[0] == number


def test_route_networks_are_told_from_the_words() -> None:
    assert [route_network(n) for n in ("US 7", "I-89", "VT Route 17", "CR 12", "Route 5", "Elm St")] == [
        "us",
        "interstate",
        "state",
        "county",
        "",
        "",
    ]
    assert route_keys("ZZ 83") == ("zz 83", "route 83")


def test_a_name_comes_apart() -> None:
    name = canonical_name("north main street")
    assert (name.pre, name.base, name.type, name.post) == ("north", "main", "street", "")
    assert canonical_name("street").base == "street"


@given(st.text(max_size=80))
def test_any_text_is_read_and_its_key_is_stable(text: str) -> None:
    key = street_key(text)
    assert key == key.strip()
    assert all(token for token in tokenise(fold(text)))
    assert "  " not in key


@given(st.sampled_from(["Main St", "N Elm Ave", "VT Route 22A", "St Marys Ln", "3rd St", "Old Post Rd Ext"]))
def test_a_key_is_its_own_key(name: str) -> None:
    assert street_key(street_key(name)) == street_key(name)
