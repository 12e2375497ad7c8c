# What one types here: `make demo` to see Unlatch, `make check` before a commit, `make test` for everything.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
CODE := bot adapters flows store
LOCKS := uv build runtime push dev intents

export UV_COMPILE_BYTECODE := 1
# Whatever the shell says: a worker that finds no compiled tests compiles them all.
unexport PYTHONDONTWRITEBYTECODE
export UV_PYTHON_DOWNLOADS := never
# uv doesn't read pip's settings; a mirror named there is meant here too.
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX := $(PIP_INDEX_URL)
endif

.PHONY: help setup demo dev services test check lint graph mutations bench intents faults soak timing sbom lock words newcomer screenshots clean

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1|\2/' | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup: .venv/.runtime ## .venv with the unlatch command in it
	@$(BIN)/python -m compileall -q $(CODE)

demo: setup ## the demo company on http://localhost:8400
	@$(BIN)/unlatch demo

dev: setup .venv/.dev ## setup, and what lint, tests and bench need

services:
	@.ci/services

test: dev services ## every test; ARGS="-k word" narrows it
	$(BIN)/python -m pytest -n auto $(ARGS)

check: lint ## lint, types, and the tests and attacks that are quick and need no service; under a minute
	$(BIN)/python -m pytest -n auto -m "not service and not long" $(ARGS)

lint: dev ## style, types, arrows and dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

graph: dev ## who imports whom, folder by folder, and whether there is a circle
	@$(BIN)/python -m tests.graph

mutations: dev services ## takes the defences out one at a time: each time its test has to fail; ARGS="a grant" for those so named
	@$(BIN)/python -m tests.mutations $(ARGS)

bench: dev ## what a turn, a reset, a chat message and an import cost; CASE="turn reset", PEER=folder of LTB, ARGS=--help
	$(BIN)/python -m tests.bench $(CASE) $(if $(PEER),--peer $(PEER)) $(ARGS)

intents: dev $(if $(DATA),.venv/.intents) ## checks and scores what reads free text; DATA=folder trains it anew, ARGS="--judge NAME" says on others' phrases how well
	$(BIN)/python -m tests.intents $(if $(DATA),--data $(DATA)) $(ARGS)

faults: dev services ## real replicas killed, cut off and slowed in the middle of conversations; SEEDS=4 CONVERSATIONS=100, SEED=7 for one, PEOPLE=300 for a rush
	$(BIN)/python -m $(if $(PEOPLE),tests.faults.rush --people $(PEOPLE),tests.faults) $(if $(SEED),--seed $(SEED)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(CONVERSATIONS),--conversations $(CONVERSATIONS)) $(ARGS)

soak: dev ## thousands of dialogs in one process: memory, descriptors, database and turn cost; N=10000, ARGS=--postgresql
	@$(BIN)/python -m tests.bench.soak $(N) $(ARGS)

timing: dev ## whether an account shows in the time of a stranger's turn, over real sockets; N=300 samples of each, ARGS="--pace 0.0001" without the defence
	@$(BIN)/python -m tests.bench.timing $(N) $(ARGS)

words: dev ## compile the catalogues in bot/locale
	$(BIN)/pybabel compile --directory bot/locale --domain unlatch --statistics

newcomer: dev services ## how many seconds each story of the demo's first screen takes a newcomer, by the keystroke-level model
	@$(BIN)/python -m pytest -q -s -n 0 tests/walks/test_stories.py $(ARGS)

screenshots: dev services ## the demo's pages as pictures; ARGS="strip rules" for some
	$(BIN)/python -m tests.screenshots $(ARGS)

sbom: setup ## what is installed, as a bill of materials (CycloneDX)
	@$(BIN)/python -m tests.sbom

lock: .uv/.ready ## pin the requirements anew; UPGRADE=1 takes newer versions
	@for name in $(LOCKS); do \
	  .uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	    --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

clean: ## forget everything that make can make again
	rm -rf .venv .uv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist *.egg-info
	find $(CODE) tests -name __pycache__ -prune -exec rm -rf {} +

# uv installs in a second what pip takes twenty for; where there is no uv for the machine, pip does it.
.uv/.ready: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Unlatch needs Python 3.11 or newer, and '$(PYTHON)' is none. Name one: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "'$(PYTHON)' can't make virtual environments. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv --clear .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/uv.txt || \
	  echo "No uv for this machine: pip will do, more slowly."
	@touch $@

$(BIN)/python: | .uv/.ready
	@if [ -x .uv/bin/uv ]; then .uv/bin/uv venv --quiet --python .uv/bin/python .venv; else $(PYTHON) -m venv .venv; fi

INSTALL = $$([ -x .uv/bin/uv ] && echo ".uv/bin/uv pip install --quiet --python" $(BIN)/python || \
  echo "$(BIN)/python -m pip install --quiet --disable-pip-version-check")

# A source package runs its own code while it is installed; nothing that is needed comes as one.
WHEELS := --only-binary :all: --require-hashes

.venv/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml .uv/.ready | $(BIN)/python
	@$(INSTALL) $(WHEELS) -r requirements/runtime.txt -r requirements/build.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# An extra, and no part of `make setup`: pushes to phones. One of its parts comes as source, and is built by what is installed here.
.venv/.push: requirements/push.txt .venv/.runtime
	@$(INSTALL) --no-build-isolation --require-hashes -r requirements/push.txt
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.runtime .venv/.push
	@$(INSTALL) $(WHEELS) -r requirements/dev.txt
	@touch $@

.venv/.intents: requirements/intents.txt .venv/.dev
	@$(INSTALL) $(WHEELS) -r requirements/intents.txt
	@touch $@
