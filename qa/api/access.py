"""request → let in, or refused before a byte of its body is read: every operation says what it needs, or is not built.

The check stands on the route that was matched, not on a path that somebody else may read differently, and there is one
for all of them: the same header, the same keys, the same rates.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

import orjson
from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.api.embedding import EMBED_PREFIX, refusal, visitor_of
from qa.api.errors import RequestError, documented
from qa.api.rates import Rates
from qa.errors import NotReady
from qa.keys import KeyRing
from qa.keys import Scope as KeyScope
from qa.settings import ServerSettings

Needed: TypeAlias = KeyScope | Literal["nothing"]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

SECURITY_SCHEME = "key"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
READING: frozenset[Needed] = frozenset({"ask", "observe"})
_CHALLENGE = {"www-authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class Needs:
    """What an operation asks of its caller; `costly` ones count as questions."""

    scope: Needed
    costly: bool = False


_DECLARED: WeakKeyDictionary[Callable[..., Any], Needs] = WeakKeyDictionary()


def needs(scope: Needed, *, costly: bool = False) -> Callable[[Endpoint], Endpoint]:
    """Declare what an operation needs, under the decorator that makes it a route."""

    def declare(endpoint: Endpoint) -> Endpoint:
        _DECLARED[endpoint] = Needs(scope, costly)
        return endpoint

    return declare


def needed_by(endpoint: Callable[..., Any]) -> Needs:
    """What was declared. Raises TypeError when nothing was: an operation that nobody thought about is not served."""
    if endpoint not in _DECLARED:
        raise TypeError(f"{endpoint.__name__} does not say what it needs: decorate it with `needs`.")
    return _DECLARED[endpoint]


def is_open(settings: ServerSettings) -> bool:
    """Whether everybody who reaches the service may read and ask."""
    return settings.access == "public" or (settings.access == "auto" and settings.host in _LOOPBACK)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request, as rates count it; the owner's own commands are not counted."""

    name: str
    counted: bool = True


class Gate:
    """Decides who may do what. Fails closed: where a key is needed and there is none, nobody comes in."""

    def __init__(self, settings: ServerSettings, keys: KeyRing, owner_token: Callable[[], str | None]) -> None:
        """`owner_token` gives the token of the process that owns the home, and raises NotReady while it is opened."""
        self.settings, self.keys, self._owner_token = settings, keys, owner_token
        self.open = is_open(settings)
        self.rates = Rates(settings)

    def admit(self, needed: Needs, request: Request) -> None:
        """Let the request pass. Raises RequestError (401, 403, 429) or NotReady."""
        if needed.scope == "nothing":
            return
        caller = self._caller(needed.scope, request)
        if caller.counted:
            self.rates.count(caller.name, costly=needed.costly)

    def _caller(self, scope: KeyScope, request: Request) -> Caller:
        shown = shown_secret(request.headers)
        address = visitor_of(request.client.host if request.client else "")
        token = shown if shown is not None else self._token_of_frame(request)
        if token is not None and token.startswith(EMBED_PREFIX):
            return self._embedded(scope, token, address, request)
        key = self.keys.holder(shown) if shown else None
        if key is not None:
            if not key.opens(scope):
                raise RequestError("scope_missing")
            return Caller(f"key {key.id}")
        everybody = self.open and scope in READING
        if shown and self._is_owner(shown, surely=not everybody):
            return Caller("owner", counted=False)
        if not everybody:
            raise RequestError("key_refused" if shown else "key_needed", _CHALLENGE)
        code = refusal(self.settings, request.headers, None)
        if code is not None:
            raise RequestError(code)
        return Caller(f"address {address}")

    def _embedded(self, scope: KeyScope, token: str, address: str, request: Request) -> Caller:
        code = refusal(self.settings, request.headers, token)
        if code is not None:
            raise RequestError(code, _CHALLENGE if code == "embed_token_unknown" else None)
        if scope != "ask":
            raise RequestError("scope_missing")
        return Caller(f"embed {token} {address}")

    def _token_of_frame(self, request: Request) -> str | None:
        """oEmbed consumers send no headers; the address that they were given names the token of their site."""
        named = parse_qs(request.url.query).get("embed", [""])[0] if request.url.path == "/oembed" else ""
        return named if named in self.settings.embed_tokens else None

    def _is_owner(self, shown: str, *, surely: bool) -> bool:
        """Whether this is the owner's token. Raises NotReady when only that can decide and it is not known yet."""
        try:
            token = self._owner_token()
        except NotReady:
            if surely:
                raise
            return False
        return token is not None and hmac.compare_digest(shown.encode(), token.encode())


def shown_secret(headers: Headers) -> str | None:
    """The one bearer token of a request. Raises RequestError for two: which of them counted would be a guess."""
    sent = headers.getlist("authorization")
    if len(sent) > 1:
        raise RequestError("key_refused", _CHALLENGE)
    scheme, _, shown = (sent[0] if sent else "").partition(" ")
    return shown.strip() or None if scheme.lower() == "bearer" else None


class _StrictRequest(Request):
    """A request whose JSON is what RFC 8259 calls JSON: no NaN, no number beyond a double, no half of a character."""

    async def json(self) -> Any:
        """The body. Raises json.JSONDecodeError."""
        return orjson.loads(await self.body())


class GuardedRoute(APIRoute):
    """A route that cannot be built before its endpoint says what it needs; says so in the OpenAPI description too."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        """As APIRoute; raises TypeError for an endpoint without `needs`."""
        self.needed = needed_by(endpoint)
        scope = self.needed.scope
        security = [] if scope == "nothing" else [{SECURITY_SCHEME: [scope]}]
        given["openapi_extra"] = {**(given.get("openapi_extra") or {}), "security": security}
        if security:
            given["responses"] = {**documented(401, 403, 429), **(given.get("responses") or {})}
        super().__init__(path, endpoint, **given)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind the gate."""
        handle, needed = super().get_route_handler(), self.needed

        async def guarded(request: Request) -> Response:
            """Refuses before the body is read."""
            gate_of(request.scope).admit(needed, request)
            return await handle(_StrictRequest(request.scope, request.receive))

        return guarded


class GuardedApp:
    """Another application's route, behind the same gate."""

    def __init__(self, app: ASGIApp, needed: Needs) -> None:
        self.app, self.needed = app, needed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or raise RequestError."""
        if scope["type"] == "http":
            gate_of(scope).admit(self.needed, Request(scope))
        await self.app(scope, receive, send)


def gate_of(scope: Scope) -> Gate:
    """The gate of the application that serves this request."""
    gate = scope["app"].state.service.gate
    assert isinstance(gate, Gate)
    return gate
