# Everything a developer or operator does by hand; `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
UV := build/uv/bin/uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"

# Other services' clients, each in an environment of its own: they would not go together.
PYTHON_CLIENTS := akismet google-api-python-client openai pykismet3
NODE_CLIENTS := tests/compat/clients/node

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test stress clients lint fmt bench lock clean

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  PYTHON=python3.12 chooses the interpreter for .venv, PARLEY_PORT=9000 the port of make run"

install: .venv/run.stamp ## make .venv with what Parley needs to run

run: .venv/run.stamp ## start Parley on port 8000 with its data in ./data
	@exec $(BIN)/parley serve

test: .venv/test.stamp ## run the tests; what was skipped is listed with the reason
	$(BIN)/python -m pytest

stress: .venv/test.stamp ## run the long tests
	$(BIN)/python -m pytest -m stress --timeout 3600

clients: $(PYTHON_CLIENTS:%=build/clients/%.stamp) build/clients/node.stamp ## install other services' clients for the tests of the doors

lint: .venv/test.stamp ## check style, types, import directions, container files
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/shellcheck .ci/run
	$(BIN)/hadolint --failure-threshold style Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

fmt: .venv/test.stamp ## format the code and repair what can be repaired
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format

bench: .venv/bench.stamp ## measure; DATA=folder adds the classifier beside its peers
	$(BIN)/python -m bench $(if $(DATA),--data $(DATA))

lock: $(UV) ## choose the versions anew: requirements/*.txt
	echo "setuptools>=80" > build/build.in
	$(LOCK) pyproject.toml build/build.in --extra second-opinion --output-file requirements/run.txt
	$(LOCK) pyproject.toml build/build.in --extra second-opinion --extra train --extra oidc --extra store --group test --constraint requirements/run.txt \
		--output-file requirements/test.txt
	for client in $(PYTHON_CLIENTS); do \
		echo "$$client" | $(LOCK) - --output-file "requirements/clients-$$client.txt"; \
	done
	npm update --prefix $(NODE_CLIENTS) --package-lock-only --omit-lockfile-registry-resolved
	$(LOCK) --group bench --constraint requirements/test.txt --output-file requirements/bench.txt

clean: ## remove .venv and what was built; ./data stays
	rm -rf .venv build $(NODE_CLIENTS)/node_modules *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/run.stamp: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Parley needs Python 3.11 or later; name one, as in: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing into .venv; this takes about a minute, once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: .venv/run.stamp requirements/test.txt
	@echo "Installing what the tests need."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

build/clients/node.stamp: $(NODE_CLIENTS)/package-lock.json
	npm ci --prefix $(NODE_CLIENTS) --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p $(@D)
	@touch $@

build/clients/%.stamp: requirements/clients-%.txt
	@$(PYTHON) -m venv build/clients/$*
	@build/clients/$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/bench.stamp: .venv/test.stamp requirements/bench.txt
	@echo "Installing what the benchmarks compare with."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

$(UV):
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
