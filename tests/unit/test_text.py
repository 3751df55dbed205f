"""raw file → Document: each rule of cleaning, with words of our own; and quotations found again."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.sections import find_sections
from ingest.sentences import split_sentences
from ingest.text import clean, find_quote, normalise, source_spans
from ingest.types import LaidOutLine, LineRole


@pytest.mark.parametrize(
    ("printed", "stored"),
    [
        ("Kain ini e\ufb01sien.", "Kain ini efisien."),
        ("Sebuah kope\u00adrasi.", "Sebuah koperasi."),
        ("Sebuah kope\u00ad\nrasi.", "Sebuah koperasi."),
        ("Nol\u200blebar\ufeff dan\x00 kendali\x07.", "Nollebar dan kendali."),
        ("Caf\u0065\u0301 di kota.", "Café di kota."),
        ("Jarak\u00a0tetap\tdan  ganda.", "Jarak tetap dan ganda."),
        ("Kata <mark>pen</mark>ting ini.", "Kata penting ini."),
        ('Kata <span class="x">penting</span> ini.', "Kata penting ini."),
        ("[bookmark: _Toc12]Para perajin hadir.", "Para perajin hadir."),
        ("Istilah *tata kelola* dan **mitra** ini.", "Istilah tata kelola dan mitra ini."),
        ("Istilah _tata kelola_ ini.", "Istilah tata kelola ini."),
        (r"Harga 5 \* 3 \[lihat\].", "Harga 5 * 3 [lihat]."),
        ("Lihat [laman ini](https://contoh.id/a) segera.", "Lihat laman ini segera."),
        ("Harga 5 * 3 * 2 rupiah.", "Harga 5 * 3 * 2 rupiah."),
        ("nama_berkas_ini tetap.", "nama_berkas_ini tetap."),
        ("Angka x < 5 dan y > 3.", "Angka x < 5 dan y > 3."),
        ("Kerja ~ keras warga.", "Kerja keras warga."),
        ("Kerja ~keras warga, ~5 orang.", "Kerja keras warga, ~5 orang."),
        ("Baris satu.\r\n\r\nBaris dua.", "Baris satu.\n\nBaris dua."),
        ("Halaman satu.\x0cHalaman dua.", "Halaman satu.\n\nHalaman dua."),
        ("", ""),
        (" \n\t\n ", ""),
    ],
)
def test_debris_goes_and_words_stay(printed: str, stored: str) -> None:
    assert normalise(printed)[0] == stored


def test_lone_surrogates_are_dropped() -> None:
    assert normalise("Batik \ud800baru.")[0] == "Batik baru."


@pytest.mark.parametrize(
    ("printed", "stored"),
    [
        ("Kelompok kera-\njinan itu maju. Usaha kerajinan lain tidak.", "Kelompok kerajinan itu maju."),
        ("Ada nilai-\nnilai luhur di sana.", "Ada nilai-nilai luhur di sana."),
        ("Setiap tindakan-\ntindakan itu dicatat.", "Setiap tindakan-tindakan itu dicatat."),
        ("Semua bahan-\nbahannya mahal.", "Semua bahan-bahannya mahal."),
        ("Mereka bersama-\nsama bekerja.", "Mereka bersama-sama bekerja."),
        ("Naik 50%-\n70% setahun.", "Naik 50%-70% setahun."),
        ("Tahun 2018-\n2023 berlalu.", "Tahun 2018-2023 berlalu."),
        ("Lewat e-\ncommerce saja.", "Lewat e-commerce saja."),
        ("A community-\nbased plan.", "A community-based plan."),
        ("Bicara face-to-\nface saja.", "Bicara face-to-face saja."),
        ("Bicara face-\nto-face saja.", "Bicara face-to-face saja."),
        ("Kata men-\ningkatkan. Lalu meningkatkan.", "Kata meningkatkan."),
        ("Alat- alat itu rusak.", "Alat-alat itu rusak."),
        ("Halaman 117- 120 hilang.", "Halaman 117-120 hilang."),
        ("Usaha mikro- dan kecil tumbuh.", "Usaha mikro- dan kecil tumbuh."),
        ("Pem- bangunan desa. Lalu pembangunan kota.", "Pembangunan desa."),
    ],
)
def test_hyphens_at_line_ends_are_read_by_the_words_of_the_document(printed: str, stored: str) -> None:
    assert normalise(printed)[0].startswith(stored)


NARROW = """Para penenun di dusun itu bekerja dari pagi
sampai sore hari. Mereka menjual hasilnya di
pasar kabupaten setiap hari Minggu, lalu
membeli benang baru.
Anak muda jarang mau belajar menenun karena
upahnya kecil dan pekerjaannya lama sekali.
"""


def test_narrow_lines_become_one_line_per_paragraph() -> None:
    stored = normalise(NARROW)[0]
    assert "\n" not in stored.replace("\n\n", "")
    assert "di pasar kabupaten setiap hari Minggu, lalu membeli benang" in stored
    assert stored.count("\n\n") == 1


def test_a_short_line_that_ends_a_sentence_ends_the_paragraph() -> None:
    stored = normalise(NARROW)[0]
    assert stored.split("\n\n")[1].startswith("Anak muda jarang")


def test_one_paragraph_per_line_stays_so() -> None:
    printed = "Paragraf pertama berisi satu kalimat saja.\nParagraf kedua juga berisi satu kalimat saja.\n"
    assert normalise(printed)[0].count("\n\n") == 1


def test_a_sentence_goes_on_over_a_blank_line_that_a_page_left() -> None:
    printed = "Pemerintah desa memberi bantuan kepada para\n\n\npenenun yang sudah tua.\n"
    assert normalise(printed)[0] == "Pemerintah desa memberi bantuan kepada para penenun yang sudah tua."


def test_list_items_and_headings_keep_their_own_line() -> None:
    printed = "METODE\nLangkahnya sebagai berikut:\n1. Mengumpulkan data lapangan.\n2. Membaca data itu.\n"
    assert normalise(printed)[0].split("\n\n") == [
        "METODE",
        "Langkahnya sebagai berikut:",
        "1. Mengumpulkan data lapangan.",
        "2. Membaca data itu.",
    ]


def test_a_number_alone_on_its_line_joins_its_item() -> None:
    assert normalise("Ada dua hal:\n\n1.\nWarga rajin menenun kain.\n")[0].endswith("1. Warga rajin menenun kain.")


def test_a_heading_of_two_lines_is_one() -> None:
    assert normalise("3. KERANGKA KERJA\n   DAN RENCANA\n\nIsi bab ini pendek saja.\n")[0].startswith(
        "3. KERANGKA KERJA DAN RENCANA\n\n"
    )


def test_a_heading_in_bold_before_its_text_gets_its_own_line() -> None:
    cleaned = clean("**Kepercayaan.** Para penenun saling percaya sejak lama.\n")
    assert cleaned.text == "Kepercayaan.\n\nPara penenun saling percaya sejak lama."
    assert cleaned.marked == ((0, 0),)


def test_markdown_headings_lose_their_hashes_and_are_marked_with_their_level() -> None:
    cleaned = clean("# Judul\n\n## Bagian satu\n\nIsi bagian satu di sini.\n")
    assert cleaned.text.startswith("Judul\n\nBagian satu\n\nIsi")
    assert [level for _, level in cleaned.marked] == [1, 2]


def test_front_matter_is_not_text() -> None:
    assert normalise("---\ntitle: Contoh\n---\nIsi makalah ini.\n")[0] == "Isi makalah ini."


def page(number: int, words: str) -> str:
    return f"Majalah Tenun Nusantara Vol. 3\n\n{words}\n\n{number}\n\n"


def test_running_heads_and_page_numbers_go_by_repetition() -> None:
    body = [
        "\n".join(f"Kalimat {word} nomor {n} dari halaman ini cukup panjang." for n in range(14))
        for word in ("pertama", "kedua", "ketiga", "keempat")
    ]
    cleaned = clean("".join(page(number, words) for number, words in enumerate(body, 41)))
    assert cleaned.text.count("Majalah Tenun Nusantara") == 1
    assert "\n\n42\n\n" not in cleaned.text
    assert cleaned.text.count("Kalimat") == 56


def test_running_heads_go_at_form_feeds() -> None:
    pages = [
        "Majalah Tenun\n\n" + "\n".join(f"Baris {word} ke-{n} halaman ini." for n in range(12))
        for word in ("a", "b", "c")
    ]
    assert clean("\f".join(pages)).text.count("Majalah Tenun") == 1


def test_a_foot_with_page_number_and_bar_goes_even_once() -> None:
    cleaned = clean(
        "Warga desa menenun kain panjang dan\n\n27 | Majalah Tenun Nusantara\n\nmenjualnya di pasar kota.\n"
    )
    assert cleaned.text == "Warga desa menenun kain panjang dan menjualnya di pasar kota."
    assert cleaned.furniture == ("27 | Majalah Tenun Nusantara",)


def test_lines_that_return_inside_the_work_are_not_furniture() -> None:
    talk = "\n\n".join(f"“Kalimat wawancara nomor {n} yang panjang.”\n(Wawancara, {n} Mei 2020)" for n in range(1, 9))
    assert clean(talk).furniture == ()
    assert clean(talk).text.count("(Wawancara,") == 8


def test_captions_stand_alone() -> None:
    printed = (
        "Alurnya tampak pada gambar berikut.\n\n\n\nGambar 2. Alur kerja penenun\nGambar itu menunjukkan dua hal.\n"
    )
    assert "Gambar 2. Alur kerja penenun\n\n" in normalise(printed)[0] + "\n\n"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("para penenun", "para penenun"),
        ("para  penenun\nsaling", "para penenun saling"),
        ('"percaya"', "“percaya”"),
        ("sama-\nsama", "sama-sama"),
        ("e\ufb01sien", "efisien"),
        ("cafe\u0301", "café"),
        ("tidak ada", None),
        ("Para penenun", None),
        ("", None),
    ],
)
def test_a_quotation_is_found_despite_layout_but_not_despite_other_words(quote: str, found: str | None) -> None:
    stored = "Di sini para penenun saling “percaya”, sama-sama efisien di café."
    span = find_quote(stored, quote)
    assert (stored[span[0] : span[1]] if span else None) == found


WORDS = st.sampled_from(
    "Batik desa kerja-sama masing-masing nilai- dan yang Dalam 2019 (Ansell 2008). 1. a) BAB II Metode "
    "PENDAHULUAN ABSTRAK : ; . , “kami ” "
    "* __ \\* <mark> </mark> [bookmark:_x] \ufb01lm kop\u00aderasi pe\u0301 \u200b \x00 \ufeff - • 14 | Jurnal "
    "\x0c \r\n \t pemerintah daerah. "
    "Gambar Sumber: Tabel · Dr. dkk. No. UMKM \\ \\\\ ~ \u2028 di ke penenun menjual kain.".split(" ")
)
GAPS = st.sampled_from([" ", " ", " ", "  ", "\n", "\n\n", "\n\n\n", "-\n", ""])
PRINTED = st.one_of(
    st.text(max_size=120),
    st.lists(st.tuples(WORDS, GAPS), max_size=50).map(lambda parts: "".join(word + gap for word, gap in parts)),
)
PATIENT = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@PATIENT
@given(PRINTED)
def test_every_stored_stretch_has_a_place_in_the_file(printed: str) -> None:
    cleaned = clean(printed)
    assert cleaned.text == cleaned.text.strip()
    for segment in cleaned.segments:
        if segment.exact:
            stored = cleaned.text[segment.stored_start : segment.stored_end]
            assert stored == printed[segment.source_start : segment.source_end]
    for section in find_sections(cleaned):
        for sentence in split_sentences(cleaned.text, section, cleaned.doubtful):
            words = cleaned.text[sentence.start : sentence.end]
            assert words and words == words.strip()
            assert find_quote(cleaned.text, words) is not None
            spans = source_spans(cleaned.segments, sentence.start, sentence.end)
            assert spans and all(0 <= low < high <= len(printed) for low, high in spans)


@PATIENT
@given(PRINTED)
def test_cleaning_twice_changes_nothing(printed: str) -> None:
    once = normalise(printed)[0]
    assert normalise(once)[0] == once


@PATIENT
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_stored_text_is_composed(printed: str) -> None:
    stored = normalise(printed)[0]
    latin = "".join(char for char in stored if char < "\u0530")
    assert unicodedata.is_normalized("NFC", latin)


def test_a_quotation_that_opens_the_text_is_found_whatever_its_marks() -> None:
    assert find_quote("“Kilns” are hot.", '"Kilns" are') == (0, 11)


def test_a_quotation_is_taken_to_its_last_space_where_it_stands_as_given() -> None:
    assert find_quote("Kilns, hot.", "Kilns, ") == (0, 7)


@pytest.mark.parametrize("ligature", "ﬀﬁﬂﬃﬄﬅﬆ")
def test_a_ligature_is_its_letters(ligature: str) -> None:
    letters = unicodedata.normalize("NFKC", ligature)
    assert find_quote(f"The o{ligature}er.", f"o{letters}er") == (4, 8)


def test_marks_of_notes_go_where_the_layout_is_known_and_stay_where_it_is_not() -> None:
    text = "Kilns are hot.¹ Clay is cold."
    assert clean(text, [LaidOutLine(0, LineRole.OPENS)]).text == "Kilns are hot. Clay is cold."
    assert clean(text).text == text
