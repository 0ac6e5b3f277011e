# Two commands need nothing but Python 3.11 or newer and make:
#   make demo    the main job on made-up sites        make test    the tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HAS_BROWSER := $(BIN)/python -c 'import sys; from crawler.browser import find_browser; sys.exit(not find_browser())'
EVERYDAY := --ignore=tests/accidents --ignore=tests/gongkai/test_web_browser.py
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test test-browser test-accidents bench audit lint check docs format schema pictures requirements clean

help:
	@echo "make demo          run the main job end to end on three made-up sites"
	@echo "make test          run the tests, but for the two kinds below"
	@echo "make test-browser  run the tests of the web pages in Chromium; installs what it can for that"
	@echo "make test-accidents  kill it, fill its disk, turn its clock, damage its files; say what was lost"
	@echo "make bench         compare it with what others use, and write docs/benchmarks.md (some ten minutes)"
	@echo "make audit         ask the service for known faults of what it depends on (needs the internet)"
	@echo "make check         format, lint, types and tests, as CI does"
	@echo "make docs          write the documents as a site into site/"
	@echo "make format        put the code into its format"
	@echo "make schema        write docs/schema.md from the migrations"
	@echo "make pictures      draw the picture of docs/architecture.md and write docs/glossary.md from the code"
	@echo "make requirements  pin the dependencies anew (needs uv)"
	@echo "make clean         remove the environment and what tools left behind"

demo: $(VENV)/ready
	@$(BIN)/gongkai demo

# A file of tests stays with one process; there is one for each core.
test: $(VENV)/ready-dev
	$(BIN)/pytest --numprocesses auto --dist loadfile $(or $(TESTS),$(EVERYDAY))

test-browser: $(VENV)/ready-browser
	GONGKAI_BROWSER=required $(BIN)/pytest tests/gongkai/test_web_browser.py
	@echo "Screenshots of each page lie in screenshots/"

test-accidents: $(VENV)/ready-dev
	$(BIN)/pytest tests/accidents

bench: $(VENV)/bench/ready
	$(VENV)/bench/bin/python -m benchmarks --write docs/benchmarks.md

audit: $(VENV)/python
	@$(BIN)/python -m venv $(VENV)/audit && $(VENV)/audit/bin/pip install --quiet "pip-audit>=2.10"
	$(VENV)/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.txt
	$(VENV)/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements-dev.txt

lint: $(VENV)/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check: lint test test-accidents

docs: $(VENV)/ready-dev
	$(BIN)/mkdocs build --strict --quiet
	@echo "Open site/index.html"

format: $(VENV)/ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: $(VENV)/ready-dev
	$(BIN)/python -m archive.schema.describe > docs/schema.md

pictures: $(VENV)/ready-dev
	$(BIN)/python docs/picture.py > docs/architecture.svg
	$(BIN)/python docs/glossary.py

requirements:
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --python-version 3.11 --upgrade pyproject.toml --extra web --extra alerts --extra copies --extra export --group build -o requirements.txt
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --python-version 3.11 --upgrade -c requirements.txt pyproject.toml --extra web --extra alerts --extra copies --extra export --group dev -o requirements-dev.txt
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --python-version 3.11 --upgrade -c requirements-dev.txt pyproject.toml --extra web --extra alerts --extra copies --extra export --group dev --group bench -o requirements-bench.txt

clean:
	rm -rf $(VENV) screenshots site .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist

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

# The tools that this one is compared with have an environment of their own: no test may come to depend on them.
BENCH := $(VENV)/bench
$(BENCH)/ready: $(VENV)/python requirements-bench.txt pyproject.toml
	@echo "Installing what it is compared with into $(BENCH) ..."
	@$(BIN)/python -m venv --clear $(BENCH)
	@$(BENCH)/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-bench.txt
	@$(BENCH)/bin/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

# Chromium and its Chinese letters are packages of the system, which root alone can install.
$(VENV)/ready-browser: $(VENV)/ready-dev
	@$(PIP) install "playwright>=1.50"
	@$(HAS_BROWSER) || { [ "$$(id -u)" = 0 ] && apt-get update -qq && \
	  apt-get install -y -qq chromium fonts-noto-cjk; } || \
	  { echo "Chromium is missing; on Debian and Ubuntu: apt install chromium fonts-noto-cjk"; exit 1; }
	@touch $@

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "gongkai needs Python 3.11 or newer; $(PYTHON) is older or missing. Name another: make PYTHON=python3.13 demo"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { echo "$(PYTHON) cannot make an environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@
