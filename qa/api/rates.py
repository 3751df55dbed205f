"""caller → may go on now, or comes back later: so many questions and requests a minute for each key or address.

The one file that owns `limits`.
"""

from __future__ import annotations

import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from qa.api.errors import RequestError
from qa.settings import ServerSettings

MOST_CALLERS = 20_000
_EMBEDDED = "embed "


class Rates:
    """Counts in memory, in two windows of a minute. Beyond so many callers, new ones share what one of them would get,
    so that a flood of addresses cannot fill the memory."""

    def __init__(self, settings: ServerSettings, most_callers: int = MOST_CALLERS) -> None:
        self._questions = RateLimitItemPerMinute(settings.questions_per_minute, namespace="questions")
        self._visitors = RateLimitItemPerMinute(settings.embed_questions_per_minute, namespace="visitors")
        self._requests = RateLimitItemPerMinute(settings.requests_per_minute, namespace="requests")
        self._storage = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._most = most_callers

    def count(self, caller: str, *, costly: bool) -> None:
        """Count one request. Raises RequestError (429) with the seconds to wait."""
        embedded = caller.startswith(_EMBEDDED)
        limit = (self._visitors if embedded else self._questions) if costly else self._requests
        if len(self._storage.storage) > self._most and not self._known(limit, caller):
            caller = "everybody else"
        if self._limiter.hit(limit, caller):
            return
        wait = self._limiter.get_window_stats(limit, caller).reset_time - time.time()
        code = "visitor_limit" if embedded else "rate_limit"
        raise RequestError(code, {"retry-after": str(max(1, round(wait)))})

    def _known(self, limit: RateLimitItem, caller: str) -> bool:
        before, _, now, _ = self._storage.get_sliding_window(limit.key_for(caller), limit.get_expiry())
        return bool(before or now)
