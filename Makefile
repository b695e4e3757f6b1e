# make demo   set up, then grade the example class
# make test   set up, then check style, types and behaviour (under ten minutes on two cores)
# make slow   the long suites that `make test` leaves out
# make fuzz   many more examples than the long suites try (FUZZ_EXAMPLES, default 200000), other ones each time
# make bench  the timings of the README
#
# Variables: PYTHON (default python3), VENV (default .venv), PIP_ARGS (for pip, such as an index that has a CPU build
# of torch).

PYTHON ?= python3
VENV ?= .venv
PIP_ARGS ?=
FUZZ_EXAMPLES ?= 200000
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet $(PIP_ARGS) -c constraints.txt

.PHONY: demo test slow fuzz bench clean

demo: $(VENV)/installed
	@$(BIN)/grader batch examples/csc413_a2_2025 --out demo-marks; \
	code=$$?; [ $$code -eq 3 ] && echo "(Exit code 3: some of the example hand-ins cannot be read, as they are meant to.)"; \
	[ $$code -eq 0 ] || [ $$code -eq 3 ]

test: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow" -n 2 --dist loadfile

slow: $(VENV)/installed
	$(BIN)/pytest -m slow

fuzz: $(VENV)/installed
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/pytest tests/fuzz -m slow -k many

bench: $(VENV)/installed
	$(BIN)/python benchmarks/one_more_hand_in.py
	$(BIN)/python benchmarks/regrade.py --hand-ins 200

clean:
	rm -rf $(VENV) demo-marks build *.egg-info

$(VENV)/installed: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11. Name a newer one: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) (torch first; this takes a minute or two)..."
	$(PYTHON) -m venv $(VENV)
	$(PIP) setuptools wheel
	$(PIP) torch==2.13.0
	$(PIP) --no-build-isolation -e '.[dev]'
	@touch $@
