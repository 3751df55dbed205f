"""settings + home → what is in order and what is not, for `sitasi doctor`; looks, and changes nothing."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from ingest.errors import IngestError, SettingsError
from ingest.home import Home, Owner, read_owner
from ingest.types import Language
from qa.api.access import is_open
from qa.cli_access import open_server
from qa.cli_wording import CommandError, say
from qa.error_messages import message_for
from qa.keys import KeyRing
from qa.settings import Settings

_LOW_DISK_GB = 1.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: `told` says how it is, or what is wrong and what to do."""

    name: str
    passed: bool
    told: str


def examine(settings: Settings, language: Language) -> Iterator[Check]:
    """Look at everything in turn; later checks are left out where an earlier one makes them meaningless."""
    yield Check(say("check_settings", language), True, "SITASI_HOME=" + str(settings.home))
    yield _writable(settings, language)
    yield _disk(settings, language)
    yield _access(settings, language)
    yield _recognition(language)
    yield from _addresses(settings, language)
    owner = read_owner(Home(settings.home))
    if owner is not None:
        yield _owner(owner, language)
        return
    yield Check(say("check_owner", language), True, say("owner_none", language))
    yield from _parts(settings, language)
    yield _port(settings, language)


def _writable(settings: Settings, language: Language) -> Check:
    place = _existing(settings.home)
    passed = os.access(place, os.W_OK | os.X_OK) and place.is_dir()
    key = "writable" if passed else "not_writable"
    return Check(say("check_home", language), passed, say(key, language, path=settings.home))


def _disk(settings: Settings, language: Language) -> Check:
    free = shutil.disk_usage(_existing(settings.home)).free / 1e9
    passed = free >= _LOW_DISK_GB
    return Check(say("check_disk", language), passed, say("disk_free" if passed else "disk_low", language, free=free))


def _access(settings: Settings, language: Language) -> Check:
    name = say("check_access", language)
    try:
        keys = KeyRing(Home(settings.home)).listed()
    except SettingsError as fault:
        told = message_for(fault, language)
        return Check(name, False, f"{told.detail} {told.advice}")
    server = settings.server
    if is_open(server):
        key = "access_public" if server.access == "public" else "access_loopback"
        return Check(name, True, say(key, language, n=len(keys)))
    if not keys:
        return Check(name, False, say("keys_needed", language, host=server.host))
    return Check(name, True, say("access_keys", language, n=len(keys)))


def _recognition(language: Language) -> Check:
    # Not a fault: papers that are no scans need none.
    key = "recognition_there" if shutil.which("tesseract") else "recognition_missing"
    return Check(say("check_recognition", language), True, say(key, language))


def _addresses(settings: Settings, language: Language) -> Iterator[Check]:
    """The addresses that the settings name, each with the extra that speaks to it: connected to, and sent nothing."""
    named = (
        ("check_llm", settings.llm.url, "llm", "llama_index.llms.openai_like"),
        ("check_traces", settings.traces.url, "traces", "openinference.instrumentation.llama_index"),
        ("check_chroma", settings.chroma.url, None, None),
    )
    for key, url, extra, module in named:
        if url is None:
            continue
        name = say(key, language)
        if module is not None and not _installed(module):
            yield Check(name, False, say("extra_missing", language, extra=extra))
            continue
        reached = _reached(url, settings.llm.connect_seconds)
        yield Check(name, reached, say("address_reached" if reached else "address_silent", language, url=url))


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _reached(url: str, seconds: float) -> bool:
    place = urlsplit(url)
    try:
        port = place.port or (443 if place.scheme == "https" else 80)
        with socket.create_connection((str(place.hostname), port), timeout=seconds):
            return True
    except (OSError, ValueError):
        return False


def _owner(owner: Owner, language: Language) -> Check:
    name = say("check_owner", language)
    if owner.url is None:
        return Check(name, True, say("owner_process", language, pid=owner.pid))
    server = say("owner_server", language, url=owner.url, pid=owner.pid)
    try:
        with open_server(owner, language) as access:
            told = access.readiness()
    except CommandError as fault:
        return Check(name, False, say(fault.key, language, **fault.words))
    if told.get("status") == "ready":
        return Check(name, True, f"{server}: {say('server_ready', language)}")
    reasons = ", ".join(told.get("reasons", ())) or str(told.get("detail", ""))
    return Check(name, False, f"{server}: {say('server_degraded', language, reasons=reasons)}")


def _parts(settings: Settings, language: Language) -> Iterator[Check]:
    # Imported here because it loads the index and the model's runtime, which the checks above do without.
    from qa.bootstrap import open_sitasi

    try:
        sitasi = open_sitasi(settings, proving="never")
    except IngestError as fault:
        told = message_for(fault, language)
        name = "check_model" if fault.code == "model_not_ready" else "check_record"
        yield Check(say(name, language), False, f"{told.detail} {told.advice}")
        return
    try:
        embedder = sitasi.embedder
        yield Check(say("check_model", language), True, f"{embedder.name} ({embedder.dimension})")
        corpus = sitasi.library.record.corpus()
        told_size = say("records", language, documents=corpus.documents, passages=corpus.passages)
        yield Check(say("check_record", language), True, told_size)
        lost = sitasi.library.check()
        told_index = say("index_lost", language, n=len(lost)) if lost else say("index_whole", language)
        yield Check(say("check_index", language), not lost, told_index)
    finally:
        sitasi.close()


def _port(settings: Settings, language: Language) -> Check:
    with socket.socket(socket.AF_INET6 if ":" in settings.server.host else socket.AF_INET) as probe:
        probe.settimeout(1)
        taken = probe.connect_ex((settings.server.host, settings.server.port)) == 0
    told = say("port_taken" if taken else "port_free", language)
    return Check(say("check_port", language, port=settings.server.port), not taken, told)


def _existing(path: Path) -> Path:
    """The path itself, or its nearest ancestor that is there."""
    return next(place for place in (path.absolute(), *path.absolute().parents) if place.exists())
