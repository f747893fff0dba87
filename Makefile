# The one entry point for work. CI runs these targets and nothing of its own.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# uv from the machine when it is there, otherwise one inside the virtual environment.
UV     := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)

.PHONY: start test slow retest corpus setup lint verify bench bench-quick lock clean

start: setup      ## set up, create a workspace in my-posts/ and grade its first lesson
	@$(BIN)/checker start

test: setup       ## set up and run the tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

slow: setup       ## the tests that take long, some of them on Apache Kafka and PostgreSQL
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "slow and not corpus"

retest: setup     ## the tests that failed last, one after another on a quiet machine
	@$(BIN)/python -m pytest --last-failed --last-failed-no-failures none -m "not docker"

corpus: setup     ## warm and cold reports are equal for every check; ONLY=NAME for some
	@$(BIN)/python -m pytest -n auto --dist worksteal -m corpus $(if $(ONLY),-k "$(ONLY)")

lint: setup       ## style, types and the import contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

verify: setup     ## hold every lesson to its invariants; SINCE=COMMIT for those changed since
	@$(BIN)/checker dev verify $(if $(SINCE),--since "$(SINCE)")

bench: setup      ## measure every lesson, some minutes; table and plot in bench/results
	@$(BIN)/python -m bench

bench-quick: setup  ## the ratios of lesson 06 within a minute, the last line as JSON
	@$(BIN)/python -m bench --quick

setup: $(VENV)/.done

# In a clone that was moved, the environment is made anew.
ifneq ($(shell cat $(VENV)/.done 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.done
endif

$(VENV)/.done: requirements.lock pyproject.toml
	@.ci/environment "$(PYTHON)"
	@test -x "$(UV)" || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=$(VENV) $(UV) pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --editable .
	@echo "$(CURDIR)" >$@

lock:             ## compile requirements.lock anew from pyproject.toml
	@$(UV) pip compile --quiet --universal --generate-hashes --all-extras --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	  --output-file requirements.lock pyproject.toml

clean:            ## remove the environment and caches; a learner's workspace stays
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
