"""Case → its block of the report page: the question, what was said with its quotes highlighted, and what should have
been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from eval.answer_measures import facts_said, grade, grounded_claims
from eval.cases import Case
from eval.measures import facts_by_place
from eval.outcome import Before, Change, Outcome, outcome
from eval.versus import Piece, versus
from qa.api.bodies import AnswerBody, CitationBody, ClaimBody

_SHOWN_PASSAGES = 5


def answer_block(case: Case, before: Before | None, change: Change, *, open_: bool) -> str:
    """One question with everything that was judged, as a `details` element that the page can filter."""
    item, state = case.item, outcome(case)
    question = item.question.of(case.reply.language)
    sides = _said(case)
    if before is not None and change is not Change.SAME:
        sides = f'<div class="sides">{_earlier(before, change)}{sides}</div>'
    body = (_history(case), _expected(case), sides, _retrieved(case))
    search = escape(f"{question} {item.id}".lower(), quote=True)
    return (
        f'<details class="case" id="{anchor(case.key)}" data-outcome="{escape(state.value)}" '
        f'data-type="{escape(item.type)}" data-language="{case.reply.language}" '
        f'data-study="{escape(" ".join(item.documents))}" '
        f'data-scope="{case.reply.scope}" data-change="{change.value}" data-text="{search}"{" open" if open_ else ""}>'
        f'<summary><span class="state {_colour(state)}">{escape(state.value)}</span> '
        f'<span lang="{case.reply.language}">{escape(question)}</span> '
        f"<small>{escape(item.type)} · {case.reply.language} · {escape(item.id)}{_scope(case)}"
        f"{_change_note(change)}</small></summary>{''.join(body)}</details>"
    )


def anchor(key: str) -> str:
    """The id of a question's block on the page."""
    return escape(key.replace("/", "--"), quote=True)


def _scope(case: Case) -> str:
    return "" if case.reply.scope == "all" else " · only documents in the other language"


def _change_note(change: Change) -> str:
    return "" if change is Change.SAME else f' · <b class="{_CHANGE_COLOUR[change]}">{change.value} than before</b>'


_CHANGE_COLOUR = {Change.WORSE: "bad", Change.BETTER: "good", Change.OTHER: "meh", Change.SAME: "meh"}


def _colour(state: Outcome) -> str:
    if state in (Outcome.RIGHT, Outcome.UNJUDGED):
        return "good"
    return "meh" if state is Outcome.PARTLY else "bad"


def _history(case: Case) -> str:
    turns = case.item.history.of(case.reply.language) if case.item.history else ()
    return "".join(
        f'<p class="turn">{"Answer" if n % 2 else "Question"} before: {escape(t)}</p>' for n, t in enumerate(turns)
    )


def _expected(case: Case) -> str:
    item, language = case.item, case.reply.language
    told, spoken = (item.reference.of(language), language) if item.reference else (item.why_not or "", "en")
    said = facts_said(case)
    facts = "".join(
        f'<li class="{"good" if held else "bad"}">{"✓" if held else "✗"} {escape(name)}</li>'
        for name, held in said.items()
    )
    label = {"answer": "Should say", "abstain": "Should refuse", "contradict": "Should contradict or refuse"}
    return (
        f'<div class="expected"><h4>{label[item.expect.value]}</h4>'
        f'<p lang="{spoken}">{escape(told)}</p><ul class="facts">{facts}</ul></div>'
    )


def _said(case: Case) -> str:
    answer = case.reply.answer
    if answer is None:
        return f'<div class="said"><h4>Failed</h4><p class="bad">{escape(case.reply.fault or "")}</p></div>'
    sure = "" if case.reply.confidence is None else f", confidence {case.reply.confidence:.2f}"
    title = f"{answer.status.capitalize()} in {case.reply.milliseconds:.0f} ms{sure}"
    if not answer.claims:
        forced = f"<p class=forced>Would have said: {escape(case.reply.forced)}</p>" if case.reply.forced else ""
        reason = f" ({escape(answer.reason)})" if answer.reason else ""
        return f'<div class="said"><h4>{title}{reason}</h4><p>{escape(answer.text)}</p>{forced}</div>'
    grounded = grounded_claims(case)
    claims = "".join(_claim(claim, held) for claim, held in zip(answer.claims, grounded, strict=True))
    return f'<div class="said"><h4>{title}</h4>{claims}{_quotes(case, answer)}</div>'


def _claim(claim: ClaimBody, grounded: bool) -> str:
    pieces, at = [], 0
    for start, end in sorted(claim.quoted):
        pieces += [escape(claim.text[at:start]), f"<mark>{escape(claim.text[start:end])}</mark>"]
        at = end
    pieces.append(escape(claim.text[at:]))
    marks = "".join(f"<sup>[{number}]</sup>" for number in claim.citations)
    note = "" if grounded else ' <span class="bad">not carried by its quotes</span>'
    return f'<p class="claim">{"".join(pieces)}{marks}{note}</p>'


_VERDICTS: Mapping[int | None, tuple[str, str]] = {
    0: ("bad", "beside the point"),
    1: ("meh", "on the topic, no answer"),
    None: ("meh", "unjudged"),
}


def _quotes(case: Case, answer: AnswerBody) -> str:
    rows = []
    for quote, held in zip(answer.citations, case.reply.verbatim, strict=True):
        colour, verdict = _VERDICTS.get(grade(case, quote), ("", "")) if case.gold() else ("", "")
        if not held:
            colour, verdict = "bad", "not in the paper as quoted"
        note = f' <span class="{colour}">{verdict}</span>' if verdict else ""
        rows.append(f"<li value={quote.number}>{_source(quote)}{note}</li>")
    return f'<ol class="quotes">{"".join(rows)}</ol>'


def _source(quote: CitationBody) -> str:
    paper = quote.document
    section = f", “{escape(quote.section)}”" if quote.section else ""
    return f"{escape(paper.id)}{section}, {quote.start}–{quote.end}, {quote.quote_language}"


def _earlier(before: Before, change: Change) -> str:
    texts = "".join(f"<p>{escape(text)}</p>" for text in before.said)
    texts = texts or "".join(f"<p><mark>{escape(text)}</mark></p>" for text in before.texts) or "<p>No answer.</p>"
    return f'<div class="earlier"><h4>Before ({escape(before.status)}; now {change.value})</h4>{texts}</div>'


def versus_row(case: Case, before: Before, title: str) -> str:
    """One question as a table row: `title` (HTML), what was said before, what is said now; what moved is marked."""
    both = versus(case, before)
    return f"<tr><td>{title}</td>{_side('before', both.before)}{_side('now', both.now)}</tr>"


def _side(name: str, pieces: Sequence[Piece]) -> str:
    tag = "del" if name == "before" else "ins"
    marked = (f"<{tag}>{escape(one.short)}</{tag}>" if one.moved else escape(one.short) for one in pieces)
    return f'<td data-side="{name}">{"".join(f"<p>{text}</p>" for text in marked)}</td>'


def _retrieved(case: Case) -> str:
    if not case.facts or not case.passages:
        return ""
    rows = []
    for rank, (passage, found) in enumerate(zip(case.passages, facts_by_place(case), strict=True), start=1):
        if rank > _SHOWN_PASSAGES and not found:
            continue
        note = f' <span class="good">finds {escape(", ".join(found))}</span>' if found else ""
        where = f"{escape(passage.document)}, “{escape(passage.section)}”"
        rows.append(f"<li value={rank}>{where}{note}<p>{escape(passage.text)}</p></li>")
    return f'<details class="retrieved"><summary>Passages retrieved</summary><ol>{"".join(rows)}</ol></details>'
