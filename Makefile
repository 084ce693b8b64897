# make test   install what is missing, build, lint, run the suite and the commands of the guide
# make demo   install what is missing, build, preprocess the built-in corpus
# make bench  install what is missing, fetch and build the peers into .build-peers, print the table of ratios
# make install PREFIX=/usr/local

PREFIX ?= /usr/local
SWIFT ?= swift
PROGRAM = .build/release/kaleido
# The folder data-manifests, which the build puts beside the program.
DATA = $(dir $(PROGRAM))Kaleidoscope_DataFolder.resources
SOURCES = Package.swift Sources Tests Benchmarks data-manifests

.PHONY: test test-fast check-docs docs demo bench deps build release lint lint-house format simulate test-thread test-address fuzz faults test-arm64 count-instructions digests install uninstall clean

deps:
	@.ci/install-packages

build: deps
	$(SWIFT) build --build-tests

release: deps
	$(SWIFT) build -c release --static-swift-stdlib --product kaleido

lint: lint-house
	$(SWIFT) format lint --strict -r -p $(SOURCES) .ci

# Rules that no compiler checks: imports against the table of docs/architecture.md, circles between folders, names of
# options below the command line, sizes of files and lines, names of tests, links of pages.
lint-house: .build/lint-house
	.build/lint-house .

.build/lint-house: $(wildcard .ci/lint-house/*.swift)
	mkdir -p .build
	$(SWIFT)c -swift-version 6 -O -o $@ .ci/lint-house/*.swift

format:
	$(SWIFT) format -i -r -p $(SOURCES) .ci

test: build lint
	Tests/CKernelsTests/CrossCompiled/run native .build/native
	$(SWIFT) test
	docs/check-commands

# All tests but those that run the program. FILTER=SignalTests takes one module, or whatever --filter takes.
test-fast: deps
	$(SWIFT) test --skip kaleidoTests $(if $(FILTER),--filter $(FILTER))

# Every command of README.md and the guide, on the built-in corpus, with the program of the debug build.
check-docs: build
	docs/check-commands

# The reference pages of all modules, in .build/docs.
docs: deps
	docs/make-reference

demo: release
	@# Inside .build, since the package manager asks about every other new folder.
	$(PROGRAM) demo --out .build/demo

bench: deps
	Benchmarks/peers/setup .build-peers
	$(SWIFT) build -c release --product kaleido-bench
	.build/release/kaleido-bench all --peers .build-peers --json .build-peers/results.json

install: release install-files

# What install does once the program is built; a test installs the program of its own build with it.
install-files:
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/kaleido
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/kaleido
	cp -R $(DATA)/. $(DESTDIR)$(PREFIX)/share/kaleido/
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -d $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	install -d $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(PROGRAM) --generate-completion-script bash \
	  > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/kaleido
	$(PROGRAM) --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kaleido
	$(PROGRAM) --generate-completion-script fish \
	  > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/kaleido.fish

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/share/kaleido
	rm -f $(DESTDIR)$(PREFIX)/bin/kaleido \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/kaleido \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kaleido \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/kaleido.fish

# Seeds of the simulated disk, SEEDS of them from FIRST on; those that fail are kept as tests.
SEEDS ?= 10000
FIRST ?= 1
simulate: deps
	KALEIDO_SIMULATION_SEEDS=$(SEEDS) KALEIDO_SIMULATION_FIRST=$(FIRST) \
	  KALEIDO_SIMULATION_KEPT=$(CURDIR)/Tests/SimulationTests/FoundSeeds.txt \
	  $(SWIFT) test --filter SimulationTests

test-thread: deps
	@# Anew each time: the package manager cannot take up a sanitizer's build again.
	rm -rf .build-thread
	$(SWIFT) test --sanitize=thread --scratch-path .build-thread

test-address: deps
	rm -rf .build-address
	$(SWIFT) test --sanitize=address --scratch-path .build-address

# Coverage-guided fuzzing of every parser, TIME seconds each, or of those in PARSERS: see Tests/Fuzzing/run.
TIME ?= 60
fuzz: deps
	KALEIDOSCOPE_FUZZ=1 $(SWIFT) build -c release --sanitize address --sanitize fuzzer \
	  -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,trace-cmp,pc-table --scratch-path .build-fuzz \
	  --product kaleido-fuzz
	Tests/Fuzzing/run .build-fuzz/release/kaleido-fuzz $(TIME) $(PARSERS)

# Each command under each fault: killed, out of space, with damaged files, beside itself. As root also on full disks.
faults: release
	Tests/Faults/matrix.py --program $(PROGRAM)

# The kernels cross-compiled for arm64, on an emulated processor: half a minute.
test-arm64:
	Tests/CKernelsTests/CrossCompiled/run arm64 .build-arm64

# The kernels' instructions by callgrind, against the record.
count-instructions:
	Benchmarks/instruction_counts --build .build-counts

# Features, models and scores, against the record of their bits: a minute.
digests: release
	Benchmarks/digests.py --program $(PROGRAM)

clean:
	rm -rf .build .build-thread .build-address .build-fuzz .build-arm64 .build-counts .build-peers
