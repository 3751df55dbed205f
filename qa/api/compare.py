"""POST /v1/compare: themes and papers in, an evidence matrix with verified cells out, as JSON or CSV."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from qa.api.access import GuardedRoute, needs
from qa.api.compare_bodies import MatrixBody, matrix_body, matrix_csv
from qa.api.errors import documented, language_of
from qa.api.pages import base_of
from qa.api.schemas import CompareRequest
from qa.api.state import Service, service_of

router = APIRouter(route_class=GuardedRoute, tags=["answers"])
_CSV_HEADERS = {"content-disposition": 'attachment; filename="sitasi-matrix.csv"'}


@router.post(
    "/v1/compare",
    response_model=MatrixBody,
    responses={
        200: {
            "description": "Studies by themes; a cell holds what the study says on the theme, word for word and "
            "verified, or nothing.",
            "content": {"text/csv": {"schema": {"type": "string"}}},
        },
        **documented(400, 404, 413, 422, 429, 500, 503),
    },
)
@needs("ask", costly=True)
async def compare(
    body: CompareRequest, request: Request, service: Annotated[Service, Depends(service_of)]
) -> MatrixBody | Response:
    """Compare studies theme by theme."""
    wanted = body.to_comparison(language_of(request))
    request.state.language = wanted.language
    sitasi = service.sitasi
    matrix = await service.work_for(request, lambda: matrix_body(sitasi.comparer.compare(wanted)))
    if body.format == "csv":
        text = matrix_csv(matrix, base_of(request, service.settings.server))
        return Response(text, media_type="text/csv; charset=utf-8", headers=_CSV_HEADERS)
    return matrix
