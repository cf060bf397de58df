.DEFAULT_GOAL := help
.PHONY: setup lock help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv with the locked packages
	@sh scripts/setup

lock: setup ## resolve pyproject.toml into the lock files (ARGS="--upgrade" for the newest)
	@sh scripts/lock $(ARGS)
