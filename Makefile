# Everything runs in .venv, which `make venv` makes; `make help` lists the targets.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# The CPU build of torch comes first: anything that depends on torch would otherwise fetch a build with CUDA.
TORCH := torch==2.13.0
# Sources that the demonstration and the zoo read. They depend on torch or torchvision, hence --no-deps.
SOURCES := torchvision==0.28.0 timm==1.0.31 vit-pytorch==1.26.11 unet-pytorch==0.4.3 dcgan-pytorch==0.2.0 \
	vaes-ptorch==0.0.1 efficientnet-pytorch==0.7.1 sagar-neuron-gpt2==0.1.9 labml-nn==0.5.1

# One thread a process: the tests and tools run several processes side by side.
export OMP_NUM_THREADS ?= 1
export TF_CPP_MIN_LOG_LEVEL ?= 3
export TF_ENABLE_ONEDNN_OPTS ?= 0

.PHONY: help venv demo test test-full quick zoo bench lint types clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /  \1	/p' $(MAKEFILE_LIST)

venv: $(STAMP) ## make the virtual environment, pinned packages first

$(STAMP): pyproject.toml Makefile
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet '$(TORCH)'
	$(BIN)/pip install --quiet --editable '.[torch,tensorflow,dev]'
	$(BIN)/pip install --quiet pillow
	$(BIN)/pip install --quiet --no-deps --no-build-isolation $(SOURCES)
	touch $@

demo: venv ## migrate the demonstration's models to every target, verify, tabulate
	$(BIN)/python -m demo

test: venv ## the test suite
	$(BIN)/pytest -n 2 --dist loadgroup -q --durations=20 -m 'not full'

test-full: venv ## also every model at every precision on every backend
	$(BIN)/pytest -n 2 --dist loadgroup -q --durations=20

quick: venv ## the tests that need no framework and no model
	$(BIN)/pytest -n 2 --dist loadgroup -q -m 'not slow and not full' --ignore tests/demo

zoo: venv ## migrate torchvision and timm, verify every architecture (hours; resumes where it stopped)
	$(BIN)/python -m demo.zoo

bench: venv ## migration speed, run time of the output, checkpoint conversion
	$(BIN)/python -m benchmarks

lint: venv ## ruff
	$(BIN)/ruff check .

types: venv ## mypy
	$(BIN)/mypy

clean: ## remove what the targets wrote, not the virtual environment
	rm -rf build .pytest_cache .ruff_cache .mypy_cache
