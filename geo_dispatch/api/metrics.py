"""What the server tells of itself at /metrics, in Prometheus' text format: how much is asked, how fast it answers, and what state it is in.

Nothing of what callers say is in it: requests are told apart by the pattern of their address, never by the address.

References
----------
Prometheus text exposition format 0.0.4, by the package ``prometheus-client``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo_dispatch import __version__
from geo_dispatch.api.openapi import OPERATIONAL, problem_answers
from geo_dispatch.live.feed import StoreState
from geo_dispatch.service import Service

__all__ = ["Metrics", "MetricsGuard", "make_metrics_router"]

_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_NO_ROUTE = "(other)"


class Metrics:
    """Counts what one application answers.

    Parameters
    ----------
    state
        Tells the gauges of the moment, name to value; asked for each look at /metrics. A name with labels is written as in the format:
        ``town_info{town="Brantport"}`` is given as ``("town_info", (("town", "Brantport"),))``.
    """

    def __init__(self, state: Callable[[], Mapping[tuple[str, tuple[tuple[str, str], ...]], float]]) -> None:
        self._registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        self._registry.register(_State(state))
        self._requests = Counter(
            "geo_dispatch_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "geo_dispatch_request_seconds",
            "Seconds until an answer began.",
            ("method", "route"),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer.

        Parameters
        ----------
        method, route
            HTTP method, and the pattern of the address.
        status
            HTTP status.
        seconds
            Until the answer began.
        """
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """Return everything in the text format."""
        return generate_latest(self._registry)


class _State(Collector):
    """Gauges that are asked for when somebody looks."""

    def __init__(self, state: Callable[[], Mapping[tuple[str, tuple[tuple[str, str], ...]], float]]) -> None:
        self._state = state

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing beforehand, so that registering asks for nothing."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield what holds now."""
        for (name, labels), value in self._state().items():
            family = GaugeMetricFamily(
                f"geo_dispatch_{name}", name.replace("_", " "), labels=[label for label, _ in labels]
            )
            family.add_metric([text for _, text in labels], value)
            yield family


class MetricsGuard:
    """Count every answer, refusals of the other guards among them.

    Parameters
    ----------
    app
        What answers.
    metrics
        Keeps the counts.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request on, and count its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def send_counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", _NO_ROUTE)
                method = scope["method"] if scope["method"] in _METHODS else "(other)"
                self._metrics.count(method, route, message["status"], time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, send_counting)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def state_of(
    service: Service, *, is_ready: Callable[[], bool], store_state: Callable[[], StoreState | None]
) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return the gauges of a service.

    Parameters
    ----------
    service
        Whose town is shown.
    is_ready
        Tells whether questions are answered at full speed.
    store_state
        Tells whether the live store can be used; None without one.

    Returns
    -------
    dict
        As `Metrics` takes them: 1 for yes, 0 for no; the store's is left out where there is none.
    """
    meta, network = service.town.meta, service.town.network
    told: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {
        ("info", (("version", __version__),)): 1.0,
        ("town_info", (("town", meta.name), ("built_at", str(meta.built_at)))): 1.0,
        ("ready", ()): float(is_ready()),
        ("road_segments", ()): float(network.segment_count),
        **_engines_of(service),
    }
    store = store_state()
    if store is not None:
        told["store_usable", ()] = float(store.status == "ok")
    return told


def _engines_of(service: Service) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return how roads are searched: hierarchies made, waiting, and refused as not paying."""
    state = service.router.engines.state
    return {
        ("hierarchies", ()): float(state.hierarchies),
        ("hierarchies_waiting", ()): float(state.waiting),
        ("hierarchies_refused", ()): float(state.refused),
        ("hierarchy_shortcuts", ()): float(state.shortcuts),
        ("hierarchy_fill_ratio", ()): round(state.fill, 3),
        ("hierarchy_making_seconds", ()): round(state.seconds, 3),
    }


def make_metrics_router(metrics: Metrics) -> APIRouter:
    """Make /metrics.

    Parameters
    ----------
    metrics
        Shown.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(tags=["operations"])
    answers: dict[int | str, dict[str, Any]] = {
        200: {"description": "Prometheus' text format 0.0.4", "content": {"text/plain": {"schema": {"type": "string"}}}}
    }

    @router.get(
        "/metrics",
        summary="How much is asked, and how fast is it answered?",
        operation_id="metrics",
        response_class=Response,
        responses={**answers, **problem_answers(OPERATIONAL)},
    )
    def show() -> Response:
        """Tell counts and times by route, and the state of town and store; nothing of what callers say."""
        return Response(metrics.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return router
