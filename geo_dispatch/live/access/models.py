"""Accounts, keys, and who asks: frozen, without any secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from geo_dispatch.live.access.roles import ADMINISTRATOR, PUBLIC, get_role

__all__ = ["Account", "ApiKey", "Who", "machine", "open_door", "public"]

Via = Literal["public", "session", "key", "machine", "open"]


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in; moments as the store keeps them."""

    name: str
    role: str
    must_change: bool
    disabled: bool
    created_at: str
    created_by: str | None
    password_at: str
    signed_in_at: str | None
    locked_until: str | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a program; the key itself is nowhere."""

    key_id: str
    name: str
    role: str
    created_at: str
    created_by: str | None
    expires_at: str | None
    used_at: str | None
    previous_until: str | None
    revoked_at: str | None


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks, and what they may do.

    ``via`` is how that is known: ``session`` (a person signed in), ``key`` (a program), ``machine`` (a program of the server's own machine), ``open`` (the
    server asks nobody), ``public`` (nobody knows). ``session`` is the hash of the session's token, or of the key's secret.
    """

    name: str
    role: str
    via: Via
    may: frozenset[str] = field(default_factory=frozenset)
    must_change: bool = False
    session: str = ""
    csrf: str = ""
    until: str | None = None

    def actor(self, desk: str | None) -> str | None:
        """Return what the record calls them, with the desk they say they are at.

        Parameters
        ----------
        desk
            As told; None when not told.

        Returns
        -------
        str or None
            The desk alone where nobody is asked who they are.

        Examples
        --------
        >>> Who("silva", "dispatcher", "session").actor("Desk 1")
        'silva @ Desk 1'
        """
        if self.via in ("open", "public"):
            return desk
        return self.name if desk is None else f"{self.name} @ {desk}"


def public() -> Who:
    """Return whoever nobody knows."""
    return Who("the public", PUBLIC, "public", get_role(PUBLIC).may)


def machine() -> Who:
    """Return a program of the server's own machine."""
    return Who("this machine", ADMINISTRATOR, "machine", get_role(ADMINISTRATOR).may)


def open_door() -> Who:
    """Return whoever asks a server that asks nobody who they are."""
    return Who("anybody", ADMINISTRATOR, "open", get_role(ADMINISTRATOR).may)
