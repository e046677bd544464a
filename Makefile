# `make assure` and `make test` set up what they need; ARGS goes to the command, as in
# make assure ARGS="--only story-d". The README says how to do without make.

VENV := .venv
BIN := $(VENV)/bin
# The first Python on the path that is new enough.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
ARGS ?=
WORKERS ?= 2
# Seconds that one test may take: one that is stuck fails with its name and where it stood, and the others go on.
TIMEOUT ?= 600
# Each worker begins with a stretch of the tests, so what the tests of a file share is made once, and who has none left
# takes over from another.
HOW := -q -n $(WORKERS) --dist worksteal --timeout=$(TIMEOUT) --timeout-method=signal

.PHONY: allure assure docs test test-quick coverage prove-quick screenshots setup lint wheelhouse clean

assure: setup
	@$(BIN)/uec-booking assure $(ARGS)

test: setup
	$(BIN)/pytest $(HOW) $(ARGS)

# Without whole runs of the program and without what is marked as slow: a first answer while one works.
test-quick: setup
	$(BIN)/pytest $(HOW) -m "unit or simulator" $(ARGS)

# How much of the code the tests run, branches too; slower than `make test`.
coverage: setup
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(HOW) $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# Does the harness find a sample of the known faults?
prove-quick: setup
	$(BIN)/uec-booking prove --quick --defects sample:390 --variants sample:3 \
		--consumer-defects sample:12 --consumer-variants sample:6 --baseline docs/proof.json $(ARGS)

# The program that makes the HTML of Allure (`uec-booking report --allure-html`); needs Node 20 or newer, and npm.
allure:
	npm ci --ignore-scripts --no-audit --no-fund --prefix reports/node

# The pages of docs/ as a site in reports/out-docs, which opens from a disk; every link in them has to lead somewhere.
docs: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "Open reports/out-docs/index.html."

# The pictures in docs/, made anew in Chromium.
screenshots: setup
	$(BIN)/python dev/screenshots.py

# All that an installation without a network needs, in a folder to be carried there.
wheelhouse: setup
	$(BIN)/python .ci/wheelhouse.py wheelhouse $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

setup: $(VENV)/.set-up

# Only when the lock or the package list has changed; so the second time needs no network. Our modules are compiled, or
# each process that a test starts would do it where Python keeps nothing (PYTHONDONTWRITEBYTECODE).
$(VENV)/.set-up: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and not found on the path."; exit 1; }
	@echo "Setting up $(VENV) (a minute or two the first time) …"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-index --no-build-isolation --no-deps -e .
	$(BIN)/python .ci/link_packages.py
	$(BIN)/python -m compileall -q features harness reports simulator standard steps
	@touch $@

clean:
	rm -rf reports/out* build *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis .coverage .coverage.*
