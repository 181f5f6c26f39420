"""When two written street names are one street: compared in the canonical words that locating uses."""

from __future__ import annotations

from functools import lru_cache

from geo_dispatch.locate.normalise import canonical_words, tokenise

__all__ = ["street_key"]


@lru_cache(maxsize=200_000)
def street_key(name: str) -> str:
    """Return what is equal for two writings of one street name.

    Parameters
    ----------
    name
        As written in any source.

    Returns
    -------
    str
        Canonical words, spaces between; "" for a name without any.

    Examples
    --------
    >>> street_key("N. MAIN ST") == street_key("North Main Street")
    True
    >>> street_key("Main St") == street_key("Main Rd")
    False
    """
    return " ".join(canonical_words(tokenise(name)))
