"""question over HTTP → passages by LlamaIndex's starter: `python -m eval.bench_llama_server PORT`, to compare with."""

from __future__ import annotations

import sys
from contextlib import ExitStack

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from eval.bench_llama import llama_retriever
from qa.bootstrap import open_sitasi
from qa.settings import load_settings

_DEPTH = 10


class Asked(BaseModel):
    """The body of a question."""

    question: str


def main() -> None:
    """Serve until told to stop; the store that it searches was filled by the bench before."""
    with ExitStack() as stack:
        sitasi = open_sitasi(load_settings(), proving="never")
        retrieve = llama_retriever(sitasi, stack, _DEPTH)
        sitasi.close()
        app = FastAPI()

        @app.get("/readyz")
        def ready() -> dict[str, bool]:
            return {"ready": True}

        @app.post("/v1/answers")
        def answer(asked: Asked) -> dict[str, bool]:
            return {"found": retrieve(asked.question)}

        uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)


if __name__ == "__main__":
    main()
