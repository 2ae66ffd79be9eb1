# make demo   build, read the sample documents, answer three questions
# make test   all tests
# make lint   formatting, clippy, documentation
# make repl   open the REPL on the demo database
# make install   an optimised `yusuan` in cargo's bin folder
SHELL := /bin/bash
.DEFAULT_GOAL := demo
.PHONY: demo test lint repl install build fmt

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

define needs_cargo
@command -v cargo >/dev/null || { echo "cargo is missing: install Rust 1.95 or newer (https://rustup.rs)"; exit 1; }
@echo "DuckDB: $(HOW)"
endef

build:
	$(needs_cargo)
	@cargo build --locked $(FEATURES)

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
