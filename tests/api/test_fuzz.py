"""Requests made up from the OpenAPI description, right and wrong ones: every answer must be one it describes."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance


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


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/units"),
        ("POST", "/v1/units"),
        ("GET", "/v1/units/{unit_id}"),
        ("PATCH", "/v1/units/{unit_id}"),
        ("PUT", "/v1/units/{unit_id}/status"),
        ("PUT", "/v1/units/{unit_id}/position"),
        ("GET", "/v1/incidents"),
        ("POST", "/v1/incidents"),
        ("GET", "/v1/incidents/{incident_id}"),
        ("PATCH", "/v1/incidents/{incident_id}"),
        ("POST", "/v1/incidents/{incident_id}/assign"),
        ("POST", "/v1/incidents/{incident_id}/release"),
        ("GET", "/v1/closures"),
        ("POST", "/v1/closures"),
        ("POST", "/v1/closures/preview"),
        ("GET", "/v1/closures/{closure_id}"),
        ("PATCH", "/v1/closures/{closure_id}"),
        ("DELETE", "/v1/closures/{closure_id}"),
        ("GET", "/v1/audit"),
        ("GET", "/v1/run-cards/selected"),
    ],
)
def test_answers_of_the_live_store_are_as_described(description, method, path, mode):
    """What is well formed may still be refused with 422: a capability nobody asks for, a time in the future."""

    @settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=description[path][method].as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    ask()


def test_the_record_is_sound_after_all_that(app):
    app.state.desk.verify()
