# `make` lists what there is to do.
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
SPARK_VENV := .venv-spark
SPARK_BIN := $(SPARK_VENV)/bin
# deploy/Containerfile has the same.
UV := uv==0.13.9
# One more than there are processors, because browsers are waited for; each holds a warehouse, so that four are enough.
TEST_PROCESSES ?= $(shell cores=$$(nproc); echo $$((cores < 4 ? cores + 1 : 4)))

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

up: setup  ## start everything: dropped files in, dashboard on 127.0.0.1:8501 (PORT=… for another)
	@$(BIN)/unionboard up --port $(PORT)

setup: $(VENV)/.runtime  ## make .venv with the locked dependencies and the unionboard command, models compiled, static files compressed

test: $(VENV)/.dev  ## run the tests, each file in one of a few processes, those that take longest first (browser tests need Chromium)
	$(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

spark: $(SPARK_VENV)/.runtime  ## make .venv-spark, for models that run on a Spark cluster (docs/spark.md)

cluster-test: $(VENV)/.dev $(SPARK_VENV)/.runtime  ## build on a real Spark cluster of this machine and compare with DuckDB (needs Java 17)
	$(BIN)/python -m pytest tests/cluster -m cluster -x

check: $(VENV)/.dev  ## lint, formatting, types, and no secrets in what git keeps
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python .ci/secrets
	$(BIN)/sqlfluff lint --processes 0 dbt_project

fix: $(VENV)/.dev  ## mend what check complains about, where that can be done by machine
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .
	$(BIN)/sqlfluff fix --processes 0 dbt_project

advisories: $(VENV)/.dev  ## hold the locked dependencies to known vulnerabilities, where advisories can be had
	$(BIN)/python .ci/advisories

sbom: $(VENV)/.dev  ## what the app is made of, as CycloneDX: var/sbom.json
	@mkdir -p var
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --of JSON -o var/sbom.json

bench: $(VENV)/.dev  ## measure what the README says about speed
	$(BIN)/python -m benchmarks

screenshots: $(VENV)/.dev  ## pictures of every page, wide and phone, light and dark, in var/screenshots
	$(BIN)/python -m tests.browser.screenshots

lock: $(VENV)/.uv  ## resolve the dependencies of pyproject.toml again
	$(BIN)/uv pip compile $(LOCK) --extra build -o requirements.lock
	$(BIN)/uv pip compile $(LOCK) --extra build --extra dev -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile $(LOCK) --extra build --extra spark -c requirements.lock -o requirements-spark.lock

LOCK := pyproject.toml --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --custom-compile-command "make lock"

$(VENV)/.uv:
	@$(PYTHON) -m venv $(VENV) || { echo "缺少 Python 的 venv：请先运行 apt install python3-venv（需要 Python 3.11 以上）"; exit 1; }
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 以上：make PYTHON=python3.12 setup"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check $(UV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.uv requirements.lock pyproject.toml
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m dashboard.compressed & $(BIN)/unionboard compile && wait $$!
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

# The app's own dependencies in the same versions, and those of Spark: whoever has no cluster never makes it.
$(SPARK_VENV)/.runtime: $(VENV)/.uv requirements-spark.lock pyproject.toml
	@test -x $(SPARK_BIN)/python || $(PYTHON) -m venv $(SPARK_VENV)
	@$(BIN)/uv pip install --quiet --python $(SPARK_BIN)/python --require-hashes -r requirements-spark.lock
	@$(BIN)/uv pip install --quiet --python $(SPARK_BIN)/python --no-deps --no-build-isolation --editable .
	@$(SPARK_BIN)/python -m warehouse.build.engines.spark
	@touch $@

.PHONY: help up setup test spark cluster-test check advisories sbom fix bench screenshots lock
