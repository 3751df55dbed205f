"""The command line, alone and beside a running server: what it prints, what it refuses, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import ingest.embedding
import qa.bootstrap
import qa.cli_access
import qa.cli_local
import qa.collection
from ingest.errors import ModelNotReady
from ingest.home import Home, own_home, read_owner
from qa.cli_wording import interface_language, say, wording
from qa.language import detect_language
from tests.fakes import WordEmbedder
from tests.service.conftest import Ran, Run, refused

ROOT = Path(__file__).parents[2]
# ---------------------------------------------------------------------- a home of one's own


def test_a_fresh_home_answers_from_the_sample_briefs(sitasi: Run, tmp_path: Path) -> None:
    ran = sitasi("documents", SITASI_HOME=str(tmp_path / "fresh"))
    assert ran.code == 0
    assert "kotagede-perak-en" in ran.out
    assert say("samples_answer", "en") in ran.out


def test_ingesting_says_what_became_of_each_file_and_costs_nothing_again(sitasi: Run, papers: Path) -> None:
    (papers / "broken.pdf").write_bytes(b"%PDF-1.4 not really")
    first = sitasi("ingest", papers)
    assert (first.code, "2 added" in first.out, "broken.pdf" in first.out) == (0, True, True)
    assert say("samples_withdrawn", "en") not in first.err
    (papers / "broken.pdf").unlink()
    again = json.loads(sitasi("ingest", papers, "--json").out)
    assert (sorted(again["unchanged"]), again["added"], again["embedded"]) == (["kilns.md", "salt.md"], [], 0)
    listed = json.loads(sitasi("documents", "--json").out)
    assert [one["id"] for one in listed["documents"] if one["answers"]] == ["kilns", "salt"]


def test_pruning_removes_papers_whose_files_are_gone(sitasi: Run, papers: Path) -> None:
    sitasi("ingest", papers)
    (papers / "salt.md").unlink()
    assert "1 removed" in sitasi("ingest", papers, "--prune").out
    assert "salt" not in sitasi("documents").out


def test_files_that_are_not_where_or_what_they_were_are_named_one_by_one(sitasi: Run, papers: Path) -> None:
    (papers / "copy.md").write_bytes((papers / "salt.md").read_bytes())
    first = sitasi("ingest", papers)
    assert "salt.md is the same paper as copy.md" in first.out
    (papers / "kilns.md").rename(papers / "ovens.md")
    (papers / "copy.md").unlink()
    (papers / "salt.md").unlink()
    second = sitasi("ingest", papers, "--prune")
    assert "ovens.md was kilns.md" in second.out
    assert "copy: its file is gone" in second.out


def test_an_unreadable_file_is_told_in_the_language_asked_for(sitasi: Run, papers: Path) -> None:
    (papers / "broken.pdf").write_bytes(b"%PDF-1.4 not really")
    english, indonesian = (sitasi("ingest", papers, "--lang", lang).out for lang in ("en", "id"))
    assert "broken.pdf: " in english
    assert "this copy is damaged" in " ".join(english.split())
    assert "broken.pdf: sebuah berkas rusak" in indonesian
    assert "salinan ini rusak" in " ".join(indonesian.split())


def test_a_paper_is_listed_with_what_was_found_and_what_is_doubtful(sitasi: Run, papers: Path) -> None:
    (papers / "papers.csv").write_text(
        "file,authors,year,journal,volume,issue,doi\nsalt.md,A. Rim,2019,Salt,4,2,10.1/s\n"
    )
    sitasi("ingest", papers)
    assert "A. Rim · 2019 · Salt 4(2) · doi:10.1/s" in " ".join(sitasi("documents").out.split())


def test_a_second_run_over_an_unchanged_folder_leaves_every_file_of_the_home_alone(
    sitasi: Run, papers: Path, home: Path
) -> None:
    def stamps(home: Path) -> dict[str, int]:
        return {str(p): p.stat().st_mtime_ns for p in home.rglob("*") if p.is_file() and p.name != "owner.lock"}

    sitasi("ingest", papers)
    before = stamps(home)
    assert json.loads(sitasi("ingest", papers, "--json").out)["embedded"] == 0
    assert stamps(home) == before


def test_search_prints_passages_with_paper_section_and_offsets(sitasi: Run, papers: Path) -> None:
    sitasi("ingest", papers)
    ran = sitasi("search", "kilns fired with coconut husk", "--limit", "1")
    assert "The kilns of the northern village are fired twice a week" in ran.out
    assert re.search(r"Kilns \(n\.d\.\) · Findings · characters \d+–\d+  kilns", ran.out)
    found = json.loads(sitasi("search", "salt", "--document", "kilns", "--json").out)
    assert {passage["document"]["id"] for passage in found["passages"]} == {"kilns"}


def test_who_wrote_a_study_is_not_answered_with_those_that_it_cites(sitasi: Run) -> None:
    body = json.loads(sitasi("ask", "Who wrote the study of Magetan batik?", "--json").out)
    assert body["status"] == "abstained" and body["nearest"]


def test_the_places_of_a_collection_do_not_decide_the_language_of_a_question(sitasi: Run) -> None:
    assert detect_language("Magetan batik jobs") == "id"
    assert json.loads(sitasi("ask", "Magetan batik jobs", "--json").out)["language"] == "en"


def test_an_answer_in_json_is_the_one_of_the_http_contract_and_is_kept(sitasi: Run, papers: Path) -> None:
    sitasi("ingest", papers)
    body = json.loads(sitasi("ask", "How often are the kilns of the northern village fired?", "--json").out)
    assert body["language"] == "en"
    assert body["status"] in ("answered", "abstained")
    ended = sitasi("export", body["id"])
    assert ended.code == (0 if body["citations"] else 2)


def test_references_are_written_without_waiting_for_a_server(
    sitasi: Run, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitasi("ingest", papers)
    body = json.loads(sitasi("ask", "How often are the kilns of the northern village fired?", "--json").out)

    def wait(_: float) -> None:
        pytest.fail("waited for the address of a server, which was this command itself")

    monkeypatch.setattr("qa.cli_access.time.sleep", wait)
    assert sitasi("export", body["id"]).code in (0, 2)


def test_what_a_paper_says_is_neither_markup_nor_a_command_to_the_terminal(sitasi: Run, papers: Path) -> None:
    harm = "The [bold red]harmful[/bold red] potter says [link=https://x]this[/link] \x1b[31mloudly."
    (papers / "harm.md").write_text(f"# Harm\n\n## Findings\n\n{harm}\n")
    sitasi("ingest", papers)
    ran = sitasi("search", "harmful potter says loudly", "--limit", "1")
    assert "[bold red]harmful[/bold red]" in ran.out
    assert "\x1b" not in ran.out


def test_doctor_finds_a_sound_home_sound(sitasi: Run, papers: Path) -> None:
    sitasi("ingest", papers)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = str(probe.getsockname()[1])
    ran = sitasi("doctor", "--json", SITASI_SERVER__PORT=free)
    assert ran.code == 0, ran.out
    assert all(check["passed"] for check in json.loads(ran.out)["checks"])


def test_doctor_says_what_to_do_about_a_missing_model(sitasi: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: Any) -> Any:
        raise ModelNotReady("There is no model.")

    monkeypatch.setattr(qa.bootstrap, "load_embedder", missing)
    ran = sitasi("doctor")
    assert ran.code == 1
    assert "There is no model. Run `make setup`" in ran.out


def test_doctor_looks_at_who_may_read_and_at_every_address(sitasi: Run) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        there = f"http://127.0.0.1:{listening.getsockname()[1]}"
        ran = sitasi("doctor", "--json", SITASI_LLM__URL=f"{there}/v1", SITASI_TRACES__URL="http://127.0.0.1:9")
    told = {check["name"]: check for check in json.loads(ran.out)["checks"]}
    assert told["Who may read"]["passed"] and told["Language model"]["passed"]
    assert not told["Traces"]["passed"] and "start what listens there" in told["Traces"]["told"]
    keyed = json.loads(sitasi("doctor", "--json", SITASI_SERVER__ACCESS="keys").out)["checks"]
    assert any("sitasi keys create" in check["told"] and not check["passed"] for check in keyed)


# ---------------------------------------------------------------------- what cannot be done


@pytest.mark.parametrize(
    ("arguments", "english", "indonesian"),
    [
        (("ask", ""), "The question is empty.", "Pertanyaan tidak dapat dipakai."),
        (("ask", " ?! "), "The question is empty.", "Pertanyaan tidak dapat dipakai."),
        (("ask", "why " * 1000), "at most 2000 are allowed", "tidak melebihi batas panjang"),
        (("ingest", "/no/such/folder"), "There is no file or folder '/no/such/folder'", "Tidak ada berkas atau folder"),
        (("export", "ans_none"), "No answer is kept under the id", "Tidak ada jawaban yang tersimpan"),
        (("search", "salt", "--document", "none"), "There is no document 'none'.", "Makalah itu tidak ada"),
        (("bogus",), "No such command 'bogus'.", "Perintah tidak dikenali"),
        (("ask",), "Missing argument", "Perintah tidak dikenali"),
        (("ask", "--colour", "red", "x"), "No such option: --colour", "Perintah tidak dikenali"),
    ],
)
def test_bad_input_ends_in_one_sentence_in_the_users_language(
    arguments: tuple[str, ...], english: str, indonesian: str, sitasi: Run
) -> None:
    refused(sitasi(*arguments), english)
    refused(sitasi(*arguments, LANG="id_ID.UTF-8"), indonesian)
    refused(sitasi("--lang", "id", *arguments), indonesian)


def test_bad_settings_are_named(sitasi: Run) -> None:
    refused(sitasi("documents", SITASI_SERVER__PORT="99999"), "SITASI_SERVER__PORT")
    refused(sitasi("documents", SITASI_SERVER__PROT="1"), "SITASI_SERVER__PROT")
    refused(sitasi("documents", SITASI_PORT="1"), "SITASI_PORT")


def test_a_home_that_cannot_be_written_is_named(sitasi: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    refused(sitasi("documents", SITASI_HOME=str(blocked / "home")), str(blocked / "home"), "SITASI_HOME")


def test_a_missing_model_says_how_to_get_it(sitasi: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qa.bootstrap, "load_embedder", ingest.embedding.load_embedder)
    refused(sitasi("ask", "salt"), "make setup")


def test_files_that_are_no_papers_are_told_one_by_one(sitasi: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = sitasi("ingest", tmp_path / "empty")
    assert (ran.code, "There are no papers in" in ran.err) == (2, True)
    (tmp_path / "empty" / "blank.md").write_text("")
    ran = sitasi("ingest", tmp_path / "empty")
    assert (ran.code, "blank.md: the file is empty." in ran.out) == (2, True)


def test_a_home_in_use_by_another_command_is_told_after_waiting(
    sitasi: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qa.cli_access, "START_SECONDS", 0.0)
    with own_home(Home(home)):
        refused(sitasi("ask", "salt"), f"{home} is in use by process {os.getpid()}")


def test_a_server_that_does_not_answer_is_named(sitasi: Run, home: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with own_home(Home(home)) as ownership:
            ownership.announce(url)
            refused(sitasi("ask", "salt"), url, "does not answer")


def test_errors_are_json_where_json_was_asked_for(sitasi: Run) -> None:
    ran = sitasi("ask", "", "--json")
    told = json.loads(ran.err)
    assert (ran.code, ran.out, told["code"]) == (2, "", "invalid_question")
    assert told["advice"]


def test_what_was_not_foreseen_shows_a_traceback_only_on_demand(sitasi: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(qa.bootstrap, "load_embedder", broken)
    refused(sitasi("ask", "salt"), "ZeroDivisionError: boom", "--debug")
    assert "Traceback" in sitasi("ask", "salt", "--debug").err


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({}, "en"),
        ({"LC_ALL": "en_US", "LANG": "id_ID"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "id", "LANG": "en"}, "id"),
        ({"LANG": "idx"}, "en"),
    ],
)
def test_the_locale_chooses_the_language(environment: dict[str, str], language: str) -> None:
    assert interface_language(environment) == language


def test_every_sentence_has_the_same_blanks_in_both_languages() -> None:
    blank = re.compile(r"\{(\w+)")
    for key, (english, indonesian) in wording().items():
        assert sorted(blank.findall(english)) == sorted(blank.findall(indonesian)), key


# ---------------------------------------------------------------------- beside a running server


@dataclass(frozen=True)
class Server:
    """A real `sitasi serve` on this machine; `here` makes a command work on its home."""

    process: subprocess.Popen[str]
    url: str
    home: Path

    @property
    def here(self) -> dict[str, str]:
        return {"SITASI_HOME": str(self.home)}


def start_server(home: Path) -> Server:
    """Start it and wait until it says that it is ready."""
    command = [sys.executable, "-m", "tests.service.serve_words", "serve", "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SITASI_", "LC_", "LANG"))}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment | {"SITASI_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    if not found:
        process.kill()
        pytest.fail(f"it printed {line!r} and said {process.communicate()[1]!r}")
    return Server(process, found[0], home)


@pytest.fixture(scope="module")
def server(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = start_server(Path(shutil.copytree(samples, tmp_path_factory.mktemp("served") / "home")))
    yield started
    started.process.kill()
    started.process.communicate()


def test_commands_go_through_the_server_that_owns_the_home(sitasi: Run, server: Server, papers: Path) -> None:
    owner = read_owner(Home(server.home))
    assert owner is not None
    assert (owner.pid, owner.url) == (server.process.pid, server.url)
    assert "kotagede-perak-en" in sitasi("documents", **server.here).out
    ingested = json.loads(sitasi("ingest", papers, "--json", **server.here).out)
    assert (ingested["added"], bool(ingested["withdrawn"])) == (["kilns.md", "salt.md"], True)
    assert "The kilns of the northern village" in sitasi("search", "kilns of the north", **server.here).out
    body = json.loads(sitasi("ask", "Which families boil salt in iron pans?", "--json", **server.here).out)
    assert body["corpus"]["documents"] == 2
    refused(sitasi("ask", "", LANG="id_ID", **server.here), "Pertanyaan tidak dapat dipakai.")
    refused(sitasi("export", "ans_none", LANG="id_ID", **server.here), "Tidak ada jawaban yang tersimpan")
    doctor = sitasi("doctor", "--json", **server.here)
    assert (doctor.code, server.url in doctor.out) == (0, True)


def test_a_second_server_is_told_where_the_first_one_is(sitasi: Run, server: Server) -> None:
    ran = sitasi("serve", "--port", "0", **server.here)
    refused(ran, f"already answers at {server.url}", str(server.process.pid))


def test_a_busy_port_is_one_sentence(sitasi: Run, server: Server) -> None:
    port = server.url.rsplit(":", 1)[1]
    refused(sitasi("serve", "--port", port), f"Port {port} on 127.0.0.1 is already in use", "--port")
    refused(sitasi("serve", "--host", "203.0.113.7"), "cannot listen on 203.0.113.7", "--host")


def another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (qa.bootstrap, qa.collection):
        monkeypatch.setattr(module, "load_embedder", lambda *_: WordEmbedder(revision="2"))


def test_samples_made_under_another_model_are_made_anew_by_themselves(
    sitasi: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    another_model(monkeypatch)
    assert "kotagede-perak-en" in sitasi("documents").out
    assert json.loads(sitasi("ask", "--json", "perak Kotagede").out)["corpus"]["documents"] == 10


def test_papers_made_under_another_model_wait_for_the_user(
    sitasi: Run, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitasi("ingest", papers)
    another_model(monkeypatch)
    refused(sitasi("ask", "kilns"), "revision is '1' in the index and '2'", "Ingest the papers again")


def test_a_server_stopped_by_the_user_ends_quietly_and_frees_the_home(home: Path, sitasi: Run) -> None:
    server = start_server(home)
    server.process.send_signal(signal.SIGINT)
    _, err = server.process.communicate(timeout=30)
    assert "Traceback" not in err
    assert read_owner(Home(home)) is None
    assert "kotagede-perak-en" in sitasi("documents").out


def test_a_server_whose_model_is_missing_ends_with_one_sentence(home: Path) -> None:
    command = [sys.executable, "-m", "qa", "serve", "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SITASI_")}
    environment["SITASI_HOME"] = str(home)
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    refused(Ran(ran.returncode, ran.stdout, ran.stderr), "make setup")
