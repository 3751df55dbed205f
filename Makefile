# One command each: `make serve` (set up, ingest the sample collection, answer at port 8000), `make test`, `make check`.
# EXTRAS= leaves torch out: the built-in model is prepared and served without it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

EXTRAS ?= models
VENV := .venv
BIN := $(VENV)/bin
# A stamp is removed before pip starts and written after it ends: without one the environment is rebuilt from nothing.
STAMP := $(VENV)/.ready
DEV_STAMP := $(VENV)/.ready-dev
PACKAGES := ingest qa prompts eval
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --require-virtualenv
comma := ,

.PHONY: help setup serve test check clean dev

help: ## List the commands.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

serve: setup ## Set up what is missing, then answer questions at http://127.0.0.1:8000.
	@$(BIN)/sitasi serve

setup: $(STAMP) ## Build .venv and prepare the embedding model, without starting anything.
	@$(BIN)/sitasi setup

test: setup dev ## Set up what is missing, then run every test.
	@$(BIN)/python -m pytest

check: dev ## Lint, formatting, types, import rules, docstrings.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate $(PACKAGES)

dev: $(DEV_STAMP)

clean: ## Remove the environment and every cache; .sitasi (your papers, the index, the model) stays.
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml constraints.txt
	@set -e; \
	python=; for name in python3.11 python3 python3.12 python3.13; do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; done; \
	if [ -z "$$python" ]; then echo "Sitasi needs Python 3.11 or newer: install it (Debian, Ubuntu: apt install python3 python3-venv), then run make again." >&2; exit 1; fi; \
	if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "$$python has no venv module: install it (Debian, Ubuntu: apt install python3-venv), then run make again." >&2; exit 1; fi; \
	if [ -f $(STAMP) ] && [ "$$(cat $(STAMP))" = "$(CURDIR)" ]; then echo "Updating $(VENV)"; rm -f $(STAMP) $(DEV_STAMP); \
	else echo "Building $(VENV) with $$("$$python" --version)"; rm -rf $(VENV); "$$python" -m venv $(VENV); fi; \
	$(PIP) install --constraint constraints.txt pip setuptools; \
	if [ -n "$(findstring models,$(EXTRAS))" ]; then echo "Installing torch"; $(PIP) install --constraint constraints.txt torch==2.13.0; fi; \
	echo "Installing Sitasi and its libraries"; \
	$(PIP) install --constraint constraints.txt --no-build-isolation --editable '.$(if $(EXTRAS),[$(EXTRAS)])'; \
	echo "$(CURDIR)" > $(STAMP)

$(DEV_STAMP): $(STAMP)
	@set -e; echo "Installing the tools for tests and checks"; rm -f $(STAMP); \
	$(PIP) install --constraint constraints.txt --no-build-isolation --editable '.[dev,eval,llm$(if $(EXTRAS),$(comma)$(EXTRAS))]'; \
	echo "$(CURDIR)" > $(STAMP); echo "$(CURDIR)" > $(DEV_STAMP)
