"""question → AnswerBody by one of several processes: what makes a service faster on more cores.

Python runs in one thread at a time, so that threads beside each other answer hardly more than one alone. Each process
has the model, the words and all vectors in memory, and reads the record that the service owns; the service takes
requests, keeps the gate, and answers what needs the language model or is told as it comes.
"""

from __future__ import annotations

import logging
import queue
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection

from pydantic import TypeAdapter, ValidationError

from qa.api.bodies import AnswerBody
from qa.settings import Settings
from qa.types import Question

NOTHING = b""
QUESTION = TypeAdapter(Question)
_log = logging.getLogger("sitasi.service")

_COMMAND = ("-m", "qa.answering_child")
# What the processes must agree on with the service; anything else they take from the environment, as it does.
_SHARED = {"home", "embedding", "passages", "record", "chroma", "retrieval", "answer"}
_START_SECONDS = 300.0
_ANSWER_SECONDS = 30.0
_TURN_SECONDS = 2.0
_FIRST_PAUSE, _LAST_PAUSE = 5.0, 120.0
_END_SECONDS = 5.0


class ProcessLost(Exception):
    """A process that answers has ended, is silent, or makes no sense."""


class AnsweringProcess:
    """One of them, for one thread at a time."""

    def __init__(self, settings: Settings, command: tuple[str, ...] = _COMMAND) -> None:
        """Start it and wait until it is ready. Raises ProcessLost when it ends before."""
        ours, theirs = socket.socketpair()
        with theirs:
            # Not inherited: a process that held the end of another would keep that one alive.
            arguments = [sys.executable, *command, str(theirs.fileno())]
            self._process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        self._line = Connection(ours.detach())
        try:
            self._exchange(settings.model_dump_json(include=_SHARED).encode(), _START_SECONDS)
        except ProcessLost:
            self.close()
            raise

    @property
    def process_id(self) -> int:
        """Of the process."""
        return self._process.pid

    def answer(self, question: Question) -> AnswerBody | None:
        """The answer, kept in the record; None when the service is to answer. Raises ProcessLost."""
        told = self._exchange(QUESTION.dump_json(question), _ANSWER_SECONDS)
        try:
            return None if told == NOTHING else AnswerBody.model_validate_json(told)
        except ValidationError as fault:
            raise ProcessLost("A process that answers told something that is no answer.") from fault

    def close(self) -> None:
        """End it."""
        self._line.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _exchange(self, sent: bytes, seconds: float) -> bytes:
        try:
            self._line.send_bytes(sent)
            if self._line.poll(seconds):
                return self._line.recv_bytes()
        except (OSError, EOFError) as fault:
            raise ProcessLost("A process that answers has ended.") from fault
        raise ProcessLost(f"A process that answers was silent for {seconds:.0f} s.")


class AnsweringProcesses:
    """`count` processes that answer, each replaced when it is lost. Safe to share between threads."""

    def __init__(self, settings: Settings, count: int, command: tuple[str, ...] = _COMMAND) -> None:
        self._settings, self._count, self._command = settings, count, command
        self._idle: queue.SimpleQueue[AnsweringProcess] = queue.SimpleQueue()
        self._all: set[AnsweringProcess] = set()
        self._lock = threading.Lock()
        self._missing, self._closing = threading.Event(), threading.Event()
        self._keeper: threading.Thread | None = None

    def start(self) -> None:
        """Begin to start them, one after the other, in the background; until one is ready the service answers."""
        if self._count and self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, name="sitasi-processes", daemon=True)
            self._keeper.start()

    def close(self) -> None:
        """End all of them."""
        self._closing.set()
        self._missing.set()
        with self._lock:
            ended, self._all = self._all, set()
        for one in ended:
            one.close()

    @property
    def ids(self) -> tuple[int, ...]:
        """Process ids of those that are ready."""
        with self._lock:
            return tuple(one.process_id for one in self._all)

    def answer(self, question: Question) -> AnswerBody | None:
        """The answer of the first that is free; None when the service is to answer: none is there, none gets free, or
        it could not."""
        with self._lock:
            if not self._all:
                return None
        try:
            one = self._idle.get(timeout=_TURN_SECONDS)
        except queue.Empty:
            return None
        try:
            answer = one.answer(question)
        except ProcessLost as fault:
            self._replace(one, fault)
            return None
        self._idle.put(one)
        return answer

    def _replace(self, one: AnsweringProcess, fault: ProcessLost) -> None:
        with self._lock:
            if one not in self._all:
                return
            self._all.discard(one)
        _log.warning("%s Another one takes its place.", fault)
        one.close()
        self._missing.set()

    def _keep(self) -> None:
        pause = _FIRST_PAUSE
        while not self._closing.is_set():
            self._missing.clear()
            if len(self.ids) >= self._count:
                self._missing.wait()
                continue
            try:
                one = AnsweringProcess(self._settings, self._command)
            except (ProcessLost, OSError) as fault:
                _log.warning("A process that answers cannot be started and is tried again in %.0f s. %s", pause, fault)
                self._closing.wait(pause)
                pause = min(2 * pause, _LAST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            with self._lock:
                late = self._closing.is_set()
                if not late:
                    self._all.add(one)
            if late:
                one.close()
            else:
                self._idle.put(one)
