"""Document → Section: headings in both languages and all usual numberings; what each section is for."""

from __future__ import annotations

import pytest

from ingest.headings import is_caption, kind_of, looks_like_heading, shape
from ingest.sections import find_sections
from ingest.text import clean
from ingest.types import Section, SectionKind

PROSE = (
    "Para penenun di desa itu bekerja sejak pagi sampai sore hari dan menjual kainnya di pasar "
    "kabupaten bersama kelompoknya."
)
ENGLISH = (
    "The weavers of the village work from the morning to the evening and sell their cloth at the "
    "market of the regency together."
)


def outline(text: str) -> list[tuple[str, str]]:
    """Path and kind of each section."""
    return [(" / ".join(s.path), s.kind.value) for s in find_sections(clean(text))]


def paper(*headings: str, body: str = PROSE) -> str:
    return "\n\n".join(f"{heading}\n\n{body}" for heading in headings)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("ABSTRAK", SectionKind.ABSTRACT),
        ("Abstract", SectionKind.ABSTRACT),
        ("Kata Kunci:", SectionKind.KEYWORDS),
        ("Pendahuluan", SectionKind.INTRODUCTION),
        ("Latar Belakang", SectionKind.INTRODUCTION),
        ("Rumusan Masalah", SectionKind.INTRODUCTION),
        ("Tujuan dan Manfaat Penelitian", SectionKind.INTRODUCTION),
        ("Introduction", SectionKind.INTRODUCTION),
        ("Tinjauan Pustaka", SectionKind.THEORY),
        ("Kajian Teori", SectionKind.THEORY),
        ("Landasan Teori", SectionKind.THEORY),
        ("Literature Review", SectionKind.THEORY),
        ("Metode Penelitian", SectionKind.METHOD),
        ("Bahan dan Metode", SectionKind.METHOD),
        ("Research Methodology", SectionKind.METHOD),
        ("Teknik Analisis Data", SectionKind.METHOD),
        ("Hasil", SectionKind.RESULTS),
        ("Hasil dan Pembahasan", SectionKind.RESULTS),
        ("HASIL PENELITIAN DAN PEMBAHASAN", SectionKind.RESULTS),
        ("Results and Discussion", SectionKind.RESULTS),
        ("Findings", SectionKind.RESULTS),
        ("Simpulan", SectionKind.CONCLUSION),
        ("Kesimpulan dan Saran", SectionKind.CONCLUSION),
        ("PENUTUP", SectionKind.CONCLUSION),
        ("Conclusions", SectionKind.CONCLUSION),
        ("Saran", SectionKind.RECOMMENDATIONS),
        ("Rekomendasi Kebijakan", SectionKind.RECOMMENDATIONS),
        ("Recommendations", SectionKind.RECOMMENDATIONS),
        ("Daftar Pustaka", SectionKind.REFERENCES),
        ("REFERENCES", SectionKind.REFERENCES),
        ("Ucapan Terima Kasih", SectionKind.BOILERPLATE),
        ("Acknowledgements", SectionKind.BOILERPLATE),
        ("Conflict of Interest", SectionKind.BOILERPLATE),
        ("Daftar Isi", SectionKind.BOILERPLATE),
        ("Article History", SectionKind.FRONT_MATTER),
        ("Peran Kelompok Tenun", None),
        ("Hasil kebun warga", None),
        ("", None),
    ],
)
def test_words_of_a_heading_name_its_kind(title: str, kind: SectionKind | None) -> None:
    assert kind_of(title) == kind


@pytest.mark.parametrize(
    ("line", "style", "ordinal", "title"),
    [
        ("1. Pendahuluan", "decimal1", 1, "Pendahuluan"),
        ("2.3 Alat Tenun", "decimal2", 3, "Alat Tenun"),
        ("2.3.1. Alat Tenun", "decimal3", 1, "Alat Tenun"),
        ("BAB IV HASIL", "chapter", 4, "HASIL"),
        ("Chapter 2: Theory", "chapter", 2, "Theory"),
        ("IV. Hasil", "roman", 4, "Hasil"),
        ("B. Alat Tenun", "upper", 2, "Alat Tenun"),
        ("c) Benang", "lower", 3, "Benang"),
        ("(3) Benang", "bracket", 3, "Benang"),
        ("3) Benang", "decimal1", 3, "Benang"),
        ("Benang", "none", 0, "Benang"),
        ("2019 adalah tahun itu", "none", 0, "2019 adalah tahun itu"),
    ],
)
def test_all_usual_numberings_are_taken_off(line: str, style: str, ordinal: int, title: str) -> None:
    form = shape(line)
    assert (form.style, form.ordinal, form.title) == (style, ordinal, title)


@pytest.mark.parametrize(
    "line", ["PERAN KELOMPOK", "Peran Kelompok dalam Usaha Tenun", "1. Alat Tenun", "Kesimpulan", "d. Hasil Sementara"]
)
def test_headings_are_told_by_shape(line: str) -> None:
    assert looks_like_heading(line)


@pytest.mark.parametrize(
    "line",
    [
        "Warga menenun kain.",
        "Kelompok itu menjual kain di pasar kabupaten setiap hari",
        "Tabel 1. Jumlah Penenun",
        "Sumber: Data Lapangan",
        "Peran Kelompok dalam",
        "1. Warga yang menenun kain setiap hari di rumahnya sendiri tanpa bantuan orang lain sama sekali.",
    ],
)
def test_sentences_and_captions_are_no_headings(line: str) -> None:
    assert not looks_like_heading(line)


def test_captions_are_known_in_both_languages() -> None:
    assert all(
        map(is_caption, ["Gambar 2. Alur", "Tabel 3.1 Jumlah", "Figure 1: Flow", "Sumber: Dinas", "Source : Office"])
    )
    assert not any(map(is_caption, ["Gambar itu jelas.", "Tabel di atas menunjukkan hal itu."]))


def test_capitals_numbers_and_titles_nest_by_their_style() -> None:
    text = (
        paper("ABSTRAK", "1. PENDAHULUAN", "1.1. Latar Belakang")
        + "\n\n2. HASIL\n\n"
        + paper("1. Alat Tenun", "a. Benang", "2. Pasar")
    )
    assert outline(text + "\n\n" + paper("3. PENUTUP")) == [
        ("ABSTRAK", "abstract"),
        ("PENDAHULUAN", "introduction"),
        ("PENDAHULUAN / Latar Belakang", "introduction"),
        ("HASIL / Alat Tenun", "results"),
        ("HASIL / Alat Tenun / Benang", "results"),
        ("HASIL / Pasar", "results"),
        ("PENUTUP", "conclusion"),
    ]


def test_title_case_headings_without_numbers_nest_under_known_ones() -> None:
    assert outline(paper("Abstrak", "Pendahuluan", "Hasil Penelitian", "Peran Kelompok Tenun", "Penutup")) == [
        ("Abstrak", "abstract"),
        ("Pendahuluan", "introduction"),
        ("Hasil Penelitian", "results"),
        ("Hasil Penelitian / Peran Kelompok Tenun", "results"),
        ("Penutup", "conclusion"),
    ]


@pytest.mark.parametrize("style", ["BAB {n} {t}", "{r}. {t}", "{l}. {t}", "{n}. {t}", "# {t}", "**{t}**"])
def test_every_numbering_carries_a_whole_paper(style: str) -> None:
    titles = ["PENDAHULUAN", "METODE PENELITIAN", "HASIL DAN PEMBAHASAN", "KESIMPULAN"]
    numbers = zip(titles, "1234", ("I", "II", "III", "IV"), "ABCD", strict=True)
    text = paper(*(style.format(t=t, n=n, r=r, l=letter) for t, n, r, letter in numbers))
    assert outline(text) == list(zip(titles, ["introduction", "method", "results", "conclusion"], strict=True))


def test_markdown_levels_decide_depth() -> None:
    assert outline(paper("# Hasil", "## Alat", "## Pasar", "# Saran")) == [
        ("Hasil", "results"),
        ("Hasil / Alat", "results"),
        ("Hasil / Pasar", "results"),
        ("Saran", "recommendations"),
    ]


def test_known_words_before_a_colon_open_a_section_in_their_paragraph() -> None:
    text = f"Abstrak: {PROSE}\n\nKata kunci: tenun, desa, pasar\n\nPENDAHULUAN\n\n{PROSE}"
    assert outline(text) == [("Abstrak", "abstract"), ("Kata kunci", "keywords"), ("PENDAHULUAN", "introduction")]


def test_keywords_end_with_their_paragraph_even_without_a_heading_after_them() -> None:
    assert outline(f"Abstrak\n\n{PROSE}\n\nKata kunci: tenun, desa\n\n{PROSE}")[1:] == [
        ("Kata kunci", "keywords"),
        ("", "body"),
    ]


def test_items_of_a_list_are_not_headings() -> None:
    text = (
        f"HASIL\n\nInforman terdiri dari:\n\n1. Kepala Desa Lereng Gunung\n\n2. Ketua Kelompok "
        f"Tenun\n\n3. Pemilik Toko Kain\n\n{PROSE}"
    )
    assert outline(text) == [("HASIL", "results")]


def test_numbered_headings_with_text_below_each_are_headings() -> None:
    text = "HASIL\n\n" + paper("1. Network structure (struktur jaringan)", "2. Trust building (membangun kepercayaan)")
    assert [path for path, _ in outline(text)] == [
        "HASIL / Network structure (struktur jaringan)",
        "HASIL / Trust building (membangun kepercayaan)",
    ]


def test_title_and_authors_are_front_matter() -> None:
    front = "TENUN DI LERENG GUNUNG\n\nWEAVING ON THE SLOPE\n\nSri Lestari dan Budi Santoso\n\nUniversitas Lereng\n\n"
    assert outline(front + paper("Abstrak", "Pendahuluan"))[0] == ("", "front_matter")


def test_text_before_any_heading_is_body() -> None:
    assert outline(f"{PROSE}\n\n{PROSE}") == [("", "body")]


def test_references_hold_no_further_headings() -> None:
    text = (
        paper("Hasil")
        + "\n\nDaftar Pustaka\n\nLestari, S. (2019). Tenun Desa.\n\nPenerbit Lereng Gunung\n\nSantoso, B. (2020). Kain."
    )
    sections = find_sections(clean(text))
    assert sections[-1].kind is SectionKind.REFERENCES
    assert len(sections) == 2


def test_a_list_of_references_is_known_without_a_heading() -> None:
    listed = [
        "Lestari, S. (2019). Tenun Desa. Lereng: Penerbit Wangi.",
        "Santoso, B., & Wijaya, K. 2020. Kain dan Pasar. Jurnal Kain, 3(2), 11-24.",
        "[3] Wijaya, K. (2021). “Weaving groups.” Journal of Cloth, 4(1), 1-9.",
    ]
    sections = find_sections(clean(paper("Hasil") + "\n\n" + "\n\n".join(listed)))
    assert [s.kind for s in sections] == [SectionKind.RESULTS, SectionKind.REFERENCES]


def test_sentences_that_cite_are_no_references() -> None:
    cited = [
        "Lestari, seorang peneliti (2019), menulis hal itu dengan jelas sekali.",
        "Menurut Santoso (2020) kain itu mahal.",
    ]
    assert outline(paper("Hasil") + "\n\n" + "\n\n".join(cited * 2)) == [("Hasil", "results")]


def test_each_section_has_its_own_language() -> None:
    text = (
        f"Abstract\n\n{ENGLISH}\n\nAbstrak\n\n{PROSE}\n\nKeywords: tenun, desa\n\nKata kunci: weaving, "
        f"village\n\nPENDAHULUAN\n\n{PROSE}"
    )
    assert [s.language for s in find_sections(clean(text))] == ["en", "id", "en", "id", "id"]


def test_sections_follow_each_other_and_leave_headings_out() -> None:
    cleaned = clean(paper("Abstrak", "1. PENDAHULUAN", "2. METODE", "Alat Tenun", "3. HASIL"))
    at = 0
    for section in find_sections(cleaned):
        assert at <= section.start < section.end <= len(cleaned.text)
        assert cleaned.text[section.start : section.end] == PROSE
        at = section.end


def test_nothing_gives_nothing() -> None:
    assert find_sections(clean("")) == ()


def test_a_declared_language_holds_for_every_section() -> None:
    sections: tuple[Section, ...] = find_sections(clean(paper("Abstract", body=ENGLISH)), "id")
    assert {s.language for s in sections} == {"id"}
