"""The house numbers that a street has on file, and how to say them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo_dispatch.locate.draft import Finder
from geo_dispatch.locate.match import NameMatch

__all__ = ["describe_numbers", "numbers_on_file"]


def numbers_on_file(
    finder: Finder, match: NameMatch, rows: npt.NDArray[np.int64], town: str | None
) -> npt.NDArray[np.int64]:
    """Return the house numbers on file for a street of one town: those of points, and the ends of ranges.

    Parameters
    ----------
    finder
        The town and its names.
    match
        The street's name.
    rows
        Addresses on it.
    town
        The town; ranges that name another are left out.

    Returns
    -------
    numpy.ndarray
        Rising, shape ``(n,)``.
    """
    numbers = finder.town.table("addresses").numbers("number")[rows].astype(np.int64)
    ranges = finder.town.table("address_ranges")
    ends: list[int] = []
    for row in finder.index.ranges(match.name).tolist():
        place, parity = ranges.text("municipality")[row], ranges.text("parity")[row]
        if place and town and place != town:
            continue
        said = (int(ranges.numbers("number_start")[row]), int(ranges.numbers("number_end")[row]))
        ends += [
            end for end in said if end > 0 and (parity not in ("odd", "even") or (parity == "odd") == bool(end % 2))
        ]
    found: npt.NDArray[np.int64] = np.unique(np.concatenate([numbers[numbers > 0], np.asarray(ends, dtype=np.int64)]))
    return found


def describe_numbers(numbers: npt.NDArray[np.int64]) -> str:
    """Say which numbers a street has, odd and even apart where both sides are numbered.

    Parameters
    ----------
    numbers
        At least one.

    Examples
    --------
    >>> describe_numbers(np.array([7, 10, 18]))
    '7 to 18 (odd 7, even 10 to 18)'
    >>> describe_numbers(np.array([10, 12]))
    '10 to 12, even only'
    """
    odd, even = numbers[numbers % 2 == 1], numbers[numbers % 2 == 0]
    whole = _run(numbers)
    if not len(odd) or not len(even):
        return whole if len(numbers) == 1 else f"{whole}, {'odd' if len(odd) else 'even'} only"
    return f"{whole} (odd {_run(odd)}, even {_run(even)})"


def _run(numbers: npt.NDArray[np.int64]) -> str:
    low, high = int(numbers.min()), int(numbers.max())
    return str(low) if low == high else f"{low} to {high}"
