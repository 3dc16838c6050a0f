# Thin on purpose: every recipe is a line or two that can be typed by hand. `make` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build demo test bench wpt test262 lint fmt fuzz mutation clean

PRESET ?= release
FUZZ_SECONDS ?= 20

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  PRESET=dev|release|asan|tsan chooses the build for build and test (now: $(PRESET))."

setup: ## install what the build needs (Debian packages, pinned npm packages)
	@scripts/bootstrap

build: setup ## build ./build/mayfly
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET)

demo: build ## a short tour on this machine
	scripts/demo

test: build ## build, then run every test that is not labelled slow
	ctest --preset $(PRESET)

bench: build ## measure this machine and write docs/benchmarks.md
	./build/mayfly bench --rival-workerd auto --report docs/benchmarks.md

# The suites are not part of this repository; tests/wpt/README.md and tests/test262/README.md say where to get them.
NODE = $(firstword $(wildcard node_modules/node-linux-*/bin/node))
wpt: build ## run web-platform-tests from WPT_DIR (one checkout or several)
	@[[ -n "$(WPT_DIR)" ]] || { echo "wpt: WPT_DIR=DIR is missing; see tests/wpt/README.md" >&2; exit 2; }
	$(NODE) tests/wpt/run.mjs $(addprefix --wpt ,$(WPT_DIR))

test262: build ## run a sample of test262 from TEST262_DIR
	@[[ -n "$(TEST262_DIR)" ]] || { echo "test262: TEST262_DIR=DIR is missing; see tests/test262/README.md" >&2; exit 2; }
	$(NODE) tests/test262/run.mjs --test262 $(TEST262_DIR)

lint: build ## formatting, style rules, types, clang-tidy
	scripts/lint --tidy

fmt: setup ## format the C++ files in place
	@git ls-files -z -co --exclude-standard -- '*.cc' '*.h' | xargs -0r ls -d 2>/dev/null | xargs -r clang-format-19 -i

# A fuzz target is tests/fuzz/x_fuzz.cc; its program is build/fuzz/**/x_fuzz, its seeds are tests/fuzz/corpus/x_fuzz/.
fuzz: setup ## run each fuzz target for FUZZ_SECONDS
	cmake --preset fuzz
	cmake --build --preset fuzz
	@sources=$$(find src tests -name '*_fuzz.cc' | sort); \
	[[ -n $$sources ]] || { echo "fuzz: no *_fuzz.cc in src/ or tests/" >&2; exit 1; }; \
	for source in $$sources; do \
	  name=$$(basename "$$source" .cc); \
	  program=$$(find build/fuzz -type f -perm -u+x -name "$$name" -print -quit); \
	  [[ -n $$program ]] || { echo "fuzz: $$source is not in the build" >&2; exit 1; }; \
	  mkdir -p build/fuzz/corpus/$$name build/fuzz/crashes; \
	  seeds=tests/fuzz/corpus/$$name; [[ -d $$seeds ]] || seeds=; \
	  echo "fuzz: $$name, $(FUZZ_SECONDS) s"; \
	  "$$program" build/fuzz/corpus/$$name $$seeds -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 \
	    -artifact_prefix=build/fuzz/crashes/$$name- > build/fuzz/$$name.log 2>&1 \
	    || { tail -n 60 build/fuzz/$$name.log >&2; echo "fuzz: $$name failed; its input is in build/fuzz/crashes" >&2; exit 1; }; \
	  tail -n 1 build/fuzz/$$name.log; \
	done

mutation: build ## leave out each isolation layer in turn: some test has to fail (as root; minutes)
	tests/mutation/run_mutations.py build/$(PRESET)/tests/mutation

clean: ## remove what the build made; node_modules stays
	@[[ ! -d build ]] || find build -mindepth 1 -maxdepth 1 ! -name .bootstrap -exec rm -rf {} +
