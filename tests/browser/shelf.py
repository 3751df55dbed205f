"""The papers that the browser tests read: the sample briefs, and small papers of our own words that try to do harm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import ingest
from ingest.documents import build_document
from ingest.parse import parse_file
from ingest.passages import cut_passages
from ingest.record import Record
from ingest.settings import IngestSettings, PassageSettings
from ingest.sources import find_sources
from ingest.types import (
    Bibliography,
    Collection,
    Document,
    EmbeddedDocument,
    EmbeddedPassage,
    PageBreak,
    PassageVectors,
    Section,
    SectionKind,
)
from tests.factories import make_document, make_manifest, unit_vector

SAMPLES = Path(ingest.__file__).parent / "samples"

PAYLOADS = (
    "<script>window.harmed = 1</script>",
    "<img src=x onerror='window.harmed = 1'>",
    "<svg onload=window.harmed=1>",
    "<iframe srcdoc='<script>parent.harmed=1</script>'></iframe>",
    "javascript:window.harmed=1//",
    "[tautan](javascript:window.harmed=1)",
    "![gambar](https://elsewhere.example/leak.png)",
    "<img src=https://elsewhere.example/leak.png>",
    "<a href='https://elsewhere.example' style='position:fixed;inset:0'>x</a>",
    "<style>*{display:none}</style>",
    "{{constructor.constructor('window.harmed=1')()}}",
    "</textarea></script><script>window.harmed=1</script>",
    "&lt;script&gt;window.harmed=1&lt;/script&gt;",
    "<math><mtext><style><img title='</style><img src onerror=window.harmed=1>'>",
    "<base href='https://elsewhere.example/'>",
    "<form action=https://elsewhere.example><button>kirim</button></form>",
    "<template><script>window.harmed=1</script></template>",
    "<object data='https://elsewhere.example/x.svg'></object>",
    "<link rel=stylesheet href=https://elsewhere.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example'>",
)
BIDI = "harga \u202e00001 murah\u202c sekali"
ASTRAL = "Motif 𝒦awung 🙂 tertua 𠮷 ada di tepi sungai."


def _samples() -> list[Document]:
    settings = IngestSettings()
    found = find_sources([SAMPLES], settings).files
    # Published as papers, so that they go on answering beside the others.
    return [build_document(source, parse_file(source, settings), Collection.PAPERS) for source in found]


def _harmful() -> Document:
    sentences = (
        "Payload zeta: " + " ".join(PAYLOADS),
        f"Bidi zeta: {BIDI} dan biasa.",
        f"Astral zeta: 🙂🙂🙂 pembuka. {ASTRAL}",
    )
    made = make_document("zeta <b>harm", sentences)
    head = Bibliography(
        title="<script>window.harmed = 1</script> Zeta",
        authors=("<img src=x onerror='window.harmed = 1'> Penulis",),
        year=2021,
        journal="Jurnal <b>Uji</b>",
        volume="7",
        issue="2",
        pages="12–20",
        doi="10.1234/zeta",
        place="<i>Tepi</i>",
        keywords=("zeta <u>uji</u>",),
    )
    return replace(
        made,
        bibliography=head,
        language="id",
        pages=(PageBreak(12, 0), PageBreak(13, made.segments[0].source_start + made.text.index("dan biasa"))),
        sections=(Section(("<b>Hasil</b>",), SectionKind.RESULTS, 0, len(made.text), "id"),),
    )


def _embedded(document: Document) -> EmbeddedDocument:
    # Small passages: one or two sentences, so that an answer quotes a sentence and not a page.
    passages = cut_passages(document, PassageSettings(max_tokens=48, min_tokens=0, overlap_sentences=0))
    return EmbeddedDocument(
        document,
        tuple(
            EmbeddedPassage(
                p, PassageVectors(unit_vector(p.id), unit_vector(p.id)[None, :].repeat(len(p.sentences), 0))
            )
            for p in passages
        ),
    )


def fill(record: Record) -> None:
    """Publish every paper of the shelf."""
    for document in [*_samples(), _harmful()]:
        record.publish(_embedded(document), make_manifest())
