# Everything a newcomer needs: `make run` and `make test` set up what they use inside .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HOST   ?= 127.0.0.1
PORT   ?= 8000

.PHONY: run test check format lock clean evaluate fit bench
.DEFAULT_GOAL := run

run: $(VENV)/.run ## set up, index the articles and serve on http://127.0.0.1:8000
	@$(BIN)/kb model install --optional
	@$(BIN)/kb serve --host $(HOST) --port $(PORT)

test: $(VENV)/.dev ## set up and run every check and every test
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest

check: $(VENV)/.dev ## lint, formatting, types and the articles
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/kb check --strict

format: $(VENV)/.dev ## let ruff fix and format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "kb_service needs Python 3.11 or newer: call make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "python3 cannot make a virtual environment: on Debian, apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.run: $(BIN)/python requirements/run.txt pyproject.toml
	@echo "Setting up $(VENV) (once) ..." >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements/bench.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

$(VENV)/.dev: $(BIN)/python requirements/dev.txt pyproject.toml
	@echo "Setting up $(VENV) for development (once) ..." >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@ $(VENV)/.run

QUALITY := tests/quality/data
SETS ?= $(QUALITY)/held-out-questions.jsonl $(QUALITY)/billing-questions.jsonl $(QUALITY)/answer-spans.jsonl

RUN ?= .kb/run.json

evaluate: $(VENV)/.dev ## measure answers on judged questions; SETS="FOLDER..." OPTIONS="--typos" REPORT="--plots DIR"
	@$(BIN)/kb index
	@$(BIN)/kb evaluate $(SETS) $(OPTIONS) --save $(RUN) > /dev/null
	@$(BIN)/python -m quality $(RUN) $(REPORT)

fit: $(VENV)/.dev ## fit the model behind confidence; FITTED="FOLDER..." for collections beside the articles
	@$(BIN)/python -m quality.confidence_fitting $(FITTED)

bench: $(VENV)/.bench ## measure speed beside other engines (needs wrk), into docs/benchmarks.md; BENCH_CORPUS=folder
	@$(BIN)/python -m bench $(OPTIONS)

lock: ## compile requirements/*.txt from pyproject.toml
	@$(BIN)/python -m pip install -q uv
	@for row in "run:--extra meaning" "dev:--extra meaning --extra quality --extra dev" "bench:--extra meaning --extra bench"; do \
	  $(BIN)/uv pip compile pyproject.toml $${row#*:} -q --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-emit-index-url --no-emit-find-links -o requirements/$${row%%:*}.txt || exit 1; done

clean: ## remove the virtual environment and the built index
	@rm -rf $(VENV) .kb
