# Two commands need nothing but Python 3.11 or newer and make:
#   make demo    the main job on made-up sites        make test    the tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test lint check format schema requirements clean

help:
	@echo "make demo          run the main job end to end on three made-up sites"
	@echo "make test          run the tests"
	@echo "make check         format, lint, types and tests, as CI does"
	@echo "make format        put the code into its format"
	@echo "make schema        write docs/schema.md from the migrations"
	@echo "make requirements  pin the dependencies anew (needs uv)"
	@echo "make clean         remove the environment and what tools left behind"

demo: $(VENV)/ready
	@$(BIN)/gongkai demo

test: $(VENV)/ready-dev
	$(BIN)/pytest

lint: $(VENV)/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check: lint test

format: $(VENV)/ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: $(VENV)/ready-dev
	$(BIN)/python -m archive.schema.describe > docs/schema.md

requirements:
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --python-version 3.11 --upgrade pyproject.toml --group build -o requirements.txt
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --python-version 3.11 --upgrade -c requirements.txt pyproject.toml --group dev -o requirements-dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist

# A file marks what the environment has, so that a second run starts at once and a broken one begins again.
$(VENV)/ready: $(VENV)/python requirements.txt pyproject.toml
	@echo "Installing what gongkai needs into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.txt
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "gongkai needs Python 3.11 or newer; $(PYTHON) is older or missing. Name another: make PYTHON=python3.13 demo"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { echo "$(PYTHON) cannot make an environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@
