"""requests and calls of the language model → OpenTelemetry traces, sent to one configured address; off without it.

The one file that owns OpenTelemetry. Spans hold times, routes and statuses; questions, passages and drafts stay out of
them unless the settings say that questions may be logged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastapi import FastAPI

from ingest.errors import SettingsError
from qa.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

_WATCHERS = "healthz,readyz,metrics"


def start_traces(app: FastAPI, settings: Settings, exporter: SpanExporter | None = None) -> None:
    """Trace `app` and LlamaIndex from now on, when the settings name an address. `exporter` takes the place of the one
    that sends there. Raises SettingsError when the extra `traces` is not installed."""
    if settings.traces.url is None:
        return
    try:
        from openinference.instrumentation import TraceConfig
        from openinference.instrumentation.llama_index import LlamaIndexInstrumentor
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as missing:
        raise SettingsError("SITASI_TRACES__URL needs the extra `traces`: install `sitasi[traces]`.") from missing
    address = f"{settings.traces.url.rstrip('/')}/v1/traces"
    provider = TracerProvider(resource=Resource.create({"service.name": "sitasi"}))
    hidden = not settings.server.log_questions
    sent_by = exporter or OTLPSpanExporter(endpoint=address)
    provider.add_span_processor(BatchSpanProcessor(_wordless(sent_by) if hidden else sent_by))
    app.state.traces = provider
    FastAPIInstrumentor.instrument_app(app, tracer_provider=provider, excluded_urls=_WATCHERS)
    words = TraceConfig(hide_inputs=hidden, hide_outputs=hidden, hide_llm_invocation_parameters=hidden)
    LlamaIndexInstrumentor().instrument(tracer_provider=provider, config=words)


def _wordless(exporter: SpanExporter) -> SpanExporter:
    """The exporter, given spans without what exceptions said: that may be the words of a language model's address."""
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
    from opentelemetry.trace import Status

    class Wordless(SpanExporter):
        """Takes events and descriptions out."""

        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            """Send on what is left."""
            return exporter.export([_bare(span) for span in spans])

        def shutdown(self) -> None:
            """As the exporter inside."""
            exporter.shutdown()

    def _bare(span: ReadableSpan) -> ReadableSpan:
        return ReadableSpan(
            name=span.name,
            context=span.context,
            parent=span.parent,
            resource=span.resource,
            attributes=span.attributes,
            kind=span.kind,
            status=Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )

    return Wordless()


def stop_traces(app: FastAPI) -> None:
    """Send what has not been sent yet, and trace LlamaIndex no longer."""
    provider = getattr(app.state, "traces", None)
    if provider is not None:
        from openinference.instrumentation.llama_index import LlamaIndexInstrumentor

        LlamaIndexInstrumentor().uninstrument()
        provider.shutdown()
