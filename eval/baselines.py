"""question → Reply by the simplest means that are still honest: what everything else has to beat.

A baseline finds passages one way, quotes the first one whole, and never refuses. It searches the same files with the
same weights as what ships, so the difference is what the rest of the pipeline is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from eval.corpora import files_home, fill, open_home
from eval.in_process import InProcess
from eval.system import Asked, FoundPassage, HeldDocument, NoReplyError, System, SystemCard, found_passage
from ingest.types import Hit
from qa.api.bodies import AnswerBody, CitationBody, ClaimBody, CorpusBody, DocumentBody, EngineBody, VerifiedBody
from qa.language import detect_language
from qa.settings import Settings
from qa.types import Question

if TYPE_CHECKING:
    from qa.bootstrap import Sitasi

Find = Callable[[str], Sequence[FoundPassage]]
_DEPTH = 10


class Quoting:
    """A `System` that quotes the first passage that `find` returns."""

    def __init__(self, name: str, find: Find, card: SystemCard, texts: Mapping[str, str]) -> None:
        """`texts` maps document ids to the text in which passages have their `start` and `end`."""
        self._find, self._texts = find, texts
        self._card = replace(card, facts={**card.facts, "baseline": name})
        self._held = {one.id: one for one in card.documents}

    def describe(self) -> SystemCard:
        """The documents searched."""
        return self._card

    def ask(self, question: Question) -> Asked:
        """The first passage, whole, as a quotation."""
        started = perf_counter()
        found = tuple(self._find(question.text))
        milliseconds = (perf_counter() - started) * 1e3
        answer = self._answer(question, found[:1])
        return Asked(answer, found, confidence=None, forced=None, milliseconds=milliseconds)

    def stored_text(self, document: str, version: str) -> str:
        """The text of a document in the one version that is searched. Raises NoReplyError for any other."""
        if self._held[document].version != version:
            raise NoReplyError(f"{document} is not searched in version {version}.")
        return self._texts[document]

    def _answer(self, question: Question, found: Sequence[FoundPassage]) -> AnswerBody:
        quotes = tuple(_citation(number, one, self._held[one.document]) for number, one in enumerate(found, start=1))
        claims = tuple(
            ClaimBody(
                kind="quotation",
                text=quote.quote,
                start=0,
                end=len(quote.quote),
                quoted=((0, len(quote.quote)),),
                citations=(quote.number,),
                support=1.0,
            )
            for quote in quotes
        )
        return AnswerBody(
            id="baseline",
            question=question.text,
            standalone_question=None,
            language=detect_language(question.text),
            status="answered" if claims else "abstained",
            reason=None if claims else "no_passages",
            text="\n".join(f"{claim.text} [{claim.citations[0]}]" for claim in claims),
            claims=claims,
            citations=quotes,
            nearest=(),
            dropped_claims=0,
            grounding="grounded" if claims else "none",
            corpus=CorpusBody(
                version=self._card.corpus_version, documents=len(self._held), passages=self._card.passages
            ),
            engine=EngineBody(mode="extractive", model=None, prompt_digest=None),
            timings_ms={},
        )


def _citation(number: int, found: FoundPassage, held: HeldDocument) -> CitationBody:
    return CitationBody(
        number=number,
        document=DocumentBody(
            id=held.id,
            version=held.version,
            title=held.source,
            authors=(),
            year=None,
            journal=None,
            place=None,
            language=held.language,
        ),
        passage_id=found.id,
        section=found.section,
        page=None,
        quote=found.text,
        quote_language=found.language,
        translation=None,
        start=found.start,
        end=found.end,
        source_spans=found.source_spans,
        verified=VerifiedBody(verbatim=True, numbers=True, names=True, support=1.0),
        href="",
    )


@contextmanager
def open_baselines(settings: Settings, papers: Sequence[Path]) -> Iterator[dict[str, System]]:
    """What ships and the three baselines, by name, over the same files. Raises what `open_home` raises."""
    from eval.starter import starter_retriever

    files = [path.resolve() for path in papers]
    with open_home(settings, files_home(settings.home, files)) as (sitasi, _):
        fill(sitasi, files)
        shipped = InProcess(sitasi.answers, sitasi.library.record, {})
        card = shipped.describe()
        stored = {one.id: sitasi.library.record.document(one.id, one.version).text for one in card.documents}
        raw, starter = starter_retriever(sitasi, _DEPTH)
        yield {
            "shipped": shipped,
            "BM25 alone": Quoting("BM25 alone", _by_words(sitasi), card, stored),
            "dense alone": Quoting("dense alone", _by_meaning(sitasi), card, stored),
            "LlamaIndex starter": Quoting("LlamaIndex starter", starter, card, raw),
        }


def _by_words(sitasi: Sitasi) -> Find:
    return lambda text: _passages(sitasi, sitasi.library.lexical.search(text, _DEPTH))


def _by_meaning(sitasi: Sitasi) -> Find:
    def find(text: str) -> Sequence[FoundPassage]:
        return _passages(sitasi, sitasi.library.index.search(sitasi.embedder.embed_questions([text])[0], _DEPTH))

    return find


def _passages(sitasi: Sitasi, hits: Sequence[Hit]) -> list[FoundPassage]:
    record = sitasi.library.record
    passages = [one.passage for one in record.passages([hit.passage_id for hit in hits])]
    return [found_passage(one, record.document(one.document_id, one.version)) for one in passages]
