# The work is in the scripts that these targets call.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help demo test check unit doc e2e fuzz budget budget-renew bench-frontend conformance bench releases image generate engine-up engine-down engine-status clean

help: ## Lists the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1 \2/p' $(MAKEFILE_LIST) | while read -r verb what; do printf '  make %-14s %s\n' "$$verb" "$$what"; done

demo: ## Builds a real Airflow image with the frontend, and runs it
	@examples/demo/run

test: unit doc e2e ## Runs every test

check: ## Checks format, lints, layers, licenses, scripts, Dockerfile
	@dev/check

unit: ## Runs the tests that need no engine
	@eval "$$(dev/tools)" && cargo nextest run --workspace --locked --filterset 'not test(/^e2e::/)'

doc: ## Runs the examples in the documentation
	@cargo test --doc --workspace --locked

fuzz: ## Fuzzes the parsers for two minutes
	@fuzz/run 60

e2e: ## Runs the tests on a real engine
	@dev/e2e

budget: ## Compares the instructions and memory of the shipped binary with the recorded limits
	@dev/budget

budget-renew: ## Records new limits
	@dev/budget renew

bench-frontend: ## Measures how long a build waits for the frontend, and records it
	@dev/budget times

conformance: ## Runs the tests that docs/conformance.md names
	@dev/conformance

bench: ## Compares speed and size with a Dockerfile that does the same, and writes docs/performance.md
	@python3 benches/compare

releases: ## Compares the table of Airflow's releases with the package index
	@eval "$$(dev/tools)" && cargo nextest run --locked --test suite --run-ignored only --filterset 'test(/^releases::/)'

image: ## Builds the frontend image for amd64 and arm64, and pushes it to localhost:5000
	@tests/engine/engine up
	@dev/frontend

generate: ## Regenerates the code of BuildKit's messages
	@cargo run --locked -p buildkit-proto --example generate

engine-up: ## Starts an engine if none answers
	@tests/engine/engine up

engine-down: ## Stops the engine that engine-up started, and keeps its cache
	@tests/engine/engine down

engine-status: ## Shows which engine runs
	@tests/engine/engine status

clean: ## Removes compiled code; `tests/engine/engine clean` removes the engine
	@cargo clean
