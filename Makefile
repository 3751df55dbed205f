# `make serve` sets up what is missing and answers at port 8000; `make help` lists the other commands.
# EXTRAS= leaves torch out (half the size, half the time): the built-in model is prepared and served without it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

EXTRAS ?= models
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --require-virtualenv
# Python compiles what is used when it is first used; compiling all of torch would take longer than installing it.
INSTALL := $(PIP) install --no-compile --constraint constraints.txt
comma := ,

# A stamp holds the folder it was made in. It goes before pip starts and comes back after it ended: without it, or in a
# folder that was moved since, the environment is built from nothing, so a killed set-up cannot leave half of one.
READY := $(VENV)/.ready
TOOLS := $(VENV)/.ready-for-tests
HERE := $(shell [ "$$(cat $(READY) 2>/dev/null)" = "$(CURDIR)" ] && echo yes)

# The five studies are not part of this repository: where they lie beside it, the gate asks about them, too.
PAPERS ?= $(wildcard ../shared/papers)
# Passages of the collections that the bench invents, the first of them beside peers; they are kept in .sitasi/bench.
SIZES ?= 5000 100000
reports = --html .sitasi/eval/gate-$(1).html --markdown .sitasi/eval/gate-$(1).md --junit .sitasi/eval/gate-$(1).xml

# How often the promises of SECURITY.md are tried, and which: make release-tests ROWS=R1,R4 SCALE=0.1
ROWS ?=
PYTEST := -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile
# What answers soon; a folder that is not named here is among the long tests.
MAIN_TESTS := tests/unit tests/api tests/contract tests/docs tests/architecture

.PHONY: help setup serve test test-long promises release-tests gate baseline bench check docs licences wheel clean again

help: ## List the commands.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

serve: setup ## Set up what is missing, then answer questions at http://127.0.0.1:8000.
	@exec $(BIN)/sitasi serve

setup: $(READY) ## Build .venv and prepare the embedding model, without starting anything.
	@$(BIN)/sitasi setup

test: setup $(TOOLS) ## Set up what is missing, then run the main tests: parts, HTTP, contracts, these documents (two minutes).
	@$(BIN)/python $(PYTEST) -m "not row and not control" $(MAIN_TESTS)

test-long: setup $(TOOLS) ## The other tests: pages in a real browser, whole processes, faults, fits (five minutes more).
	@$(BIN)/python $(PYTEST) -m "not row and not control" $(addprefix --ignore=,$(MAIN_TESTS)) tests

promises: SCALE ?= ci
promises: setup $(TOOLS) ## Try every promise of SECURITY.md as often as CI does; a table tells how many were kept.
	@$(BIN)/python $(PYTEST) -m "row or control" --scale $(SCALE) --row "$(ROWS)" --timeout 1800

release-tests: SCALE ?= release
release-tests: setup $(TOOLS) ## The same, as often as before a release: hours.
	@$(BIN)/python $(PYTEST) -m "row or control" --scale $(SCALE) --row "$(ROWS)" --timeout 36000

gate: setup $(TOOLS) ## Ask the development questions and stop if an answer got worse than it may; PAPERS= leaves the studies out.
	$(BIN)/sitasi eval gate $(call reports,samples)
	$(if $(PAPERS),$(BIN)/sitasi eval gate --papers $(PAPERS) $(call reports,papers))

baseline: setup $(TOOLS) ## Accept what the gate measures now (commit it on its own).
	$(BIN)/sitasi eval gate --update
	$(if $(PAPERS),$(BIN)/sitasi eval gate --update --papers $(PAPERS))

bench: setup $(TOOLS) ## Measure speed and memory beside LlamaIndex and bare Chroma; SIZES="5000" leaves the large collection out.
	$(BIN)/python -m eval.bench --sizes $(SIZES) $(if $(PAPERS),--papers $(PAPERS)) --json .sitasi/bench/figures.json

check: $(TOOLS) ## Lint, formatting, types, import rules, docstrings.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate ingest qa prompts eval

docs: $(TOOLS) ## Build the pages of docs/ into build/site; a link that leads nowhere is an error.
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build

licences: $(TOOLS) ## List the licences of every pinned library in THIRD_PARTY.md.
	@$(BIN)/python -m tests.docs.third_party

wheel: setup $(TOOLS) ## Build dist/*.whl and have it answer from a fresh environment; CLEAN=1 fetches its libraries as a user would.
	@rm -rf build/lib build/bdist.* dist
	@$(BIN)/python -m build --wheel --no-isolation > build.log || { cat build.log; exit 1; }; rm build.log
	@$(BIN)/python -m tests.wheel dist/*.whl $(if $(CLEAN),--clean)

clean: ## Remove the environment and every cache; .sitasi (your papers, the index, the model) stays.
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt $(if $(HERE),,again)
	@set -e; \
	for python in python3.11 python3 python3.12 python3.13 none; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
	done; \
	if [ "$$python" = none ]; then \
	  echo "Sitasi needs Python 3.11 or newer: install it (Debian, Ubuntu: apt install python3 python3-venv) and run make again." >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "This Python has no venv module: install it (Debian, Ubuntu: apt install python3-venv) and run make again." >&2; exit 1; \
	fi; \
	rm -f $(READY) $(TOOLS); \
	if [ -z "$(HERE)" ]; then \
	  echo "1/3 Building $(VENV) with $$("$$python" --version)"; rm -rf $(VENV); "$$python" -m venv $(VENV); \
	fi; \
	$(INSTALL) pip setuptools; \
	if [ "$(findstring models,$(EXTRAS))" ]; then echo "2/3 Installing torch (the largest part)"; $(INSTALL) torch==2.13.0; fi; \
	echo "3/3 Installing Sitasi and its libraries"; \
	PYTHONWARNINGS=ignore $(INSTALL) --no-build-isolation --editable '.$(if $(EXTRAS),[$(EXTRAS)])'; \
	echo "$(CURDIR)" > $(READY)

$(TOOLS): $(READY)
	@set -e; echo "Installing what tests and checks need"; rm -f $(READY); \
	PYTHONWARNINGS=ignore $(INSTALL) --no-build-isolation --editable '.[dev,docs,eval,llm,traces$(if $(EXTRAS),$(comma)$(EXTRAS))]'; \
	echo "$(CURDIR)" | tee $(READY) > $(TOOLS); touch $(TOOLS)
