"""HTTP status or faulty member → words in the caller's language; errors of papers and questions have their own."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ingest.types import Language
from qa.error_messages import Message

# code: (status, English title, Indonesian title, English advice, Indonesian advice)
_WORDING: dict[str, tuple[int, str, str, str, str]] = {
    "bad_request": (
        400,
        "The request cannot be understood",
        "Permintaan tidak dapat dipahami",
        "Compare the request with /openapi.json.",
        "Bandingkan permintaan dengan /openapi.json.",
    ),
    "host_refused": (
        400,
        "This host name is not served here",
        "Nama host ini tidak dilayani di sini",
        "Use the address that `sitasi serve` printed, or list the name in SITASI_SERVER__ALLOWED_HOSTS.",
        "Pakai alamat yang dicetak `sitasi serve`, atau daftarkan nama itu di SITASI_SERVER__ALLOWED_HOSTS.",
    ),
    "key_needed": (
        401,
        "This service needs a key",
        "Layanan ini memerlukan kunci",
        "Send `Authorization: Bearer KEY`; the operator makes keys with `sitasi keys create`.",
        "Kirim `Authorization: Bearer KUNCI`; pengelola membuat kunci dengan `sitasi keys create`.",
    ),
    "key_refused": (
        401,
        "This key is not known here",
        "Kunci ini tidak dikenal di sini",
        "Check the key for missing characters, or ask the operator for a new one: it may have been revoked.",
        "Periksa apakah ada karakter kunci yang hilang, atau minta kunci baru kepada pengelola: mungkin sudah dicabut.",
    ),
    "scope_missing": (
        403,
        "This key does not open this",
        "Kunci ini tidak membuka bagian ini",
        "Ask the operator for a key with the scope that /openapi.json names for this operation.",
        "Minta kepada pengelola kunci dengan cakupan yang disebut /openapi.json untuk operasi ini.",
    ),
    "rate_limit": (
        429,
        "You have sent many requests in a short time",
        "Anda mengirim banyak permintaan dalam waktu singkat",
        "Wait as long as Retry-After says, then go on.",
        "Tunggu selama yang disebut di Retry-After, lalu lanjutkan.",
    ),
    "embed_token_unknown": (
        401,
        "This embed token is not known here",
        "Token penyematan ini tidak dikenal di sini",
        "Ask the operator for the token of this site (SITASI_SERVER__EMBED_TOKENS).",
        "Minta token untuk situs ini kepada pengelola (SITASI_SERVER__EMBED_TOKENS).",
    ),
    "embed_token_missing": (
        401,
        "Pages of this site must show their embed token",
        "Halaman situs ini harus menunjukkan token penyematannya",
        "Put the token into the attribute `token` of the widget.",
        "Tulis token itu di atribut `token` pada widget.",
    ),
    "visitor_limit": (
        429,
        "You have asked many questions in a short time",
        "Anda sudah bertanya banyak dalam waktu singkat",
        "Wait as long as Retry-After says, then ask again.",
        "Tunggu selama yang disebut di Retry-After, lalu tanyakan lagi.",
    ),
    "origin_refused": (
        403,
        "Pages of this site may not call the service",
        "Halaman dari situs ini tidak boleh memanggil layanan",
        "Ask the operator to list the site in SITASI_SERVER__ALLOWED_ORIGINS.",
        "Minta pengelola mendaftarkan situs itu di SITASI_SERVER__ALLOWED_ORIGINS.",
    ),
    "not_found": (
        404,
        "There is nothing at this address",
        "Tidak ada apa-apa di alamat ini",
        "Check the address; /openapi.json lists all of them.",
        "Periksa alamatnya; /openapi.json memuat semuanya.",
    ),
    "no_file": (
        422,
        "There is no file in this request",
        "Tidak ada berkas dalam permintaan ini",
        "Send each paper as a part named `file` of a multipart form.",
        "Kirim setiap makalah sebagai bagian bernama `file` dari formulir multipart.",
    ),
    "name_taken": (
        409,
        "Another paper was received under this name",
        "Makalah lain sudah diterima dengan nama ini",
        "Give the file another name, or add `?replace=true` to put it in the place of the other.",
        "Beri berkas itu nama lain, atau tambahkan `?replace=true` untuk menggantikan yang lama.",
    ),
    "unknown_job": (
        404,
        "There is no such job",
        "Pekerjaan itu tidak ada",
        "Jobs are forgotten when the server stops; start the job again.",
        "Daftar pekerjaan hilang ketika server berhenti; mulai lagi pekerjaannya.",
    ),
    "unknown_model": (
        404,
        "There is no such model",
        "Model itu tidak ada",
        "Name one of the models that /v1/models lists.",
        "Sebut salah satu model yang didaftar /v1/models.",
    ),
    "method_not_allowed": (
        405,
        "This address does not take this method",
        "Alamat ini tidak menerima metode tersebut",
        "Use a method named in the Allow header.",
        "Pakai metode yang disebut di header Allow.",
    ),
    "body_too_large": (
        413,
        "The request is too large",
        "Permintaan terlalu besar",
        "Send less, or raise SITASI_SERVER__MAX_BODY_BYTES.",
        "Kirim lebih sedikit, atau naikkan SITASI_SERVER__MAX_BODY_BYTES.",
    ),
    "invalid_json": (
        422,
        "The body is not valid JSON",
        "Isi permintaan bukan JSON yang sah",
        "Send UTF-8 JSON with Content-Type: application/json.",
        "Kirim JSON dalam UTF-8 dengan Content-Type: application/json.",
    ),
    "invalid_request": (
        422,
        "The request has a member that cannot be used",
        "Ada bagian permintaan yang tidak dapat dipakai",
        "Correct the members named in `errors`; /openapi.json describes all of them.",
        "Perbaiki bagian yang disebut di `errors`; /openapi.json menjelaskan semuanya.",
    ),
    "too_many_requests": (
        429,
        "Too many requests at once",
        "Terlalu banyak permintaan sekaligus",
        "Try again after the seconds named in Retry-After.",
        "Coba lagi setelah jumlah detik yang disebut di Retry-After.",
    ),
    "internal_error": (
        500,
        "Something went wrong inside the service",
        "Terjadi kesalahan di dalam layanan",
        "Report the request id to the operator, who finds it in the log.",
        "Laporkan id permintaan kepada pengelola; id itu tercatat di log.",
    ),
    "unavailable": (
        503,
        "The service cannot answer now",
        "Layanan sedang tidak dapat menjawab",
        "Try again later; /readyz tells the reason.",
        "Coba lagi nanti; /readyz menyebutkan alasannya.",
    ),
}
_BY_STATUS = {
    400: "bad_request",
    401: "key_needed",
    403: "scope_missing",
    404: "not_found",
    405: "method_not_allowed",
    409: "name_taken",
    413: "body_too_large",
    422: "invalid_request",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}

# pydantic's error type: (English, Indonesian); braces are filled from the error's own context.
_FAULTS: dict[str, tuple[str, str]] = {
    "missing": ("is required", "wajib diisi"),
    "extra_forbidden": ("is not known here", "tidak dikenal di sini"),
    "string_type": ("must be text", "harus berupa teks"),
    "string_too_short": ("must have at least {min_length} character(s)", "sedikitnya {min_length} karakter"),
    "string_too_long": ("must have at most {max_length} characters", "paling banyak {max_length} karakter"),
    "string_unicode": ("is not valid Unicode text", "bukan teks Unicode yang sah"),
    "string_pattern_mismatch": ("has the wrong form", "bentuknya salah"),
    "literal_error": ("must be {expected}", "harus salah satu dari {expected}"),
    "bool_type": ("must be true or false", "harus true atau false"),
    "int_type": ("must be a whole number", "harus bilangan bulat"),
    "int_parsing": ("must be a whole number", "harus bilangan bulat"),
    "float_type": ("must be a number", "harus bilangan"),
    "finite_number": ("must be a finite number", "harus bilangan berhingga"),
    "greater_than_equal": ("must be at least {ge}", "sedikitnya {ge}"),
    "less_than_equal": ("must be at most {le}", "paling banyak {le}"),
    "list_type": ("must be a list", "harus berupa daftar"),
    "too_long": ("must have at most {max_length} entries", "paling banyak {max_length} butir"),
    "too_short": ("must have at least {min_length} entries", "sedikitnya {min_length} butir"),
    "model_attributes_type": ("must be a JSON object", "harus berupa objek JSON"),
    "model_type": ("must be a JSON object", "harus berupa objek JSON"),
    "dict_type": ("must be a JSON object", "harus berupa objek JSON"),
    "value_error": ("holds characters that are not text", "memuat karakter yang bukan teks"),
}


def told(code: str, language: Language) -> tuple[int, Message]:
    """Status and words of a code of this table."""
    status, title_en, title_id, advice_en, advice_id = _WORDING[code]
    title, advice = (title_id, advice_id) if language == "id" else (title_en, advice_en)
    return status, Message(code, title, f"{title}.", advice)


def told_status(status: int, language: Language) -> tuple[int, Message]:
    """Words for a bare HTTP status; unknown ones are named by the standard phrase."""
    code = _BY_STATUS.get(status)
    if code is not None:
        return status, told(code, language)[1]
    phrase = HTTPStatus(status).phrase
    advice = told("internal_error" if status >= 500 else "bad_request", language)[1].advice
    return status, Message(phrase.lower().replace(" ", "_"), phrase, f"{phrase}.", advice)


def told_fault(fault: Mapping[str, Any], language: Language) -> str:
    """What is wrong with one member, without repeating what was sent."""
    words = _FAULTS.get(fault["type"])
    if words is None:
        return "nilainya tidak sah" if language == "id" else "has a value that cannot be used"
    return words[language == "id"].format_map(fault.get("ctx") or {})


def preferred_language(accept_language: str) -> Language:
    """Indonesian or English by the weights of an Accept-Language header; English when it names neither."""
    best: Language = "en"
    best_weight = 0.0
    for entry in accept_language[:200].split(","):
        tag, _, parameter = entry.strip().partition(";")
        primary = tag.strip().lower().split("-")[0]
        if primary not in ("id", "in", "en"):
            continue
        _, _, number = parameter.partition("q=")
        try:
            weight = float(number) if number else 1.0
        except ValueError:
            continue
        if weight > best_weight:
            best, best_weight = ("en" if primary == "en" else "id"), weight
    return best
