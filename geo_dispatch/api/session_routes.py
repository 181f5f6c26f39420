"""The routes of sign-in: one's own session, and one's own password."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from geo_dispatch.api.access import Access, check_csrf, who_asks
from geo_dispatch.api.clients import client_address, cookie_name
from geo_dispatch.api.openapi import PROBLEMS, answers
from geo_dispatch.api.session_models import PasswordRequest, SessionQuery, SessionResponse, SignInRequest
from geo_dispatch.errors import SignInError
from geo_dispatch.live.access.models import Who, public
from geo_dispatch.live.access.roles import PUBLIC, list_roles
from geo_dispatch.service.access_desk import AccessDesk

__all__ = ["make_session_router"]

_NO_ACCOUNTS = "this server has no live store, and so no accounts: start it with --state"


def make_session_router(access: Access) -> APIRouter:
    """Make /v1/session.

    Parameters
    ----------
    access
        How the server asks.

    Returns
    -------
    fastapi.APIRouter
        To be included in an application.
    """
    router = APIRouter(prefix="/v1", tags=["session"])
    _add_session(router, access)
    _add_password(router, access)
    return router


def _add_session(router: APIRouter, access: Access) -> None:
    @router.get(
        "/session",
        summary="Say who I am",
        operation_id="get_session",
        responses=answers(SessionResponse, (401, 503, *PROBLEMS)),
    )
    def get_session(request: Request) -> Response:
        """Tell who asks, by the session's cookie or a key, and what they may do."""
        who = who_asks(request)
        answer = _told(who, access)
        if who.via == "public" and cookie_name(request.scope) in request.cookies:
            _forget(answer, request)
        return answer

    @router.post(
        "/session",
        summary="Sign in",
        operation_id="sign_in",
        responses=answers(SessionResponse, (401, 403, 429, 503, *PROBLEMS)),
    )
    def sign_in(given: SignInRequest, request: Request) -> Response:
        """Open a session: its token comes as a cookie that no script can read. The session there was before ends."""
        desk, before = _desk(access), who_asks(request)
        who, token = desk.sign_in(given.name, given.password, address=client_address(request.scope))
        if before.via == "session":
            desk.sign_out(before)
        return _with_cookie(_told(who, access), request, token)

    @router.delete(
        "/session",
        summary="Sign out",
        operation_id="sign_out",
        responses=answers(SessionResponse, (401, 403, 503, *PROBLEMS)),
    )
    def sign_out(query: Annotated[SessionQuery, Query()], request: Request) -> Response:
        """End this session, or with `everywhere` all of the account. Whoever is not signed in stays so."""
        who = who_asks(request)
        if who.via == "session":
            check_csrf(request, who)
            _desk(access).sign_out(who, everywhere=query.everywhere)
        answer = _told(public(), access)
        _forget(answer, request)
        return answer


def _add_password(router: APIRouter, access: Access) -> None:
    @router.put(
        "/session/password",
        summary="Change my password",
        operation_id="change_password",
        responses=answers(SessionResponse, (401, 403, 429, 503, *PROBLEMS)),
    )
    def change_password(given: PasswordRequest, request: Request) -> Response:
        """Change one's own password; all sessions of the account end, and this one goes on under a new cookie."""
        who = who_asks(request)
        if who.via != "session":
            raise SignInError("only who is signed in with a password can change it: sign in at /sign-in")
        check_csrf(request, who)
        address = client_address(request.scope)
        fresh, token = _desk(access).change_password(who, given.old, given.new, address=address)
        return _with_cookie(_told(fresh, access), request, token)


def _desk(access: Access) -> AccessDesk:
    if access.desk is None:
        raise SignInError(_NO_ACCOUNTS)
    return access.desk


def _told(who: Who, access: Access) -> Response:
    state = {"public": "out", "open": "off"}.get(who.via, "in")
    content: dict[str, Any] = {
        "state": state,
        "name": who.name if state == "in" else None,
        "role": who.role,
        "via": who.via,
        "capabilities": sorted(who.may),
        "must_change": who.must_change,
        "until": who.until,
        "csrf": who.csrf or None,
        "can_sign_in": access.desk is not None,
        "roles": [
            {"role": role.role, "name": role.name, "capabilities": sorted(role.may)}
            for role in list_roles()
            if role.role != PUBLIC
        ],
    }
    return JSONResponse(content)


def _with_cookie(answer: Response, request: Request, token: str) -> Response:
    secure = request.scope.get("scheme") == "https"
    answer.set_cookie(cookie_name(request.scope), token, path="/", secure=secure, httponly=True, samesite="strict")
    return answer


def _forget(answer: Response, request: Request) -> None:
    secure = request.scope.get("scheme") == "https"
    answer.delete_cookie(cookie_name(request.scope), path="/", secure=secure, httponly=True, samesite="strict")
