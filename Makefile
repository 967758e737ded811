# `make` lists what there is. Everything is installed into .venv, from the lock files.
PYTHON ?= python3
VENV := .venv
# DVC starts `python`, which must be the one that has the packages.
RUN := PATH="$(CURDIR)/$(VENV)/bin:$$PATH"
# torch names its own GPU libraries by exact version; left out of the lock, they are installed only with a GPU build.
COMPILE = $(VENV)/lock/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --no-annotate --no-header

# A failed `python -m venv` leaves a python without pip behind, which must not count as made.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help repro test lint ui experiments track lock clean

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

repro: $(VENV)/run.installed  ## install, run the pipeline, print the answer and where the report is
	@# By itself DVC asks this first as well, but not where it cannot make stages of the settings, nor when none changed.
	@$(RUN) python -m stages.check_params --out data/params.checked
	$(RUN) python -m stages.spread
	@# It has run all that was stale, so that this runs nothing.
	$(RUN) dvc repro
	@echo
	@$(RUN) python -m stages.summary

test: $(VENV)/test.installed lint  ## install with test extras, run the tests
	@# A second thread of each worker would wait for a processor most of the time.
	$(RUN) OMP_NUM_THREADS=1 python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/test.installed  ## check style
	$(RUN) ruff check .

ui: $(VENV)/run.installed  ## show the runs in MLflow: the address of each task
	$(RUN) python -m stages.ui

experiments: $(VENV)/run.installed  ## compare experiments: changed settings, and the difference of each task
	@# Without the columns of changed files and of facts about corpora, which would leave no room for the numbers in 100
	@# columns; nor those of a task's settings where a task was added or removed since the last commit.
	@hidden='data/|reports/|stages|params.yaml|.*\.(homepage|licence|files)$$'; \
	git diff -U0 HEAD -- params.yaml | grep -q '^[-+]    corpus:' && hidden="$$hidden|^tasks\."; \
	$(RUN) dvc exp show --only-changed --drop "$$hidden"

track: $(VENV)/run.installed  ## log the present results to MLflow anew, after mlflow.db was deleted
	$(RUN) dvc repro --force --single-item track

lock:  ## write the lock files anew, with the newest versions that pyproject.toml allows
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet uv==0.13.8
	$(COMPILE) --extra test | grep -vE '^(cuda|nvidia|triton)' > requirements-test.lock
	$(COMPILE) --constraints requirements-test.lock | grep -vE '^(cuda|nvidia|triton)' > requirements.lock
	grep -vxFf requirements.lock requirements-test.lock > $(VENV)/lock/only && mv $(VENV)/lock/only requirements-test.lock

clean:  ## remove the environment
	rm -rf $(VENV)

$(VENV)/run.installed: requirements.lock
$(VENV)/test.installed: requirements.lock requirements-test.lock
$(VENV)/%.installed: | $(VENV)/bin/python
	@echo "Installing into $(VENV); this takes some minutes the first time."
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-compile $(addprefix -r ,$^)
	@# On all processors, which pip cannot; some packages have templates that are no Python, and say so.
	@$(VENV)/bin/python -m compileall -qq -j 0 $(VENV)/lib || true
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13) and "Python 3.11 to 3.13 is needed; name one with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
