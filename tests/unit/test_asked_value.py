"""The kind of value that a question asks for, and whether a sentence holds one: both languages, no paper in sight."""

from __future__ import annotations

import pytest

from qa.asked_value import AskedValue, asked_value
from qa.held_value import holds


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Berapa rupiah modal perajin gerabah?", AskedValue.MONEY),
        ("Harga satu kendi berapa?", AskedValue.MONEY),
        ("How much money does a kiln cost?", AskedValue.MONEY),
        ("Berapa persen tungku yang retak?", AskedValue.PERCENT),
        ("By what percentage did sales rise?", AskedValue.PERCENT),
        ("Tungku dinyalakan berapa kali sebulan?", AskedValue.FREQUENCY),
        ("How often is the kiln fired?", AskedValue.FREQUENCY),
        ("Sejak tahun berapa koperasi itu ada?", AskedValue.YEAR),
        ("Pelatihan berlangsung berapa hari?", AskedValue.DURATION),
        ("How long does drying take?", AskedValue.DURATION),
        ("How old is the kiln?", AskedValue.DURATION),
        ("Berapa usia tungku itu?", AskedValue.DURATION),
        ("Umur tungku itu berapa?", AskedValue.DURATION),
        ("Pasar digelar bulan apa?", AskedValue.MONTH),
        ("On which days is the market open?", AskedValue.WEEKDAY),
        ("Kapan koperasi didirikan?", AskedValue.DATE),
        ("When was the cooperative founded?", AskedValue.DATE),
        ("Siapa nama ketua koperasi?", AskedValue.PERSON),
        ("What is the name of the head of the cooperative?", AskedValue.PERSON),
        ("Siapa ketua koperasi itu?", AskedValue.PERSON),
        ("Who is the head of the cooperative?", AskedValue.PERSON),
        ("What does a jug sell for?", AskedValue.MONEY),
        ("Kendi itu dijual dengan harga berapa?", AskedValue.MONEY),
        ("Tahun berapakah koperasi didirikan?", AskedValue.YEAR),
        ("Kendi diekspor ke negara mana?", AskedValue.PLACE),
        ("What is the name of the town where jugs are sold?", AskedValue.PLACE),
        ("Which bank lends to the potters?", AskedValue.NAME),
        ("Apa nama perusahaan yang membeli kendi?", AskedValue.NAME),
        ("Apa nama festival yang menjual kendi?", AskedValue.NAME),
        ("Koperasi penjual kendi itu namanya apa?", AskedValue.NAME),
        ("What is the name of the potters' association?", AskedValue.NAME),
        ("What is the name of the pottery studio in Lembang?", AskedValue.NAME),
        ("What is the potters' association in Lembang called?", AskedValue.NAME),
        ("On which marketplace are pots sold?", AskedValue.NAME),
        ("Apa nama teori yang dipakai?", None),
        ("Kelompok mana yang paling rajin?", None),
        ("How many potters work there?", AskedValue.COUNT),
        ("Berapa perajin yang bekerja di sana?", AskedValue.COUNT),
        ("Berapa tingkat kerusakannya?", AskedValue.AMOUNT),
        ("Berapa luas sawah desa itu?", AskedValue.AMOUNT),
        ("Berapa ketinggian desa itu?", AskedValue.AMOUNT),
        ("What happens when the clay is too wet?", None),
        ("Why is the interest rate so high?", None),
        ("Apa peran koperasi?", None),
        ("Apa nama alat pemutar gerabah?", None),
        ("Who were the informants?", None),
    ],
)
def test_a_question_asks_for_a_kind_of_value_or_for_none(question: str, kind: AskedValue | None) -> None:
    assert asked_value(question) is kind


@pytest.mark.parametrize(
    ("kind", "holding", "lacking"),
    [
        (AskedValue.MONEY, "Sebuah kendi laku Rp 20.000.", "Sebuah kendi laku keras sejak 2019."),
        (AskedValue.PERCENT, "Sales rose by 12%.", "Sales rose by 12 pots."),
        (AskedValue.COUNT, "Ada dua belas perajin selama 3 bulan.", "Perajin dilatih 3 bulan, ada pula 2 minggu."),
        (AskedValue.COUNT, "Some 1,200 potters live there.", "It lies at 113°56'26\" and covers 1.2 million ha."),
        (AskedValue.FREQUENCY, "Tungku dinyalakan dua kali sebulan.", "Tungku dinyalakan dengan kayu."),
        (AskedValue.DURATION, "Pengeringan makan waktu tiga hari.", "Pengeringan makan tempat."),
        (AskedValue.YEAR, "The cooperative began in 1998.", "The cooperative began early (Sari, 1998)."),
        (AskedValue.MONTH, "The fair is held in March.", "The fair is held every year."),
        (AskedValue.WEEKDAY, "Pasar buka hari Selasa.", "Pasar buka setiap pagi."),
        (AskedValue.DATE, "Koperasi berdiri sejak awal 1990-an.", "Koperasi berdiri dengan 12 anggota."),
        (AskedValue.PERSON, "The head, Wulan Sari, fires at night.", "The head of the village fires at night."),
        (AskedValue.PERCENT, "Setengah dari tungku retak.", "Pembakarannya setengah-setengah."),
        (AskedValue.DURATION, "The fair runs from 1998 until 2003.", "Menurut Undang-Undang Nomor 3 Tahun 2014."),
        (AskedValue.DURATION, "Since 1998 they have fired.", "Pendampingan sampai ke pemasaran."),
        (AskedValue.PERSON, "Kendi itu dibuat Bapak Wulan.", "Di sana Kepala Dinas Pariwisata hadir."),
        (AskedValue.PERSON, "They met Wulan Sari.", "Kewajiban bagi Aparatur Sipil Negara (ASN)."),
        (AskedValue.NAME, "Kendi dibeli oleh PT Wulan.", "Kendi dibeli oleh Pemerintah Desa."),
        (AskedValue.NAME, "Kendi dibeli oleh AMK.", "Kendi dibeli oleh toko di desa."),
        (AskedValue.PLACE, "Kendi dijual di Tuban.", "Kendi dijual AMK; Wulan dan Sari (2020) meneliti mutunya."),
        (AskedValue.DURATION, "Pengeringan berlangsung berhari-hari.", "The course is held once a year."),
        (AskedValue.DURATION, "Berlaku hingga Maret.", "Pendapatan naik 50 sampai 70 persen."),
        (AskedValue.FREQUENCY, "The fair is held each year.", "The village grows by 4 per cent a year."),
        (AskedValue.YEAR, "Koperasi berdiri pada 1998.", "Dasarnya Undang-Undang Nomor 3 Tahun 2014."),
        (AskedValue.DATE, "Koperasi berdiri pada 1998.", "Dasarnya Undang-Undang Nomor 3 Tahun 2014."),
        (AskedValue.COUNT, "Ada 1.998 kendi.", "Pada 1998 diatur Peraturan Nomor 12 Tahun 1998."),
        (AskedValue.COUNT, "Forty potters work there.", "Output grew by 40%-50% in 2021."),
        (AskedValue.AMOUNT, "Luasnya 12 hektare.", "1) Luas sawah bertambah (Sari, 2011:110)."),
    ],
)
def test_a_sentence_holds_a_value_of_the_kind_or_not(kind: AskedValue, holding: str, lacking: str) -> None:
    assert holds(kind, holding, "What is it?")
    assert not holds(kind, lacking, "What is it?")


def test_a_name_that_the_question_holds_already_is_no_answer_to_it() -> None:
    text = "The head of Lembang, Wulan, fires at night."
    assert holds(AskedValue.PERSON, text, "What is the name of the head of Lembang?")
    assert not holds(AskedValue.PERSON, text, "What is the name of the head of Lembang, Wulan?")


def test_initials_that_the_question_holds_are_not_named_by_being_written_out() -> None:
    question = "Apa nama LSM yang membina perajin?"
    assert not holds(
        AskedValue.NAME, "Kritik datang dari seorang Ketua Lembaga Swadaya Masyarakat (LSM) di sana.", question
    )
    assert holds(AskedValue.NAME, "Kritik datang dari Lembaga Swadaya Masyarakat (LSM) Bumi Hijau.", question)


def test_a_number_that_the_question_holds_already_is_no_answer_to_it() -> None:
    question = "How many potters work at the 52 kilns?"
    assert not holds(AskedValue.COUNT, "There are 52 kilns.", question)
    assert holds(AskedValue.COUNT, "The 52 kilns employ 120 potters.", question)


def test_the_number_of_a_law_answers_where_it_is_asked_for() -> None:
    text = "Itu diatur Peraturan Nomor 12 Tahun 1998."
    assert holds(AskedValue.AMOUNT, text, "Peraturan nomor berapa yang mengaturnya?")
    assert not holds(AskedValue.AMOUNT, text, "Berapa luas desa itu?")
