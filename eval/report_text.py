"""Gate result → Markdown for a pull-request comment and JUnit XML for whatever shows test results. Pure."""

from __future__ import annotations

from xml.etree import ElementTree

from eval.cases import Case
from eval.figures import figure_text
from eval.gate import Check, GateResult
from eval.outcome import Change
from eval.report import Report
from eval.statistics import Estimate

_MARK = {True: "❌", False: "✅"}
_SHOWN = 12


def render_markdown(report: Report) -> str:
    """A comment: the verdict, the checks, and the answers that got worse side by side (none from the test split)."""
    head = report.run.head
    lines = [f"### Sitasi evaluation: {_headline(report.gate)}", ""]
    if report.gate:
        lines += [f"> {fault}" for fault in report.gate.faults]
        lines += ["", "| | measure | accepted | now | change | worse | better |", "|---|---|---|---|---|---|---|"]
        lines += [_check_row(check, report) for check in report.gate.checks]
    else:
        lines += ["| measure | all | Indonesian | English |", "|---|---|---|---|", *_score_rows(report)]
    lines += ["", *_changed(report)]
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


def _check_row(check: Check, report: Report) -> str:
    measured = report.sheet.named(check.expectation.measure)
    accepted = "–" if check.expectation.value is None else f"{check.expectation.value:.3f}"
    change = (
        "–"
        if check.change is None
        else f"{check.change.value:+.3f} [{check.change.low:+.2f}, {check.change.high:+.2f}]"
    )
    cells = (
        _MARK[check.failed],
        f"{check.expectation.name} ({check.verdict.value})",
        accepted,
        figure_text(check.now, measured.name),
        change,
        str(len(check.worse)),
        str(len(check.better)),
    )
    return f"| {' | '.join(cells)} |"


def _signed(change: Estimate) -> str:
    return f"{change.value:+.3f} [{change.low:+.2f}, {change.high:+.2f}]"


def _score_rows(report: Report) -> list[str]:
    slices = report.sheet.slices()
    rows = []
    for measured in report.sheet.measured:
        figures = [
            report.sheet.figure(measured, slices[name])
            for name in ("all", "language id", "language en")
            if name in slices
        ]
        if figures and figures[0]:
            rows.append(f"| {measured.name} | {' | '.join(figure_text(one, measured.name) for one in figures)} |")
    return rows


def _changed(report: Report) -> list[str]:
    changes = report.changes()
    counts = {one: sum(change is one for change in changes.values()) for one in Change}
    if not changes or report.sealed:
        return []
    told = ", ".join(f"{counts[one]} {one.value}" for one in (Change.WORSE, Change.BETTER, Change.OTHER))
    lines = [f"**Answers against {report.compared}**: {told}.", ""]
    worse = [case for case in report.cases if changes.get(case.key) is Change.WORSE]
    for case in worse[:_SHOWN]:
        before = report.before[case.key]
        old = " ".join(before.texts) if before.texts else f"({before.status})"
        lines += [
            f"<details><summary>{_plain(case.item.question.of(case.reply.language))} <code>{case.key}</code></summary>",
            "",
            "| before | now |",
            "|---|---|",
            f"| {_plain(old)} | {_plain(_now(case))} |",
            "",
            "</details>",
        ]
    if len(worse) > _SHOWN:
        lines.append(f"… and {len(worse) - _SHOWN} more in the report.")
    return [*lines, ""]


def _now(case: Case) -> str:
    if case.reply.answer is None:
        return f"(failed: {case.reply.fault})"
    return case.said or f"({case.reply.answer.status}: {case.reply.answer.reason})"


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
