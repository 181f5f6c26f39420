"""Who asks, and whether they may: before every route, by the one table of routes."""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import Depends, Header, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from geo_dispatch.api.access_table import capability_of, limit_of
from geo_dispatch.api.clients import client_address, cookie_name, is_own_program
from geo_dispatch.api.rates import Rates
from geo_dispatch.errors import CsrfError, PasswordDueError, RoleError, SignInError, StoreError
from geo_dispatch.live.access.attempts import address_group
from geo_dispatch.live.access.models import Who, machine, open_door, public
from geo_dispatch.live.access.roles import get_role, roles_with
from geo_dispatch.service.access_desk import AccessDesk

__all__ = ["CSRF_HEADER", "Access", "AccessGuard", "Actor", "check_csrf", "who_asks"]

CSRF_HEADER = "x-csrf-token"
"""Header that a page of ours sends with every change made in a session."""

Asked = Literal["all", "others", "nobody"]
"""Who must say who they are: everybody, everybody but programs of this machine, or nobody."""

_LOOK_EVERY_S = 2.0
_READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Access:
    """How a server asks who somebody is. ``desk`` is None where there is no live store, and so no account."""

    desk: AccessDesk | None
    asked: Asked
    rates: Mapping[str, Rates] = field(default_factory=dict)

    def still_may(self, request: Request, needed: str) -> Callable[[], Awaitable[bool]]:
        """Return what tells, long after a request began, whether its session or key may still do something.

        Parameters
        ----------
        request
            Let in by the guard.
        needed
            The capability.

        Returns
        -------
        collections.abc.Callable
            Looks at most every few seconds; looking is no use of the session.
        """
        who, token = who_asks(request), request.cookies.get(cookie_name(request.scope), "")
        key = request.headers.get("authorization", "").partition(" ")[2].strip()
        looked = [time.monotonic()]

        async def may() -> bool:
            desk = self.desk
            if desk is None or who.via not in ("session", "key") or time.monotonic() - looked[0] < _LOOK_EVERY_S:
                return True
            find, secret = (desk.find_session, token) if who.via == "session" else (desk.find_key, key)
            try:
                found = await run_in_threadpool(find, secret, touch=False)
            except StoreError:
                return True  # what was seen last goes on, as everywhere
            looked[0] = time.monotonic()
            return found is not None and needed in found.may

        return may


class AccessGuard:
    """Find who asks, and refuse what they may not; runs before each route, as a dependency of the whole application.

    Parameters
    ----------
    access
        How the server asks.
    """

    def __init__(self, access: Access) -> None:
        self.access = access

    async def __call__(self, request: Request) -> None:
        """Check one request; who asks is at ``request.state.who`` from here on.

        Parameters
        ----------
        request
            Its route is found already.

        Raises
        ------
        SignInError
            If nobody is signed in, and the route is not for everybody.
        PasswordDueError
            If the password must be changed first.
        RoleError
            If the role may not do that.
        CsrfError
            If a change in a session was not asked for by a page of this server.
        TooManyError
            If it comes too often.
        """
        route = request.scope["route"]
        described = isinstance(route, APIRoute) and route.include_in_schema
        needed = capability_of(request.method, route.path, described=described)
        who = await self._who(request, strict=needed != "ask")
        request.state.who = who
        self._count(request, route.path, who)
        if needed == "ask":
            return
        if needed not in who.may:
            raise self._refusal(who, needed)
        if who.via == "session" and request.method not in _READING:
            check_csrf(request, who)

    def _count(self, request: Request, path: str, who: Who) -> None:
        """Refuse what comes too often: passwords of everybody, questions of whoever is not known."""
        limit = limit_of(request.method, path)
        if limit is None or who.via in ("open", "machine") or (limit == "questions" and who.via != "public"):
            return
        if limit in self.access.rates:
            self.access.rates[limit].take(address_group(client_address(request.scope)))

    async def _who(self, request: Request, *, strict: bool) -> Who:
        if self.access.asked == "nobody":
            return open_door()
        desk, scope = self.access.desk, request.scope
        bearer = request.headers.get("authorization")
        if bearer is not None:
            return await self._key_holder(bearer)
        token = request.cookies.get(cookie_name(scope))
        if token is not None and desk is not None:
            return await self._session_holder(desk, token, strict=strict)
        return machine() if self.access.asked == "others" and is_own_program(scope) else public()

    @staticmethod
    async def _session_holder(desk: AccessDesk, token: str, *, strict: bool) -> Who:
        try:
            found = await run_in_threadpool(desk.find_session, token)
        except StoreError:
            if strict:
                raise
            return public()  # the public's answers need no store
        if found is None and strict:
            raise SignInError("the session is over: sign in again")
        return found or public()

    async def _key_holder(self, header: str) -> Who:
        scheme, _, key = header.partition(" ")
        desk = self.access.desk
        if scheme.lower() != "bearer" or desk is None:
            raise SignInError(
                "the Authorization header can't be used here: send `Bearer` and a key of this server, or none"
            )
        found = await run_in_threadpool(desk.find_key, key.strip())
        if found is None:
            raise SignInError(
                "the key is none of this server's, revoked, or over: make one with `geo-dispatch key add`"
            )
        return found

    def _refusal(self, who: Who, needed: str) -> Exception:
        roles = list(roles_with(needed))
        told = ", ".join(get_role(role).name for role in roles)
        details = {"capability": needed, "roles": roles}
        if who.must_change:
            return PasswordDueError("the password is good for being changed only: change it first", details=details)
        if who.via != "public":
            return RoleError(f"{get_role(who.role).name} may not do that, but: {told}", details=details)
        if self.access.desk is None:
            reason = (
                "this server has no live store, and so no accounts: start it with --state, or ask from its own machine"
            )
            return SignInError(f"that is for {told}, and {reason}", details=details)
        return SignInError(f"that is for {told}: sign in at /sign-in, or send a key", details=details)


def check_csrf(request: Request, who: Who) -> None:
    """Refuse a change in a session without the token that only pages of this server know.

    Parameters
    ----------
    request
        The change.
    who
        Holds the session.

    Raises
    ------
    CsrfError
        If the token is missing or of another session.
    """
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), who.csrf.encode()):
        raise CsrfError(
            f"the change carries no {CSRF_HEADER} of this session: ask GET /v1/session for it; in a page, load it again"
        )


def who_asks(request: Request) -> Who:
    """Return who asks, as the guard found; whoever nobody knows where there is no guard."""
    found = getattr(request.state, "who", None)
    return found if isinstance(found, Who) else public()


async def _actor(
    request: Request,
    desk: Annotated[
        str | None,
        Header(
            alias="Desk",
            min_length=1,
            max_length=60,
            pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@-]*$",
            description="The desk it is done at, as kept in the record beside who is signed in.",
        ),
    ] = None,
) -> str | None:
    return who_asks(request).actor(desk)


Actor = Annotated[str | None, Depends(_actor)]
"""Who does something, as the record has it."""
