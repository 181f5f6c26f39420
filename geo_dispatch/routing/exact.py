"""Seconds whose sums are exact.

Every engine adds the same seconds in another order. Rounded to 2^-32 s (a quarter of a nanosecond), sums below 2^21 s (24 days) are
exact in double precision whatever the order, so that all engines give the same times, bit for bit.

References
----------
Goldberg 1991, "What every computer scientist should know about floating-point arithmetic", doi 10.1145/103162.103163.
"""

from __future__ import annotations

import numpy as np

from geo_dispatch.geometry import FloatArray

__all__ = ["exact_s"]

_PARTS = 2.0**32


def exact_s(seconds: FloatArray) -> FloatArray:
    """Round seconds to parts whose sums are exact.

    Parameters
    ----------
    seconds
        Of any shape; inf stays.

    Returns
    -------
    ndarray
        The nearest multiples of 2^-32 s.

    >>> import numpy as np
    >>> parts = exact_s(np.array([0.1, 0.2, 0.3]))
    >>> bool(parts[0] + (parts[1] + parts[2]) == (parts[0] + parts[1]) + parts[2])
    True
    """
    rounded: FloatArray = np.rint(seconds * _PARTS) / _PARTS
    return rounded
