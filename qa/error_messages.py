"""any error → one sentence and one piece of advice in the reader's language; English stands on the error class itself.

Indonesian wording is kept here by error code, so that raising an error never needs to know who will read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.errors import IngestError
from ingest.summary import FailedFile
from ingest.types import Language
from qa.errors import QuestionError


@dataclass(frozen=True, slots=True)
class Message:
    """What a reader is told: a short `title`, the `detail` of this occurrence, and what to do about it."""

    code: str
    title: str
    detail: str
    advice: str


# code: (English title, Indonesian title, Indonesian advice). A test compares the keys with the two error trees.
_WORDING: dict[str, tuple[str, str, str]] = {
    "ingest_error": (
        "The papers could not be processed",
        "Makalah tidak dapat diproses",
        "Jalankan `sitasi doctor` dan baca pesan di atas.",
    ),
    "settings_error": (
        "A setting is wrong",
        "Ada pengaturan yang salah",
        "Perbaiki pengaturan yang disebut di atas; README.md memuat semua pengaturan.",
    ),
    "model_not_ready": (
        "The embedding model is not ready",
        "Model bahasa belum siap",
        "Jalankan `make setup` (atau `sitasi setup`) untuk menyiapkan model lagi.",
    ),
    "source_error": (
        "A file cannot become a paper",
        "Sebuah berkas tidak dapat dijadikan makalah",
        "Periksa berkas yang disebut di atas, lalu masukkan lagi.",
    ),
    "source_unreadable": (
        "A file cannot be read",
        "Sebuah berkas tidak dapat dibaca",
        "Pastikan jalurnya ada dan merupakan berkas biasa yang boleh Anda baca.",
    ),
    "source_empty": (
        "A file holds no text",
        "Sebuah berkas tidak berisi teks",
        "Buka berkasnya: tidak ada teks di dalamnya. Makalah hasil pindaian perlu dikenali teksnya lebih dahulu.",
    ),
    "source_too_large": (
        "A file is too large",
        "Sebuah berkas terlalu besar",
        "Pecah berkasnya, atau naikkan SITASI_INGEST__MAX_FILE_BYTES.",
    ),
    "source_protected": (
        "A file opens only with a password",
        "Sebuah berkas hanya terbuka dengan kata sandi",
        "Buka berkas itu dengan kata sandinya, simpan tanpa kata sandi, lalu masukkan lagi.",
    ),
    "source_damaged": (
        "A file is damaged",
        "Sebuah berkas rusak",
        "Ambil lagi berkas itu dari sumbernya: salinan ini rusak.",
    ),
    "sidecar_unclear": (
        "A file that describes papers is unclear",
        "Berkas yang menerangkan makalah tidak jelas",
        "Perbaiki baris yang disebut di atas, lalu masukkan lagi; makalah dan baris yang baik tetap berlaku.",
    ),
    "source_scanned": (
        "A file is a scan without text",
        "Sebuah berkas berupa pindaian tanpa teks",
        "Pasang pengenal teks (Debian, Ubuntu: apt install tesseract-ocr tesseract-ocr-ind), lalu masukkan lagi.",
    ),
    "source_too_costly": (
        "Reading a file takes too much time or memory",
        "Membaca sebuah berkas memakan terlalu banyak waktu atau memori",
        "Simpan ulang makalah itu, atau naikkan SITASI_INGEST__PARSE_SECONDS atau SITASI_INGEST__PARSE_MEMORY_BYTES.",
    ),
    "unsupported_format": (
        "A file has a format that cannot be read",
        "Format sebuah berkas tidak dapat dibaca",
        "Simpan makalah dalam salah satu format yang disebut di README.md, lalu masukkan lagi.",
    ),
    "record_error": (
        "The database failed",
        "Basis data bermasalah",
        "Periksa basis data di SITASI_RECORD__URL, lalu coba lagi; tidak ada yang berubah.",
    ),
    "unknown_document": (
        "There is no such paper",
        "Makalah itu tidak ada",
        "Jalankan `sitasi documents` untuk melihat id yang ada.",
    ),
    "record_full": (
        "The disk is full",
        "Ruang penyimpanan habis",
        "Kosongkan sebagian ruang penyimpanan lalu coba lagi; yang sudah tersimpan tetap utuh.",
    ),
    "index_error": (
        "The search index failed",
        "Indeks pencarian bermasalah",
        "Jalankan ulang: indeks dibangun kembali dari basis data dengan sendirinya.",
    ),
    "index_mismatch": (
        "The search index was built under other settings",
        "Indeks pencarian dibuat dengan pengaturan lain",
        "Masukkan makalah lagi dengan pengaturan baru, atau kembalikan model dan pengaturan yang lama.",
    ),
    "index_damaged": (
        "The search index is damaged",
        "Indeks pencarian rusak",
        "Jalankan ulang: indeks dibangun kembali dari basis data dengan sendirinya, tanpa menghitung ulang vektor.",
    ),
    "home_in_use": (
        "Another process owns this home folder",
        "Folder ini sedang dipakai proses lain",
        "Pakai server yang sedang berjalan (alamatnya disebut di atas), hentikan, atau pilih SITASI_HOME lain.",
    ),
    "question_error": (
        "The question could not be handled",
        "Pertanyaan tidak dapat ditangani",
        "Jalankan `sitasi doctor` dan baca pesan di atas.",
    ),
    "invalid_question": (
        "The question cannot be used",
        "Pertanyaan tidak dapat dipakai",
        "Kirim pertanyaan yang berisi sedikitnya satu kata dan tidak melebihi batas panjang.",
    ),
    "unknown_answer": (
        "No answer is kept under this id",
        "Tidak ada jawaban yang tersimpan dengan id ini",
        "Ajukan lagi pertanyaannya: jawaban yang tidak dibagikan hanya disimpan untuk waktu terbatas.",
    ),
    "not_ready": (
        "The service is not ready",
        "Layanan belum siap",
        "Tunggu sampai /readyz menjawab 200; jika tidak kunjung siap, jalankan `sitasi doctor`.",
    ),
    "overloaded": (
        "Too many questions at once",
        "Terlalu banyak pertanyaan sekaligus",
        "Coba lagi setelah jumlah detik yang disebut di Retry-After.",
    ),
    "service_stopping": (
        "The service is stopping",
        "Layanan sedang berhenti",
        "Tanyakan lagi sebentar lagi, setelah layanan berjalan kembali.",
    ),
    "generator_error": (
        "The language model failed",
        "Model bahasa besar bermasalah",
        "Periksa SITASI_LLM__URL dan catatan layanan model itu sendiri.",
    ),
    "generator_unreachable": (
        "The language model cannot be reached",
        "Model bahasa besar tidak dapat dihubungi",
        "Pastikan layanan di SITASI_LLM__URL berjalan dan dapat dihubungi.",
    ),
    "generator_timed_out": (
        "The language model stalled",
        "Model bahasa besar terlalu lama menjawab",
        "Pilih model yang lebih cepat, atau naikkan SITASI_LLM__FIRST_TOKEN_SECONDS dan SITASI_LLM__TOTAL_SECONDS.",
    ),
    "generator_busy": (
        "The language model is busy",
        "Model bahasa besar sedang sibuk",
        "Tunggu, atau naikkan kuota pada penyedia layanannya.",
    ),
    "generator_denied": (
        "The language model did not accept the key",
        "Model bahasa besar tidak menerima kuncinya",
        "Periksa SITASI_LLM__KEY dan apa yang diizinkan untuknya.",
    ),
    "generator_refused": (
        "The language model refused the request",
        "Model bahasa besar menolak permintaan",
        "Periksa SITASI_LLM__MODEL dan jalur dalam SITASI_LLM__URL.",
    ),
    "generator_failed": (
        "The language model failed inside",
        "Layanan model bahasa besar mengalami galat",
        "Baca catatan layanan di SITASI_LLM__URL.",
    ),
    "generator_garbled": (
        "The language model answered with nonsense",
        "Jawaban model bahasa besar tidak dapat dibaca",
        "Pastikan SITASI_LLM__URL adalah alamat layanan yang sesuai OpenAI, biasanya berakhir dengan /v1.",
    ),
}
# What these say of one occurrence adds nothing to their Indonesian title and advice.
_SAID_BY_TITLE = frozenset({"invalid_question", "unknown_answer", "not_ready", "overloaded", "service_stopping"})


def worded_codes() -> frozenset[str]:
    """Codes that have wording in both languages."""
    return frozenset(_WORDING)


def message_for(error: IngestError | QuestionError, language: Language, *, specific: bool = True) -> Message:
    """What to tell a reader of `language` about `error`.

    `specific` adds the error's own words (a file name, a setting); leave it out where the reader is not the operator.
    """
    title_en, title_id, advice_id = _WORDING[error.code]
    own = " ".join(str(error).split()) if specific else ""
    if language == "id":
        named = f" ({own.rstrip('.')})" if own and error.code not in _SAID_BY_TITLE else ""
        return Message(error.code, title_id, f"{title_id}{named}.", advice_id)
    detail = own[:1].upper() + own[1:] if own else title_en
    return Message(error.code, title_en, f"{detail.rstrip('.')}.", error.advice)


def failure_text(failed: FailedFile, language: Language) -> tuple[str, str]:
    """Why a file did not become a paper, with its name, and what to do about it."""
    if language == "en":
        return failed.reason, failed.advice
    _, title, advice = _WORDING[failed.code]
    own = failed.reason.removeprefix(f"{failed.name}: ").rstrip(".")
    return f"{failed.name}: {title[:1].lower()}{title[1:]} ({own}).", advice
