# What a newcomer types. `make demo` and `make test` set up everything they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_SPECTRA := 6000
# Where torch comes from. On Linux the package index gives the build for GPUs, of some gigabytes; for
# the small one: make demo TORCH_OPTIONS="--index-url https://download.pytorch.org/whl/cpu"
TORCH_OPTIONS ?=

.PHONY: demo serve test lint speed clean

# torch first and pinned: then nothing that asks for it by range brings another build along.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet $(TORCH_OPTIONS) torch==$$(sed -n 's/^torch==//p' constraints.txt)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -c 'import tomllib; g = tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]; print("\n".join(g["lint"] + g["test"]))' > $(VENV)/dev.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --requirement $(VENV)/dev.txt
	$(BIN)/python tests/browser/install.py
	.ci/install-actionlint $(abspath $(VENV))/actionlint
	touch $@

# Without the RESOLUTION images, which nothing here reads: 0.6 GB instead of 2.7.
data/demo/truth.parquet: | $(VENV)/installed
	$(BIN)/catalog simulate data/demo --number $(DEMO_SPECTRA) --no-resolution

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

# One thread for each of the workers: threads of several on the same cores wait for each other. What
# measures time has the machine to itself, and all of its cores.
test: lint
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder \
	  --durations 25 -m "not alone"
	$(BIN)/python -m pytest -m alone

# Ratios to SpectRes, to a bare training loop and to scikit-learn, and pages per second: takes some
# minutes and all cores.
speed: $(VENV)/installed-dev
	$(BIN)/python -m tests.speed.measure

clean:
	rm -rf build/out data/demo
