# Needs only Python (3.11 to 3.13) and make; everything else goes into .venv, pinned by hash.
# `make` alone lists what can be done.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
INSTALL := $(PIP) install --require-hashes --requirement
INSTALL_COMITY := $(PIP) install --no-deps --no-build-isolation --editable .
RUNTIME := $(VENV)/.installed-runtime
DEV := $(VENV)/.installed-dev
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	--python-version 3.11 --fork-strategy fewest --group build pyproject.toml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test check bench docs nightly golden lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## the bundled case from its record to a report
	@$(BIN)/comity demo

test: $(DEV) ## every test but the nightly ones (ARGS="-k word" chooses)
	@echo "comity: running the tests"
	@$(BIN)/python -m pytest --numprocesses 2 --dist worksteal $(ARGS)

check: $(DEV) ## format, lint, spelling, types, import layers, then the tests
	@echo "comity: format"
	@$(BIN)/ruff format --quiet --check --output-format concise . || { echo "comity: run $(BIN)/ruff format ." >&2; exit 1; }
	@echo "comity: lint"
	@$(BIN)/ruff check --quiet --output-format concise .
	@echo "comity: spelling"
	@$(BIN)/codespell
	@echo "comity: types"
	@$(BIN)/basedpyright
	@echo "comity: import layers"
	@$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory test

bench: $(DEV) ## measure speed and memory on this machine
	@set -e; for script in benchmarks/bench_*.py benchmarks/__main__.py benchmarks/*/__main__.py; do \
		[ -e "$$script" ] || continue; \
		echo "comity: $$script"; \
		$(BIN)/python "$$script"; \
	done

docs: $(DEV) ## the documentation as pages in docs/_build/html
	@echo "comity: building the documentation"
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --builder html docs docs/_build/html
	@echo "comity: open docs/_build/html/index.html"

nightly: $(DEV) ## every test, the slow ones and randomised examples too
	@echo "comity: running the tests, nightly ones included"
	@HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest --run-nightly --numprocesses 2 --dist worksteal $(ARGS)

golden: $(DEV) ## store new reference results (say in CHANGELOG.md what moved, and why)
	@$(BIN)/python -m pytest tests/golden --update-golden $(ARGS)

lock: $(BIN)/python ## choose the pinned versions anew
	@echo "comity: pinning versions"
	@[ -x $(BIN)/uv ] || $(PIP) install uv
	@$(LOCK) --upgrade --output-file requirements.lock
	@$(LOCK) --upgrade --all-extras --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove what was installed, built or cached here
	@rm -rf $(VENV) build dist docs/_build .benchmarks .hypothesis .import_linter_cache \
		.pytest_cache .ruff_cache comity-report*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
			2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "comity needs Python 3.11, 3.12 or 3.13, and '$(PYTHON)' is none of them." \
			"Name one: make PYTHON=/path/to/python3.13" >&2; exit 1; \
	fi; \
	echo "comity: creating $(VENV) with $$($$found --version)"; \
	$$found -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo "comity: installing what it needs from requirements.lock (under a minute on most lines)"
	@$(INSTALL) requirements.lock
	@$(INSTALL_COMITY)
	@touch $@

# The second file holds everything in the first, so one installation serves both.
$(DEV): requirements-dev.lock requirements.lock pyproject.toml | $(BIN)/python
	@echo "comity: installing what the tests need from requirements-dev.lock (about a minute)"
	@$(INSTALL) requirements-dev.lock
	@$(INSTALL_COMITY)
	@touch $(RUNTIME) $@
