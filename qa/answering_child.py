"""question → AnswerBody in a process of its own: `python -m qa.answering_child DESCRIPTOR`, started by a service.

Messages are whole byte strings over a socket pair: settings as JSON, then questions; empty for "ready" and for "I
cannot", upon which the service answers by itself and says what is wrong in its own words. The end of the service is the
end of the socket, and so of this process.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from contextlib import closing, suppress
from multiprocessing.connection import Connection

from ingest.errors import IngestError
from qa.api.keeping import answer_as_json
from qa.api.logs import write_logs
from qa.api.processes import NOTHING, QUESTION
from qa.bootstrap import Sitasi, open_reader
from qa.errors import QuestionError
from qa.settings import load_settings

_log = logging.getLogger("sitasi.service")


def answer_for(service: Connection) -> None:
    """Answer what the service asks until it is gone. Raises as `open_reader` does."""
    settings = load_settings(**json.loads(service.recv_bytes()))
    write_logs(settings.server.logs, "warning")
    with closing(open_reader(settings)) as sitasi:
        sitasi.answers.warm_up()
        service.send_bytes(NOTHING)
        while True:
            service.send_bytes(_answer(sitasi, service.recv_bytes()))


def _answer(sitasi: Sitasi, asked: bytes) -> bytes:
    try:
        # What was published before the question was asked is looked at.
        sitasi.library.refresh()
        return answer_as_json(sitasi, QUESTION.validate_json(asked))
    except (IngestError, QuestionError):
        return NOTHING
    except Exception:
        _log.exception("a process that answers failed at a question")
        return NOTHING


def main(descriptor: int) -> None:
    """Serve the socket of this number."""
    # Ctrl-C reaches every process of a terminal; the service ends this one when it has ended its answers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Connection(descriptor) as service, suppress(EOFError, ConnectionError):
        answer_for(service)


if __name__ == "__main__":
    main(int(sys.argv[1]))
