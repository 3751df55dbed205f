"""claim and quote → who acts in them, as classes that both languages share: perajin = artisans, nelayan = fishers. Pure."""

from __future__ import annotations

import re

# Kinds of people and bodies that studies speak of. One line is one class; words of a line may stand for one another.
_CLASSES = tuple(
    frozenset(line.split())
    for line in (
        "petani tani pekebun farmer farmers grower growers",
        "peternak breeder breeders farmer farmers herder herders rancher ranchers",
        "nelayan fisher fishers fisherman fishermen",
        "perajin pengrajin artisan artisans craftsman craftsmen craftspeople crafter crafters maker makers silversmith silversmiths pembatik",
        "penenun weaver weavers",
        "pengukir pemahat carver carvers sculptor sculptors",
        "penjahit tailor tailors seamstress seamstresses",
        "pembuat potter potters perajin pengrajin artisan artisans craftsmen maker makers",
        "pedagang penjual trader traders seller sellers vendor vendors merchant merchants retailer retailers shopkeeper shopkeepers",
        "tengkulak pengepul middleman middlemen collector collectors broker brokers",
        "pembeli pelanggan konsumen nasabah client clients buyer buyers customer customers consumer consumers",
        "pengunjung wisatawan turis visitor visitors tourist tourists",
        "perusahaan pt cv korporasi insurer insurers operator operators company companies firm firms corporation corporations",
        "swasta privat private perusahaan company companies",
        "koperasi cooperative cooperatives coop",
        "bank perbankan banks lender lenders",
        "kementerian menteri ministry minister ministries",
        "provinsi gubernur province provincial governor",
        "bupati regent kabupaten regency district",
        "walikota mayor kota city municipal municipality",
        "camat kecamatan subdistrict",
        "universitas kampus perguruan university universities academics akademisi college",
        "sekolah guru school schools teacher teachers",
        "mahasiswa siswa murid pelajar student students pupil pupils",
        "peneliti penulis researcher researchers author authors",
        "penyuluh pendamping fasilitator extension mentor mentors facilitator facilitators counsellor",
        "perempuan wanita ibu ibu-ibu istri putri girl girls women woman female mothers mother wives housewives",
        "laki-laki pria bapak suami putra boy boys men man male fathers husbands",
        "pemuda pemudi remaja muda youth youths young",
        "lansia elderly",
        "anak anak-anak balita putra putri child children girl girls boy boys toddlers",
        "orang-tua parent parents mother mothers father fathers ibu bapak",
        "investor investors penanam",
        "lsm ngo ngos",
        "polisi police",
        "dokter bidan perawat doctor doctors midwife midwives nurse nurses",
    )
)
_OF_WORD: dict[str, set[int]] = {}
for _number, _words in enumerate(_CLASSES):
    for _word in _words:
        _OF_WORD.setdefault(_word, set()).add(_number)
# Two words for one kind of people; a section for extension is no people, but what "penyuluhan" is.
_TWO_WORDS = re.compile(
    r"\b(?P<walikota>wali kota)\b|\b(?P<parent>orang tua)\b|\b(?P<penyuluhan>extension (?:section|division|unit|department|office)s?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def strange_actor(claim: str, quotes: str) -> bool:
    """Whether the claim names a kind of actor that the quotes do not name at all."""
    named = [_OF_WORD[word] for word in _words_of(claim) if word in _OF_WORD]
    present = set().union(*(_OF_WORD.get(word, set()) for word in _words_of(quotes)))
    return any(not classes & present for classes in named)


def _joined(match: re.Match[str]) -> str:
    return match.lastgroup or ""


def _words_of(text: str) -> list[str]:
    words = [match.group().lower() for match in _WORD.finditer(_TWO_WORDS.sub(_joined, text))]
    words = [word.removesuffix("nya") if word.endswith("nya") and len(word) > 6 else word for word in words]
    # "keperbankan": prepositions are glued to what follows now and then; "kept" is no company.
    return [word[2:] if word[:2] in ("di", "ke") and len(word) > 5 and word[2:] in _OF_WORD else word for word in words]
