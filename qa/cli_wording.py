"""outcome or fault → what the command line says of it, in Indonesian and in English; faults that only it has."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ingest.types import Language

# key: (English, Indonesian)
_WORDS: dict[str, tuple[str, str]] = {
    # faults: one sentence that says what is wrong and what to do
    "no_such_path": (
        "There is no file or folder {path!r}: check the spelling, or give an absolute path.",
        "Tidak ada berkas atau folder {path!r}: periksa ejaannya, atau berikan jalur lengkap.",
    ),
    "nothing_readable": (
        "None of the files in {path} could be read as a paper: see the reasons above, or name other files.",
        "Tidak satu pun berkas di {path} terbaca sebagai makalah: lihat alasannya di atas, atau sebut berkas lain.",
    ),
    "nothing_found": (
        "There are no papers in {path}: put files of a format named in README.md there, or name another folder.",
        "Tidak ada makalah di {path}: taruh berkas dalam format yang disebut di README.md, atau sebut folder lain.",
    ),
    "port_busy": (
        "Port {port} on {host} is already in use: stop the program that uses it, or choose another with --port.",
        "Port {port} di {host} sudah dipakai: hentikan program yang memakainya, atau pilih yang lain dengan --port.",
    ),
    "address_refused": (
        "Sitasi cannot listen on {host} port {port} ({reason}): choose another address with --host and --port.",
        "Sitasi tidak dapat memakai alamat {host} port {port} ({reason}): pilih yang lain dengan --host dan --port.",
    ),
    "keys_needed": (
        "Sitasi would listen on {host}, where others can reach it, and there is no key: make one with `sitasi keys "
        "create NAME`, start with --create-key, or let everybody read with SITASI_SERVER__ACCESS=public.",
        "Sitasi akan memakai alamat {host} yang dapat dijangkau orang lain, padahal belum ada kunci: buat dengan "
        "`sitasi keys create NAMA`, jalankan dengan --create-key, atau buka untuk semua dengan "
        "SITASI_SERVER__ACCESS=public.",
    ),
    "no_such_scope": (
        "There is no scope {scope!r}: name one of {scopes}.",
        "Tidak ada cakupan {scope!r}: sebut salah satu dari {scopes}.",
    ),
    "no_such_key": (
        "There is no key {id!r}: `sitasi keys list` names all of them.",
        "Tidak ada kunci {id!r}: `sitasi keys list` menyebut semuanya.",
    ),
    "home_refused": (
        "The home folder {path} cannot be written: name another one in SITASI_HOME.",
        "Folder kerja {path} tidak dapat ditulis: sebut folder lain di SITASI_HOME.",
    ),
    "already_serving": (
        "Sitasi already answers at {url} (process {pid}): open that address, or stop that process first.",
        "Sitasi sudah berjalan di {url} (proses {pid}): buka alamat itu, atau hentikan dahulu proses itu.",
    ),
    "server_silent": (
        "The server that owns this home ({url}) does not answer: wait a moment and try again, or stop process {pid}.",
        "Server yang memakai folder ini ({url}) tidak menjawab: tunggu lalu coba lagi, atau hentikan proses {pid}.",
    ),
    "cannot_write": (
        "{path} cannot be written ({reason}): name another file with --output.",
        "{path} tidak dapat ditulis ({reason}): sebut berkas lain dengan --output.",
    ),
    "usage": ("{reason} See `sitasi --help`.", "Perintah tidak dikenali ({reason}). Lihat `sitasi --help`."),
    "unforeseen": (
        "Something unforeseen went wrong ({reason}): run the command again with --debug and report what it prints.",
        "Terjadi kesalahan yang tidak diperkirakan ({reason}): jalankan lagi dengan --debug dan laporkan keluarannya.",
    ),
    "no_mcp": (
        "MCP needs the extra of that name: run `pip install 'sitasi[mcp]'` in the environment of Sitasi.",
        "MCP memerlukan paket tambahan: jalankan `pip install 'sitasi[mcp]'` di lingkungan Sitasi.",
    ),
    "no_extra": (
        "`sitasi {name}` needs the extra of that name: run `pip install 'sitasi[{name}]'` in the environment of "
        "Sitasi, or `make gate` in a checkout.",
        "`sitasi {name}` memerlukan paket tambahan: jalankan `pip install 'sitasi[{name}]'` di lingkungan Sitasi, "
        "atau `make gate` di salinan kode.",
    ),
    "interrupted": ("Stopped.", "Dihentikan."),
    "no_citations": (
        "This answer cites no paper, so there is nothing to export.",
        "Jawaban ini tidak mengutip makalah, jadi tidak ada yang dapat diekspor.",
    ),
    # what is going on
    "ready": (
        "Sitasi answers at {url}  (Ctrl+C stops it)",
        "Sitasi siap menjawab di {url}  (Ctrl+C untuk berhenti)",
    ),
    "loading": ("Loading the model and checking the index …", "Memuat model dan memeriksa indeks …"),
    "first_start": (
        "First start: preparing the sample collection …",
        "Pertama kali dijalankan: menyiapkan koleksi contoh …",
    ),
    "thinking": ("Reading …", "Membaca …"),
    "model_ready": ("The embedding model is ready in {path}.", "Model bahasa siap di {path}."),
    "model_named": (
        "The settings name the model {name!r}, which sentence-transformers loads: there is nothing to prepare.",
        "Pengaturan menyebut model {name!r} yang dimuat oleh sentence-transformers: tidak ada yang perlu disiapkan.",
    ),
    "model_preparing": ("Preparing the embedding model …", "Menyiapkan model bahasa …"),
    "stage_reading": ("Reading", "Membaca"),
    "stage_embedding": ("Embedding", "Menghitung vektor"),
    "stage_publishing": ("Publishing", "Menerbitkan"),
    # keys
    "key_made": (
        "Key {id} ({name}) opens: {scopes}. It is shown this once; keep it safe:",
        "Kunci {id} ({name}) membuka: {scopes}. Hanya ditampilkan sekali ini; simpan baik-baik:",
    ),
    "key_gone": ("Key {id} ({name}) opens nothing any more.", "Kunci {id} ({name}) tidak membuka apa pun lagi."),
    "no_keys": (
        "There are no keys yet: `sitasi keys create NAME` makes one.",
        "Belum ada kunci: buat dengan `sitasi keys create NAMA`.",
    ),
    "access_public": (
        "Everybody who reaches this address may read and ask.",
        "Siapa pun yang dapat menjangkau alamat ini boleh membaca dan bertanya.",
    ),
    # an answer
    "abstained": ("Not answered", "Tidak terjawab"),
    "nearest": ("Nearest passages", "Bagian yang paling dekat"),
    "characters": ("characters {start}–{end}", "karakter {start}–{end}"),
    "page": ("p. {page}", "hlm. {page}"),
    "year_unknown": ("n.d.", "t.t."),
    "translation": ("translation", "terjemahan"),
    "id_line": (
        "Answer {id} · papers searched: {documents} · {ms:.0f} ms",
        "Jawaban {id} · makalah yang ditelusuri: {documents} · {ms:.0f} ms",
    ),
    "dropped": (
        "{n} sentence(s) did not pass the check and are not shown.",
        "{n} kalimat tidak lolos pemeriksaan dan tidak ditampilkan.",
    ),
    "no_hits": ("No passage was found.", "Tidak ada bagian yang ditemukan."),
    "cell_empty": ("– nothing found", "– tidak ditemukan"),
    "matrix_line": (
        "{studies} studies by {themes} themes · {ms:.0f} ms",
        "{studies} studi menurut {themes} tema · {ms:.0f} ms",
    ),
    # lists
    "no_feedback": ("No reader has said anything yet.", "Belum ada pembaca yang memberi tanggapan."),
    "n_passages": ("{n} passages", "{n} bagian"),
    "recognised": ("recognised from a scan (OCR)", "dikenali dari pindaian (OCR)"),
    "doubtful_fields": ("not sure: {fields}", "belum pasti: {fields}"),
    "samples_answer": (
        "These are the sample briefs; they withdraw when you ingest papers of your own.",
        "Ini ringkasan contoh; semuanya ditarik begitu Anda memasukkan makalah sendiri.",
    ),
    "watching": (
        "Watching {paths}; Ctrl-C ends it.",
        "Mengamati {paths}; Ctrl-C mengakhirinya.",
    ),
    "samples_withdrawn": (
        "The sample briefs have withdrawn: from now on only your papers answer.",
        "Ringkasan contoh sudah ditarik: mulai sekarang hanya makalah Anda yang menjawab.",
    ),
    "no_documents": (
        "There are no papers yet: run `sitasi ingest PATH`.",
        "Belum ada makalah: jalankan `sitasi ingest JALUR`.",
    ),
    # ingest
    "added": ("added", "baru"),
    "updated": ("updated", "diperbarui"),
    "remade": ("made anew", "dibuat ulang"),
    "unchanged": ("unchanged", "tetap"),
    "moved": ("moved", "dipindah"),
    "duplicates": ("duplicates", "duplikat"),
    "removed": ("removed", "dihapus"),
    "failed": ("with faults", "bermasalah"),
    "skipped": ("no papers", "bukan makalah"),
    "moved_line": ("{new} was {old}", "{new} tadinya {old}"),
    "duplicate_line": ("{file} is the same paper as {twin}", "{file} adalah makalah yang sama dengan {twin}"),
    "removed_line": ("{id}: its file is gone", "{id}: berkasnya sudah tidak ada"),
    "more_lines": ("… and {n} more (--json names all)", "… dan {n} lagi (--json menyebut semuanya)"),
    "ingested": (
        "{documents} documents, {passages} passages ({embedded} embedded, {reused} reused) in {seconds:.1f} s",
        "{documents} dokumen, {passages} bagian ({embedded} dihitung, {reused} dipakai ulang) dalam {seconds:.1f} dtk",
    ),
    # doctor
    "check_settings": ("Settings", "Pengaturan"),
    "check_home": ("Home folder", "Folder kerja"),
    "check_disk": ("Free disk space", "Ruang penyimpanan"),
    "check_owner": ("Owner of the home", "Pemakai folder kerja"),
    "check_model": ("Embedding model", "Model bahasa"),
    "check_record": ("Papers", "Makalah"),
    "check_index": ("Index", "Indeks"),
    "check_access": ("Who may read", "Siapa yang boleh membaca"),
    "check_recognition": ("Text recognition", "Pengenal teks"),
    "check_llm": ("Language model", "Model bahasa penulis"),
    "check_traces": ("Traces", "Jejak (OpenTelemetry)"),
    "check_chroma": ("Chroma server", "Server Chroma"),
    "access_loopback": (
        "everybody on this machine; {n} key(s) for more than reading",
        "siapa pun di mesin ini; {n} kunci untuk selain membaca",
    ),
    "access_keys": ("whoever holds one of {n} key(s)", "pemegang salah satu dari {n} kunci"),
    "recognition_there": ("installed: scanned papers are read", "terpasang: makalah hasil pindaian terbaca"),
    "recognition_missing": (
        "not installed, so scanned papers cannot be read (Debian: apt install tesseract-ocr tesseract-ocr-ind)",
        "tidak terpasang, jadi makalah hasil pindaian tidak terbaca (Debian: apt install tesseract-ocr "
        "tesseract-ocr-ind)",
    ),
    "extra_missing": (
        "not installed: run `pip install 'sitasi[{extra}]'` in the environment of Sitasi",
        "belum terpasang: jalankan `pip install 'sitasi[{extra}]'` di lingkungan Sitasi",
    ),
    "address_reached": ("{url} can be reached", "{url} dapat dijangkau"),
    "address_silent": (
        "{url} cannot be reached: start what listens there, or correct the setting",
        "{url} tidak dapat dijangkau: jalankan yang seharusnya ada di sana, atau perbaiki pengaturannya",
    ),
    "check_port": ("Port {port}", "Port {port}"),
    "owner_none": ("nobody: commands work on it directly", "tidak ada: perintah bekerja langsung"),
    "owner_server": ("server at {url} (process {pid})", "server di {url} (proses {pid})"),
    "owner_process": ("process {pid}", "proses {pid}"),
    "server_ready": (
        "answers, with its model, papers and index; stop it to have these looked at by themselves",
        "menjawab, dengan model, makalah, dan indeksnya; hentikan server bila hendak memeriksanya sendiri-sendiri",
    ),
    "server_degraded": ("answers, but: {reasons}", "menjawab, tetapi: {reasons}"),
    "disk_free": ("{free:.1f} GB free", "{free:.1f} GB kosong"),
    "disk_low": (
        "only {free:.1f} GB free: make room before ingesting many papers",
        "tinggal {free:.1f} GB: kosongkan ruang sebelum memasukkan banyak makalah",
    ),
    "records": ("{documents} documents, {passages} passages answer", "{documents} dokumen, {passages} bagian menjawab"),
    "index_whole": ("every passage can be found", "setiap bagian dapat ditemukan"),
    "index_lost": (
        "{n} passages cannot be found: restart the server",
        "{n} bagian tidak ditemukan: jalankan ulang server",
    ),
    "port_free": ("free", "bebas"),
    "port_taken": ("in use", "dipakai"),
    "writable": ("{path} can be written", "{path} dapat ditulis"),
    "not_writable": (
        "{path} cannot be written: choose another SITASI_HOME",
        "{path} tidak dapat ditulis: pilih SITASI_HOME lain",
    ),
}


class CommandError(Exception):
    """A command that cannot be carried out as typed; `key` names the sentence, `words` fill it."""

    def __init__(self, key: str, **words: object) -> None:
        super().__init__(key)
        self.key = key
        self.words = words


def say(key: str, language: Language, **words: object) -> str:
    """The sentence of this key in this language."""
    return _WORDS[key][language == "id"].format(**words)


def wording() -> Mapping[str, tuple[str, str]]:
    """All sentences by key: English, Indonesian."""
    return _WORDS


def interface_language(environment: Mapping[str, str] = os.environ) -> Language:
    """Indonesian when the locale says so, else English; the first set of LC_ALL, LC_MESSAGES and LANG counts."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "id" if locale.lower().split("_")[0].split(".")[0] in ("id", "in") else "en"
