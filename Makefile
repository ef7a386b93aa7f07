# make run | test | check | e2e | pictures | bench | admin | messages | clean
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
SAY_INSTALL := { echo "Installing the dependencies failed (see above): check the network and the disk, then run the same command again." >&2; exit 1; }

.PHONY: run serve test check e2e pictures bench admin messages clean

run: $(VENV)/run.stamp
	@exec $(BIN)/python manage.py serve --prepare --host $(HOST) --port $(PORT)

admin: $(VENV)/run.stamp
	@$(BIN)/python manage.py prepare
	@$(BIN)/python manage.py createsuperuser

test: $(VENV)/dev.stamp
	@$(BIN)/python -c "import os; print('Testing on', 'the database of DATABASE_URL' if os.environ.get('DATABASE_URL') else 'SQLite; for PostgreSQL set DATABASE_URL=postgres://…')"
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check_content content

# Bytes, requests, axe, policy, Lighthouse: needs Chromium, Node and npm, and installs Lighthouse and axe once.
e2e: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.e2e.budgets $(ARGS)

# The pictures of the READMEs and of shared links, in both languages: needs Chromium.
pictures: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.e2e.pictures

bench: $(VENV)/dev.stamp
	@$(BIN)/python manage.py prepare
	@$(BIN)/python -m bench $(ARGS)

# The Chinese catalogue: collect the strings (needs GNU gettext), translate locale/zh_Hans/LC_MESSAGES/django.po, run again.
messages: $(VENV)/dev.stamp
	$(BIN)/python manage.py makemessages --locale zh_Hans --no-wrap --no-location --ignore var --ignore .venv
	$(BIN)/pybabel compile --domain django --directory locale --statistics

clean:
	rm -rf $(VENV) var

$(VENV)/bin/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Python 3.11 or newer is needed, and $(PYTHON) is not: install one and run, for example, make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python could not make a virtual environment: install its venv module (Debian: apt install python3-venv) and run the same command again." >&2; exit 1; }

# TORCH_INDEX names another index for torch alone, such as PyTorch's CPU wheels.
$(VENV)/run.stamp: requirements.txt requirements-web.txt | $(VENV)/bin/python
	@echo "Installing what the site needs (once) …"
	@$(if $(TORCH_INDEX),$(PIP) --index-url $(TORCH_INDEX) --no-deps $$(grep '^torch==' requirements.txt) || $(SAY_INSTALL),true)
	@$(PIP) -r requirements.txt || $(SAY_INSTALL)
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "Installing what the tests need (once) …"
	@$(PIP) -r requirements-dev.txt || $(SAY_INSTALL)
	@touch $@
