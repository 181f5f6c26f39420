"""The tables of words and figures: what YAML can silently make of them."""

from __future__ import annotations

from dataclasses import fields

import pytest

from geo_dispatch.locate.tables import load_model, load_words


def words_in(value: object) -> list[object]:
    if isinstance(value, dict):
        return [word for pair in value.items() for part in pair for word in words_in(part)]
    if isinstance(value, list | tuple | frozenset):
        return [word for part in value for word in words_in(part)]
    return [value]


def test_every_word_is_text_and_no_yes_or_no_was_taken_for_a_truth_value() -> None:
    words = load_words()
    for field in fields(words):
        for word in words_in(getattr(words, field.name)):
            assert isinstance(word, str | int | float), (field.name, word)
            assert not isinstance(word, bool), (field.name, word)
    assert {"off", "on", "no", "yes"} <= words.everyday
    assert "off" in words.joiners


def test_forms_lead_to_the_full_form_and_stay_there() -> None:
    words = load_words()
    for table in (words.street_types, words.directions):
        assert all(table[full] == full for full in table.values())
        assert all(form == form.casefold() for form in table)


def test_figures_are_in_bounds_and_rise() -> None:
    model = load_model()
    points = model.known_by_similarity
    assert list(points) == sorted(points)
    assert all(0 <= known <= 0.99 for _, known in points)
    assert [known for _, known in points] == sorted(known for _, known in points)
    for table in (model.known_limits, model.interpolated_known, model.name_kinds, model.spotted_known):
        assert all(0 < value <= 1 for value in table.values())
    assert all(radius > 0 for radius in model.radius90_m.values())


@pytest.mark.parametrize(
    ("similarity", "low", "high"), [(1.0, 0.97, 0.99), (0.9, 0.85, 0.95), (0.7, 0.2, 0.5), (0.5, 0.0, 0.0)]
)
def test_known_falls_with_similarity(similarity: float, low: float, high: float) -> None:
    assert low <= load_model().known(similarity) <= high
