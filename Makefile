# wasm-hba. `make run` and `make test` do all set-up; nothing is needed but Node 20.19+ with npm, make and git.
.DEFAULT_GOAL := help
NODE := node
SOURCES := $(shell find device harness schemas guest-drivers scripts -type f -not -path '*/node_modules/*' 2>/dev/null) tsconfig.json tsconfig.build.json

.PHONY: help run test build check format bench clean

help:
	@echo "make run    boot both sample drivers on one interrupt line, run verified I/O, print the latency verdict"
	@echo "make test   all tests"
	@echo "make build  compile the bench and the drivers into dist/"
	@echo "make check  format, lint, types, generated files"
	@echo "make format put the sources into shape"
	@echo "make bench  speed of the bench itself on this machine"
	@echo "make clean  remove what was built"

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

dist/.built: node_modules/.package-lock.json $(SOURCES)
	npm run --silent build
	@touch $@

build: dist/.built

run: dist/.built
	@mkdir -p dist/images && rm -f dist/images/*.img
	$(NODE) dist/harness/cli/main.js run docs/scenarios/shared-line.hba.json

test: dist/.built
	npm test --silent

check: dist/.built
	npm run --silent check

format: node_modules/.package-lock.json
	npm run --silent format

bench: dist/.built
	npm run --silent bench

clean:
	rm -rf dist coverage .cache
