# Thin targets: each is one command that also works by hand (README says how on Windows).
PYTHON ?= python3
BIN := .venv/bin
FAST := -m "not postgres and not slow and not thorough"
MEASURED := -m "measured"
REST := -m "not measured and not thorough"

unexport PYTHONDONTWRITEBYTECODE # hundreds of processes import the same modules while the tests run: compile them once

.PHONY: demo test thorough check fast bench docs clean

demo: .venv/ready
	$(BIN)/jembatan demo

test: .venv/ready
	$(BIN)/python -m pytest -n auto --dist worksteal -q

thorough: .venv/ready
	$(BIN)/python -m pytest -n auto --dist worksteal -q -m thorough

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir .venv/site
	$(BIN)/python -m pytest -n auto --dist worksteal -q $(MEASURED) --cov --cov-report=term:skip-covered
	$(BIN)/python -m pytest -n auto --dist worksteal -q $(REST)

fast: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/python -m pytest -n auto --dist worksteal -q $(FAST)

bench: .venv/ready
	$(BIN)/python -m bench

docs: .venv/ready
	$(BIN)/mkdocs serve

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Jembatan needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' -c constraints.txt
	touch $@

clean:
	rm -rf .venv .demo .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
