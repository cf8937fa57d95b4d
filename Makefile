# `make demo` and `make test` set up by themselves what they need, from PyPI alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check dictionary bench lock clean
.DELETE_ON_ERROR:

$(READY): pyproject.toml requirements.lock requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

demo: $(READY)
	$(BIN)/onrecord demo

# A process for each processor; a file's tests stay together, since they share what is slow to make.
test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# WORKBOOKS and MANIFEST name a folder of published editions and the CSV that dates them, PAYLOADS one of TRAC's files,
# BORDER one with CBP's and OHSS's in `cbp` and `ohss`.
dictionary: $(READY)
	$(BIN)/python -m flows.dictionary $(WORKBOOKS) $(MANIFEST) $(PAYLOADS) $(BORDER) > docs/data-dictionary.md.new
	mv docs/data-dictionary.md.new docs/data-dictionary.md

bench: $(READY)
	$(BIN)/python -m benchmarks

# Every version and hash that pip may install, from pyproject.toml. Run once a month and after each change of it.
lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --upgrade pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --upgrade pyproject.toml --group dev --constraints requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) .demo .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
