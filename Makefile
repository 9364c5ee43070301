# Two commands matter: `make demo` and `make test`. Both set themselves up.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
RUN := "$(VENV)/bin/python" -m
STAMP := $(VENV)/.installed
# Test processes; more than two only pays where there are more cores.
WORKERS ?= 2

.PHONY: setup demo test check mechanisms docs audit bench lock clean
.DELETE_ON_ERROR:

setup: $(STAMP)

$(STAMP): requirements.lock requirements-peers.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Suixin needs Python 3.11 to 3.13; $(PYTHON) is $$($(PYTHON) -V 2>&1). Say which with: make PYTHON=python3.12"; exit 3; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	  || { echo "$(PYTHON) lacks its venv module; on Debian: apt-get install python3-venv"; exit 3; }
	@"$(VENV)/bin/python" -c '' 2>/dev/null || { rm -rf "$(VENV)" && $(PYTHON) -m venv "$(VENV)"; }
	@echo "Installing what requirements.lock pins into $(VENV) ..."
	@$(RUN) pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock
	@$(RUN) pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	  --require-hashes -r requirements-peers.lock
	@$(RUN) pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch "$@"

# The whole service with a demonstration county: made the first time, then ready in seconds.
demo: setup
	@"$(VENV)/bin/suixin" demo --home demo

# The whole suite, doctests too. What needs something absent says so and skips; CI=true forbids that.
test: setup
	$(RUN) pytest -n $(WORKERS)

# Format, lint, types, layers, what is known to be unsafe, sizes, links, examples, and what is made from the source: pages, contracts.
check: setup
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) mypy --explicit-package-bases tools
	"$(VENV)/bin/lint-imports" --no-logo
	$(RUN) bandit --quiet --recursive src --severity-level medium --configfile pyproject.toml
	$(RUN) tools.sizes
	$(RUN) tools.pages
	$(RUN) tools.feeds_doc --check
	$(RUN) tools.mechanisms --check
	$(RUN) tools.contracts --check
	$(RUN) tools.words --check
	$(RUN) tools.api_client --check
	$(RUN) tools.examples

# docs/mechanisms.md: which mechanisms of the model work here, by the tests that show them.
mechanisms: setup
	@$(RUN) tools.mechanisms

# The pages made from the source: the feeds and their schemas, the mechanisms.
docs: setup
	@$(RUN) tools.feeds_doc
	@$(RUN) tools.mechanisms

# Known weaknesses of what the lock pins, where the list of them can be reached.
audit: setup
	$(RUN) pip_audit --requirement requirements.lock --no-deps --disable-pip

# All benchmarks at a small size, with a table.
bench: setup
	@$(RUN) bench

# The lock: hashed, for every Python we serve, naming no index.
lock: setup
	"$(VENV)/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --only-binary :all: \
	  --group dev pyproject.toml --output-file requirements.lock
	@for version in 3.11 3.12 3.13; do \
	  "$(VENV)/bin/uv" pip install --quiet --dry-run --only-binary :all: --require-hashes \
	    --python-version $$version --target build/lock -r requirements.lock \
	    && echo "requirements.lock: every wheel is there for Python $$version" || exit 1; \
	done

clean:
	rm -rf "$(VENV)" build demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
