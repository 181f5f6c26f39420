"""A client of the HTTP API over the small town."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from geo_dispatch.app import create_app
from geo_dispatch.config import Settings
from tests.cli.towns_on_disk import write_tiny_town


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_town(tmp_path_factory.mktemp("towns") / "tinyport.gpkg")


@pytest.fixture(scope="session")
def app(tiny_file: Path, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    state = f"sqlite:///{tmp_path_factory.mktemp('state') / 'live.sqlite'}"
    limits = {"max_matrix_pairs": 2000, "max_text_length": 200, "max_body_bytes": 20_000}
    return create_app(Settings(town=str(tiny_file), state=state, **limits))


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as opened:
        for _ in range(200):
            if opened.get("/readyz").status_code == 200:
                break
            time.sleep(0.05)
        yield opened
