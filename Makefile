# `make demo` and `make test` set up by themselves what they need, from PyPI alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test harness soak browser check dictionary bench lock lock-check clean
.DELETE_ON_ERROR:

$(READY): pyproject.toml requirements.lock requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

demo: $(READY)
	$(BIN)/onrecord demo

# A process for each processor; one that has nothing left takes tests of another. Python may keep what it compiles, even
# where the environment says otherwise: to compile the tests anew takes as long as to run a tenth of them.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal

# Everything but the long harnesses and the pages in a browser.
test: $(READY)
	$(PYTEST) -m "not slow and not browser"

# The long harnesses: mutations, kills, memory, every edition in every order, searches at full depth.
harness: $(READY)
	$(PYTEST) -m "slow and not soak"

# What takes longer than all of that: before a version, and after a change of Prefect, locks or processes.
soak: $(READY)
	$(PYTEST) -m soak

# The site in a real Chromium, with axe-core from npm. One process: the browser has several of its own.
browser: $(READY)
	$(BIN)/python -m pytest -m "browser and not soak"

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/deptry tests benchmarks --exclude venv --ignore DEP002,DEP004
	$(BIN)/python -m tests.complexity

# The page is replaced when all of it is made: a run that fails leaves nothing behind.
# WORKBOOKS and MANIFEST name a folder of published editions and the CSV that dates them, PAYLOADS one of TRAC's files,
# BORDER one with CBP's and OHSS's in `cbp` and `ohss`.
dictionary: $(READY)
	page=$$(mktemp) && trap 'rm -f "$$page"' EXIT && \
		$(BIN)/python -m flows.show.data_dictionary $(WORKBOOKS) $(MANIFEST) $(PAYLOADS) $(BORDER) > "$$page" && \
		cp "$$page" docs/data-dictionary.md

bench: $(READY)
	$(BIN)/python -m benchmarks

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header

# Every version and hash that pip may install, from pyproject.toml. Run once a month and after each change of it.
lock: $(READY)
	$(COMPILE) --upgrade pyproject.toml --output-file requirements.lock
	$(COMPILE) --upgrade pyproject.toml --group dev --constraints requirements.lock --output-file requirements-dev.lock
	$(COMPILE) --upgrade pyproject.toml --extra s3 --constraints requirements-dev.lock --output-file requirements-image.lock
	$(COMPILE) --upgrade --group build --constraints requirements-dev.lock --output-file requirements-build.lock
	$(COMPILE) --upgrade deploy/datasette/requirements.in --constraints requirements-dev.lock --output-file deploy/datasette/requirements.lock

# Whether the lock files are what pyproject.toml resolves to, with the versions kept that they name.
lock-check: $(READY)
	@kept=$$(mktemp -d) && trap 'rm -rf "$$kept"' EXIT && cp requirements*.lock "$$kept" && \
		$(COMPILE) pyproject.toml --output-file "$$kept/requirements.lock" && \
		diff requirements.lock "$$kept/requirements.lock" && \
		$(COMPILE) pyproject.toml --group dev --constraints requirements.lock --output-file "$$kept/requirements-dev.lock" && \
		diff requirements-dev.lock "$$kept/requirements-dev.lock" && \
		$(COMPILE) pyproject.toml --extra s3 --constraints requirements-dev.lock --output-file "$$kept/requirements-image.lock" && \
		diff requirements-image.lock "$$kept/requirements-image.lock" && \
		$(COMPILE) --group build --constraints requirements-dev.lock --output-file "$$kept/requirements-build.lock" && \
		diff requirements-build.lock "$$kept/requirements-build.lock" && \
		cp deploy/datasette/requirements.lock "$$kept/datasette.lock" && \
		$(COMPILE) deploy/datasette/requirements.in --constraints requirements-dev.lock --output-file "$$kept/datasette.lock" && \
		diff deploy/datasette/requirements.lock "$$kept/datasette.lock" || \
		{ echo "The lock files do not fit pyproject.toml. Run: make lock"; exit 1; }

clean:
	rm -rf $(VENV) .demo .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
