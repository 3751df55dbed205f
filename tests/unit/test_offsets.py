"""raw file → Document: every stored character can be traced to the file, whatever was rewritten on the way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.offsets import ABSORB, MappedText, edit, rebuild, source_spans, whole


def derived(mapped: MappedText, source: str) -> bool:
    """Whether every exact segment reads the same on both sides."""
    return all(
        mapped.text[s.stored_start : s.stored_end] == source[s.source_start : s.source_end]
        for s in mapped.segments
        if s.exact
    )


def test_an_edit_maps_what_it_keeps_code_point_by_code_point() -> None:
    mapped = edit(whole("kain  mori"), [(4, 6, " ")])
    assert mapped.text == "kain mori"
    assert source_spans(mapped.segments, 5, 9) == ((6, 10),)
    assert derived(mapped, "kain  mori")


def test_a_quotation_across_a_replacement_is_one_span_of_the_file() -> None:
    mapped = edit(whole("kain  mori"), [(4, 6, " ")])
    assert source_spans(mapped.segments, 0, 9) == ((0, 10),)


def test_what_is_cut_out_splits_the_span() -> None:
    mapped = edit(whole("kain [x] mori"), [(4, 8, "")])
    assert mapped.text == "kain mori"
    assert source_spans(mapped.segments, 0, 9) == ((0, 4), (8, 13))


def test_what_is_absorbed_belongs_to_the_character_before() -> None:
    source = "kera-\njinan"
    mapped = edit(whole(source), [(4, 6, ABSORB)])
    assert mapped.text == "kerajinan"
    assert source_spans(mapped.segments, 0, 9) == ((0, len(source)),)
    assert source_spans(mapped.segments, 4, 9) == ((6, 11),)
    assert derived(mapped, source)


def test_moved_stretches_keep_their_place_in_the_file() -> None:
    mapped = rebuild(whole("dua satu"), [(4, 8, None), (3, 4, " "), (0, 3, None)])
    assert mapped.text == "satu dua"
    assert source_spans(mapped.segments, 0, 4) == ((4, 8),)
    assert source_spans(mapped.segments, 5, 8) == ((0, 3),)


def test_rewrites_compose() -> None:
    source = "a  b  c"
    once = edit(whole(source), [(1, 3, " ")])
    twice = edit(once, [(3, 5, "")])
    assert twice.text == "a bc"
    assert source_spans(twice.segments, 3, 4) == ((6, 7),)


def test_half_of_a_replacement_maps_to_the_whole_of_what_it_replaced() -> None:
    mapped = edit(whole("e\ufb00ek"), [(1, 2, "ff")])
    assert source_spans(mapped.segments, 1, 2) == source_spans(mapped.segments, 2, 3) == ((1, 2),)


def test_nothing_comes_from_nothing() -> None:
    assert whole("").segments == ()
    assert source_spans((), 0, 0) == ()


@st.composite
def rewritten(draw: st.DrawFn) -> tuple[str, MappedText]:
    """A text after a few random rewrites."""
    source = draw(st.text(alphabet="abc \n", max_size=40))
    mapped = whole(source)
    for _ in range(draw(st.integers(0, 3))):
        cuts = sorted(draw(st.sets(st.integers(0, len(mapped.text)), max_size=6)))
        spans = list(zip(cuts[::2], cuts[1::2], strict=False))
        mapped = edit(mapped, [(a, b, draw(st.sampled_from(["", "x", "yz", ABSORB]))) for a, b in spans])
    return source, mapped


@given(rewritten())
def test_segments_stay_valid_through_any_chain_of_rewrites(case: tuple[str, MappedText]) -> None:
    source, mapped = case
    at = 0
    for segment in mapped.segments:
        assert at <= segment.stored_start < segment.stored_end <= len(mapped.text)
        assert 0 <= segment.source_start <= segment.source_end <= len(source)
        at = segment.stored_end
    assert derived(mapped, source)
