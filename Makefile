# Everything a newcomer needs: `make run` and `make test` set up what they use inside .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HOST   ?= 127.0.0.1
PORT   ?= 8000

.PHONY: run test test-cluster check lint fast beside format lock clean evaluate reader ablation bench faults audit sbom
.DEFAULT_GOAL := run
.NOTPARALLEL:

run: $(VENV)/.run ## set up, index the articles and serve on http://127.0.0.1:8000
	@$(BIN)/kb model install --optional
	@$(BIN)/kb serve --watch --host $(HOST) --port $(PORT)

test: needs-test lint model beside ## set up and run every check and every test
	@$(BIN)/python -m pytest -m browser $(PARALLEL) --dist loadfile
	@$(BIN)/python -m pytest -m alone

.PHONY: model
model: $(VENV)/.dev
	@$(BIN)/kb model install --optional

CLUSTER ?= .kb/cluster

test-cluster: $(VENV)/.dev ## run the tests of the engine on OpenSearch; installs it into CLUSTER (needs Maven and Java)
	@sh requirements/needs.sh test-cluster
	@KB_TEST_CLUSTER=$(CLUSTER) $(BIN)/python -m pytest tests/cluster --durations=5

check: lint fast ## the fast part, less than a minute: no browser, no load, nothing slow

lint: $(VENV)/.dev ## lint, formatting, types, files to deploy and the articles
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/hadolint deploy/Containerfile
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose.yaml
	@$(BIN)/kb check --strict

# Tests start hundreds of processes: without bytecode each takes twice as long.
test fast beside: export PYTHONDONTWRITEBYTECODE :=
PARALLEL := -n auto --maxprocesses 8

fast: $(VENV)/.dev
	@$(BIN)/python -m pytest -m 'not slow' $(PARALLEL)

beside: $(VENV)/.dev ## every test that may run beside others: all but browsers, and what measures time or shares an index
	@$(BIN)/python -m pytest -m 'not alone and not browser' $(PARALLEL) --dist loadfile

format: $(VENV)/.dev ## let ruff fix and format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# What make cannot set up itself is said at once.
.PHONY: needs-test
needs-test:
	@sh requirements/needs.sh test $(if $(wildcard $(BIN)/python),,"$(PYTHON)")

$(BIN)/python:
	@sh requirements/needs.sh $(or $(firstword $(MAKECMDGOALS)),run) "$(PYTHON)"
	@$(PYTHON) -m venv $(VENV)

# What is installed is what requirements/*.txt pin: uv itself, what builds kb_service, everything it needs.
UV      := $(BIN)/python requirements/pinned_uv.py
INSTALL := $(UV) pip install -q --compile-bytecode --no-deps --no-build --require-hashes -r
ITSELF  := $(UV) pip install -q --no-deps --no-build-isolation -e .

$(VENV)/.run: $(BIN)/python requirements/run.txt requirements/uv.txt pyproject.toml
	@echo "Setting up $(VENV) (once) ..." >&2
	@$(INSTALL) requirements/run.txt
	@$(ITSELF)
	@touch $@

$(VENV)/.dev: $(BIN)/python requirements/dev.txt requirements/uv.txt pyproject.toml
	@echo "Setting up $(VENV) for development (once) ..." >&2
	@$(INSTALL) requirements/dev.txt
	@$(ITSELF)
	@touch $@ $(VENV)/.run

$(VENV)/.bench: $(VENV)/.dev requirements/bench.txt
	@$(INSTALL) requirements/bench.txt
	@touch $@

$(VENV)/.audit: $(VENV)/.dev requirements/audit.txt
	@$(INSTALL) requirements/audit.txt
	@touch $@

$(VENV)/.reader: $(VENV)/.dev requirements/reader.txt
	@$(INSTALL) requirements/reader.txt
	@touch $@

QUALITY := tests/quality/data
SETS ?= $(QUALITY)/held-out-questions.jsonl $(QUALITY)/billing-questions.jsonl $(QUALITY)/answer-spans.jsonl

RUN ?= .kb/run.json

evaluate: $(VENV)/.dev ## measure answers on judged questions; SETS="FOLDER..." OPTIONS="--typos" REPORT="--plots DIR"
	@$(BIN)/kb index
	@$(BIN)/kb evaluate $(SETS) $(OPTIONS) --save $(RUN) > /dev/null
	@$(BIN)/python -m quality $(RUN) $(REPORT)

reader: $(VENV)/.reader ## train and fit what reads passages of bare folders on judged ones, into the package and docs/reader.md; JUDGED="FOLDER..."
	@$(BIN)/python -m quality.reader_fitting $(OPTIONS) $(JUDGED)

ablation: $(VENV)/.dev ## what each part of the reader is worth and costs, into docs/ablation.md; JUDGED="FOLDER..."
	@$(BIN)/python -m quality.reader_ablation $(OPTIONS) $(JUDGED)

bench: $(VENV)/.bench ## measure speed beside other engines (needs wrk), into docs/benchmarks.md; BENCH_CORPUS=folder
	@$(BIN)/python -m bench $(OPTIONS)

faults: $(VENV)/.dev ## break the service on purpose and count what comes of it (four minutes); OPTIONS=--whole for an hour
	@$(BIN)/python -m faults $(OPTIONS)

audit: $(VENV)/.audit ## is what is installed what was locked, under fit licences, without known vulnerabilities? OPTIONS=--offline
	@$(BIN)/python requirements/audit.py $(OPTIONS)

SBOM ?= .kb/sbom.cdx.json

sbom: $(VENV)/.audit ## write what is shipped, with versions and hashes, as CycloneDX into SBOM
	@mkdir -p $(dir $(SBOM))
	@PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements requirements/image.txt --pyproject pyproject.toml --mc-type application \
	  --output-reproducible --output-format JSON --validate --output-file $(SBOM)
	@echo "$(SBOM)"

LOCK := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
  --no-emit-find-links

lock: $(BIN)/python ## compile requirements/*.txt from pyproject.toml; OPTIONS=--upgrade for the newest versions
	@$(LOCK) --group installer -o requirements/uv.txt $(OPTIONS)
	@$(LOCK) pyproject.toml --group build --extra meaning -o requirements/run.txt $(OPTIONS)
	@for row in "image:--extra postgresql --extra oidc --extra redis --extra mcp" "dev:--extra quality --extra dev" \
	  "audit:--extra audit" "bench:--extra bench" "reader:--extra training"; do \
	  $(LOCK) pyproject.toml --group build --extra meaning $${row#*:} -c requirements/run.txt \
	  -o requirements/$${row%%:*}.txt $(OPTIONS) || exit 1; done

clean: ## remove the virtual environment and what can be built again; kb-data, with the record, stays
	@rm -rf $(VENV)
	@[ ! -d .kb ] || find .kb -mindepth 1 -maxdepth 1 ! -name 'feedback.sqlite3*' -exec rm -rf {} + # old votes
