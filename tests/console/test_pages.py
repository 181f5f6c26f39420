"""The built pages over HTTP: their policy, their files, and what is said when they are missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from geo_dispatch.console.pages import PAGES, STATIC, install_pages

WEB = STATIC.parent / "web"


def client(folder: Path) -> TestClient:
    """Return a client of an application of the pages alone."""
    app = FastAPI()
    install_pages(app, folder=folder)
    return TestClient(app)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return a folder as the build makes it."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "console-1a2b.js").write_text("1", encoding="utf-8")
    for name in PAGES.values():
        (tmp_path / f"{name}.html").write_text(f"<!doctype html><title>{name}</title>", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("address", "name"), PAGES.items())
def test_each_page_comes_under_a_policy_that_allows_nothing_inline(built: Path, address: str, name: str) -> None:
    answer = client(built).get(address)
    assert answer.status_code == 200
    assert name in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["cache-control"] == "no-cache"


def test_files_with_a_hash_in_their_name_are_kept_for_ever_and_hold_workers_to_the_policy(built: Path) -> None:
    answer = client(built).get("/assets/console-1a2b.js")
    assert "immutable" in answer.headers["cache-control"]
    assert "connect-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("address", ["/assets/none.js", "/assets/..%2f..%2fpages.py", "/assets/%2e%2e/index.html"])
def test_nothing_else_is_given_out(built: Path, address: str) -> None:
    assert client(built).get(address).status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_pages_that_are_not_built_say_so_and_how_to_build_them(tmp_path: Path, address: str) -> None:
    answer = client(tmp_path / "nothing").get(address)
    assert answer.status_code == 503
    assert "scripts/environment" in answer.text
    assert "/docs" in answer.text


def test_the_lock_names_no_registry() -> None:
    assert "resolved" not in (WEB / "package-lock.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES.values())
def test_the_built_page_holds_no_inline_script_and_only_files_that_exist(name: str) -> None:
    file = STATIC / f"{name}.html"
    if not file.is_file():
        pytest.skip("the pages are not built: scripts/environment builds them where npm's registry can be reached")
    text = file.read_text(encoding="utf-8")
    assert re.search(r"<style|\son\w+=|\sstyle=|<script(?![^>]*\ssrc=)", text) is None
    wanted = re.findall(r'(?:src|href)="(/assets/[^"]+)"', text)
    assert wanted
    assert [path for path in wanted if not (STATIC / path.removeprefix("/")).is_file()] == []
