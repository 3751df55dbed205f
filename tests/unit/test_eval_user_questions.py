"""A team's own questions: read from simple files, checked row by row, turned into questions like ours."""

from pathlib import Path

import pytest

from eval.dataset import DatasetError, Expect
from eval.draft import draft_questions, prospects, worth_saying
from eval.draft_file import draft_text
from eval.files import read_files
from eval.user_questions import FORMATS, load_user_questions, parse_rows
from ingest.types import Document

PAPER = """# Clay of Lembang

## Findings

The potters of Lembang fire their kilns twice a week. In 2019 the cooperative had 48 members and
sold 1,200 pots in Bandung. Nobody kept a list of buyers.
"""


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, Document]:
    """One paper of our own words."""
    (tmp_path / "clay.md").write_text(PAPER, encoding="utf-8")
    return read_files([tmp_path / "clay.md"])


def write(tmp_path: Path, name: str, text: str) -> Path:
    """A file of questions."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


YAML = """
- id: kilns
  question: How often are the kilns fired?
  must_say: [twice | two times]
  document: clay.md
  quote: The potters of Lembang fire their kilns twice a week.
- id: members
  question_id: Berapa anggota koperasinya?
  question_en: How many members does the cooperative have?
  must_say: ["48", "re: 20(19|20)"]
- id: buyers
  question: Who buys the pots?
  expect: abstain
"""


def test_a_file_becomes_questions_with_evidence_in_the_file(tmp_path: Path, papers: dict[str, Document]) -> None:
    loaded = load_user_questions(write(tmp_path, "own.yaml", YAML), papers)
    kilns, members, buyers = loaded.items
    assert (kilns.languages, members.languages, buyers.expect) == (("en",), ("id", "en"), Expect.ABSTAIN)
    assert kilns.key_facts[0].said_in("They fire them Two  Times a week.")
    assert not kilns.key_facts[0].said_in("It is nowhere stated.")
    assert members.key_facts[1].said_in("since 2020")
    (evidence,) = loaded.gold
    ((start, end),) = evidence.spans
    assert PAPER[start:end] == "The potters of Lembang fire their kilns twice a week."
    assert evidence.sha256 == papers["clay.md"].source.sha256


def test_tables_and_json_lines_say_the_same(tmp_path: Path, papers: dict[str, Document]) -> None:
    table = (
        'id;question;must_say;document;quote\nkilns;How often?;"twice | two times";clay;fire their kilns twice a week\n'
    )
    lines = (
        '{"id": "kilns", "question": "How often?", "must_say": ["twice | two times"], "document": "clay", '
        '"quote": "fire their kilns twice a week"}\n'
    )
    from_table = load_user_questions(write(tmp_path, "own.csv", table), papers)
    from_lines = load_user_questions(write(tmp_path, "own.jsonl", lines), papers)
    assert from_table == from_lines
    assert len(from_table.gold) == 1


ROW = "- id: a\n  question: Why?\n  "
TWICE = ROW + "must_say: [twice]\n  "


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("- id: a\n  question: ''\n  must_say: [x]", "entry 1: the question is empty"),
        (ROW, "entry 1: must_say is empty"),
        (ROW + "must_say: [x]\n  quote: words", "entry 1: quote needs document"),
        (ROW + "must_say: [x]\n  color: red", "entry 1: there is no field 'color'"),
        ("- question: Why?\n  must_say: [x]", "entry 1: id is missing"),
        (ROW + "must_say: [x]\n  reference: Nobody knows.", "reference answer fails 'x'"),
        (TWICE + "document: sand.md\n  quote: words", "there is no file 'sand.md'"),
        (TWICE + "document: clay.md\n  quote: thrice", "does not stand in clay.md"),
        (TWICE + "document: clay.md\n  quote: a list of buyers", "states nothing"),
        ("- id: a\n  question: Why twice?\n  must_say: [twice]", "the question itself passes"),
        (ROW + "must_say: [x]\n" + ROW + "must_say: [y]", "a stands twice"),
        ("id: a", "write a list"),
    ],
)
def test_every_fault_names_its_row_and_what_to_correct(
    row: str, told: str, tmp_path: Path, papers: dict[str, Document]
) -> None:
    with pytest.raises(DatasetError, match=told):
        load_user_questions(write(tmp_path, "own.yaml", row), papers)


def test_a_bad_pattern_is_a_fault_and_not_a_crash(tmp_path: Path, papers: dict[str, Document]) -> None:
    with pytest.raises(DatasetError, match="does not compile"):
        load_user_questions(write(tmp_path, "own.yaml", "- id: a\n  question: Why?\n  must_say: ['re:(']"), papers)


def test_all_faulty_rows_are_told_at_once(tmp_path: Path) -> None:
    _, faults = parse_rows(write(tmp_path, "own.csv", "id,question\na,Why?\nb,How?\n"))
    assert [fault.partition(":")[0] for fault in faults] == ["row 2", "row 3"]


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"\.csv"):
        parse_rows(write(tmp_path, "own.xlsx", ""))


def test_a_draft_quotes_papers_and_leaves_the_questions_to_people(tmp_path: Path, papers: dict[str, Document]) -> None:
    drafted = draft_questions(papers.values(), 4)
    assert drafted == draft_questions(papers.values(), 4)
    draft = draft_text(drafted, ".yaml")
    path = write(tmp_path, "draft.yaml", draft)
    rows, faults = parse_rows(path)
    assert rows == []
    assert all("the question is empty" in fault for fault in faults)
    filled = write(tmp_path, "filled.yaml", draft.replace("question: ''", "question: And what then?"))
    loaded = load_user_questions(filled, papers)
    assert loaded.gold


def test_a_draft_says_the_same_in_every_form(tmp_path: Path) -> None:
    quote = {"document": "clay.md", "text": "They sold 1,200 pots; in Bandung."}
    rows = [
        {"id": "one", "question_en": "How many?", "must_say": ["1,200", "48"], "quotes": [quote], "note": 'up: "good"'},
        {"id": "two", "question_en": "Who?", "expect": "abstain"},
    ]
    read = [parse_rows(write(tmp_path, f"d{form}", draft_text(rows, form))) for form in FORMATS]
    assert [faults for _, faults in read] == [[]] * len(FORMATS)
    assert all([one.places() for _, one in rows] == [one.places() for _, one in read[0][0]] for rows, _ in read)
    assert {tuple(one.must_say for _, one in rows) for rows, _ in read} == {(("1,200", "48"), ())}


def test_a_name_that_stands_all_over_a_paper_is_no_answer(tmp_path: Path) -> None:
    talk = "The clay of Lembang dries slowly in the cool shade of the old sheds."
    (tmp_path / "clay.md").write_text(f"# Clay\n\n## Findings\n\n{' '.join([talk] * 6)}\n", encoding="utf-8")
    (paper,) = read_files([tmp_path / "clay.md"]).values()
    assert prospects(paper) == []


def test_many_faults_are_told_in_part(tmp_path: Path) -> None:
    table = "id,question\n" + "a,\n" * 100
    with pytest.raises(DatasetError, match=r"100 faults:[\s\S]*… and 60 more"):
        load_user_questions(write(tmp_path, "own.csv", table), {})


def test_numbers_and_names_are_worth_saying_and_a_capital_at_the_start_is_no_name() -> None:
    assert worth_saying("Potters sold 1,200 pots in Bandung.") == ("1,200", "Bandung")
    assert worth_saying("Nobody kept a list.") == ()
