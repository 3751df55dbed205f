"""question in spoken Indonesian → its words as papers write them, where the collection has these.

Whoever asks for the "duit" asks for what papers call "dana"; neither letters nor an encoder that read few chats tell.
Words of grammar ("nggak", "udah", "gimana") stay: what they ask is told by `qa.question`. Spoken verbs have lost the
"me" of the written ones ("ngurus", "nyari", "ngejual"), and end in -in for -kan and -i.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from qa.question import STOP_WORDS
from qa.word_frequency import frequency

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 4
_SHORTEST_STEM = 4

_WRITTEN = {
    "bareng": "bersama", "barengan": "bersama", "bayaran": "upah", "bener": "benar",
    "berantem": "bertengkar/berkonflik", "beres": "selesai", "bikin": "membuat", "bikinan": "buatan",
    "bikinnya": "membuatnya", "bos": "pimpinan", "bosnya": "pimpinannya", "cepet": "cepat", "dapet": "mendapat",
    "dapetin": "mendapatkan", "dibikin": "dibuat", "dikasih": "diberi", "dipake": "dipakai", "duit": "uang/dana",
    "duitnya": "uangnya/dananya", "gampang": "mudah", "gaptek": "gagap teknologi", "gede": "besar", "hape": "telepon",
    "ikutan": "ikut", "jualan": "berjualan/menjual", "jualannya": "penjualannya", "juragan": "pengusaha",
    "kades": "kepala desa", "kadis": "kepala dinas", "kasih": "memberi", "kebagian": "memperoleh", "kelar": "selesai",
    "kepake": "terpakai", "kerjaan": "pekerjaan", "kerjaannya": "pekerjaannya", "ketemu": "bertemu",
    "ketemuan": "bertemu", "ketinggalan": "tertinggal", "laku": "terjual", "males": "malas", "mandek": "terhenti",
    "medsos": "media sosial", "mesen": "memesan", "mikir": "berpikir", "minjem": "meminjam",
    "minjemin": "meminjamkan", "nengokin": "menengok/memantau", "ngaruh": "berpengaruh", "ngasih": "memberi",
    "ngomong": "berbicara", "ngomongin": "membicarakan", "ngumpul": "berkumpul", "nyampe": "sampai",
    "nyampein": "menyampaikan", "ogah": "enggan/malas", "omongan": "ucapan/perkataan", "ongkos": "biaya",
    "ongkosnya": "biayanya", "ortu": "orang tua", "pake": "memakai/menggunakan", "pinter": "pintar", "rame": "ramai",
    "rampung": "selesai", "ribet": "rumit", "ruwet": "rumit", "seneng": "senang", "seret": "terhambat",
    "sosmed": "media sosial", "susah": "sulit", "susahnya": "kesulitannya", "telat": "terlambat", "temen": "teman",
}  # fmt: skip
"""What papers write, the nearest first."""
_BY_FIRST_LETTER = {**dict.fromkeys("bpf", "mem"), **dict.fromkeys("dtjcz", "men"), **dict.fromkeys("gkhaiueo", "meng")}


Holds = Callable[[str], bool]
"""Whether the collection has a word, in any of its forms."""


def as_written(text: str, holds: Holds) -> str | None:
    """`text` with its spoken words as papers write them; None where there are none. Names inside it stay."""
    pieces: list[str] = []
    at = 0
    for found in _WORD.finditer(text):
        word = found.group()
        better = _written(word.lower(), holds) if word.islower() or not text[: found.start()].strip() else None
        if better:
            pieces += [text[at : found.start()], better.capitalize() if word[0].isupper() else better]
            at = found.end()
    return "".join((*pieces, text[at:])) if pieces else None


def endings(word: str) -> Iterator[str]:
    """What a spoken verb in -in may be in writing: "diadain" is "diadakan", "dinilain" is "dinilai"."""
    stem = word.removesuffix("in")
    if stem != word and len(stem) >= _SHORTEST_STEM:
        yield from (stem + "kan", stem + "i", stem)


def _written(word: str, holds: Holds) -> str | None:
    """The written form of a word; None where the collection has the word itself, or no form that is commoner."""
    if len(word) < _SHORTEST or word in STOP_WORDS or holds(word):
        return None
    for one in _WRITTEN.get(word, "").split("/"):
        if one and all(map(holds, one.split())):
            return one
    common = frequency(word, "id")
    return next((one for one in _verbs(word) if frequency(one, "id") > common and holds(one)), None)


def _verbs(word: str) -> Iterator[str]:
    for body in (*endings(word), word):
        if body.startswith("nge") and len(body) > len("nge") + 2:
            yield _BY_FIRST_LETTER.get(body[3], "me") + body[3:]
        if body.startswith("ny"):
            yield "menc" + body[2:]
        if body.startswith(("n", "m")):
            yield "me" + body
        if body != word:
            yield body
