"""Compiling with numba, once for all functions of the hierarchy.

Compiled functions are kept in numba's cache, so that only the first run after an installation compiles. That cache does not see
changes in other modules: a compiled function calls compiled functions of its own module only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

__all__ = ["compiled"]

P = ParamSpec("P")
R = TypeVar("R")


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
    try:
        made: Callable[P, R] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder can hold the cache: compiled anew by each process
        made = numba.njit(nogil=True)(function)
    return made
