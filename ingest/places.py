"""ParsedFile → Document: where a study was made, from its title and text.

A place is a run of capitalised words after `di`/`in`, or after a word for an administrative unit. The candidate that
stands in the title or the abstract and returns most often in the text wins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.types import Section, SectionKind

_UNIT = (
    r"(?:Provinsi|Kabupaten|Kota|Kecamatan|Kelurahan|Desa|Dusun|Kampung|Nagari|Gampong|Pulau|Kawasan"
    r"|Province|Regency|City|District|Village|Island|Subdistrict)"
)
_NAME = r"(?:(?:D\.?I\.?|DKI)\s+)?[A-Z][a-z]+(?:-[A-Z][a-z]+)?(?:\s+[A-Z][a-z]+){0,2}"
_AFTER_UNIT = re.compile(rf"\b({_UNIT})\s+({_NAME})")
_BEFORE_UNIT = re.compile(rf"\b({_NAME})\s+(Province|Regency|City|District|Village|Island|Subdistrict)\b")
_AFTER_IN = re.compile(rf"\b(?:di|in)\s+(?:(?:wilayah|daerah|the|{_UNIT})\s+)*({_NAME}(?:,\s+{_NAME})?)")
_NO_PLACE = frozenset(
    "indonesia universitas university dinas kantor lembaga bank jurnal journal fakultas badan kementerian "
    "ministry program era abad bulan tahun januari februari maret "
    "april mei juni juli agustus september oktober november desember january february march may june july august "
    "october december theory industri industry usaha umkm "
    "pemerintah government collaborative masyarakat sekolah school gambar tabel table figure bab undang "
    "perguruan rumah pasar pusat asosiasi perdagangan pariwisata "
    "provinsi kabupaten kota kecamatan kelurahan desa dusun the this order general terms addition bank asia "
    "eropa dunia pelaku koperasi peraturan".split()
)
_WEIGHTS = {SectionKind.ABSTRACT: 4, SectionKind.KEYWORDS: 4, SectionKind.METHOD: 3, SectionKind.CONCLUSION: 2}


def find_place(title: str, text: str, sections: Sequence[Section]) -> tuple[str | None, bool]:
    """The place and whether it is sure (it stands in the title, or in the abstract and elsewhere); None if none
    is named."""
    votes: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for weight, stretch in _stretches(title, text, sections):
        for place in _places(stretch):
            core = _core(place)
            if core:
                votes[core] += weight
                forms.setdefault(core, Counter())[place] += 1
    if not votes:
        return None, False
    best, _ = min(votes.items(), key=lambda item: (-item[1], item[0]))
    in_title = re.search(rf"\b{re.escape(best)}\b", title, re.IGNORECASE) is not None
    place = max(forms[best].items(), key=lambda item: (item[1], len(item[0])))[0]
    return place, in_title or votes[best] >= 12


def _stretches(title: str, text: str, sections: Sequence[Section]) -> list[tuple[int, str]]:
    headline = title.title() if title.isupper() else title
    stretches = [(10, re.sub(r"\b(?:Di|In)\b", lambda m: m.group().lower(), headline))]
    for section in sections:
        if section.kind is not SectionKind.REFERENCES:
            stretches.append((_WEIGHTS.get(section.kind, 1), text[section.start : section.end]))
    return stretches


def _places(stretch: str) -> list[str]:
    places = [f"{found.group(1)} {found.group(2)}" for found in _AFTER_UNIT.finditer(stretch)]
    places += [f"{found.group(1)} {found.group(2)}" for found in _BEFORE_UNIT.finditer(stretch)]
    places += [found.group(1) for found in _AFTER_IN.finditer(stretch)]
    return [" ".join(place.split()) for place in places]


def _core(place: str) -> str:
    """The bare name, without the unit; empty if it names no place."""
    name = re.sub(rf"^{_UNIT}\s+|\s+{_UNIT}$|,.*", "", place)
    words = name.split()
    return "" if not words or words[0].lower() in _NO_PLACE or words[-1].lower() in _NO_PLACE else " ".join(words)
