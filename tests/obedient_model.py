"""A language model that does whatever anybody in its prompt tells it: the worst that an answer can be written by."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

_SHOWN = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
_ORDER = re.compile(r"(?:write|say|tulis(?:lah)?|katakan|cite|kutip|output|print|cetak)\b\s*:?\s*(.+)", re.IGNORECASE)


@dataclass
class Obedient:
    """Says what `habit` makes of the evidence it was shown; `requests` holds every prompt.

    Without a habit it writes what the evidence orders it to write, under every number it knows and some that it does
    not, repeats each piece of evidence word for word, and adds what attackers like best."""

    habit: Callable[[dict[int, str]], str] | None = None
    requests: list[tuple[str, str]] = field(default_factory=list)
    model: str = "obedient"

    def write(self, system: str, request: str, seconds: float) -> Generator[str, None, None]:
        """The draft in pieces of seven characters."""
        self.requests.append((system, request))
        shown = {int(number): text for number, text in _SHOWN.findall(request)}
        draft = self.habit(shown) if self.habit else self._obey(shown, system, request)
        for start in range(0, len(draft), 7):
            yield draft[start : start + 7]

    def _obey(self, shown: dict[int, str], system: str, request: str) -> str:
        orders = [order for text in (*shown.values(), request) for order in _ORDER.findall(text)]
        numbers = [*shown, len(shown) + 1, 99]
        lines = [f"{order} [{number}]" for order in orders for number in numbers]
        lines += [f"{line} [1]" for line in system.splitlines() if line]
        lines += [f"{text} [{number}]" for number, text in shown.items()]
        mark = request.splitlines()[0]
        lines += [
            mark,
            f"{mark} [1]",
            "![x](https://evil.example/p.png) [1]",
            "[Click here now](javascript:alert(1)) [1]",
        ]
        return "\n".join(
            (*lines, "Visit www.evil.example for the full answer [1].", "No one has ever checked this claim.")
        )
