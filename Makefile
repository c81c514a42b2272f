# SPDX-License-Identifier: MIT
# `make setup` once, `make demo` to see it work, `make check` while working, `make test` for everything.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Each stamp says that one step is complete; a step that was killed has none and runs again.
STAMPS := $(VENV)/.stamps
# The folders too: their time changes when a contract is removed.
SOURCES := $(shell find contracts -name '*.sol' -o -type d 2>/dev/null)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo run check lint types slither test reverts gas format clean compiler

help:
	@echo 'make setup | demo | run FILE=trades.yaml | check | lint | types | slither | test | reverts | gas | format | clean'

setup: $(STAMPS)/contracts

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo 'Tanpo needs Python 3.11 to 3.13: make setup PYTHON=python3.11' >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
	  { echo 'Tanpo needs Node.js 20 or newer on the PATH' >&2; exit 1; }
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	@# ape looks for anvil on the PATH: every Python of this environment has its bin/ there.
	@echo 'import os, sys; os.environ["PATH"] = os.pathsep.join(dict.fromkeys([os.path.join(sys.prefix, "bin"), *os.environ.get("PATH", os.defpath).split(os.pathsep)]))' \
	  > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/tanpo_path.pth"
	@mkdir -p $(STAMPS) && touch $@

# The lock is complete, so nothing is left to resolve. -qq hides warnings, not errors.
$(STAMPS)/python: requirements.txt pyproject.toml $(STAMPS)/venv
	$(BIN)/python -m pip install -qq --no-deps -r requirements.txt
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .
	@touch $@

# No package needs its install script. The links lead to the programs themselves: npm's own
# wrappers start them as children, which outlive a killed wrapper.
$(STAMPS)/node: package.json package-lock.json $(STAMPS)/venv
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@for tool in anvil forge; do \
	  ln -sf "$$(echo "$(CURDIR)"/node_modules/@foundry-rs/$$tool-*/bin/$$tool)" $(BIN)/$$tool || exit 1; \
	done
	@touch $@

# Each time, for it takes 0.1 s: the compiler's launcher lies outside this folder, where another
# checkout, since removed, may have pointed it at itself.
compiler: $(STAMPS)/python $(STAMPS)/node
	@$(BIN)/python -m tanpo.compiler > /dev/null

# All at once: ape's own incremental build leaves a contract as it was when a library that it
# inlines, or a type that it imports, has changed, and keeps contracts that no longer exist.
$(STAMPS)/contracts: $(SOURCES) ape-config.yaml $(STAMPS)/python $(STAMPS)/node | compiler
	rm -f .build/__local__.json
	$(BIN)/ape compile --force -v WARNING
	@touch $@

demo: setup
	@$(BIN)/tanpo demo

run: setup
	@$(BIN)/tanpo run $(FILE)

# The same unit tests as in `make test`, but on revm: ape's chain takes ten times as long.
check: lint types
	$(BIN)/python -m pytest -q -n 2 --quick tests/unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/forge fmt --check contracts
	node_modules/.bin/solhint --noPoster --disc --max-warnings 0 'contracts/**/*.sol'

types: setup
	$(BIN)/mypy

# Not asked: what solhint asks already (names); what part of the escrow uses which of the state that
# all of them share (unused, uninitialized); that Solidity sets locals to zero; calls in loops and the
# clock, which batches and business dates are made of; reentrancy, for all that moves tokens stands
# under one guard, which slither does not see through a delegatecall (tests/unit/escrow/
# test_reentrancy.py); the index of events that are as OpenZeppelin has them. Every other finding is answered in the code.
slither: setup
	rm -rf .build/forge
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/slither . --filter-paths 'node_modules|contracts/mocks' \
	  --exclude naming-convention,unused-state,uninitialized-state,uninitialized-local,calls-loop,timestamp,assembly,reentrancy-no-eth,reentrancy-benign,reentrancy-events,unindexed-event-address

test: setup
	$(BIN)/python -m pytest -q -n 2

# Which reverts no unit test asserts by their exact error: a few minutes more than the unit tests.
reverts: setup
	$(BIN)/python -m scripts.reverts

gas: setup
	$(BIN)/python scripts/gas.py --check

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/forge fmt contracts

clean:
	rm -rf $(VENV) node_modules .build .cache out cache .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
