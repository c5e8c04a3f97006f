# On a fresh machine with Python 3.11 or later and make: `make demo`, `make test`.
# Every target first sees to it that .venv has the package, editable, with what its developers need.

.DEFAULT_GOAL := help
.PHONY: help demo test test-browser browser check fix cases docs bench torture clean

VENV   := .venv
PYTHON := $(VENV)/bin/python
READY  := $(VENV)/ready

help: ## this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

demo: $(READY) ## a sales team's CRM, made here, and the scorecard of its KPIs
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" sh examples/crm/demo.sh

test: $(READY) ## every test
	$(PYTHON) -m pytest -n auto --dist loadgroup

test-browser: browser ## the scorecard's page in a real browser
	$(PYTHON) -m pytest tests/browser

browser: $(READY) # what test-browser needs, as far as it can be installed here; the tests say what is missing
	@sh tests/browser/install.sh $(PYTHON)

check: $(READY) ## everything that must hold: format, lint, types, import direction, tests, docs
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/ruff check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) -m pytest -n auto --dist loadgroup
	$(PYTHON) docs/build_docs.py --check

fix: $(READY) ## the format, and what the linter can mend by itself
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

cases: $(READY) ## write what the engine answers into tests/cases, docs/language, docs/recipes; read the diff afterwards
	$(PYTHON) -m pytest tests/cases tests/docs/test_language.py --update-cases

docs: $(READY) ## docs/errors.md from the problem pages, docs/cli.md from --help, docs/catalogue.md from metrics.yaml
	$(PYTHON) docs/build_docs.py

bench: $(READY) ## how long compiling and running take
	$(PYTHON) tests/bench/run.py

torture: $(READY) ## the property tests with many more models, data and queries
	$(PYTHON) -m pytest -n auto --dist loadgroup tests/properties --hypothesis-profile torture

clean: ## what was built or cached, not .venv
	rm -rf dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks .coverage
	find engine tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

# Installed again whenever pyproject.toml is newer. What is there already is taken as it is, without a network.
$(READY): pyproject.toml
	@test -x $(PYTHON) || { \
	  for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    echo "making $(VENV) with $$($$python --version)"; \
	    $$python -m venv $(VENV) || { \
	      rm -rf $(VENV); echo "$$python cannot make a venv: install its venv package (Debian: apt install python3-venv)" >&2; exit 1; }; \
	    break; \
	  done; \
	  test -x $(PYTHON) || { echo "no Python 3.11 or later found: install one, or make $(VENV) with it yourself" >&2; exit 1; }; }
	@$(PYTHON) -m pip install -q --no-index --no-build-isolation -e '.[dev]' 2>/dev/null \
	  || { echo "installing attain and its developers' tools into $(VENV)"; $(PYTHON) -m pip install -q -e '.[dev]'; }
	@touch $@
