# One command each. `make` alone lists them. A new target is a line with `## what it does` and, below it, how.
PYTHON   ?= python3
VENV     := .venv
PY       := $(VENV)/bin/python
TYPED    := engine desk indonesia audio sessions scenarios store credentials.py environment.py settings.py variables.py logs.py
UV       := uv==0.13.9
TESTS_AT_ONCE ?= 3

.DEFAULT_GOAL := help
.PHONY: help venv run test check browser looks api mutants walk walks stages fuzz faults desk bench lock clean

help:            ## this list
	@echo "Sambung answers telephones and texts with menus written in YAML."
	@echo
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16
	@echo
	@echo "PORT=8000 EMULATOR_PORT=8010 CONSOLE_PORT=8020 INSTANCE=instance move a service aside; PYTHON=python3.12 chooses the interpreter of a new $(VENV)."

venv: $(VENV)/.runs  ## the virtual environment with what runs Sambung (made again only when requirements.txt changes)

run: $(VENV)/.runs  ## start everything: webhook workers, job worker, carrier emulator; Ctrl-C stops it
	@exec $(PY) app.py run

test: check browser  ## check, then every test, three files at a time (TESTS_AT_ONCE)
	$(PY) -m pytest -n $(TESTS_AT_ONCE) --dist loadfile

check: $(VENV)/.checks  ## format, lint, types, import law, flows and their tests: under a minute
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy $(TYPED)
	$(VENV)/bin/lint-imports
	$(PY) app.py check flows/
	$(PY) app.py test flows/

mutants: $(VENV)/.checks  ## 500 slips of the hand in the services: what share of the harmful ones is refused? some minutes
	$(PY) -m tests.checks.mutants --mutants 500
	$(PY) -m tests.checks.compare

walk: $(VENV)/.checks  ## every key path of at most six keys through every service, by telephone: some minutes
	$(PY) -m tests.walks.walk --keys 6 --night --withheld

walks: $(VENV)/.checks  ## 10,000 random walks over HTTP, by telephone and text, against what the explorer foresees: some minutes
	$(PY) -m tests.walks.random_walks --walks 10000

stages: $(VENV)/.checks  ## every flow test with the engine alone and over HTTP, compared line by line: some minutes
	$(PY) app.py test flows/ --depth both

looks: $(VENV)/.checks browser  ## axe-core on every page of the console in every language, width and colour: some minutes
	EVERY_LOOK=1 $(PY) -m pytest tests/web/test_every_page.py

api: $(VENV)/.checks  ## requests of every shape made from the API's document, 200 right and 200 wrong ones for each operation: some minutes
	$(PY) -m tests.web.api.fuzz --examples 200

fuzz: $(VENV)/.checks  ## 50,000 made-up flows and texts through the TwiML renderer: some minutes
	FUZZ_CASES=50000 $(PY) -m pytest tests/ivr/test_render_fuzz.py

faults: $(VENV)/.checks  ## 5,000 webhooks in three copies, 500 recordings and 60 callers while workers are killed: some minutes
	$(PY) -m tests.faults.shuffled --keys 5000 --kill-every 0.5
	$(PY) -m tests.faults.transcribing --messages 100
	$(PY) -m tests.faults.recordings --recordings 500 --kill-every 2
	$(PY) -m tests.faults.line --callers 60 --kills 10

desk: $(VENV)/.checks  ## 100,000 random days at the desk, watched by an oracle: half an hour
	$(PY) -m tests.desk.model --histories 100000 --processes 2

bench: $(VENV)/.checks  ## measured ratios against named baselines
	$(PY) -m bench

lock: $(VENV)/.runs  ## compile requirements*.in to requirements*.txt with hashes (after editing an .in file)
	$(PYTHON) -m venv .cache/lock
	.cache/lock/bin/python -m pip install --quiet $(UV)
	for name in requirements requirements-dev; do \
	  .cache/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command 'make lock' $$name.in -o $$name.txt || exit 1; \
	done

clean:           ## remove what `make` made (never instance/: callers' data live there)
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './instance/*' -prune -exec rm -rf {} +

# The stamps say what is installed, so that the second `make run` starts at once.
$(VENV)/.runs: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Sambung needs Python 3.11 to 3.13; $(PYTHON) is $$($(PYTHON) --version 2>&1). Choose one: make venv PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) has no venv module. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.checks: requirements-dev.txt $(VENV)/.runs
	$(PY) -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# Pages are tested in Debian's own browser: as root it is installed, anybody else is told how.
browser:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	  echo "installing chromium, in which the pages are tested" && apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
	  { echo "The pages are tested in a browser: apt-get install chromium"; exit 1; }
