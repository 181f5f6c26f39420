"""Requests and answers of sign-in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = ["PasswordRequest", "RoleOut", "SessionQuery", "SessionResponse", "SignInRequest"]

_Secret = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=1000)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignInRequest(_Request):
    """A name and its password."""

    name: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=100)] = Field(
        description="Of the account."
    )
    password: _Secret = Field(description="As typed.")


class PasswordRequest(_Request):
    """The present password and the new one."""

    old: _Secret = Field(description="The present password.")
    new: _Secret = Field(description="From now on; 12 to 256 characters, none that is tried first.")


class SessionQuery(_Request):
    """Which sessions end."""

    everywhere: bool = Field(False, description="All sessions of the account.")


class RoleOut(BaseModel):
    """A role, what people call it, and what it may do."""

    role: str = Field(description="As accounts and keys have it.")
    name: str = Field(description="As people call it.")
    capabilities: list[str] = Field(description="What it may do.")


class SessionResponse(BaseModel):
    """Who asks, and what they may do."""

    state: Literal["in", "out", "off"] = Field(
        description="`in`: somebody is known; `out`: nobody is; `off`: this server asks nobody who they are."
    )
    name: str | None = Field(description="Of the account, or of the key; null when nobody is known.")
    role: str = Field(description="The role that holds now.")
    via: Literal["public", "session", "key", "machine", "open"] = Field(
        description="How that is known: a session, a key, or as a program of the server's own machine."
    )
    capabilities: list[str] = Field(description="What that role may do.")
    must_change: bool = Field(description="The password is good for nothing but to be changed.")
    until: str | None = Field(description="When the session ends at the latest.")
    csrf: str | None = Field(description="To be sent as X-CSRF-Token with every change made in this session.")
    can_sign_in: bool = Field(description="Whether there are accounts: not without a live store.")
    roles: list[RoleOut] = Field(description="Every role that can be given.")
