# All that is needed goes into .venv; Python 3.11 or newer, git and make are enough.
# Another interpreter: make PYTHON=/path/to/python3.13 setup

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# A name on the PATH may be a shim that does not run: ask each whether it works and is new enough.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)

.PHONY: setup demo test test-browser lint soak soak-gov soak-kill soak-year bench bench-scale bench-reader fuzz lock metadata clean

setup: $(STAMP)

# The lock is the whole answer, so nothing is resolved anew (--no-deps): some releases of pip refuse a pinned package that
# another asks for with an extra as soon as the index has a newer one. `pip check` says whether the lock is complete.
$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "没有找到 Python 3.11 或更新的版本；请安装后重试，或用 make PYTHON=路径 指定。" >&2; exit 2; }
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check --quiet
	@# pip compiles what it installs, but not what it links to: where Python may write no byte code itself
	@# (PYTHONDONTWRITEBYTECODE, a read-only checkout), every start would compile it all, an eighth of a second.
	$(BIN)/python -m compileall -q pipelines scraper
	@touch $(STAMP)

demo: setup
	$(BIN)/hubei-replies demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Three on two cores, for many tests wait for a server to answer late.
test: lint
	$(BIN)/pytest -n 3 --dist worksteal -m "not soak and not bench and not browser" --cov --cov-report=term --cov-report=xml:build/coverage.xml

# Readers' journeys in the Chromium of the system; without one each test says that it is skipped.
test-browser: setup
	$(BIN)/pytest -m browser

soak: setup
	$(BIN)/pytest -m soak

# Mutated titles, metadata lines and pages; the last line gives the counts, the exit code is 1 when anything was found.
SEED ?= 1
COUNT ?= 1000000
fuzz: setup
	$(BIN)/python -m tests.fuzz --seed $(SEED) --count $(COUNT)

# The test government with every fault, and all of it in good health: forty-four hosts, twenty thousand replies.
soak-gov: setup
	$(BIN)/python -m tests.gov $(SEED)

# Kills at random instants of crawl, publication and rebuilding, and full disks; each has to be made good by the next run.
soak-kill: setup
	$(BIN)/python -m tests.kill --seed $(SEED)

# A year on the test government, 365 daily runs; some minutes.
soak-year: setup
	$(BIN)/python -m tests.year --seed $(SEED)

bench: setup
	$(BIN)/python -m tests.bench

# A million replies, made once in build/bench-scale (HUBEI_REPLIES_BENCH names another folder); REPLIES=100000 for fewer.
REPLIES ?= 1000000
bench-scale: setup
	$(BIN)/python -m tests.bench.scale $(REPLIES)

# Every page under sixteen clients over 100,000 generated replies, beside stock Datasette; READER=folder keeps the corpus
# (8 GB, a quarter of an hour to make). The last line says how many bounds held.
READER ?=
bench-reader: setup
	$(BIN)/python -u -m tests.bench.reader $(READER)

# The lock covers every supported Python and names no index: installs follow the configuration of the machine.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-annotate --no-header --extra dev --quiet --output-file requirements.lock pyproject.toml

metadata: setup
	$(BIN)/python -m pipelines.publish.metadata

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .coverage*
