# The whole project in one page: `make demo` to try it, `make test` to test it, `make check` for everything else that a change must pass.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# One set of build settings for everything, so that nothing is compiled twice. Only the race detector needs cgo.
export CGO_ENABLED := 0
export GOFLAGS := $(GOFLAGS) -trimpath

.PHONY: help demo build test faults check bench generate cover race clean

help: ## say what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 16

demo: build ## build and start on embedded defaults with a demo world; nothing to set up
	bin/intelliwiz demo

build: ## build bin/intelliwiz, one static file
	go build -ldflags "-s -w" -o bin/intelliwiz ./cmd/intelliwiz

test: ## run every test, on SQLite and PostgreSQL, with Redis and a browser; ends with the coverage
	scripts/ensure-packages postgresql redis chromium python3
	go run ./internal/db/dbtest/with -- scripts/test

faults: build ## run every fault of docs/operations/faults.md at full length, with real processes, and a million requests of chance; an hour, as root
	scripts/ensure-packages postgresql redis
	go run ./internal/db/dbtest/with -- scripts/faults

check: ## format, lint, generated files, modules, secrets, dead code, known vulnerabilities
	scripts/check

generate: ## write the files that are made from others: pages, GraphQL, the README's table
	scripts/generate

bench: build ## hold the product against a bare handler on the same database, 200,000 tickets; writes bench/report.md
	scripts/ensure-packages postgresql
	go build -o bin/bench ./bench
	bin/bench

cover: ## show the coverage of the last `make test`, function by function
	go tool cover -func coverage/total.out

race: ## run every test with the race detector; slow, so not part of `make test`
	scripts/ensure-packages postgresql redis chromium python3
	go run ./internal/db/dbtest/with -- env CGO_ENABLED=1 go test -race -p 2 ./...

clean: ## remove what was built; the demo's data stays
	rm -rf bin coverage
