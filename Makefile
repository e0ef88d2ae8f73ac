# One door for people and for CI. On a machine with only CPython >= 3.11, pip, git and make,
# each target first installs what it needs into .venv and then runs; the second run takes seconds.

# The first interpreter on the path that is new enough; `make PYTHON=...` picks another.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

VENV := .venv
BIN := $(VENV)/bin
MIN := .venv-min
BENCH := .venv-bench
SPARK := .venv-spark
PROFILE ?= examples/profiles/software_engineer.json
AS_OF ?= 2026-01-05

# pip asks its index about itself at each call otherwise.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP := $(BIN)/python -m pip --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# The stamps share one environment; two pips in it at once would spoil it.
.NOTPARALLEL:
.PHONY: help plan test test-spark check format docs minimums package bench clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

plan: $(VENV)/core.stamp  ## plan the week of the shipped profile (PROFILE=, AS_OF=)
	$(BIN)/skillbalance plan $(PROFILE) --as-of $(AS_OF)

test: $(VENV)/test.stamp  ## run the tests with coverage
	$(BIN)/python -m pytest --cov --cov-report=term $(ARGS)

test-spark: $(SPARK)/stamp  ## run the tests on Spark (opt-in: downloads 450 MB, needs Java 17)
	$(SPARK)/bin/python -m pytest tests/spark $(ARGS)

check: $(VENV)/dev.stamp  ## check format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/dev.stamp  ## put the code into house format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

docs: $(VENV)/docs.stamp  ## build the docs and run their examples; a warning is an error
	$(BIN)/sphinx-build -q -n -W --keep-going -b html docs docs/_build/html
	$(BIN)/sphinx-build -q -n -W --keep-going -b doctest docs docs/_build/doctest
	@echo "docs/_build/html/index.html"

minimums: $(MIN)/stamp  ## run the tests on the oldest versions declared
	$(MIN)/bin/python -m pytest $(ARGS)

package: $(VENV)/dev.stamp  ## build sdist and wheel, and try the wheel in an empty environment
	rm -rf dist
	$(BIN)/python -m build --outdir dist . >/dev/null
	@set -eu; room=$$(mktemp -d); trap 'rm -rf "$$room"' EXIT; \
	$(BIN)/python -m venv "$$room/venv"; \
	"$$room/venv/bin/python" -m pip --quiet install dist/*.whl; \
	cp $(PROFILE) "$$room/profile.json"; cd "$$room"; \
	venv/bin/python -W error -c 'from skillbalance import *; import importlib.resources as r; \
	assert (r.files("skillbalance") / "py.typed").is_file()'; \
	venv/bin/skillbalance fields >/dev/null; \
	venv/bin/python -m skillbalance check profile.json; \
	venv/bin/skillbalance plan profile.json --as-of $(AS_OF) >/dev/null; \
	echo "the wheel works on its own"
	@ls dist

bench: $(BENCH)/stamp  ## measure speed, memory and exactness beside other solvers (ARGS=)
	@$(BENCH)/bin/python -m benchmarks $(ARGS)

clean:  ## remove everything that the other targets made
	rm -rf $(VENV) $(MIN) $(BENCH) $(SPARK) dist docs/_build .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests tools docs benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is written last, so an interrupted step is simply done again; --clear throws away
# an environment that was left half made.
$(VENV)/made.stamp:
	@test -n "$(PYTHON)" || { echo "skillbalance needs CPython 3.11 or newer on the path" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/core.stamp: $(VENV)/made.stamp pyproject.toml
	$(PIP) install --editable .
	@touch $@

# Only pip >= 25.1 reads dependency groups; the one that a venv of CPython 3.11 brings does not.
$(VENV)/pip.stamp: $(VENV)/made.stamp
	$(PIP) install --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/%.stamp: $(VENV)/core.stamp $(VENV)/pip.stamp
	$(PIP) install --group $*
	@touch $@

# An environment of its own: nobody else should have to download Spark.
$(SPARK)/stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "skillbalance needs CPython 3.11 or newer on the path" >&2; exit 1; }
	@command -v java >/dev/null || { echo "Spark needs Java 17 or newer on the path" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(SPARK)
	$(SPARK)/bin/python -m pip --quiet install --upgrade 'pip>=25.1'
	$(SPARK)/bin/python -m pip --quiet install --editable '.[spark]' --group test
	@touch $@

# Apart as well: the tests must not find solvers that users may not have.
$(BENCH)/stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "skillbalance needs CPython 3.11 or newer on the path" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(BENCH)
	$(BENCH)/bin/python -m pip --quiet install --upgrade 'pip>=25.1'
	$(BENCH)/bin/python -m pip --quiet install --editable . --group bench
	@touch $@

# `name>=1.2` in [project] dependencies becomes the constraint `name==1.2`.
$(MIN)/stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "skillbalance needs CPython 3.11 or newer on the path" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(MIN)
	$(MIN)/bin/python -m pip --quiet install --upgrade 'pip>=25.1'
	$(MIN)/bin/python -c 'import tomllib; \
	project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	print(*(line.replace(">=", "==") for line in project["dependencies"]), sep="\n")' > $(MIN)/minimums.txt
	$(MIN)/bin/python -m pip --quiet install --editable . --group test --constraint $(MIN)/minimums.txt
	$(MIN)/bin/python -m pip list
	@touch $@
