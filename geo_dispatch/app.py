"""The composition root of the server: settings in, one application over one town out."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from geo_dispatch import __version__
from geo_dispatch.api.access import Access, AccessGuard
from geo_dispatch.api.coverage_routes import make_coverage_router
from geo_dispatch.api.desk_routes import make_desk_router
from geo_dispatch.api.docs import install_docs
from geo_dispatch.api.errors import install_error_handlers
from geo_dispatch.api.guards import BodyGuard, FaultGuard, HostGuard, OriginGuard, SecurityHeaders
from geo_dispatch.api.job_routes import make_job_router
from geo_dispatch.api.live_routes import make_live_router
from geo_dispatch.api.metrics import Metrics, MetricsGuard, make_metrics_router, state_of
from geo_dispatch.api.openapi import install_openapi
from geo_dispatch.api.rates import Rates
from geo_dispatch.api.recommend_routes import make_recommend_router
from geo_dispatch.api.replay_routes import make_replay_router
from geo_dispatch.api.routes import Limits, make_operations_router, make_router
from geo_dispatch.api.session_routes import make_session_router
from geo_dispatch.api.siting_routes import make_siting_router
from geo_dispatch.api.tile_routes import make_tile_router
from geo_dispatch.compile_all import compile_coverage, compile_hierarchy
from geo_dispatch.compiled import keep_compiled
from geo_dispatch.config import SAMPLE, Settings, load_settings
from geo_dispatch.console.pages import install_pages
from geo_dispatch.live.store import LiveStore
from geo_dispatch.progress import Progress
from geo_dispatch.routing import list_profiles
from geo_dispatch.service import Service
from geo_dispatch.service.access_desk import SessionLimits
from geo_dispatch.service.coverage_desk import CoverageDesk
from geo_dispatch.service.desk import TownDesk
from geo_dispatch.service.jobs import JobRunner
from geo_dispatch.service.live_desk import LiveDesk
from geo_dispatch.service.recommend_desk import RecommendDesk
from geo_dispatch.service.recorded import replay_town_of
from geo_dispatch.service.replay_desk import ReplayDesk
from geo_dispatch.service.siting_desk import SitingDesk
from geo_dispatch.service.town_facts import neighbours_of, run_cards_of
from geo_dispatch.town.store import open_town

__all__ = ["create_app"]

_log = logging.getLogger(__name__)

_DESCRIPTION = """Turns a caller's words into a place, and a place into a route over the town's real roads.

Positions are longitude, latitude in degrees (EPSG:4326); geometry is GeoJSON (RFC 7946); lengths are metres, times seconds.
Failures are problem documents (RFC 9457). The command line's `--json` gives the same documents.
"""


class _LogProgress:
    """Progress that goes to the log."""

    def stage(self, name: str, *, total: int | None = None) -> None:
        _log.info("%s", name)

    def advance(self, count: int = 1) -> None:
        """Ignore it: a log needs no bar."""

    def note(self, message: str) -> None:
        _log.warning("%s", message)


def create_app(settings: Settings | None = None, *, progress: Progress | None = None) -> FastAPI:
    """Open the town and make the application that answers for it.

    Parameters
    ----------
    settings
        Which town, and the limits; from the environment when None.
    progress
        Told when the town's index must be made again; the log when None.

    Returns
    -------
    fastapi.FastAPI
        Ready to be served by any ASGI server: ``uvicorn --factory geo_dispatch.app:create_app``.

    Raises
    ------
    SourceFileError
        If there is no such town file.
    TownFileError
        If the town file can't be read.
    InputError
        If the live store's address can't be used.
    StoreFormatError
        If the live store is of a newer program, of another town, or none.
    RunCardError
        If the town's run cards can't be used.
    """
    settings = settings or load_settings()
    compiled_dir = settings.compiled_dir
    keep_compiled(lambda: compiled_dir)
    path = settings.sample_file if settings.town == SAMPLE else Path(settings.town)
    began = time.perf_counter()
    service = Service(open_town(path, progress=progress or _LogProgress()), file=path)
    _log.info("%s is open after %.2f s", path, time.perf_counter() - began)
    return _application(service, settings, _live_desk(service, settings))


def _live_desk(service: Service, settings: Settings) -> LiveDesk | None:
    """Open the live store, if there is to be one."""
    address = settings.state_url
    if address is None:
        return None
    store = LiveStore(address)
    desk = LiveDesk(service, store)
    desk.open()
    _log.info("the live store %s is %s", store.name, desk.state.status)
    return desk


def _access(settings: Settings, desk: LiveDesk | None) -> Access:
    """Make what asks who somebody is: by the accounts of the live store, where there is one."""
    rates = {
        "questions": Rates(settings.questions_per_minute, "questions"),
        "sign_ins": Rates(settings.sign_ins_per_minute, "passwords"),
    }
    if desk is None:
        return Access(None, settings.asked, rates)
    limits = SessionLimits(idle_s=settings.session_idle_h * 3600, longest_s=settings.session_longest_h * 3600)
    return Access(desk.access(limits), settings.asked, rates)


def _unkept(service: Service) -> RecommendDesk:
    """Make what recommends without a live store."""
    return RecommendDesk(service, run_cards=run_cards_of(service.town), neighbours=neighbours_of(service.town))


def _warm(service: Service, public: TownDesk, warmed: threading.Event, closing: threading.Event) -> None:
    """Load what the first question would wait for, while the port is open already; then what makes later ones quicker."""
    began = time.perf_counter()
    try:
        service.warm()
        public.warm()
    except Exception:
        _log.exception("the first questions failed")
        return
    _keep_loaded()
    warmed.set()
    _log.info("ready after %.2f s more", time.perf_counter() - began)
    for step in (partial(_quicken, service), compile_coverage):
        if closing.is_set():
            return
        try:
            step()
        except Exception:
            _log.exception("compiling ahead failed: calls are searched plainly, and the first study compiles")
    _keep_loaded()
    _log.info("compiled ahead after %.2f s", time.perf_counter() - began)


def _keep_loaded() -> None:
    """Take what is loaded out of the search for garbage: going through a town's objects stops the server again and again."""
    gc.collect()
    gc.freeze()


def _quicken(service: Service) -> None:
    """Have the town's vehicles searched by hierarchies, once those are compiled: no call waits for that."""
    if service.router.engines.may_pay:
        compile_hierarchy()
        service.make_hierarchies()


def _application(service: Service, settings: Settings, desk: LiveDesk | None) -> FastAPI:
    warmed, closing = threading.Event(), threading.Event()
    access = _access(settings, desk)
    public = TownDesk(service)
    jobs = JobRunner()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        _log.info("answering for %s", service.town.meta.name)
        warming = threading.Thread(target=_warm, args=(service, public, warmed, closing), name="warm", daemon=True)
        warming.start()
        if desk is not None:
            desk.start()
        yield
        closing.set()
        jobs.close()
        if desk is not None:
            desk.stop()
        warming.join(timeout=10)
        service.router.engines.stop()
        gc.unfreeze()
        _log.info("closing")

    app = FastAPI(
        title="geo-dispatch",
        version=__version__,
        summary=f"Where is it, and how do we get there: {service.town.meta.name}",
        description=_DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_tags=[
            {"name": "places", "description": "From words to places, and back"},
            {"name": "routes", "description": "Ways and travel times over the roads"},
            {"name": "planning", "description": "Who is reached in how many minutes, and what would change that"},
            {"name": "map", "description": "The base map: vector tiles of the town's own data, and styles"},
            {"name": "desk", "description": "Questions of the public: offices, hours, events, who handles what"},
            {
                "name": "live",
                "description": "Units, incidents and closures as they are now, and the record of every change",
            },
            {"name": "session", "description": "Who is signed in, and what they may do"},
            {"name": "operations", "description": "For whoever runs the service"},
        ],
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(AccessGuard(access))],
    )
    limits = Limits(settings.max_text_length, settings.max_matrix_pairs, settings.max_places)
    app.include_router(make_router(service, limits))
    app.include_router(make_desk_router(service, public, max_text_length=settings.max_text_length))
    app.include_router(make_tile_router(service))
    app.include_router(make_coverage_router(CoverageDesk(service), jobs))
    app.include_router(make_replay_router(ReplayDesk(lambda: replay_town_of(service)), jobs))
    app.include_router(make_siting_router(SitingDesk(service), jobs))
    app.include_router(make_job_router(jobs))
    app.include_router(make_session_router(access))
    if desk is not None:
        app.include_router(make_live_router(desk, access, max_text_length=settings.max_text_length))
    recommending = _unkept(service) if desk is None else desk.recommend
    app.include_router(make_recommend_router(recommending, max_text_length=settings.max_text_length))
    state = (lambda: None) if desk is None else (lambda: desk.state)
    app.include_router(make_operations_router(service, is_ready=warmed.is_set, store_state=state))
    metrics = Metrics(lambda: state_of(service, is_ready=warmed.is_set, store_state=state))
    app.include_router(make_metrics_router(metrics))
    install_docs(app)
    install_pages(app)
    install_openapi(app, profiles=list_profiles(), max_text_length=settings.max_text_length, asked=settings.asked)
    install_error_handlers(app)
    _guard(app, settings, metrics)
    app.state.service = service
    app.state.desk = desk
    app.state.jobs = jobs
    app.state.access = access
    return app


def _guard(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Put the guards before the routes; the last one added is asked first."""
    app.add_middleware(FaultGuard)
    app.add_middleware(BodyGuard, max_body_bytes=settings.max_body_bytes)
    app.add_middleware(OriginGuard, origins=settings.cors_origins)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type"],
        )
    app.add_middleware(HostGuard, names=settings.own_names)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(MetricsGuard, metrics=metrics)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
