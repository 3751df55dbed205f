"""raw file → ParsedFile through a child process: a parser that hangs, crashes or takes too much costs one file.

One child reads many files (starting Python takes longer than reading a paper) and is replaced after a fault. It sees
none of the environment's secrets.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from ingest import errors
from ingest.errors import SourceDamaged, SourceError, SourceTooCostly
from ingest.settings import IngestSettings
from ingest.types import ParsedFile

_FILES_PER_CHILD = 200
_MOST_BYTES_PER_CHARACTER = 40
_FIXED_BYTES = 1_000_000
_START_SECONDS = 60.0
_LONGEST_LINE = 20
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TESSDATA_PREFIX", "SYSTEMROOT", "TMPDIR")
_PARSED = TypeAdapter(ParsedFile)
_COMMAND = ("-m", "ingest.parse.worker")


class ParserChild:
    """Parses files in a child process; for one thread at a time. Close it, or use it in a `with` block."""

    def __init__(self, settings: IngestSettings, command: tuple[str, ...] = _COMMAND) -> None:
        self._settings = settings
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._overdue = self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """Of the child that runs now."""
        return self._process.pid if self._process is not None else None

    def parse(self, content: bytes, name: str) -> ParsedFile:
        """The parsed file. Raises what the parser raised, SourceTooCostly when time or memory ran out, SourceDamaged
        when the parser broke down, each naming the file."""
        if self._closed:
            raise SourceError(f"{name}: reading was stopped.")
        process = self._running()
        request = {"name": name, "size": len(content), "settings": self._settings.model_dump(mode="json")}
        allowed = self._settings.parse_seconds
        clock = self._clock(process, allowed)
        try:
            with contextlib.suppress(BrokenPipeError, ValueError):
                assert process.stdin is not None
                process.stdin.write(json.dumps(request).encode() + b"\n")
                process.stdin.write(content)
                process.stdin.flush()
            answer = self._answer(process)
            while answer is not None and "patience" in answer:
                clock.cancel()
                allowed = float(answer["patience"])
                clock = self._clock(process, allowed)
                answer = self._answer(process)
        finally:
            clock.cancel()
        if answer is None:
            raise self._end(name, allowed)
        return self._parsed(answer, name)

    def close(self) -> None:
        """End the child; what it was reading fails, and so does whatever comes later."""
        self._closed = True
        self._put_away()

    def _put_away(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None or self._files >= _FILES_PER_CHILD:
            self._put_away()
            environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
            self._process = subprocess.Popen(
                [sys.executable, *self._command, str(self._settings.parse_memory_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
            self._files = 0
            self._wait_for_start(self._process)
        self._files += 1
        self._overdue = False
        return self._process

    def _wait_for_start(self, process: subprocess.Popen[bytes]) -> None:
        """Read the line that the child writes when its libraries are loaded; one that never does is ended."""
        clock = self._clock(process, _START_SECONDS)
        assert process.stdout is not None
        process.stdout.readline(_LONGEST_LINE)
        clock.cancel()

    def _clock(self, process: subprocess.Popen[bytes], seconds: float) -> threading.Timer:
        def end() -> None:
            self._overdue = True
            _kill(process)

        clock = threading.Timer(seconds, end)
        clock.daemon = True
        clock.start()
        return clock

    def _answer(self, process: subprocess.Popen[bytes]) -> dict[str, Any] | None:
        """What the child says next; None when it ended or says what nobody asked for."""
        assert process.stdout is not None
        most = _FIXED_BYTES + _MOST_BYTES_PER_CHARACTER * self._settings.max_characters
        length = process.stdout.readline(_LONGEST_LINE).strip()
        if not length.isdigit() or int(length) > most:
            return None
        body = process.stdout.read(int(length))
        try:
            answer = json.loads(body)
        except ValueError:
            return None
        return answer if isinstance(answer, dict) else None

    def _end(self, name: str, allowed: float) -> SourceError:
        """Why there is no answer; the child is put away."""
        process = self._process
        if self._closed or process is None:
            return SourceError(f"{name}: reading was stopped.")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1.0)
        code = process.poll()
        self._put_away()
        if self._overdue:
            return SourceTooCostly(f"{name}: reading it took longer than {allowed:g} seconds.")
        if code == -signal.SIGKILL:
            return SourceTooCostly(f"{name}: reading it took more memory than there is.")
        return SourceDamaged(f"{name}: the reader of its format broke down over it.")

    def _parsed(self, answer: dict[str, Any], name: str) -> ParsedFile:
        if "fault" in answer:
            kind = getattr(errors, str(answer["fault"]), SourceDamaged)
            known = isinstance(kind, type) and issubclass(kind, SourceError)
            raise (kind if known else SourceDamaged)(str(answer.get("told", name)))
        try:
            return _PARSED.validate_python(answer.get("parsed"))
        except ValidationError as fault:
            self._put_away()
            raise SourceDamaged(f"{name}: the reader of its format gave nonsense.") from fault


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # pragma: no cover - Windows
            process.kill()
