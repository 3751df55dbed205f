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
_OPENS = re.compile(r"(?:^|[.?!:])\W*$")
_SHORTEST = 4

_WRITTEN = {
    "bantuin": "membantu", "bareng": "bersama", "barengan": "bersama", "bayaran": "upah", "beliin": "membelikan",
    "bener": "benar", "berantem": "bertengkar/berkonflik", "beres": "selesai", "bikinan": "buatan",
    "bikinnya": "membuatnya", "bosnya": "pimpinannya", "cepet": "cepat", "dapet": "mendapat",
    "dapetin": "mendapatkan", "dibikin": "dibuat", "dikasih": "diberi", "dipake": "dipakai", "duit": "dana/uang",
    "duitnya": "dananya/uangnya", "gampang": "mudah", "gaptek": "gagap teknologi", "gede": "besar", "hape": "telepon",
    "jualin": "menjualkan", "juragan": "pengusaha", "kades": "kepala desa", "kadis": "kepala dinas",
    "kasih": "memberi", "kebagian": "memperoleh", "kelar": "selesai", "kepake": "terpakai", "kerjaan": "pekerjaan",
    "kerjaannya": "pekerjaannya", "ketemu": "bertemu", "ketemuan": "bertemu", "makai": "memakai", "males": "malas",
    "mandek": "terhenti", "mantau": "memantau", "medsos": "media sosial", "mesen": "memesan", "mikir": "berpikir",
    "mikirin": "memikirkan", "milih": "memilih", "mimpin": "memimpin", "minjem": "meminjam",
    "minjemin": "meminjamkan", "mutusin": "memutuskan", "nambah": "menambah", "nanggung": "menanggung",
    "nanya": "bertanya", "neliti": "meneliti", "nengokin": "menengok/memantau", "nentuin": "menentukan",
    "nerima": "menerima", "nerusin": "meneruskan", "ngaruh": "berpengaruh", "ngasih": "memberi",
    "ngomong": "berbicara", "ngomongin": "membicarakan", "ngumpul": "berkumpul", "nolak": "menolak",
    "nulis": "menulis", "nunggu": "menunggu", "nurunin": "menurunkan", "nyampe": "sampai", "nyampein": "menyampaikan",
    "ogah": "enggan/malas", "omongan": "ucapan/perkataan", "ongkos": "biaya", "ongkosnya": "biayanya",
    "ortu": "orang tua", "pake": "memakai/menggunakan", "pinter": "pintar", "rame": "ramai", "rampung": "selesai",
    "ribet": "rumit", "ruwet": "rumit", "seneng": "senang", "seret": "terhambat", "sosmed": "media sosial",
    "susah": "sulit", "susahnya": "kesulitannya", "telat": "terlambat", "temen": "teman",
}  # fmt: skip
"""What papers write, the nearest first."""
_BY_FIRST_LETTER = {**dict.fromkeys("bpf", "mem"), **dict.fromkeys("dtjcz", "men"), **dict.fromkeys("gkhaiueo", "meng")}


Holds = Callable[[str], bool]
"""Whether the collection has a word, in any of its forms."""


def as_written(text: str, holds: Holds) -> str | None:
    """`text` with its spoken words as papers write them; None where there are none. Names inside a sentence stay."""
    pieces: list[str] = []
    at = 0
    for found in _WORD.finditer(text):
        word = found.group()
        may_be_name = not word.islower() and not text.isupper() and not _OPENS.search(text[: found.start()])
        better = None if may_be_name else _written(word.lower(), holds)
        if better:
            like = str.upper if word.isupper() else str.capitalize if word[0].isupper() else str.lower
            pieces += [text[at : found.start()], like(better)]
            at = found.end()
    return "".join((*pieces, text[at:])) if pieces else None


def endings(word: str) -> Iterator[str]:
    """What a spoken verb in -in may be in writing: "diadain" is "diadakan", "dinilain" is "dinilai"."""
    stem = word.removesuffix("in")
    if stem != word and len(stem) >= _SHORTEST:
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
    """Written verbs that a word may be, which begins or ends as spoken ones do. What begins with m or n alone may be a
    noun as well ("mori", "nipis"), and so may what ends in -in ("desain", "formalin"), but for -kan."""
    bodies = (*endings(word), word)
    for body in bodies:
        if body.startswith("nge") and len(body) > len("nge") + 2:
            yield _BY_FIRST_LETTER.get(body[3], "me") + body[3:]
        if body.startswith("ny"):
            yield "menc" + body[2:]
        if body.startswith(("ng", "ny")):
            yield "me" + body
    yield from bodies[: -1 if word.startswith(("di", "ng", "ny")) else 1]
