"""raw file → Document: lines that a two-column layout tore apart come back, or are marked; sound lines stay."""

from __future__ import annotations

from ingest.text import clean, source_spans

# Our own words, printed in narrow justified lines of about 42 characters.
SOUND = """Para penenun di lereng gunung itu memakai
alat tenun bukan mesin sejak masa kakek
mereka, dan benang yang dipakai dicelup
dengan warna alami dari daun dan akar yang
tumbuh di kebun warga. Hasil tenunan dijual
di pasar kabupaten setiap hari Minggu pagi
oleh kelompok ibu yang bergiliran menjaga
lapak, sehingga setiap keluarga mendapat
bagian yang sama dari hasil penjualan kain
tenun warna alami itu setiap bulannya.
"""


def test_sound_lines_are_neither_moved_nor_doubted() -> None:
    cleaned = clean(SOUND)
    assert cleaned.doubtful == ()
    assert cleaned.text == " ".join(SOUND.split())


def test_half_a_line_that_was_printed_late_goes_back_to_its_place() -> None:
    torn = SOUND.replace(
        "dengan warna alami dari daun dan akar yang\ntumbuh di kebun warga.",
        "dengan warna\n\ntumbuh di kebun warga yang luas sekali.\n\nalami dari daun dan akar yang\n",
    ).replace("yang\n Hasil", "yang\nHasil")
    torn = torn.replace(
        "tumbuh di kebun warga yang luas sekali.\n\nalami dari daun dan akar yang\n",
        "tumbuh di kebun warga di kaki gunung dan\n\nalami dari daun dan akar yang\n\ndi tepi hutan.",
    )
    cleaned = clean(torn)
    assert "dengan warna alami dari daun dan akar yang tumbuh di kebun warga" in cleaned.text


def test_a_moved_half_still_maps_to_where_it_was_printed() -> None:
    torn = (
        SOUND.split("dengan warna")[0]
        + "dengan warna\n\ntumbuh di kebun warga di kaki gunung dan\n\nalami dari daun dan akar "
        "yang\n\ndi tepi hutan yang jauh. " + SOUND.split("warga. ")[1]
    )
    cleaned = clean(torn)
    start = cleaned.text.index("alami dari daun")
    (span,) = source_spans(cleaned.segments, start, start + len("alami dari daun"))
    assert torn[span[0] : span[1]] == "alami dari daun"


def test_pieces_whose_order_cannot_be_told_are_marked_not_guessed() -> None:
    torn = SOUND.replace(
        "mereka, dan benang yang dipakai dicelup\n",
        "mereka, dan\n\nrapi\n\nbenang sutra halus\n\nyang dipakai dicelup\n",
    )
    cleaned = clean(torn)
    assert cleaned.doubtful
    marked = " ".join(cleaned.text[max(0, low - 30) : high + 30] for low, high in cleaned.doubtful)
    assert "rapi" in marked
    assert "lapak, sehingga setiap keluarga" not in marked


def test_the_short_last_line_of_a_paragraph_is_no_fragment() -> None:
    two = SOUND + "\n" + SOUND.replace("Para penenun", "Semua penenun")
    assert clean(two).doubtful == ()
    assert clean(two).text.count("\n\n") == 1
