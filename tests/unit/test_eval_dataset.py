"""A question set is checked at load: ids, splits, patterns, reference answers, gold spans against the files."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import DATA, DatasetError, load_questions
from eval.files import decoded_texts
from eval.opening import load_set

PAPER = "# Clay\n\nKilns are fired twice a week.\n"
SHA = hashlib.sha256(PAPER.encode()).hexdigest()
START = PAPER.index("Kilns")
ROOT = Path(__file__).resolve().parents[2]


def question(**changed: Any) -> dict[str, Any]:
    """A sound question of a set, with some fields changed."""
    row: dict[str, Any] = {
        "id": "kilns",
        "fact": "firing",
        "type": "number",
        "split": "development",
        "documents": ["clay"],
        "expect": "answer",
        "question": {"id": "Berapa kali tungku dinyalakan?", "en": "How often are the kilns fired?"},
        "key_facts": [{"name": "twice", "patterns": ["twice|dua kali"]}],
        "reference": {"id": "Dua kali sepekan.", "en": "Twice a week."},
    }
    return row | changed


def gold(**changed: Any) -> dict[str, Any]:
    """Sound evidence for it."""
    row = {"item": "kilns", "fact": "twice", "document": "clay", "sha256": SHA, "spans": [[START, START + 29]]}
    return row | changed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set with one question, one span, and the paper."""
    (tmp_path / "clay.md").write_bytes(PAPER.encode())
    write(tmp_path)
    return tmp_path


def write(
    folder: Path, questions: list[dict[str, Any]] | None = None, spans: list[dict[str, Any]] | None = None
) -> None:
    """Put questions and evidence into the folder."""
    for name, rows in (("questions", questions or [question()]), ("gold-papers", spans or [gold()])):
        (folder / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def test_a_sound_set_is_loaded_with_its_spans_checked_against_the_file(folder: Path) -> None:
    loaded = load_set(folder, "papers", [folder / "clay.md"])
    assert [item.id for item in loaded.items] == ["kilns"]
    assert loaded.gold[0].spans == ((START, START + 29),)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"key_facts": [{"name": "twice", "patterns": ["("]}]}, "line 1.*does not compile"),
        ({"key_facts": []}, "has no key fact"),
        ({"key_facts": [{"name": "twice", "patterns": ["twice|kali"]}]}, "the question itself passes"),
        ({"key_facts": [{"name": "twice", "patterns": ["."]}]}, "a bare refusal passes"),
        ({"reference": {"id": "Dua kali.", "en": "Every day."}}, "the en reference answer fails 'twice'"),
        ({"reference": None}, "reference answer fails"),
        ({"split": "training"}, "line 1.*split"),
        ({"colour": "red"}, "line 1.*colour"),
    ],
)
def test_a_faulty_question_is_named_and_nothing_is_asked(folder: Path, changed: dict[str, Any], told: str) -> None:
    write(folder, [question(**changed)])
    with pytest.raises(DatasetError, match=told):
        load_questions(folder, "papers")


def test_twins_of_one_fact_may_not_part_in_the_split(folder: Path) -> None:
    write(folder, [question(), question(id="twin", split="test")])
    with pytest.raises(DatasetError, match="twins of firing are in both splits"):
        load_questions(folder, "papers")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"spans": [[0, 10_000]]}, "lies outside clay"),
        ({"spans": [[0, 6]]}, "does not state 'twice'"),
        ({"sha256": "0" * 64}, "another file than the one that was judged"),
        ({"fact": "thrice"}, "which is no question"),
    ],
)
def test_evidence_that_does_not_stand_in_the_file_is_named(folder: Path, changed: dict[str, Any], told: str) -> None:
    write(folder, spans=[gold(**changed)])
    with pytest.raises(DatasetError, match=told):
        load_set(folder, "papers", [folder / "clay.md"])


def test_papers_that_are_not_at_hand_are_not_checked(folder: Path) -> None:
    (folder / "sand.md").write_text("Sand is sieved.", encoding="utf-8")
    write(folder, spans=[gold(spans=[[0, 10_000]])])
    assert load_set(folder, "papers", [folder / "sand.md"]).gold


def test_the_shipped_set_is_sound_against_the_sample_collection() -> None:
    loaded = load_set(DATA, "samples", ())
    assert loaded.digest == "689863d579200d3d"


def test_the_shipped_set_is_sound_against_the_studies() -> None:
    papers = ROOT.parent / "shared" / "papers"
    if not papers.is_dir():
        pytest.skip("the five studies do not lie in ../shared/papers")
    loaded = load_set(DATA, "papers", [papers])
    assert loaded.digest == "ae616a0a577eb9ff"
    assert len(decoded_texts([papers], {row.document for row in loaded.gold})) == 5
