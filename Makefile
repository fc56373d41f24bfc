# What a newcomer types. `make demo` and `make test` set up everything they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_SPECTRA := 6000

.PHONY: demo serve test lint clean

# torch first and pinned: asked for by range, it would bring gigabytes of GPU libraries along.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt torch==$$(sed -n 's/^torch==//p' constraints.txt)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -c 'import tomllib; g = tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]; print("\n".join(g["lint"] + g["test"]))' > $(VENV)/dev.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --requirement $(VENV)/dev.txt
	$(BIN)/python tests/browser/install.py
	touch $@

data/demo/truth.parquet: | $(VENV)/installed
	$(BIN)/catalog simulate data/demo --number $(DEMO_SPECTRA)

demo: $(VENV)/installed data/demo/truth.parquet
	$(BIN)/catalog build build/demo.toml
	@echo "The site is build/out/demo/site. To look at it: make serve"

serve: $(VENV)/installed
	$(BIN)/catalog serve build/demo.toml

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest

clean:
	rm -rf build/out data/demo
