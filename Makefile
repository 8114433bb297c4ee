# Thin verbs; what they do stands in the scripts they call.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help demo test check unit doc e2e fuzz budget budget-renew bench-frontend conformance bench releases image generate engine-up engine-down engine-status clean

help: ## Says what there is
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1 \2/p' $(MAKEFILE_LIST) | while read -r verb what; do printf '  make %-14s %s\n' "$$verb" "$$what"; done

demo: ## Builds a real Airflow image through the frontend, and runs it
	@examples/demo/run

test: unit doc e2e ## Runs every test

check: ## Format, lints, licences, scripts, Dockerfile
	@dev/check

unit: ## Runs the tests that need no engine
	@eval "$$(dev/tools)" && cargo nextest run --workspace --locked --filterset 'not test(/^e2e::/)'

doc: ## Runs the examples in the documentation
	@cargo test --doc --workspace --locked

fuzz: ## Feeds the readers with whatever breaks them, for two minutes
	@fuzz/run 60

e2e: ## Runs the tests on a real engine
	@dev/e2e

budget: ## Compares instructions and memory of the shipped binary with what is recorded
	@dev/budget

budget-renew: ## Records them
	@dev/budget renew

bench-frontend: ## Measures how long a build waits for the frontend, and records it
	@dev/budget times

conformance: ## Runs the tests that docs/conformance.md names
	@dev/conformance

bench: ## Compares speed and size with a Dockerfile that does the same, and writes docs/performance.md
	@python3 benches/compare

releases: ## Compares what is known of Airflow's releases with the package index
	@eval "$$(dev/tools)" && cargo nextest run --locked --test suite --run-ignored only --filterset 'test(/^releases::/)'

image: ## Builds the frontend image for amd64 and arm64, and pushes it to localhost:5000
	@tests/engine/engine up
	@dev/frontend

generate: ## Writes the code of BuildKit's messages anew
	@cargo run --locked -p buildkit-proto --example generate

engine-up: ## Starts an engine where none answers
	@tests/engine/engine up

engine-down: ## Stops what engine-up started, and keeps its cache
	@tests/engine/engine down

engine-status: ## Says what runs
	@tests/engine/engine status

clean: ## Removes what was compiled; `tests/engine/engine clean` removes the engine
	@cargo clean
