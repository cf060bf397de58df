.DEFAULT_GOAL := help
# Where it is set, every process compiles a thousand modules again.
unexport PYTHONDONTWRITEBYTECODE
PYTHON := .venv/bin/python
PORT ?= 8000

# What production would have; only `manage.py check --deploy` and its like look at it.
DEPLOYED := ENV_FILE=/dev/null SITE_URL=https://walk.clinic.example ALLOWED_HOSTS=walk.clinic.example \
	DATABASE_URL=sqlite:///:memory: EMAIL_URL=smtp://mail.clinic.example TRUSTED_PROXIES=1 \
	SECRET_KEY=checks-7Kq2vXz9RmT4bW8nLc3JdY6hFs1GpA5eUoQi0kBxVtNyMw

.PHONY: help setup lock demo test quick test-all lint docs types sound check stack bench scale export-bench year faults planted mutants fuzz screenshots audit licences sbom clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv with the locked packages
	@sh scripts/setup

demo: setup ## run a clinic with a history on SQLite (PORT=8000, FRESH=1 to start over)
	@PORT=$(PORT) FRESH=$(FRESH) $(PYTHON) -m scripts.demo

test: setup ## run the whole suite on SQLite, PostgreSQL, real processes and a browser (ARGS="-k ladder")
	@$(PYTHON) -m scripts.test $(ARGS)

quick: setup ## the tests that need no browser, no extra process and no server, on SQLite (ARGS="tests/care")
	@$(PYTHON) -m pytest -n auto -m "not browser and not stack and not slow" $(ARGS)

test-all: setup ## everything, and every test on both databases; lists the SQL that `make test` does not try on PostgreSQL
	@$(PYTHON) -m scripts.test --all $(ARGS)

lint: setup docs ## ruff, the layering rule, the documentation, the lock files, the Dockerfile and the compose file
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	@ENV_FILE=/dev/null .venv/bin/lint-imports --no-cache --no-logo
	@sh scripts/lock --check
	.venv/bin/hadolint Dockerfile
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

docs: setup ## build the documentation site in var/site; fails for a dead link or a page that cannot be reached
	@.venv/bin/mkdocs build --strict # not --quiet, which would also let warnings pass

types: setup ## mypy with Django's types
	$(PYTHON) -m mypy

sound: setup ## migrations are complete, and Django finds nothing against deploying
	$(DEPLOYED) $(PYTHON) manage.py makemigrations --check --dry-run
	$(DEPLOYED) $(PYTHON) manage.py check --deploy --fail-level WARNING

check: lint types sound test ## everything that the gate (.ci/run) checks

lock: setup ## resolve pyproject.toml into the lock files (ARGS="--upgrade" for the newest)
	@sh scripts/lock $(ARGS)

stack: setup ## build the images, bring up the compose file, walk a week of a plan through it, and break it
	@$(PYTHON) -m scripts.stack $(ARGS)

bench: setup ## measure against floors of plain Python and SQL (SHORT=1 for a quick look); writes var/bench.json
	@$(PYTHON) -m bench.run $(if $(SHORT),--short) $(ARGS)

scale: setup ## a million plans and a hundred million walks, for hours (ARGS="--plans 10000 100000 --walks 1000000"); writes var/scale.json
	@$(PYTHON) -m bench.scale $(ARGS)

export-bench: setup ## the research export of ever more plans, and the memory it holds (ARGS="--plans 10000"); writes var/export.json
	@$(PYTHON) -m bench.export $(ARGS)

year: setup ## follow invented patients for a year and hold the evidence page against what is so of them (ARGS="--patients 200"); writes var/year.json
	@$(PYTHON) -m bench.year $(ARGS)

faults: setup ## kill, stop and refuse whatever can be, and count what was lost or doubled (SHORT=1); writes var/faults.json
	@$(PYTHON) -m tests.faults.run $(if $(SHORT),--short) $(ARGS)

planted: setup ## plant each known mistake in a copy, and check that the tests catch it (ARGS="--only mail"); writes var/planted.json
	@$(PYTHON) -m tests.planted.run $(ARGS)

mutants: setup ## change the rules of the programme bit by bit, and count what their tests notice (ARGS="--only review"); writes var/mutants.json
	@$(PYTHON) -m tests.planted.mutants $(ARGS)

fuzz: setup ## answer every form of every page as nobody should, 2,000 times as each role (WAYMARK_FUZZ=500)
	@WAYMARK_FUZZ=$(or $(WAYMARK_FUZZ),2000) $(PYTHON) -m pytest tests/security/test_fuzz.py -q -s --show-capture=no --timeout=0

screenshots: setup ## take the pictures of the README and the docs from a running demo
	@$(PYTHON) -m scripts.screenshots $(ARGS)

audit: setup ## ask the registry for known holes in the locked packages of production (says so and passes without a network)
	@sh scripts/supply audit

licences: setup ## list the licences of the packages that production runs on in var/licences.csv; fails for one that does not fit
	@sh scripts/supply licences

sbom: setup ## write var/sbom.cdx.json (CycloneDX): what production is made of
	@sh scripts/supply sbom

clean: ## remove caches and everything under var/ except the demo's clinic
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/static var/tests
	find . -name __pycache__ -not -path './.venv/*' -not -path './.uv/*' -prune -exec rm -rf {} +
