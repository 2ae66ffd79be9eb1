# make demo   build, read the sample documents, answer three questions
# make test   all tests
# make bench  measure imports, queries, frames and reading beside their floor and their peers, which it gets from PyPI
# make lint   formatting, clippy, documentation
# make repl   open the REPL on the demo database
# make install   an optimised `yusuan` in cargo's bin folder
SHELL := /bin/bash
.DEFAULT_GOAL := demo
.PHONY: demo test bench lint repl install build fmt

# Outside the checkout and stable, so that a fresh clone compiles the dependencies once per machine.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/yusuan/target
YUSUAN := $(CARGO_TARGET_DIR)/debug/yusuan

# DuckDB: the official prebuilt library where npm can fetch it (seconds), else compiled from source (LINK=bundled forces that).
ifneq ($(LINK),bundled)
LIB := $(shell .ci/duckdb-lib)
endif
ifneq ($(LIB),)
export DUCKDB_LIB_DIR := $(LIB)
export LD_LIBRARY_PATH := $(LIB)$(if $(LD_LIBRARY_PATH),:$(LD_LIBRARY_PATH))
export DYLD_LIBRARY_PATH := $(LIB)
FEATURES := --no-default-features
HOW := prebuilt library in $(LIB)
else
FEATURES :=
HOW := compiled from source (about 50 CPU-minutes the first time)
endif

# Checkouts share what is compiled, and cargo tells their files apart by time alone: the one that built last is noted, another one's
# crate is compiled anew.
define needs_cargo
@command -v cargo >/dev/null || { echo "cargo is missing: install Rust 1.95 or newer (https://rustup.rs)"; exit 1; }
@echo "DuckDB: $(HOW)"
@mkdir -p $(CARGO_TARGET_DIR); test "$$(cat $(CARGO_TARGET_DIR)/checkout 2>/dev/null)" = "$(CURDIR)" || { touch src/lib.rs; echo "$(CURDIR)" > $(CARGO_TARGET_DIR)/checkout; }
endef

# With a target that needs the dev-dependencies, so that the tests find every library built with the features they want;
# else polars would be compiled twice.
build:
	$(needs_cargo)
	@cargo build --locked $(FEATURES) --bins --bench read_once

demo: build
	@rm -f demo.duckdb demo.duckdb.wal
	$(YUSUAN) --db demo.duckdb ingest data/samples
	$(YUSUAN) --db demo.duckdb query growth 合成示例局
	$(YUSUAN) --db demo.duckdb query three_public 合成示例局
	$(YUSUAN) --db demo.duckdb query concentration
	@echo
	@echo "Open the REPL with:  make repl    (or $(YUSUAN) demo.duckdb)"

repl: build
	@test -e demo.duckdb || $(YUSUAN) --db demo.duckdb ingest data/samples
	@$(YUSUAN) demo.duckdb

test:
	$(needs_cargo)
	@cargo test --locked $(FEATURES)

# This crate as `make install` compiles it, at opt-level 3 and not incrementally (which cuts it into many small units); the libraries as
# `make demo` and `make test` have them, so that nothing large is built twice.
CORPUS := $(or $(YUSUAN_CORPUS),../shared/corpus)
bench: export CARGO_PROFILE_DEV_OPT_LEVEL := 3
bench: export CARGO_INCREMENTAL := 0
bench: BENCH := cargo bench --locked $(FEATURES) --profile dev
bench:
	$(needs_cargo)
	@$(BENCH) --no-run --bench '*'
	@$(BENCH) --bench read --bench read_once --bench check
	@DUCKDB_CLI=$$(.ci/duckdb-cli) $(BENCH) --bench start
	@python=$$(benches/peers/install.sh $(CARGO_TARGET_DIR)/peers) && \
	  built() { ls -t $(CARGO_TARGET_DIR)/debug/deps/$$1-* | grep -v '\.d$$' | head -1; } && \
	  $(BENCH) --bench frame -- 10000000 $$python && \
	  python3 benches/measure.py $(YUSUAN) $$(built floor) $$python $(CARGO_TARGET_DIR)/measure && \
	  { [ ! -d "$(CORPUS)" ] || $$python benches/compare.py $$(built read_once) $$(find "$(CORPUS)" -name '*.pdf' | sort); }

lint:
	$(needs_cargo)
	@cargo fmt --check
	@cargo clippy --locked $(FEATURES) --all-targets -- -D warnings
	@RUSTDOCFLAGS="-D warnings" cargo doc --locked $(FEATURES) --no-deps --quiet

fmt:
	@cargo fmt

install:
	$(needs_cargo)
	@cargo install --locked $(FEATURES) --path .
