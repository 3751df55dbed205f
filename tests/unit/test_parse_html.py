"""raw file → ParsedFile, HTML: what a reader sees, in order; menus, scripts and hidden text are never read."""

from __future__ import annotations

import pytest

from ingest.errors import SourceDamaged, SourceEmpty
from ingest.parse import parse_bytes
from ingest.settings import IngestSettings
from ingest.types import LineRole, ParsedFile

LIMITS = IngestSettings()


def page(body: str, head: str = "") -> ParsedFile:
    return parse_bytes(
        f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), "paper.pdf", LIMITS
    )


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>secret()</script>",
        "<style>secret</style>",
        "<nav><a href=/>secret</a></nav>",
        '<div style="display: none">secret</div>',
        "<p hidden>secret</p>",
        '<div class="sidebar-left">secret</div>',
        '<div role="navigation">secret</div>',
        "<ul><li><a href=a>secret</a><li><a href=b>place</a></ul>",
        "<!-- secret -->",
        "<form><p>secret</p></form>",
        "<template>secret</template>",
    ],
)
def test_what_a_reader_does_not_read_is_left_out(unseen: str) -> None:
    assert page(f"<p>Cloth is sold.</p>{unseen}<p>It rains.</p>").text == "Cloth is sold.\n\nIt rains."


def test_words_after_a_part_left_out_are_kept() -> None:
    assert page("<p>Cloth <script>x</script>is sold.</p>").text == "Cloth is sold."


def test_inline_marks_do_not_break_words_and_blocks_do() -> None:
    assert page("<p>cl<b>o</b>th<div>rain</div>noon").text == "cloth\n\nrain\n\nnoon"


def test_headings_keep_their_level_and_the_first_is_the_title() -> None:
    parsed = page("<h1>Cloth in Lereng</h1><h2>Method</h2><p>We asked.</p><h3>Place</h3><p>A village.</p>")
    marks = [(line.role, line.level) for line in parsed.layout if line.role is not LineRole.OPENS]
    assert marks == [(LineRole.TITLE, 0), (LineRole.HEADING, 2), (LineRole.HEADING, 3)]


def test_rows_of_figures_are_lines() -> None:
    assert page("<table><tr><th>Year<th>Weavers<tr><td>2019<td>52</table>").text == "Year Weavers\n\n2019 52"


def test_what_a_journal_declares_is_taken() -> None:
    head = '<meta name="citation_author" content="Lestari, Sari"><meta name="citation_volume" content="7">'
    assert dict(page("<p>Cloth is sold.</p>", head).metadata) == {"volume": "7", "authors": ("Sari Lestari",)}


def test_a_declared_encoding_is_believed_where_the_bytes_are_not_unicode() -> None:
    content = "<html><meta charset=windows-1252><p>Café “Lereng” sells cloth.".encode("cp1252")
    assert parse_bytes(content, "a", LIMITS).text == "Café “Lereng” sells cloth."


def test_deep_nesting_is_read_to_the_end() -> None:
    assert page("<div>" * 1_500 + "Cloth is sold." + "</div>" * 1_500 + "<p>It rains.").text.endswith("It rains.")


def test_nesting_beyond_all_measure_is_refused_not_cut_short() -> None:
    with pytest.raises(SourceDamaged, match="nested"):
        page("<p>Cloth is sold." + "<div>" * 20_000)


def test_a_page_of_scripts_is_empty() -> None:
    with pytest.raises(SourceEmpty):
        page("<script>words()</script>")
