"""Settings: bounded, described, documented, and read only when asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from geo_dispatch.config import ENV_PREFIX, Settings, default_cache_dir, load_settings
from geo_dispatch.errors import InputError

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented_and_no_other():
    documented = set(re.findall(rf"^\| `{ENV_PREFIX}(\w+)`", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_documented_defaults_are_the_defaults(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(ENV_PREFIX + name.upper(), raising=False)
    settings = Settings()
    rows = re.findall(rf"^\| `{ENV_PREFIX}(\w+)` \| `([^`]*)` ", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) >= 10
    for name, default in rows:
        value = getattr(settings, name.lower())
        shown = (
            ",".join(value) if isinstance(value, tuple) else f"{value:g}" if isinstance(value, float) else str(value)
        )
        assert shown == default, name


def test_every_setting_is_described():
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "http"),
        ("RETRIES", "-1"),
        ("TIMEOUT_S", "0"),
        ("TIMEOUT_S", "nan"),
        ("LOG_LEVEL", "loud"),
        ("NOMINATIM_URL", "nominatim.example.org"),
        ("OVERPASS_URLS", " , "),
        ("MAX_TEXT_LENGTH", "1"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "https://maps.example/page"),
    ],
)
def test_a_wrong_variable_is_named(name, value, monkeypatch):
    monkeypatch.setenv(ENV_PREFIX + name, value)
    with pytest.raises(InputError, match=ENV_PREFIX + name) as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_overpass_urls_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("GEO_DISPATCH_OVERPASS_URLS", "http://a.example/api, http://b.example/api,")
    assert load_settings().overpass_urls == ("http://a.example/api", "http://b.example/api")


def test_an_empty_variable_is_as_good_as_none(monkeypatch):
    monkeypatch.setenv("GEO_DISPATCH_CACHE_DIR", "")
    monkeypatch.setenv("GEO_DISPATCH_HOST", "")
    assert load_settings().cache_dir == default_cache_dir()
    assert load_settings().host == "127.0.0.1"


def test_the_cache_folder_may_be_given_from_home(monkeypatch):
    monkeypatch.setenv("GEO_DISPATCH_CACHE_DIR", "~/towns")
    assert load_settings().sample_file == Path.home() / "towns" / "towns" / "sample.gpkg"


def test_settings_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1  # type: ignore[misc]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="XDG is of Linux and the BSDs")
def test_cache_folder_follows_xdg(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_dir() == tmp_path / "geo-dispatch"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_cache_dir() == Path.home() / ".cache" / "geo-dispatch"


def test_nothing_is_read_at_import():
    environment = {**os.environ, "GEO_DISPATCH_PORT": "nonsense"}
    done = subprocess.run(
        [sys.executable, "-c", "import geo_dispatch.config, geo_dispatch.cli.main"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
