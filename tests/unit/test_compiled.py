"""Where compiled code is kept, and that nothing is left to compile once everything was compiled ahead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from geo_dispatch import compiled
from tests.cli.towns_on_disk import write_tiny_town
from tests.conftest import REPOSITORY

READ_ONLY = """
import errno, pathlib, sys, tempfile
import geo_dispatch
program = pathlib.Path(geo_dispatch.__file__).parent
true = tempfile.TemporaryFile
def refuse(*args, dir=None, **more):  # a disk that is read only, which neither root nor numba can write
    if dir is not None and program in (pathlib.Path(dir), *pathlib.Path(dir).parents):
        raise OSError(errno.EROFS, "Read-only file system")
    return true(*args, dir=dir, **more)
tempfile.TemporaryFile = refuse
"""

LOW_LINKS = """
import numpy as np
from geo_dispatch.coverage.low_links import low_links
low_links(np.asarray([0, 1, 2]), np.asarray([1, 0]), np.asarray([0, 0]), 1)
"""

STUDIES = """
import sys, pathlib
from geo_dispatch.compile_all import compile_all
compile_all()
def signatures():
    return {
        f"{module.__name__}.{name}": list(map(str, function.signatures))
        for module in list(sys.modules.values()) if module.__name__.startswith("geo_dispatch.")
        for name, function in vars(module).items()
        if getattr(getattr(function, "py_func", None), "__module__", None) == module.__name__
    }
before = signatures()
package = pathlib.Path("geo_dispatch")
sources = {file for file in package.rglob("*.py") if "@compiled\\n" in file.read_text(encoding="utf-8")}
absent = [file for file in sources if ".".join(file.with_suffix("").parts) not in sys.modules]
assert len(sources) > 8 and not absent, absent

from geo_dispatch.coverage import Scenario, Study, every_edge
from geo_dispatch.routing import Router
from geo_dispatch.town.store import open_town
from tests.coverage.conftest import EAST, WEST
from tests.routing.equal_engines import compare_engines
town = open_town(pathlib.Path(sys.argv[1]))
for engine in ("plain", "hierarchy"):
    study = Study(town, Router(town, engine=engine))
    for closures in ((), ("Oak Avenue",)):
        scenario = Scenario(responders=(WEST, EAST), closures=closures)
        study.run(scenario)
        assert every_edge(study, scenario).rows
compare_engines(town, ["ambulance"], queries=60, seed=3)
after = signatures()
assert after == before, {name: (before.get(name), made) for name, made in after.items() if made != before.get(name)}
assert sum(map(bool, before.values())) > 20
"""


def run(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    told = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env={**told, "PYTHONPATH": str(REPOSITORY), **environment},
    )


def test_studies_and_searches_of_a_town_file_compile_nothing_more(tmp_path: Path) -> None:
    done = run(STUDIES, str(write_tiny_town(tmp_path / "tinyport.gpkg")))
    assert done.returncode == 0, done.stderr


def test_the_cache_folder_holds_compiled_code_where_the_program_can_not(tmp_path: Path) -> None:
    command = f"from geo_dispatch.cli.main import run; assert run(['info', {str(tmp_path / 'absent.gpkg')!r}]) == 2"
    for start, folder in ((command, "by-command"), ("from geo_dispatch.app import create_app", "by-server")):
        if folder == "by-server":
            start += (
                f"\ntry: create_app(Settings(town={str(tmp_path / 'absent.gpkg')!r}))\nexcept SourceFileError: pass"
            )
            start = (
                "from geo_dispatch.config import Settings; from geo_dispatch.errors import SourceFileError\n" + start
            )
        caches = {"GEO_DISPATCH_CACHE_DIR": str(tmp_path / folder), "XDG_CACHE_HOME": str(tmp_path / "user")}
        done = run(READ_ONLY + start + LOW_LINKS, **caches)
        assert done.returncode == 0, done.stderr
        kept = [file.name for file in (tmp_path / folder / "compiled").rglob("*.nbi")]
        assert [name.split(".")[0] for name in kept] == ["low_links_kernel"]
    assert not (tmp_path / "user").exists()


def test_where_no_folder_can_be_written_compiling_still_works() -> None:
    nowhere = READ_ONLY.replace("program in", "True or program in") + LOW_LINKS
    done = run(nowhere)
    assert done.returncode == 0, done.stderr


def test_the_environment_and_the_programs_own_folder_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> Path:
        raise AssertionError("the settings were read")

    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    compiled.keep_compiled(never, program=tmp_path)
    assert "NUMBA_CACHE_DIR" not in os.environ
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/elsewhere")
    compiled.keep_compiled(never, program=tmp_path / "absent")
    assert os.environ["NUMBA_CACHE_DIR"] == "/elsewhere"


def test_an_imported_numba_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from numba.core import config

    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.setattr(config, "CACHE_DIR", config.CACHE_DIR)
    compiled.keep_compiled(lambda: tmp_path / "kept", program=tmp_path / "absent")
    assert str(tmp_path / "kept") == config.CACHE_DIR == os.environ["NUMBA_CACHE_DIR"]
