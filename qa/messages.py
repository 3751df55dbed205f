"""Answer | Abstention → the fixed sentences a reader sees, in Indonesian and in English. No prompt for a model stands here."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.types import Language
from qa.question import QuestionType
from qa.types import Reason

ABSTENTIONS: Mapping[Reason, Mapping[Language, str]] = {
    Reason.NO_PASSAGES: {
        "id": "Belum ada makalah dalam koleksi ini yang dapat dicari untuk pertanyaan tersebut.",
        "en": "There is no paper in this collection yet that could be searched for this question.",
    },
    Reason.BELOW_THRESHOLD: {
        "id": "Makalah dalam koleksi ini tidak menjawab pertanyaan tersebut. Bagian yang paling dekat tercantum di bawah.",
        "en": "The papers in this collection do not answer this question. The passages that come closest are listed below.",
    },
    Reason.NOTHING_VERIFIED: {
        "id": "Tidak ada kalimat jawaban yang lolos pemeriksaan terhadap makalahnya, jadi tidak ada yang ditampilkan.",
        "en": "No sentence of an answer passed the check against the papers, so none is shown.",
    },
    Reason.CONTRADICTED_PREMISE: {
        "id": "Pertanyaan ini mengandaikan sesuatu yang tidak dinyatakan oleh makalah dalam koleksi ini.",
        "en": "This question takes for granted something that the papers in this collection do not say.",
    },
    Reason.OFF_TOPIC: {
        "id": "Pertanyaan ini di luar topik makalah dalam koleksi ini.",
        "en": "This question is outside the subjects of the papers in this collection.",
    },
    Reason.ABOUT_SITASI: {
        "id": (
            "Saya Sitasi. Saya menjawab pertanyaan tentang makalah dalam koleksi ini, dalam bahasa Indonesia atau Inggris, dan setiap "
            "kalimat jawaban membawa kutipan yang sudah dicocokkan dengan naskah makalahnya. Silakan bertanya tentang isi makalah."
        ),
        "en": (
            "I am Sitasi. I answer questions about the papers in this collection, in Indonesian or English, and every sentence of an "
            "answer carries a quotation that has been checked against the paper. Please ask about what the papers say."
        ),
    },
    Reason.UNSUPPORTED_LANGUAGE: {
        "id": "Sitasi menjawab dalam bahasa Indonesia dan Inggris. Silakan ajukan pertanyaan dalam salah satunya.",
        "en": "Sitasi answers in Indonesian and English. Please ask in one of them.",
    },
}

# What a quotation in the other language answers, where the question asks for something of a kind; "{source}" says who
# found it and where.
LEAD_INS: Mapping[Language, Mapping[QuestionType, str]] = {
    "en": {
        QuestionType.NUMBER: "For the figure asked about, {source} states",
        QuestionType.WHEN: "On when this was, {source} states",
        QuestionType.WHO: "On who is concerned, {source} states",
        QuestionType.WHERE: "On where this is, {source} states",
        QuestionType.WHY: "On reasons and effects, {source} states",
        QuestionType.OBSTACLE: "On what stood in the way, {source} states",
        QuestionType.LIST: "Among the points asked for, {source} names",
        QuestionType.DEFINITION: "On what this means, {source} states",
        QuestionType.COMPARISON: "For the comparison, {source} states",
        QuestionType.YES_NO: "On whether this holds, {source} states",
    },
    "id": {
        QuestionType.NUMBER: "Tentang angka yang ditanyakan, {source} menyatakan",
        QuestionType.WHEN: "Tentang waktunya, {source} menyatakan",
        QuestionType.WHO: "Tentang pihak yang ditanyakan, {source} menyatakan",
        QuestionType.WHERE: "Tentang tempatnya, {source} menyatakan",
        QuestionType.WHY: "Tentang sebab dan akibatnya, {source} menyatakan",
        QuestionType.OBSTACLE: "Tentang hal yang menghambat, {source} menyatakan",
        QuestionType.LIST: "Di antara hal yang ditanyakan, {source} menyebut",
        QuestionType.DEFINITION: "Tentang maknanya, {source} menyatakan",
        QuestionType.COMPARISON: "Untuk perbandingan, {source} menyatakan",
        QuestionType.YES_NO: "Tentang benar tidaknya, {source} menyatakan",
    },
}
# For all other questions, and where the quotation has not the shape of an answer.
PLAIN_LEAD_IN: Mapping[Language, str] = {"en": "{source} states", "id": "{source} menyatakan"}
FURTHER: Mapping[Language, str] = {"en": "The same study adds", "id": "Studi yang sama menambahkan"}
IN_SECTION: Mapping[Language, str] = {"en": " (section “{heading}”)", "id": " (bagian “{heading}”)"}
STUDY_OF_PLACE: Mapping[Language, str] = {"en": "the study of {place}", "id": "studi di {place}"}
STUDY_NAMED: Mapping[Language, str] = {"en": "the study “{title}”", "id": "studi “{title}”"}
AND: Mapping[Language, str] = {"en": "and", "id": "dan"}
AND_OTHERS: Mapping[Language, str] = {"en": "{first} and others", "id": "{first} dkk."}

# Said under an answer about several places of the papers that do not answer.
SILENT: Mapping[Language, str] = {
    "en": "No answer to this was found in: {papers}",
    "id": "Tidak ditemukan jawaban atas ini dalam: {papers}",
}

_WORDED: tuple[str, ...] = (
    *(message for catalogue in LEAD_INS.values() for message in catalogue.values()),
    *(
        message
        for each in (PLAIN_LEAD_IN, FURTHER, IN_SECTION, STUDY_OF_PLACE, STUDY_NAMED, AND_OTHERS)
        for message in each.values()
    ),
)
MESSAGE_WORDS: frozenset[str] = frozenset(word for message in _WORDED for word in message.split() if "{" not in word)
