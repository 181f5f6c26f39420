"""A server that asks who somebody is, and clients of many kinds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from geo_dispatch.app import create_app
from geo_dispatch.config import Settings
from geo_dispatch.service.access_desk import AccessDesk
from tests.live.quick_hashes import quick_hashes

PASSWORD = "a heron over the marsh"
OTHER = "three grey wharves at noon"
REMOTE = ("192.0.2.7", 50000)
LOCAL = ("127.0.0.1", 50000)
HERE = "http://127.0.0.1:8000"


@contextmanager
def guarded_app(town: Path, folder: Path, **settings: object) -> Iterator[FastAPI]:
    """Yield an application with a live store of its own, which asks everybody unless told otherwise."""
    told = {"sign_in": "on", "trusted_hosts": (), "state": f"sqlite:///{folder / 'live.sqlite'}", **settings}
    with quick_hashes():
        app = create_app(Settings(town=str(town), **told))
        yield app
        if app.state.desk is not None:
            app.state.desk.stop()


def accounts_of(app: FastAPI) -> AccessDesk:
    return app.state.access.desk


def client_of(app: FastAPI, *, at: tuple[str, int] = REMOTE, base: str = HERE) -> TestClient:
    """Return a client as a browser would be one: with cookies of its own."""
    return TestClient(app, base_url=base, client=at)


def add_account(app: FastAPI, role: str, name: str = "", *, must_change: bool = False) -> str:
    accounts_of(app).accounts.add(name or role, role, PASSWORD, must_change=must_change, actor=None)
    return name or role


def signed_in(app: FastAPI, name: str, **more: object) -> TestClient:
    """Return a client that is signed in, and sends what pages send."""
    client = client_of(app, **more)
    answer = client.post("/v1/session", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers["x-csrf-token"] = answer.json()["csrf"]
    return client


def keyed(app: FastAPI, role: str) -> TestClient:
    """Return a client with a key of a role; of the public: without."""
    client = client_of(app)
    if role != "public":
        _, key = accounts_of(app).keys.add(role, role, expires=None, actor=None)
        client.headers["authorization"] = f"Bearer {key}"
    return client


def routes_of(app: FastAPI) -> list[tuple[str, APIRoute]]:
    """Return every route that the guard stands before, with each of its methods."""
    found, left = [], list(app.routes)
    while left:
        route = left.pop()
        if isinstance(route, APIRoute):
            found += [(method, route) for method in sorted(route.methods)]
        elif hasattr(route, "original_router"):
            left += route.original_router.routes
    return sorted(found, key=lambda row: (row[1].path, row[0]))
