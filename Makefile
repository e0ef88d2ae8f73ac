# One door for people and for CI. On a machine with only CPython >= 3.11, pip, git and make,
# each target first installs what it needs into .venv and then runs; the second run takes seconds.

# The first interpreter on the path that is new enough; `make PYTHON=...` picks another.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

VENV := .venv
BIN := $(VENV)/bin
MIN := .venv-min
MIN_EXTRAS := .venv-min-extras
BENCH := .venv-bench
SPARK := .venv-spark
CORE := .venv-core
NOTEBOOK := .venv-notebook
MUTANTS := .venv-mutants
PROFILE ?= examples/profiles/software_engineer.json
AS_OF ?= 2026-01-05
COUNT ?= 1000000
# As many processes as there are cores, a file of tests each; WORKERS= for one process.
WORKERS ?= -n logical --dist loadfile

# pip asks its index about itself at each call otherwise.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP := $(BIN)/python -m pip --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# The stamps share one environment; two pips in it at once would spoil it.
.NOTPARALLEL:
.PHONY: help plan test test-core fuzz mutants test-spark test-notebook check format docs minimums minimums-extras package bench clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

plan: $(VENV)/core.stamp  ## plan the week of the shipped profile (PROFILE=, AS_OF=)
	$(BIN)/skillbalance plan $(PROFILE) --as-of $(AS_OF)

test: $(VENV)/test.stamp  ## run the tests with coverage
	$(BIN)/python -m pytest $(WORKERS) --cov --cov-report=term $(ARGS)

test-core: $(CORE)/stamp  ## run the tests with no extra installed; those that need one are skipped
	CORE_ONLY=1 $(CORE)/bin/python -m pytest $(WORKERS) $(ARGS)

fuzz: $(VENV)/test.stamp  ## feed the reader a million documents that are nearly right (COUNT=)
	PYTHONPATH=. $(BIN)/python tools/fuzz.py --count $(COUNT) $(ARGS)

mutants: $(MUTANTS)/stamp  ## seed faults in numeric/ and formats/, and count what the tests catch (hours)
	PYTHONPATH=src $(MUTANTS)/bin/python tools/mutants.py $(ARGS)

test-spark: $(SPARK)/stamp  ## run the tests on Spark (opt-in: downloads 450 MB, needs Java 17)
	$(SPARK)/bin/python -m pytest tests/spark $(ARGS)

test-notebook: $(NOTEBOOK)/stamp  ## try the widget in JupyterLab with a real browser (Chromium)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	&& apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium >/dev/null; } \
	|| echo "no Chromium, and no right to install it: the test will be skipped" >&2
	$(NOTEBOOK)/bin/python -m pytest tests/notebook $(ARGS)

check: $(VENV)/dev.stamp  ## check format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/dev.stamp  ## put the code into house format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

docs: $(VENV)/docs.stamp  ## build the docs and run their examples; a warning is an error
	$(BIN)/sphinx-build -q -n -W --keep-going -t examples -b html docs docs/_build/html
	$(BIN)/sphinx-build -q -n -W --keep-going -b doctest docs docs/_build/doctest
	@echo "docs/_build/html/index.html"

minimums: $(MIN)/stamp  ## run the tests on the oldest versions declared
	$(MIN)/bin/python -m pytest $(WORKERS) $(ARGS)

# The tests of what extras bring; the others never load any of it.
minimums-extras: $(MIN_EXTRAS)/stamp  ## run the tests of the extras on their oldest versions, all but Spark's
	$(MIN_EXTRAS)/bin/python -m pytest $(WORKERS) tests/test_calendar.py tests/test_dask.py \
	tests/test_doors.py tests/test_frames.py tests/test_mcp.py tests/test_plots.py \
	tests/test_widget.py tests/test_many.py::test_the_bar_reaches_the_end $(ARGS)

# Built twice, because two builds of one source are to be the same files, whatever the day.
package: export SOURCE_DATE_EPOCH ?= 1767571200
package: $(VENV)/dev.stamp  ## build sdist and wheel twice alike, and try each in an empty environment
	rm -rf dist
	$(BIN)/python -m build --outdir dist . >/dev/null
	@set -eu; room=$$(mktemp -d); trap 'rm -rf "$$room"' EXIT; \
	$(BIN)/python -m build --outdir "$$room/again" . >/dev/null; \
	for file in dist/*; do cmp "$$file" "$$room/again/$${file#dist/}"; done; \
	echo "two builds are the same, byte by byte"
	@set -eu; for built in dist/*.whl dist/*.tar.gz; do \
	room=$$(mktemp -d); trap 'rm -rf "$$room"' EXIT; wanted=$$PWD/$$built; \
	$(BIN)/python -m venv "$$room/venv"; \
	"$$room/venv/bin/python" -m pip --quiet install "$$wanted"; ( \
	cp $(PROFILE) "$$room/profile.json"; cd "$$room"; \
	venv/bin/python -W error -c 'from skillbalance import *; import importlib.resources as r; \
	assert (r.files("skillbalance") / "py.typed").is_file()'; \
	venv/bin/skillbalance fields >/dev/null; \
	venv/bin/python -m skillbalance check profile.json; \
	venv/bin/skillbalance plan profile.json --as-of $(AS_OF) >/dev/null ); \
	rm -rf "$$room"; echo "$$built works on its own"; done
	@ls dist

bench: $(BENCH)/stamp  ## measure speed, memory and exactness beside other solvers (ARGS=)
	@$(BENCH)/bin/python -m benchmarks $(ARGS)

clean:  ## remove everything that the other targets made
	rm -rf $(VENV) $(MIN) $(MIN_EXTRAS) $(BENCH) $(SPARK) $(NOTEBOOK) $(CORE) $(MUTANTS) dist docs/_build docs/gallery .coverage .mutants.json .hypothesis .mypy_cache .pytest_cache .ruff_cache
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

# Likewise: mutmut brings a parser and a screen of its own.
$(MUTANTS)/stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "skillbalance needs CPython 3.11 or newer on the path" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(MUTANTS)
	$(MUTANTS)/bin/python -m pip --quiet install --upgrade 'pip>=25.1'
	$(MUTANTS)/bin/python -m pip --quiet install --editable . --group mutants
	@touch $@

# With what the tests themselves need, and none of what an extra brings.
$(CORE)/stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "skillbalance needs CPython 3.11 or newer on the path" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(CORE)
	$(CORE)/bin/python -m pip --quiet install --upgrade 'pip>=25.1'
	$(CORE)/bin/python -m pip --quiet install --editable . --group core-test
	@touch $@

# Likewise: a server and a browser's driver are a lot to fetch for one widget.
$(NOTEBOOK)/stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "skillbalance needs CPython 3.11 or newer on the path" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(NOTEBOOK)
	$(NOTEBOOK)/bin/python -m pip --quiet install --upgrade 'pip>=25.1'
	$(NOTEBOOK)/bin/python -m pip --quiet install --editable . --group notebook
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

# The same of the extras, and of the frames and the reader that their tests compare with. Spark has
# `make test-spark`.
$(MIN_EXTRAS)/stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "skillbalance needs CPython 3.11 or newer on the path" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(MIN_EXTRAS)
	$(MIN_EXTRAS)/bin/python -m pip --quiet install --upgrade 'pip>=25.1'
	$(MIN_EXTRAS)/bin/python -c 'import tomllib; \
	read = tomllib.load(open("pyproject.toml", "rb")); \
	extras = read["project"]["optional-dependencies"]; del extras["spark"]; \
	others = [line for line in read["dependency-groups"]["test"] if line.startswith(("pandas", "polars", "vobject"))]; \
	print(*read["project"]["dependencies"], *sum(extras.values(), others), sep="\n")' > $(MIN_EXTRAS)/wanted.txt
	sed -e 's/\[.*\]//' -e 's/>=/==/' $(MIN_EXTRAS)/wanted.txt > $(MIN_EXTRAS)/minimums.txt
	$(MIN_EXTRAS)/bin/python -m pip --quiet install --editable . --requirement $(MIN_EXTRAS)/wanted.txt \
	--group core-test --constraint $(MIN_EXTRAS)/minimums.txt
	$(MIN_EXTRAS)/bin/python -m pip list
	@touch $@
