# Two jobs, each from a bare clone: `make verify` (the main job) and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: verify test lint reference clean

verify: $(VENV)/.core
	$(BIN)/optproof verify $(ARGS)

test: $(VENV)/.full lint
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

# The claims reference is generated; a test asks whether the committed one is current.
reference: $(VENV)/.core
	$(BIN)/python -m paper_checks.reference > docs/claims.md

lint: $(VENV)/.full
	$(BIN)/ruff check .
	$(BIN)/mypy

# A stamp file records what was installed; a change of pins or of pyproject installs again.
$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "optproof needs Python 3.11 or newer; name one with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e .
	touch $@

$(VENV)/.full: $(VENV)/.core
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[train,dev]'
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info
