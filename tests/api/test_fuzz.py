"""Requests made up from the OpenAPI description, right and wrong ones: every answer must be one it describes."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode


@pytest.fixture(scope="module")
def description(app):
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/locate"),
        ("GET", "/v1/reverse"),
        ("GET", "/v1/places"),
        ("POST", "/v1/route"),
        ("POST", "/v1/matrix"),
    ],
)
def test_answers_are_as_described(description, method, path, mode):
    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=description[path][method].as_strategy(generation_mode=mode))
    def ask(case):
        response = case.call()
        if response.status_code != 413:  # what is too large is refused unread, right or wrong
            case.validate_response(response)

    ask()
