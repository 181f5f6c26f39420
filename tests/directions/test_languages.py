"""Every language says everything, in every voice, with everything that is known."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from geo_dispatch.data_tables import load_table
from geo_dispatch.directions import get_language, list_languages
from geo_dispatch.directions.wording import say, template_fields
from geo_dispatch.errors import InputError

VOICES = ("public", "radio", "screen")
OTHERS = [code for code in list_languages() if code != "en"]


def table(code: str) -> dict[str, Any]:
    return load_table("geo_dispatch.directions.languages", code)


def shape(value: Any) -> Any:
    """Return the keys of a table, down to its leaves."""
    return {key: shape(one) for key, one in value.items()} if isinstance(value, dict) else None


def test_english_and_portuguese_are_there() -> None:
    assert {"en", "pt"} <= set(list_languages())


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("group", ["voices", "then", "where", "distances", "compass", "sides"])
def test_a_language_has_every_key_of_english_and_no_other(code: str, group: str) -> None:
    assert shape(table(code)[group]) == shape(table("en")[group])


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("group", ["roads", "things"])
def test_a_language_has_every_noun_of_english_and_no_other(code: str, group: str) -> None:
    assert table(code)[group].keys() == table("en")[group].keys()
    for key, row in table(code)[group].items():
        assert ("{name}" in row["text"]) == ("{name}" in table("en")[group][key]["text"]), key


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_the_tables_of_english_and_as_many_ordinals(code: str) -> None:
    assert table(code).keys() == table("en").keys()
    assert len(table(code)["ordinals"]) == len(table("en")["ordinals"])


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("code", OTHERS)
def test_a_language_uses_every_field_that_english_uses(code: str, voice: str) -> None:
    for kind, templates in table("en")["voices"][voice].items():
        assert template_fields(table(code)["voices"][voice][kind]) == template_fields(templates), kind


@pytest.mark.parametrize("code", list_languages())
def test_every_voice_has_the_same_keys(code: str) -> None:
    voices = table(code)["voices"]
    assert set(voices) == set(VOICES)
    assert voices["public"].keys() == voices["radio"].keys() == voices["screen"].keys()


@pytest.mark.parametrize("code", list_languages())
def test_every_form_in_a_template_is_there_for_every_gender(code: str) -> None:
    forms = table(code)["forms"]
    for voice in VOICES:
        for kind, templates in table(code)["voices"][voice].items():
            used = re.findall(r"\{\w+:(\w+)\}", " ".join(templates))
            assert set(used) <= forms.keys(), kind
    genders = {row["gender"] for group in ("roads", "things") for row in table(code)[group].values() if "gender" in row}
    for form, by in forms.items():
        assert genders | set(table(code)["genders"].values()) <= by.keys(), form


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("code", list_languages())
def test_least_is_enough_for_every_manoeuvre(code: str, voice: Any) -> None:
    language = get_language(code)
    least = {"street": language.proper("Elm Street"), "compass": "x", "ordinal": "y"}
    for kind in table(code)["voices"][voice]:
        if kind not in (
            "distance",
            "distance_long",
            "becoming",
            "passing",
            "crossing",
            "entering",
            "then",
            "dead_end",
            "too_far",
        ):
            text = say(language, voice, kind, least if not kind.startswith(("notes", "end")) else {})
            assert "{" not in text
            assert "[" not in text


@pytest.mark.parametrize("code", list_languages())
def test_no_key_is_read_as_anything_but_text(code: str) -> None:
    # `on:` unquoted is true to YAML 1.1
    def keys(value: Any) -> list[Any]:
        return [*value, *(key for one in value.values() for key in keys(one))] if isinstance(value, dict) else []

    assert all(isinstance(key, str) for key in keys(yaml.safe_load(yaml.safe_dump(table(code)))))


def test_unknown_language_names_those_there_are() -> None:
    with pytest.raises(
        InputError, match=r"no directions in the language 'xx': give one of en \(English\), pt \(Portug"
    ):
        get_language("xx")


@pytest.mark.parametrize(
    ("name", "form", "said"),
    [
        ("Elm Street", "on", "na Elm Street"),
        ("Memorial Boulevard (PW 6)", "by", "pelo Memorial Boulevard (PW 6)"),
        ("Route 88", "to", "à Route 88"),
        ("Coastal Trail", "of", "do Coastal Trail"),
        ("", "the", "a "),
    ],
)
def test_portuguese_nouns_bend(name: str, form: str, said: str) -> None:
    assert format(get_language("pt").proper(name), form) == said
    assert format(get_language("en").proper(name), form) == name


@pytest.mark.parametrize(
    ("code", "units", "metres", "said"),
    [
        ("en", "us", 650, "0.4 mi"),
        ("en", "metric", 650, "650 m"),
        ("pt", "us", 650, "0,4 mi"),
        ("pt", "us", 60, "200 pés"),
        ("pt", "metric", 2345, "2,3 km"),
        ("pt", "us", 20_000, "12 mi"),
    ],
)
def test_distances(code: str, units: Any, metres: float, said: str) -> None:
    assert get_language(code).distance(metres, units) == said


def test_a_thing_is_said_by_its_name_or_its_kind() -> None:
    portuguese, english = get_language("pt"), get_language("en")
    assert format(portuguese.thing("church"), "to") == "à igreja"
    assert format(portuguese.thing("church", "Old Chapel"), "to") == "à Old Chapel"
    assert format(portuguese.thing("supermarket", "Corner Market"), "to") == "ao Corner Market"
    assert format(portuguese.thing("town_line", "Tiverton"), "to") == "ao limite de Tiverton"
    assert english.thing("town_line", "Tiverton") == "the Tiverton line"
    assert english.thing("unheard_of") is None
    assert english.thing("unheard_of", "Big Rock") == "Big Rock"
