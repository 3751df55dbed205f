"""Document → Section → Passage: where sentences end, what is kept whole, and what may be quoted."""

from __future__ import annotations

import pytest

from ingest.completeness import is_complete, is_listed_value, is_orderly
from ingest.sentences import split_sentences
from ingest.types import Section, SectionKind, Sentence


def split(
    text: str, *, kind: SectionKind = SectionKind.RESULTS, doubtful: tuple[tuple[int, int], ...] = ()
) -> list[Sentence]:
    return list(split_sentences(text, Section(("Hasil",), kind, 0, len(text), "id"), doubtful))


def texts(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Menurut Lestari dkk. (2020) warga menenun kain.",
        "Menurut Lestari et al. (2020) warga menenun kain.",
        "Kelompok itu diatur oleh UU No. 47 Tahun 1999 dan hlm. 12 buku itu.",
        "Ketuanya Dr. Sri Lestari, M.Si. dari kampus itu.",
        "Pendapatannya Rp. 1.500.000 setiap bulan.",
        "Luasnya 35.747,50 km² dan warganya 253.847 jiwa.",
        "Usaha itu dibantu PT. Tenun Jaya Tbk. dan CV. Benang Mas.",
        "Pendapat B. Santoso dan J.K. Wijaya berbeda.",
        "Teori itu dipakai (Lestari & Santoso, 2008:12).",
        "Ada tiga cara, yaitu 1) menenun, 2) mencelup, dan 3) menjual.",
        "It proved that a) there is no rule, b) each actor has a role, c) trust grew.",
        "They sell cloth (e.g. scarves, bags, etc.) in the city.",
        "Alamatnya www.tenun.id dan surel tenun@contoh.id di sana.",
        "Ibu Rina berkata, “Apa kabar? Kami baik.” kepada tamu.",
        "The study of Smith vs. Jones in Fig. 3 is old.",
    ],
)
def test_marks_inside_a_sentence_do_not_end_it(sentence: str) -> None:
    assert texts(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentences",
    [
        ("Warga menenun kain.", "Mereka menjualnya."),
        ("Itu terjadi pada tahun 2019.", "Warga lalu pindah."),
        ("Warga menenun.", "65 keluarga ikut serta."),
        ("Apakah warga senang?", "Ya, mereka senang!", "Begitulah."),
        ("Mereka menanam cabai, tomat, dll.", "Warga menjual hasilnya."),
        ("Begitu menurut teori itu (Lestari, 2008).", "Warga setuju."),
        ("Istilahnya “kain warga”.", "Istilah itu tua."),
        ("Pemasaran lewat e-commerce.", "penjualan naik pesat."),
        ("Weavers sell cloth.", "They buy yarn."),
    ],
)
def test_sentences_end_where_they_end(sentences: tuple[str, ...]) -> None:
    assert texts(" ".join(sentences)) == list(sentences)


def test_a_missing_space_after_a_full_stop_is_no_obstacle() -> None:
    assert texts("Warga menenun di lapangan.Kegiatan itu ramai.") == [
        "Warga menenun di lapangan.",
        "Kegiatan itu ramai.",
    ]


def test_a_source_after_the_full_stop_belongs_to_its_sentence() -> None:
    assert texts("Warga menenun kain. (Lestari, 2017:2). Kain itu mahal.") == [
        "Warga menenun kain. (Lestari, 2017:2).",
        "Kain itu mahal.",
    ]


def test_paragraphs_end_sentences() -> None:
    assert texts("Warga menenun kain\n\nMereka menjualnya.") == ["Warga menenun kain", "Mereka menjualnya."]


def test_marks_of_list_items_are_left_out() -> None:
    items = (
        "Saran kami begini panjang lebar dan rinci:\n\n1. Warga perlu menenun setiap hari di balai "
        "desa. Mereka mampu.\n\n2. Dinas perlu membantu warga."
    )
    assert texts(items)[1:] == [
        "Warga perlu menenun setiap hari di balai desa.",
        "Mereka mampu.",
        "Dinas perlu membantu warga.",
    ]


def test_a_short_list_is_read_with_the_clause_that_opens_it() -> None:
    text = (
        "Informan terdiri dari:\n\n1. Kepala desa\n\n2. Ketua kelompok\n\n3. Pemilik toko "
        "kain.\n\nWarga ikut hadir di sana."
    )
    assert texts(text) == [
        "Informan terdiri dari:\n\n1. Kepala desa\n\n2. Ketua kelompok\n\n3. Pemilik toko kain.",
        "Warga ikut hadir di sana.",
    ]
    assert split(text)[0].complete


def test_the_clause_before_a_long_list_is_a_stub() -> None:
    item = (
        "Warga perlu menenun setiap hari di balai desa bersama kelompoknya agar hasilnya terus naik "
        "dari tahun ke tahun."
    )
    stub, first, *_ = split(
        f"Saran kami sebagai berikut:\n\n1. {item}\n\n2. {item}\n\n3. {item}\n\n4. {item}\n\n5. {item}"
    )
    assert not stub.complete
    assert first.complete


def test_an_interview_stays_whole_with_speaker_and_date() -> None:
    text = (
        "Ibu Rina mengatakan bahwa:\n\n“kami menenun dari pagi. sore baru pulang ke "
        "rumah”\n\n(Wawancara, 12 Juni 2019)\n\nItu kata warga."
    )
    first, second = split(text)
    assert text[first.start : first.end].endswith("(Wawancara, 12 Juni 2019)")
    assert text[first.start : first.end].startswith("Ibu Rina")
    assert first.complete
    assert text[second.start : second.end] == "Itu kata warga."


def test_a_long_interview_keeps_its_source_but_not_its_introduction() -> None:
    talk = "kami menenun kain " * 40
    text = f"Ibu Rina mengatakan bahwa:\n\n“{talk.strip()}”\n\n(Wawancara, 12 Juni 2019)"
    assert texts(text)[1] == text.split(":\n\n", 1)[1]


@pytest.mark.parametrize(
    "sentence",
    [
        "Warga desa menenun kain setiap hari.",
        "65 keluarga ikut serta dalam usaha itu.",
        "“Kami menenun kain setiap hari di sini” (Wawancara, 2019)",
        "(Sejak 2019) warga desa menenun kain lagi.",
    ],
)
def test_whole_sentences_may_be_quoted(sentence: str) -> None:
    assert is_complete(sentence)


@pytest.mark.parametrize(
    "fragment",
    [
        "Warga menenun.",
        "warga desa menenun kain setiap hari.",
        "Warga desa menenun kain setiap hari",
        "Langkahnya adalah sebagai berikut ini:",
        "Alur itu dapat dilihat pada gambar berikut.",
        "The four steps of the work are as follows.",
        "Gambar 2. Alur kerja para penenun desa.",
        "Warga desa menenun kain (di balai desa.",
        "Warga desa menenun kain dan.",
        "Luas Wilayah = 3.334.620,28 Ha pada 2010.",
        "memberikan Dalam pelatihan itu warga diajari menenun.",
        "Warga desa memberikan Dalam pelatihan itu kain.",
        "Akses terhadap (resources) to dalam usaha tenun warga.",
        "100 90 80 70 60 50 40 30 20 10.",
        "Warga | desa | menenun | kain | setiap hari.",
    ],
)
def test_fragments_may_not(fragment: str) -> None:
    assert not is_complete(fragment)


@pytest.mark.parametrize(
    ("item", "listed"),
    [
        ("Jumlah tungku = 14 tungku, 2 di antaranya rusak", True),
        ("Floor area (roofed): 1.250,5 m²", True),
        ("Modal awal : Rp 5.000.000", True),
        ("Tungku = 14", False),
        ("Sumber: Dinas Perindustrian (2023)", False),
        ("Table 3: 14 kilns", False),
        ("Tungku dan bengkel: dibakar seminggu sekali sejak 2019", False),
        ("Jumlah tungku = 14, jumlah bengkel = 9", False),
    ],
)
def test_an_item_of_a_list_may_give_a_figure(item: str, listed: bool) -> None:
    assert is_listed_value(item) == listed


def test_a_small_first_letter_is_forgiven_after_a_full_stop_in_orderly_text_only() -> None:
    text = "Warga desa menenun kain setiap hari. kain itu lalu dijual di pasar kabupaten oleh para ibu."
    section = Section((), SectionKind.BODY, 0, len(text), "id")
    assert [s.complete for s in split_sentences(text, section, orderly=True)] == [True, True]
    assert [s.complete for s in split_sentences(text, section, orderly=False)] == [False, False]


def test_order_is_judged_by_the_whole_text() -> None:
    assert is_orderly("Warga desa menenun kain setiap hari. Dalam sebulan mereka menjual banyak kain.")
    assert not is_orderly("\n\n".join(["memberikan Dalam pelatihan itu para warga desa diajari menenun kain."] * 4))


def test_sentences_at_doubtful_joints_are_not_taken_for_whole() -> None:
    text = "Warga desa menenun kain rapi benang. Mereka menjualnya di pasar itu."
    at = text.index(" rapi")
    assert [s.complete for s in split(text, doubtful=((at - 1, at + 1),))] == [False, True]


def test_keywords_are_no_sentences() -> None:
    assert not split("Tenun, desa, pasar, benang, warna alami.", kind=SectionKind.KEYWORDS)[0].complete


def test_each_sentence_has_its_language_but_foreign_names_do_not_decide() -> None:
    text = "The weavers of the village sell their cloth in the city. Formal actors are Dinas Koperasi dan Usaha Mikro."
    section = Section((), SectionKind.ABSTRACT, 0, len(text), "en")
    assert [s.language for s in split_sentences(text, section)] == ["en", "en"]
    mixed = "Warga desa menenun kain setiap hari. The weavers of the village sell their cloth in the city and at home."
    assert [s.language for s in split(mixed)] == ["id", "en"]
