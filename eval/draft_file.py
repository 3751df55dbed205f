"""rows of a draft → the text of a YAML, CSV or JSON Lines file that a person fills in. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from eval.user_questions import to_yaml

_HEAD = """# Your own questions. Write each question as a reader would ask it, in Indonesian or English (or in both:
# question_id and question_en). Keep in must_say only what a right answer has to say, one entry for each fact;
# alternatives stand between bars: "12 | twelve". For rows with expect: abstain, ask for something near that the papers
# do not say. Delete the rows that you do not need, then:
#   sitasi eval check THIS_FILE --papers FOLDER
#   sitasi eval run --questions THIS_FILE --papers FOLDER
"""


def draft_text(rows: Sequence[Mapping[str, object]], ending: str) -> str:
    """The file for an ending out of `user_questions.FORMATS`. Only YAML can hold the instructions above the rows. A
    table has one quote a row: further ones are left out of it."""
    if ending == ".csv":
        return _table(rows)
    if ending == ".jsonl":
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    return to_yaml(rows, _HEAD)


_COLUMNS = ("id", "question", "question_id", "question_en", "expect", "must_say", "document", "quote", "note")


def _table(rows: Sequence[Mapping[str, object]]) -> str:
    flat = [_flat(row) for row in rows]
    used = [name for name in _COLUMNS if name in ("id", "expect", "must_say") or any(name in row for row in flat)]
    out = io.StringIO()
    table = csv.DictWriter(out, used, lineterminator="\n")
    table.writeheader()
    table.writerows(flat)
    return out.getvalue()


def _flat(row: Mapping[str, object]) -> dict[str, object]:
    """A row whose cells are text: lists with semicolons between their entries."""
    told = {name: "; ".join(map(str, one)) if isinstance(one, list) else one for name, one in row.items()}
    quotes = row.get("quotes")
    if isinstance(quotes, list) and quotes:
        told |= {"document": quotes[0]["document"], "quote": quotes[0]["text"]}
    return {name: one for name, one in told.items() if name in _COLUMNS}
