"""axe-core on a page: from npm's packages of the pages, never from the internet."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
_AXE = ROOT / "geo_dispatch" / "console" / "web" / "node_modules" / "axe-core" / "axe.min.js"
THEMES = ("light", "dark", "contrast")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _source() -> str:
    if not _AXE.is_file():
        pytest.skip("axe-core is absent: scripts/environment installs it where npm's registry can be reached")
    return _AXE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong in a page as it is now, a line each."""
    page.evaluate(f"() => {{ {_source()}; }}")
    options: dict[str, Any] = {"runOnly": {"type": "tag", "values": _RULES}}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]}: {node.get('failureSummary', '')[:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def assert_accessible(page: Page, *, themes: tuple[str, ...] = THEMES) -> None:
    """Fail for every violation in each theme."""
    for theme in themes:
        set_theme(page, theme)
        found = violations(page)
        assert found == [], f"axe-core in the theme {theme}: " + "; ".join(found)


def set_theme(page: Page, theme: str) -> None:
    """Choose a theme as a person does."""
    page.get_by_label("Colours").first.select_option(theme)
    page.wait_for_function("theme => document.documentElement.dataset.theme === theme", arg=theme)
