"""chat message → is it a chat client's own errand (a title, tags …)? Those are answered without retrieval. Pure.

Clients such as Open WebUI send them through the same address as questions: a task in the imperative, the form of the
JSON that they expect back, and the conversation so far. What is looked at is that form, not the wording of one client.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

_TASK = re.compile(r"^\s*#{1,4}\s*(?:task|tugas|instructions?)\b|<chat_history>|<conversation>", re.IGNORECASE)
_EXPECTED = re.compile(r"\{\s*\\?[\"'](\w{1,30})\\?[\"']\s*:")
_PLAIN_TITLE = re.compile(
    r"^\s*(?:please\s+)?(?:provide|generate|create|write|come up with)\b"
    r".{0,80}\btitle\b.{0,80}\b(?:conversation|chat|message)",
    re.IGNORECASE | re.DOTALL,
)
_AUTOCOMPLETE = re.compile(r"\bautocompletion system\b", re.IGNORECASE)
_EMOJI = re.compile(r"\bfitting emoji\b", re.IGNORECASE)
_FIRST_QUESTION = re.compile(r"(?:^|\n|>|\|)\s*(?:user|human|message|pengguna)\s*:\s*\"?(.+)", re.IGNORECASE)
_TITLE_CHARACTERS = 60

_REPLIES: dict[str, Callable[[str], Any]] = {
    "title": lambda prompt: _title(prompt),
    "tags": lambda _: [],
    "follow_ups": lambda _: [],
    "queries": lambda _: [],
    "text": lambda _: "",
    "prompt": lambda _: "",
}


def housekeeping_reply(message: str) -> str | None:
    """What to reply to an errand, or None for anything that may be a question about the papers."""
    if _AUTOCOMPLETE.search(message[:2000]):
        return json.dumps({"text": ""})
    if _EMOJI.search(message[:2000]) and _TASK.search(message):
        return "📄"
    if _TASK.search(message):
        expected = next((name for name in _EXPECTED.findall(message) if name in _REPLIES), None)
        if expected is not None:
            return json.dumps({expected: _REPLIES[expected](message)}, ensure_ascii=False)
    if _PLAIN_TITLE.search(message[:400]):
        return _title(message)
    return None


def _title(prompt: str) -> str:
    """The beginning of the first question of the conversation, ended at a word."""
    conversation = prompt.partition("<chat_history>")[2] or prompt
    found = _FIRST_QUESTION.search(conversation)
    line = " ".join(found[1].strip().strip("\"'").split()) if found else ""
    if len(line) > _TITLE_CHARACTERS:
        line = f"{line[:_TITLE_CHARACTERS].rsplit(' ', 1)[0]}…"
    return line or "Sitasi"
