# intelbrief: `make run` and `make test` do everything on a machine with Python 3.11+ and make.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
BIN := .venv/bin
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
export UV_NO_PROGRESS := 1
INSTALL = $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes

.PHONY: run test faults lint types contracts locked check bench eval lock clean
.DEFAULT_GOAL := run

run: .venv/run.done  ## start the desk: the console, or Slack and Discord where their tokens are set
	@$(BIN)/intelbrief run

test: .venv/dev.done  ## every test, on SQLite and on a real PostgreSQL
	@$(BIN)/python -m pytest -n 2 --dist worksteal

faults: .venv/dev.done  ## the whole fault matrix, N runs a row (20 unless said)
	@$(BIN)/python -W ignore -m tests.faults $(ROWS)

lint: .venv/dev.done
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/dev.done
	@$(BIN)/mypy

contracts: .venv/dev.done
	@$(BIN)/lint-imports

locked: .venv/dev.done  ## fails when a lock no longer matches pyproject.toml
	@$(BIN)/python .ci/lock.py --check

check: test lint types contracts locked

bench: .venv/bench.done  ## prints the tables and writes benchmarks/results/*.json
	@$(BIN)/python -m benchmarks

eval: .venv/dev.done  ## measures understanding on labelled texts, where they are present
	@$(BIN)/python -m benchmarks.eval

.venv/bootstrap.done: requirements/bootstrap.lock
	@test -n "$(PYTHON)" || { echo "intelbrief needs Python 3.11 or newer; none was found on PATH."; exit 1; }
	@echo "Setting up .venv with $(PYTHON) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
	@touch $@

.venv/run.done: .venv/bootstrap.done requirements/run.lock pyproject.toml
	@echo "Installing locked requirements ..."
	@$(INSTALL) -r requirements/run.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.done: .venv/run.done requirements/dev.lock
	@$(INSTALL) -r requirements/dev.lock
	@touch $@

.venv/bench.done: .venv/dev.done requirements/bench.lock
	@$(INSTALL) -r requirements/bench.lock
	@touch $@

lock: .venv/bootstrap.done  ## resolve the locks anew after a change of pyproject.toml
	@$(BIN)/python .ci/lock.py $(if $(UPGRADE),--upgrade)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
