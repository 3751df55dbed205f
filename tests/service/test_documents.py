"""raw file → Document → Passage, end to end: a paper of our own with every usual fault, the sample collection, "
"real papers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ingest.documents import build_document, cut_passages, document_ids, document_version, main, slug
from ingest.errors import SourceEmpty
from ingest.parse import parse_file
from ingest.settings import IngestSettings, PassageSettings
from ingest.sources import find_sources
from ingest.text import TEXT_POLICY, normalise, source_spans
from ingest.types import Collection, Document, ParsedFile, SectionKind, SourceFile

ROOT = Path(__file__).parents[2]
PAPERS = ROOT.parent / "shared" / "papers"
SAMPLES = ROOT / "ingest" / "samples"

OURS = """TENUN WARNA ALAM DI DESA LERENG WANGI

Oleh: Sri Lestari dan Budi Santoso, M.Si.
Universitas Lereng Raya, sri@contoh.id

Abstrak

Penelitian ini bertujuan untuk mengetahui peran *kelompok* penenun di Desa Lereng Wangi. Hasilnya menunjukkan bahwa
pen<mark>dapatan</mark> warga naik 40% sejak tahun 2018.

Kata Kunci: tenun, warna alam

1. PENDAHULUAN

[bookmark: _Hlk1]Warga desa menenun kain sejak dahulu dan menjualnya di pasar. Menurut Wijaya dkk. (2017:12) usaha itu

12 | Majalah Tenun Nusantara

perlu dibantu pemerintah kabupaten.

2. HASIL DAN PEMBAHASAN

a. Kepercayaan

Ibu Rina mengatakan bahwa:
“kami percaya karena uangnya dibagi rata setiap bulan”
(Wawancara, 12 Juni 2019)

b. Hambatan

Hambatan usaha tenun adalah benang yang mahal dan warga muda yang pergi ke kota.

3. PENUTUP

Kelompok penenun perlu dibantu modal oleh pemerintah kabupaten dan bank daerah.

DAFTAR PUSTAKA

Wijaya, K. (2017). Tenun Desa. Lereng: Penerbit Wangi.
"""


def document(text: str, name: str = "tenun.txt") -> Document:
    source = SourceFile(Path(name), name, "0" * 64, 1)
    return build_document(source, ParsedFile(text, "text/plain", "utf-8"), Collection.PAPERS)


def read(folder: Path) -> list[Document]:
    settings = IngestSettings()
    found = find_sources([folder], settings)
    assert not found.faults
    return [build_document(source, parse_file(source, settings), Collection.PAPERS) for source in found.files]


def complete(paper: Document) -> list[str]:
    spans = {(s.start, s.end) for p in cut_passages(paper, PassageSettings()) for s in p.sentences if s.complete}
    return [paper.text[start:end] for start, end in sorted(spans)]


def test_a_faulty_paper_becomes_a_clean_document() -> None:
    paper = document(OURS)
    assert paper.language == "id"
    assert paper.bibliography.authors == ("Sri Lestari", "Budi Santoso")
    assert paper.bibliography.place == "Desa Lereng Wangi"
    assert [(" / ".join(s.path), s.kind) for s in paper.sections] == [
        ("", SectionKind.FRONT_MATTER),
        ("Abstrak", SectionKind.ABSTRACT),
        ("Kata Kunci", SectionKind.KEYWORDS),
        ("PENDAHULUAN", SectionKind.INTRODUCTION),
        ("HASIL DAN PEMBAHASAN / Kepercayaan", SectionKind.RESULTS),
        ("HASIL DAN PEMBAHASAN / Hambatan", SectionKind.RESULTS),
        ("PENUTUP", SectionKind.CONCLUSION),
        ("DAFTAR PUSTAKA", SectionKind.REFERENCES),
    ]
    assert complete(paper) == [
        "Penelitian ini bertujuan untuk mengetahui peran kelompok penenun di Desa Lereng Wangi.",
        "Hasilnya menunjukkan bahwa pendapatan warga naik 40% sejak tahun 2018.",
        "Warga desa menenun kain sejak dahulu dan menjualnya di pasar.",
        "Menurut Wijaya dkk. (2017:12) usaha itu perlu dibantu pemerintah kabupaten.",
        "Ibu Rina mengatakan bahwa:\n\n“kami percaya karena uangnya dibagi rata setiap bulan” (Wawancara, 12 "
        "Juni 2019)",
        "Hambatan usaha tenun adalah benang yang mahal dan warga muda yang pergi ke kota.",
        "Kelompok penenun perlu dibantu modal oleh pemerintah kabupaten dan bank daerah.",
    ]


def test_a_running_head_with_the_number_of_its_page_is_no_title() -> None:
    headed = document(f"Tenun, koperasi, dan pasar desa | 113\n\n\n{OURS}")
    assert headed.bibliography.title == document(OURS).bibliography.title
    assert "113" not in headed.text


def test_the_title_is_found_in_the_first_of_two_columns() -> None:
    left = ["Tenun warna alam dan koperasi desa", "dalam pasar kain di Lereng Wangi", "Sri Lestari, Budi Santoso", ""]
    left += [
        "Abstrak",
        *["Warga desa menenun kain sejak lama"] * 8,
        "",
        "1. Pendahuluan",
        *["dan menjualnya ke kota"] * 6,
    ]
    right = ["yang jauh dari desa mereka, sebab harga", *["kain di pasar kota lebih tinggi dari"] * 20]
    printed = "\n".join(f"{one:40}{other}" for one, other in zip(left, right, strict=False))
    found = document(printed).bibliography
    assert found.title == "Tenun warna alam dan koperasi desa dalam pasar kain di Lereng Wangi"
    assert found.authors == ("Sri Lestari", "Budi Santoso")


def test_every_sentence_can_be_shown_in_the_file_as_printed() -> None:
    paper = document(OURS)
    for passage in cut_passages(paper, PassageSettings()):
        for sentence in passage.sentences:
            spans = source_spans(paper.segments, sentence.start, sentence.end)
            printed = " ".join(OURS[low:high] for low, high in spans)
            first, last = paper.text[sentence.start : sentence.end].split()[0], paper.text[: sentence.end].split()[-1]
            assert printed.startswith(first) and printed.endswith(last)


def test_what_was_cut_out_is_not_in_the_span() -> None:
    paper = document(OURS)
    start = paper.text.index("Menurut Wijaya")
    spans = source_spans(paper.segments, start, paper.text.index("kabupaten.", start) + 10)
    assert len(spans) == 2
    assert "Majalah" not in "".join(OURS[low:high] for low, high in spans)


def test_the_same_file_gives_the_same_document() -> None:
    assert document(OURS) == document(OURS)
    assert cut_passages(document(OURS), PassageSettings()) == cut_passages(document(OURS), PassageSettings())


def test_the_version_follows_bytes_and_policy_only() -> None:
    one, other = SourceFile(Path("a"), "a", "1" * 64, 1), SourceFile(Path("b"), "b", "1" * 64, 2)
    assert document_version(one) == document_version(other)
    assert document_version(one) != document_version(SourceFile(Path("a"), "a", "2" * 64, 1))
    assert TEXT_POLICY.isdigit()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Makalah 1.txt", "makalah-1"),
        ("Sub Map/Tenun_Désa.final.md", "sub-map-tenun-desa-final"),
        ("kotagede.id.md", "kotagede-id"),
        ("TANPA", "tanpa"),
    ],
)
def test_ids_are_slugs_of_names(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_ids_are_unique_within_a_run_and_do_not_depend_on_its_order() -> None:
    names = ["a b.txt", "a-b.md", "c.txt", "测试.txt", "试验.txt", "x" * 200 + ".txt"]
    ids = document_ids(names)
    assert len(set(ids.values())) == len(names)
    assert ids == document_ids(reversed(names))
    assert ids["c.txt"] == "c"
    assert all(len(value) <= 87 and value.isascii() and value for value in ids.values())


def test_a_paper_without_words_is_refused() -> None:
    with pytest.raises(SourceEmpty, match=r"^tenun\.txt: "):
        document("--- *** ---")


def test_the_command_prints_a_document_and_names_what_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tenun.txt").write_text(OURS, encoding="utf-8")
    assert main([str(tmp_path / "tenun.txt")]) == 0
    assert "[abstract id] Abstrak" in capsys.readouterr().out
    assert main([str(tmp_path / "tenun.txt"), str(tmp_path / "hilang.txt")]) == 1
    assert "hilang.txt: " in capsys.readouterr().err


def test_the_samples_become_documents_without_a_flaw() -> None:
    for paper in read(SAMPLES):
        assert paper.bibliography.title.startswith(("Ringkasan studi", "Study brief"))
        assert paper.bibliography.doubtful == ()
        assert paper.doubtful == ()
        assert {s.language for s in paper.sections} == {paper.language}
        kinds = Counter(s.kind for s in paper.sections)
        assert kinds[SectionKind.RESULTS] and kinds[SectionKind.METHOD] and kinds[SectionKind.RECOMMENDATIONS]
        sentences = {s for p in cut_passages(paper, PassageSettings()) for s in p.sentences}
        assert sum(s.complete for s in sentences) >= 0.95 * len(sentences)


@pytest.fixture(scope="module")
def papers() -> dict[str, Document]:
    if not PAPERS.is_dir():
        pytest.skip("the five studies are not beside the repository")
    return {paper.id: paper for paper in read(PAPERS)}


# Sections that hold text, counted by reading each study.
READ_BY_HAND = {
    "blitar-batik": "abstract 2, keywords 1, introduction 1, theory 3, method 1, results 8, conclusion 1",
    "kotagede-perak": "front_matter 1, abstract 2, keywords 2, introduction 1, method 8, results 11, conclusion 1, "
    "recommendations 1, references 1",
    "magetan-batik": "abstract 2, keywords 2",
    "muara-pantun-kewirausahaan": "abstract 1, keywords 1, introduction 4, theory 2, method 12, results 8, "
    "conclusion 1, recommendations 1",
    "sangatta-utara-batik": "abstract 1, keywords 1, introduction 1, theory 6, method 1, results 9, conclusion 1, "
    "recommendations 1",
}


@pytest.mark.parametrize("study", READ_BY_HAND)
def test_the_sections_of_the_studies_are_those_a_reader_finds(papers: dict[str, Document], study: str) -> None:
    counts = Counter(section.kind for section in papers[study].sections)
    order = [SectionKind.FRONT_MATTER, *(kind for kind in SectionKind if kind is not SectionKind.FRONT_MATTER)]
    assert ", ".join(f"{kind} {counts[kind]}" for kind in order if counts[kind]) == READ_BY_HAND[study]


@pytest.mark.parametrize("study", READ_BY_HAND)
def test_the_studies_can_be_quoted_and_traced(papers: dict[str, Document], study: str) -> None:
    paper = papers[study]
    printed = (PAPERS / f"{study}.txt").read_text(encoding="utf-8")
    passages = cut_passages(paper, PassageSettings())
    sentences = {s for p in passages for s in p.sentences}
    assert sum(s.complete for s in sentences) >= 0.8 * len(sentences)
    for segment in paper.segments:
        if segment.exact:
            stored = paper.text[segment.stored_start : segment.stored_end]
            assert stored == printed[segment.source_start : segment.source_end]
    assert normalise(paper.text)[0] == paper.text
    debris = ("<mark", "[bookmark", "\u00ad", "  ", "**")
    assert not any(mark in paper.text for mark in debris)
