"""question text → what it asks for."""

import pytest

from ingest.types import SectionKind
from qa.about import is_about_sitasi
from qa.asked_for import asked_sections, asks_for_aim, asks_who_wrote
from qa.question import QuestionType, profile_question, question_type


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("berapa jumlah perajin perempuan?", QuestionType.NUMBER),
        ("how many looms are there", QuestionType.NUMBER),
        ("jumlah perajin perempuan", QuestionType.NUMBER),
        ("mengapa jumlah perajin naik?", QuestionType.WHY),
        ("apa penyebab turunnya jumlah tungku?", QuestionType.WHY),
        ("why did the number of looms fall?", QuestionType.WHY),
        ("mengapa berapa tungku?", QuestionType.NUMBER),
        ("kapan klaster dibentuk", QuestionType.WHEN),
        ("when was the cluster founded", QuestionType.WHEN),
        ("did the potters hear when money came", QuestionType.YES_NO),
        ("when there is clay, what do potters make?", QuestionType.FACT),
        ("how do potters live where clay is rare", QuestionType.HOW),
        ("KTG singkatan dari apa?", QuestionType.DEFINITION),
        ("What is KTG short for?", QuestionType.DEFINITION),
        ("Tungku ladang itu apa sih?", QuestionType.DEFINITION),
        ("What do potters understand by firing?", QuestionType.DEFINITION),
        ("What does slow firing mean?", QuestionType.DEFINITION),
        ("Apa makna tungku bagi mereka?", QuestionType.DEFINITION),
        ("pihak mana yang meminjamkan tungku", QuestionType.WHO),
        ("which office lends kilns", QuestionType.WHO),
        ("how do potters of different towns work", QuestionType.HOW),
        ("how is the new kiln different", QuestionType.COMPARISON),
        ("what is there in the way of kilns", QuestionType.FACT),
        ("siapa ketua koperasi", QuestionType.WHO),
        ("who trains the weavers", QuestionType.WHO),
        ("kenapa harga naik", QuestionType.WHY),
        ("kenapa kerja sama macet", QuestionType.OBSTACLE),
        ("why did prices rise", QuestionType.WHY),
        ("why did the project stall", QuestionType.OBSTACLE),
        ("apa saja kendala klaster", QuestionType.OBSTACLE),
        ("what stood in the way of the potters", QuestionType.OBSTACLE),
        ("apa sisi lemah koperasi itu", QuestionType.OBSTACLE),
        ("what are the weak points of the cooperative", QuestionType.OBSTACLE),
        ("what made the kilns crack", QuestionType.WHY),
        ("apa yang membuat tungku retak", QuestionType.WHY),
        ("What is a cooperative?", QuestionType.DEFINITION),
        ("KP3Y itu apa?", QuestionType.DEFINITION),
        ("which kilns crack", QuestionType.LIST),
        ("In which month is the fair held?", QuestionType.FACT),
        ("which subdistrict has kilns", QuestionType.WHERE),
        ("gimana cara mereka menjual kain", QuestionType.HOW),
        ("how do they sell cloth", QuestionType.HOW),
        ("apa saja pelatihan yang diberikan", QuestionType.LIST),
        ("what skills were villagers trained in", QuestionType.LIST),
        ("apa yang dimaksud dengan trust", QuestionType.DEFINITION),
        ("bandingkan peran dinas di dua kota", QuestionType.COMPARISON),
        ("apakah koperasi masih aktif?", QuestionType.YES_NO),
        ("did the mayor attend", QuestionType.YES_NO),
        ("peran koperasi tenun", QuestionType.KEYWORDS),
        ("what is the dye made from?", QuestionType.FACT),
    ],
)
def test_the_type_of_a_question(text: str, kind: QuestionType) -> None:
    assert question_type(text) is kind


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("apa saran penulis untuk dinas", {SectionKind.RECOMMENDATIONS}),
        ("what do the authors recommend", {SectionKind.RECOMMENDATIONS}),
        ("what should be done about it", {SectionKind.RECOMMENDATIONS}),
        ("apa yang perlu diperbaiki pengelola pasar", {SectionKind.RECOMMENDATIONS}),
        ("adakah jalan keluarnya", {SectionKind.RECOMMENDATIONS}),
        ("what was done about it", set()),
        ("siapa informannya", {SectionKind.METHOD}),
        ("siapa saja yang diwawancarai", {SectionKind.METHOD}),
        ("bagaimana peneliti memilih desa itu", {SectionKind.METHOD}),
        ("how did the researchers verify what they heard", {SectionKind.METHOD}),
        ("how was the data analysis done", {SectionKind.METHOD}),
        ("apa kesimpulan studi ini", {SectionKind.CONCLUSION}),
        ("berapa jumlah perajin", set()),
    ],
)
def test_the_part_of_a_paper_that_a_question_asks_about(text: str, kinds: set[SectionKind]) -> None:
    assert asked_sections(text) == kinds


def test_a_profile_keeps_content_words_names_and_numbers() -> None:
    profile = profile_question("Berapa perajin di Lembang yang ikut KP3Y pada 2019?", "id")
    assert profile.terms == ("perajin", "lembang", "ikut", "kp3y", "2019")
    assert profile.names == {"lembang", "kp3y"}
    assert profile.numbers == {"2019"}


def test_shouting_does_not_make_every_word_a_name() -> None:
    assert profile_question("SIAPA KETUA KOPERASI", "id").names == frozenset()


@pytest.mark.parametrize(
    "text", ["halo", "Selamat pagi!", "thanks", "who are you?", "apa itu Sitasi?", "kamu bisa apa saja"]
)
def test_greetings_and_questions_about_sitasi_are_recognised(text: str) -> None:
    assert is_about_sitasi(text)


@pytest.mark.parametrize(
    "text",
    ["siapa ketua koperasi", "how do you dye cloth with indigo", "halo, berapa jumlah perajin?", "apa itu batik"],
)
def test_questions_about_papers_are_not(text: str) -> None:
    assert not is_about_sitasi(text)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Compare the obstacles in Lembang and Plered", QuestionType.OBSTACLE),
        ("bandingkan kendala perajin di Lembang dan Plered", QuestionType.OBSTACLE),
        ("Perbedaan jumlah tungku di Lembang dan Plered?", QuestionType.NUMBER),
        ("Compare Lembang and Plered", QuestionType.COMPARISON),
        ("How many kilns are there?", QuestionType.NUMBER),
    ],
)
def test_answers_to_a_comparison_look_like_what_is_compared(text: str, shape: QuestionType) -> None:
    assert profile_question(text, "en").answers_like is shape


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Apa tujuan penelitian tentang tungku di Kasongan?", True),
        ("Penelitian di Kasongan ingin mengetahui apa?", True),
        ("Apa yang sebenarnya ingin dicari tahu oleh penelitian itu?", True),
        ("What does the Kasongan study set out to find?", True),
        ("What is the aim of the paper?", True),
        ("Apa saran penelitian Kasongan?", False),
        ("Which theory does the study use?", False),
        ("Apa tujuan koperasi perajin?", False),
    ],
)
def test_what_a_study_set_out_to_find_is_asked_for(text: str, asked: bool) -> None:
    assert asks_for_aim(text) is asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Siapa penulis penelitian garam Tuban?", True),
        ("penulisnya siapa?", True),
        ("Kajian garam Tuban dilakukan oleh siapa?", True),
        ("who wrote the study on Tuban salt?", True),
        ("Who are the authors of the salt paper?", True),
        ("Who wrote the guidelines for the training?", False),
        ("Siapa peneliti terdahulu yang membahas garam?", False),
        ("Siapa yang meneliti mutu garam?", False),
        ("Who did the researchers of the study interview?", False),
        ("Apa saran penulis?", False),
    ],
)
def test_the_authors_of_a_study_are_asked_for(text: str, asked: bool) -> None:
    assert asks_who_wrote(text) is asked
