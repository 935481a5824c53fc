# Folkmoot. `make demo` shows it, `make test` proves it; both start from a fresh clone.
# Needs Python 3.11 or later with pip, and the package registries. PORT and HOST are for the demo, SECONDS for fuzz.

PYTHON ?= python3
PORT ?= 8765
HOST ?= 127.0.0.1
SECONDS ?= 60
BIN := .venv/bin
# What decides whether the installed package is still the one in this folder (its code is used in place).
MADE_OF := pyproject.toml web/package.json web/package-lock.json web/styles/govuk.scss web/browser_libraries.py

LOCKING := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header

.PHONY: demo test fast lint bench lock audit fuzz clean help chromium postgresql redis

help: ## list these commands
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/folkmoot ## draw a panel, seat it, and serve a session half run: make demo PORT=8765 HOST=127.0.0.1
	@exec $(BIN)/folkmoot demo --port $(PORT) --host $(HOST)

# A test that fails amid all the others is run once more by itself (a machine with two cores is sometimes late): it is
# named, what it said stays in the log, and it has to pass then. Nothing but failed tests (exit 1) gets that second run.
define TESTED
{ $(BIN)/python -m pytest -o cache_dir=.pytest_cache/whole --cache-clear -m $(1) $(2) || { [ $$? = 1 ] && \
	  echo "Once more, by itself, what failed above:" && \
	  $(BIN)/python -m pytest -o cache_dir=.pytest_cache/whole --last-failed --last-failed-no-failures none \
	    -m $(1) -n 1 --maxfail 3 -v; }; }
endef

# Those without a browser share out the cores; a browser with its server needs them all. Both run, whatever the first says.
# One process beside the one that reports (-n 1): a browser that hangs then costs one test and not the whole run.
test: .venv/test chromium postgresql redis ## every test (about 40 minutes)
	@failed=0; \
	$(call TESTED,"not browser",-n auto --dist loadfile) || failed=1; \
	$(call TESTED,browser,-n 1 --dist load) || failed=1; \
	exit $$failed

fast: .venv/test ## the tests that are neither slow nor in a browser
	$(BIN)/python -m pytest -m "not slow and not browser" -n auto --dist loadfile

lint: .venv/test ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict sortition facilitation web

bench: .venv/test postgresql redis ## measure: the lottery, a check, the counting rules, seating, and a hall of a thousand tablets
	$(BIN)/python tests/benchmarks/draw.py
	$(BIN)/python tests/benchmarks/check.py
	$(BIN)/python tests/benchmarks/count.py
	$(BIN)/python tests/benchmarks/seating.py
	$(BIN)/python tests/benchmarks/hall.py
	$(BIN)/python tests/benchmarks/take_over.py

lock: .venv/bin/python ## pin the newest versions that pyproject.toml allows, with their hashes
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile $(LOCKING) --group build -o requirements.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCKING) --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

audit: .venv/test ## a bill of materials (CycloneDX), and known flaws of what is locked: exit 2 where nobody can be asked
	$(BIN)/python tests/audit.py

fuzz: .venv/test ## fuzz the readers of strangers' files with atheris: make fuzz SECONDS=60 (Linux on x86-64)
	$(BIN)/python tests/fuzz.py --seconds $(SECONDS)

clean: ## remove everything that was made here, except the demo's database
	rm -rf .venv build dist web/static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis

# A virtual environment without its own pip: Debian's Python can make one without the package python3-venv.
.venv/bin/python:
	$(PYTHON) -m venv --without-pip .venv

.venv/folkmoot: .venv/bin/python requirements.txt $(MADE_OF)
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

.venv/test: .venv/folkmoot requirements-dev.txt
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# The browser tests drive Debian's Chromium.
chromium:
	@if command -v chromium >/dev/null 2>&1; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else \
	  echo "Chromium is missing. Remedy: install it as an administrator with 'apt-get install chromium', then run 'make test' again." >&2; exit 1; fi; \
	echo "Installing Chromium for the browser tests …"; \
	$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq chromium >/dev/null

# What is proved of SQLite is proved of PostgreSQL too: the tests start a server of their own in a private folder.
postgresql:
	@if command -v postgres >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else \
	  echo "PostgreSQL is missing. Remedy: install it as an administrator with 'apt-get install postgresql', then run 'make test' again." >&2; exit 1; fi; \
	echo "Installing PostgreSQL for the tests …"; \
	$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq postgresql >/dev/null

# What is proved of one process is proved of several: the tests start a Redis of their own on a free port.
redis:
	@if command -v redis-server >/dev/null 2>&1; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else \
	  echo "Redis is missing. Remedy: install it as an administrator with 'apt-get install redis-server', then run 'make test' again." >&2; exit 1; fi; \
	echo "Installing Redis for the tests …"; \
	$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq redis-server >/dev/null
