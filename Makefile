# make test   install what is missing, build, lint, run the suite
# make demo   install what is missing, build, preprocess the built-in corpus
# make install PREFIX=/usr/local

PREFIX ?= /usr/local
SWIFT ?= swift
SOURCES = Package.swift Sources Tests Benchmarks

.PHONY: test demo deps build release lint format test-thread test-address install clean

deps:
	@.ci/install-packages

build: deps
	$(SWIFT) build --build-tests

release: deps
	$(SWIFT) build -c release --product kaleido

lint:
	$(SWIFT) format lint --strict -r -p $(SOURCES)

format:
	$(SWIFT) format -i -r -p $(SOURCES)

test: build lint
	$(SWIFT) test

demo: release
	.build/release/kaleido demo

test-thread: deps
	$(SWIFT) test --sanitize=thread --scratch-path .build-thread

test-address: deps
	$(SWIFT) test --sanitize=address --scratch-path .build-address
