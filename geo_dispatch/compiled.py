"""Compiling with numba, in one way for all of the program, and where compiled code is kept.

Compiled functions are kept in numba's cache, so that only the first run after an installation compiles
(`geo_dispatch.compile_all` does so ahead). That cache does not see changes in other modules: a compiled function should call compiled
functions of its own module only.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

__all__ = ["compiled", "keep_compiled"]

P = ParamSpec("P")
R = TypeVar("R")

_FOLDER = "NUMBA_CACHE_DIR"


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function at its first call; it lets other threads run meanwhile.

    Parameters
    ----------
    function
        Of arrays and numbers only.

    Returns
    -------
    Callable
        The same, compiled.
    """
    import numba

    try:
        made: Callable[P, R] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder can hold the cache: compiled anew by each process
        made = numba.njit(nogil=True)(function)
    return made


def keep_compiled(folder: Callable[[], Path], *, program: Path = Path(__file__).parent) -> None:
    """Have numba keep what it compiles in a folder, where it can't lie beside the program; here and in processes started from now on.

    Functions of modules that are imported already stay where they are. ``NUMBA_CACHE_DIR`` in the environment wins.

    Parameters
    ----------
    folder
        Tells the folder, when it is needed; made when the first function is kept there. Where it can't be, numba takes its own folder
        among the user's caches.
    program
        Folder of the program.
    """
    if os.environ.get(_FOLDER) or _can_write(program):
        return
    os.environ[_FOLDER] = str(folder())
    numba_config = sys.modules.get("numba.core.config")
    if numba_config is not None:  # it has read the environment already
        numba_config.CACHE_DIR = os.environ[_FOLDER]  # type: ignore[attr-defined]


def _can_write(folder: Path) -> bool:
    """Try it, as numba does: modes say nothing to root, nor on a disk that is read only."""
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True
