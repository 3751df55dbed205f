"""question text → is it a greeting, thanks, or a question about Sitasi itself? Those get a short fixed reply. Pure."""

from __future__ import annotations

import re

_GREETING = re.compile(
    r"^\W*(?:(?:halo|hallo|hai|hei|hello|hi|hey|assalamu ?'?alaikum|selamat (?:pagi|siang|sore|malam|datang)|good (?:morning|afternoon|"
    r"evening|day)|permisi|apa kabar(?:nya)?|how are you(?: doing)?|terima kasih(?: banyak)?|makasih|trims|thanks?(?: you)?(?: very much)?|"
    r"sampai jumpa|bye|goodbye|ok(?:e|ay)?|baik(?:lah)?|test|tes|ping|there|sitasi|kak|min|pak|bu|mas|mbak)\W*)+$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^\W*(?:(?:halo|hai|hello|hi)\W+)?(?:siapa(?:kah)? (?:kamu|anda|kau|sitasi)|(?:kamu|anda) (?:ini )?siapa|apa(?:kah)? (?:itu )?sitasi(?: itu)?|"
    r"sitasi (?:itu )?apa|apa yang (?:bisa|dapat) (?:kamu|anda|sitasi) (?:lakukan|jawab|bantu)|(?:kamu|anda|sitasi) (?:bisa|dapat) apa(?: saja)?|"
    r"(?:bagaimana|gimana) (?:cara )?(?:kerja|memakai|menggunakan|pakai)(?:nya)? (?:kamu|anda|sitasi|ini)|who are you|what are you|"
    r"what(?: is|'s) sitasi|what can (?:you|sitasi) do|how (?:do|does|can) (?:you|sitasi|i use (?:you|sitasi|this)) ?(?:work)?|"
    r"are you (?:a |an )?(?:robot|bot|ai|human|chatgpt|real)|apakah (?:kamu|anda) (?:robot|manusia|ai|bot|chatgpt)|help|bantuan|tolong)\W*$",
    re.IGNORECASE,
)


def is_about_sitasi(text: str) -> bool:
    """True for greetings, thanks and questions about the service; a question about the papers never is."""
    return bool(_GREETING.match(text) or _ABOUT.match(text))
