# Everything starts here: make run, make test, make check. ARGS="…" passes options on.
# Candidates are run, since one on the PATH may be an empty shell; pyenv's own versions are tried after the PATH.
PYTHON ?= $(shell for p in $$(for v in 3.13 3.12 3.11 3.14; do \
		echo python$$v "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$$v*/bin/python$$v; done) python3; do \
	$$p -c 'import sys, venv, ensurepip, ssl, sqlite3; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null \
	&& echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
ARCH ?= arm64
STACK ?= earshot
SAM ?= sam
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check format simulate build deploy bench screenshots train openapi docs lock clean

help:  ## Show what there is to make
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(VENV)/ready-run  ## Set up and start the listening post on this machine
	@$(BIN)/earshot run $(ARGS)

test: check  ## Set up, check, and run every ring of tests
	EARSHOT_OFFLINE=1 $(BIN)/python -m pytest $(ARGS)

check: $(VENV)/ready-dev  ## Lint, format, types, layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/cfn-lint --append-rules cfn_lint_serverless.rules --template template.yaml infra/mail-in.yaml

format: $(VENV)/ready-dev  ## Put the code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

simulate: $(VENV)/ready-dev  ## Run many fault schedules (EARSHOT_SCHEDULES=1000), or a day of 200 brands (ARGS="brands --write")
	@$(if $(filter brands,$(firstword $(ARGS))),EARSHOT_OFFLINE=1 PYTHONPATH=tests $(BIN)/python -m simulation $(ARGS),\
	EARSHOT_OFFLINE=1 EARSHOT_SCHEDULES=$${EARSHOT_SCHEDULES:-1000} $(BIN)/python -m pytest tests/simulation $(ARGS))

build: $(VENV)/ready-dev  ## Build what the Lambdas run (ARCH=host for this machine)
	@$(BIN)/python tools/build_functions.py --arch $(ARCH) $(ARGS)

deploy: $(VENV)/ready-dev  ## Build and deploy to your AWS account (MAIL_FROM=you@example.com the first time)
	@$(SAM) --version >/dev/null 2>&1 || { echo "make deploy needs the AWS SAM CLI; install it, or say SAM=/path/to/sam."; exit 2; }
	@$(BIN)/python tools/build_functions.py --arch arm64
	$(SAM) deploy --template-file build/arm64/template.yaml --stack-name $(STACK) \
		$(if $(MAIL_FROM),--parameter-overrides MailFrom=$(MAIL_FROM)) $(ARGS)
	@$(BIN)/earshot --stack $(STACK) setup

bench: $(VENV)/ready-dev  ## Measure speed and cost (ARGS=--write keeps docs/benchmarks.md)
	@EARSHOT_OFFLINE=1 PYTHONPATH=tests $(BIN)/python -m benchmarks $(ARGS)

screenshots: $(VENV)/ready-dev  ## Take the pictures of the pages anew (needs Chromium)
	EARSHOT_OFFLINE=1 EARSHOT_SCREENSHOTS=docs/images $(BIN)/python -m pytest tests/browser

train: $(VENV)/ready-dev  ## Train the embedded classifier anew (DATA=folder of labelled texts)
	$(BIN)/python -m pip install --quiet '.[train]'
	$(BIN)/python tools/train_classifier.py --data $(DATA) $(ARGS)

openapi: $(VENV)/ready-dev  ## Write the contract that the API serves anew from infra/openapi.yaml
	$(BIN)/python -c "import json, yaml; print(json.dumps(yaml.safe_load(open('infra/openapi.yaml')), indent=1, ensure_ascii=False))" \
		> functions/earshot/web/static/openapi.json

docs: $(VENV)/ready-dev  ## Write docs/sources.md and docs/unheard.md anew from the code
	@$(BIN)/python tools/write_documents.py $(ARGS)

lock: $(VENV)/ready-dev  ## Write the lock files anew from pyproject's ranges
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
		--output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
		--extra dev --output-file requirements-dev.lock pyproject.toml

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Earshot needs Python 3.11 to 3.14 with venv; none was found. Install one, or say PYTHON=/path/to/python."; exit 2; }
	@echo "Setting up .venv with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV)

# The lock files are complete, so --no-deps: older pips else look for newer versions of what is asked for with extras.
$(VENV)/ready-run: $(VENV)/bin/python requirements.lock pyproject.toml functions/requirements.txt
	@echo "Installing what Earshot needs ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready-run requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

clean:  ## Remove what was built or installed here; keeps the data in .earshot
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
