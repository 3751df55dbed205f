"""Gate result → Markdown for a pull-request comment and JUnit XML for whatever shows test results. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

# XML is written here, none is read.
from xml.etree import ElementTree  # nosec B405

from eval.cases import Case
from eval.figures import change_text, figure_text, value_text
from eval.gate import Check, GateResult, Verdict
from eval.outcome import Before, Change, rows_by_key, why_changed
from eval.report import Report
from eval.scores import in_full
from eval.statistics import Row
from eval.versus import Piece, versus

_COLUMNS = {"all": "all", "language id": "Indonesian", "language en": "English"}
_MARK = {True: "❌", False: "✅"}
_SHOWN = 12


def render_markdown(report: Report) -> str:
    """A comment: the verdict, the checks, and the answers that got worse side by side (none from the test split)."""
    head = report.run.head
    lines = [f"### Sitasi evaluation: {_headline(report.gate)}", ""]
    lines += _checks(report, report.gate) if report.gate else _scores(report)
    lines += ["", *([report.unwritten, ""] if report.unwritten else []), *_changed(report)]
    lines.append(
        f"<sub>{len(report.cases)} replies, {head.split} split, question set {head.dataset_digest}, gold evidence in "
        f"{head.gold}, corpus {head.corpus_version}, commit {head.commit}</sub>"
    )
    return "\n".join(lines) + "\n"


def _headline(gate: GateResult | None) -> str:
    if gate is None:
        return "scores"
    failed = sum(check.failed for check in gate.checks) + len(gate.faults)
    return "passed" if gate.passed else f"blocked by {failed} {'check' if failed == 1 else 'checks'}"


def _checks(report: Report, gate: GateResult) -> list[str]:
    """What moved in sight, what stayed as it was behind a fold."""
    still = [check for check in gate.checks if check.verdict is Verdict.PASSED]
    moved = [check for check in gate.checks if check.verdict is not Verdict.PASSED]
    lines = [f"> {fault}" for fault in gate.faults]
    lines += ["", *_check_table(report, moved)] if moved else []
    if still:
        summary = f"<details><summary>{len(still)} checks without a change that counts</summary>"
        lines += ["", summary, "", *_check_table(report, still), "", "</details>"]
    return lines


def _check_table(report: Report, checks: Iterable[Check]) -> list[str]:
    head = ["| | measure | accepted | now | change | worse | better |", "|---|---|---|---|---|---|---|"]
    return head + [_check_row(check, report) for check in checks]


def _check_row(check: Check, report: Report) -> str:
    measured = report.sheet.named(check.expectation.measure)
    cells = (
        _MARK[check.failed],
        f"{check.expectation.name} ({check.verdict.value})",
        "–" if check.expectation.value is None else value_text(check.expectation.value, measured.name),
        figure_text(check.now, measured.name),
        change_text(check.change),
        str(len(check.worse)),
        str(len(check.better)),
    )
    return f"| {' | '.join(cells)} |"


def _scores(report: Report) -> list[str]:
    """Every figure; beside an earlier run, that run's figure over all questions."""
    slices = report.sheet.slices()
    names = [name for name in _COLUMNS if name in slices]
    titles = [_COLUMNS[name] for name in names] + (["all, before"] if report.earlier else [])
    lines = [f"| measure | {' | '.join(titles)} |", "|---" * (len(titles) + 1) + "|"]
    for measured in report.sheet.measured:
        figures = [report.sheet.figure(measured, slices[name]) for name in names]
        if report.earlier:
            figures.append(report.earlier.figure(report.earlier.named(measured.name), in_full))
        if figures[0]:
            lines.append(f"| {measured.name} | {' | '.join(figure_text(one, measured.name) for one in figures)} |")
    return lines


def _changed(report: Report) -> list[str]:
    changes = report.changes()
    counts = {one: sum(change is one for change in changes.values()) for one in Change}
    if not changes or report.sealed:
        return []
    told = ", ".join(f"{counts[one]} {one.value}" for one in (Change.WORSE, Change.BETTER, Change.OTHER))
    lines = [f"**Answers against {report.compared}**: {told}.", ""]
    worse = report.moved(Change.WORSE)
    now = rows_by_key(report.sheet)
    for case in worse[:_SHOWN]:
        lines += _side_by_side(case, report.before[case.key], now[case.key])
    if len(worse) > _SHOWN:
        lines.append(f"… and {len(worse) - _SHOWN} more in the report.")
    return [*lines, ""]


def _side_by_side(case: Case, before: Before, now: Mapping[str, Row]) -> list[str]:
    """One answer behind a fold: why it counts as worse, then its sentences; ➖ went, ➕ came."""
    both = versus(case, before)
    reasons = ", ".join(why_changed(now, before))
    return [
        f"<details><summary>{_plain(case.item.question.of(case.reply.language))} <code>{case.key}</code></summary>",
        "",
        f"{reasons}",
        "",
        "| before | now |",
        "|---|---|",
        f"| {_sentences(both.before, '➖')} | {_sentences(both.now, '➕')} |",
        "",
        "</details>",
    ]


def _sentences(pieces: Sequence[Piece], sign: str) -> str:
    return "<br>".join(f"{sign} {_plain(one.short)}" if one.moved else _plain(one.short) for one in pieces)


def _plain(text: str) -> str:
    """Text that can neither end a table cell nor bring markup, mentions or links of its own."""
    flat = " ".join(text.split())
    for sign, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "&#124;"), ("@", "@\u200b"), ("`", "&#96;")):
        flat = flat.replace(sign, safe)
    return flat.replace("[", "&#91;").replace("]", "&#93;")


def render_junit(result: GateResult, name: str = "sitasi eval") -> str:
    """One test case for each check and fault; failures name the questions that got worse."""
    failed = sum(check.failed for check in result.checks) + len(result.faults)
    total = len(result.checks) + len(result.faults)
    suite = ElementTree.Element("testsuite", name=name, tests=str(total), failures=str(failed), errors="0")
    for fault in result.faults:
        case = ElementTree.SubElement(suite, "testcase", classname="sitasi.eval", name="baseline")
        ElementTree.SubElement(case, "failure", message=fault)
    for check in result.checks:
        case = ElementTree.SubElement(suite, "testcase", classname="sitasi.eval", name=check.expectation.name)
        if check.failed:
            failure = ElementTree.SubElement(case, "failure", message=check.why)
            failure.text = "\n".join(check.worse)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)
