"""raw HTTP ⇄ application: request ids, host and origin checks, security headers, and a catch for the unforeseen.

Written as plain ASGI and outermost on purpose: so that refusals and unforeseen errors carry the headers and the
problem document of everything else, and so that a stream passes through unbuffered.
"""

from __future__ import annotations

import logging
import secrets
import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.api.embedding import embedding_origins, frame_ancestors, is_own_origin
from qa.api.errors import RequestError, language_of, problem_response
from qa.api.logs import REQUEST_ID
from qa.settings import ServerSettings

_log = logging.getLogger("sitasi.http")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def content_security_policy(frame_ancestors: tuple[str, ...]) -> str:
    """The policy of every response: own files only, nothing inline, framed by the listed sites only."""
    framed_by = " ".join(frame_ancestors) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors {framed_by}"
    )


def security_headers(settings: ServerSettings, query: bytes = b"") -> dict[str, str]:
    """Headers of the response to a request with this query string, which may name an embed token."""
    framed_by = frame_ancestors(settings, query)
    headers = {
        "content-security-policy": content_security_policy(framed_by),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if not framed_by:
        headers["x-frame-options"] = "DENY"
    if settings.public_url and settings.public_url.startswith("https:"):
        headers["strict-transport-security"] = "max-age=31536000"
    return headers


def host_name(authority: str) -> str:
    """`Example.org:8000` → `example.org`, `[::1]:8000` → `::1`; the empty string when it is no authority."""
    try:
        return (urlsplit(f"//{authority}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def host_is_served(host: str, settings: ServerSettings) -> bool:
    """Whether a request for this Host header is answered. A server on loopback answers to loopback names only, so that
    no web page can reach it under a name of its own (DNS rebinding). Local commands use a loopback name everywhere."""
    name = host_name(host)
    if not name:
        return False
    known = {*_LOOPBACK, *(listed.lower() for listed in settings.allowed_hosts)}
    if settings.public_url:
        known.add(host_name(urlsplit(settings.public_url).netloc))
    listens_everywhere = settings.host not in _LOOPBACK and not settings.allowed_hosts
    return listens_everywhere or name in known


def origin_may_write(origin: str | None, host: str, settings: ServerSettings) -> bool:
    """Whether a page of `origin` may send something: the service's own pages and the listed sites. Callers that are
    not browsers send no Origin."""
    if origin is None or origin in embedding_origins(settings):
        return True
    return is_own_origin(origin, host, settings)


class Edge:
    """Outermost middleware; see the module."""

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        REQUEST_ID.set(request_id)
        started, status, replaced = time.perf_counter(), 0, False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, replaced
            if replaced:
                return
            if message["type"] == "http.response.start":
                status = message["status"]
                if _is_plain_refusal(message):
                    # The library that counts the body's bytes answers in plain text, past every error handler.
                    replaced = True
                    await self._refuse(RequestError("body_too_large"), scope, receive, send, request_id)
                    return
                self._add_headers(message, scope, request_id)
            await send(message)

        try:
            refusal = self._refusal(scope)
            if refusal is not None:
                raise refusal
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            if not isinstance(error, RequestError):
                _log.exception("request %s failed", request_id)
            if status:
                raise
            status = await self._refuse(error, scope, receive, send, request_id)
        finally:
            self._note(scope, status, started, request_id)

    def _add_headers(self, message: Message, scope: Scope, request_id: str) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in security_headers(self.settings, scope["query_string"]).items():
            headers.setdefault(name, value)
        headers["x-request-id"] = request_id

    async def _refuse(self, error: Exception, scope: Scope, receive: Receive, send: Send, request_id: str) -> int:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(message, scope, request_id)
            await send(message)

        response = problem_response(error, language_of(Request(scope)), request_id)
        await response(scope, receive, send_with_headers)
        return response.status_code

    def _refusal(self, scope: Scope) -> RequestError | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not host_is_served(host, self.settings):
            return RequestError("host_refused")
        if scope["method"] not in _SAFE_METHODS and not origin_may_write(headers.get("origin"), host, self.settings):
            return RequestError("origin_refused")
        return None

    def _note(self, scope: Scope, status: int, started: float, request_id: str) -> None:
        # The path as it came, percent-encoded: nothing in it can start a new line or drive a terminal.
        path = bytes(scope.get("raw_path") or b"").decode("ascii", "backslashreplace").split("?")[0][:200]
        milliseconds = (time.perf_counter() - started) * 1000
        method, shown = ascii(scope["method"])[1:-1], ascii(path)[1:-1]
        told = {"method": method, "path": shown, "status": status, "ms": round(milliseconds, 1)}
        _log.info("%s %s %d %.1f ms %s", method, shown, status, milliseconds, request_id, extra=told)


def _is_plain_refusal(message: Message) -> bool:
    content_type = Headers(raw=message["headers"]).get("content-type", "")
    return bool(message["status"] == 413 and content_type.startswith("text/plain"))
