# SPDX-License-Identifier: GPL-3.0-or-later
# linger. GNU make. `make help` lists the targets; each says what it is for behind its name.
# Objects of each MODE lie side by side in build/MODE; the program is build/linger.

MODE   ?= release#   release | debug | asan | tsan | cov
BUILD  ?= build
PREFIX ?= /usr/local
V      ?=#          V=1 shows the commands
MAKEFLAGS += --no-print-directory
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
SHELL   := /bin/bash
ifeq ($(origin CC),default)
CC := gcc
endif

OUT    := $(BUILD)/$(MODE)
LINGER := $(if $(filter release,$(MODE)),$(BUILD),$(OUT))/linger

# ---- flags ------------------------------------------------------------------------------------

# The whole program is optimised as one where the compiler is gcc. Objects carry machine code too (fat), so
# that unit tests link in an instant and tools/lint-globals can read them.
lto     := $(if $(findstring clang,$(shell $(CC) --version 2>/dev/null)),,-flto=auto)
fat     := $(if $(lto),-ffat-lto-objects)
OPTIMISE.release := -O3 $(lto) $(fat)
OPTIMISE.debug   := -O0 -g3
OPTIMISE.asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
OPTIMISE.tsan    := -O1 -g -fsanitize=thread
OPTIMISE.cov     := -O0 -g --coverage

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wundef -Wdouble-promotion $(WERROR)
CFLAGS   ?=
LDFLAGS  ?=
# pkg-config is asked when the first compiler runs, not while this file is read: it may have to be installed first.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags gsl inih jansson))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(shell pkg-config --libs gsl inih jansson) -lcsv -lz -lm -lpthread)$(PKG_LIBS)
COMPILE    = $(CC) -std=c17 -ffp-contract=off $(OPTIMISE.$(MODE)) $(WARNINGS) -I. $(PKG_CFLAGS) -MMD -MP $(CFLAGS)

Q   = $(if $(V),,@)
say = @$(if $(V),:,echo "  $(1) $(2)")

# ---- what there is ----------------------------------------------------------------------------

SOURCES   := $(wildcard sim/*.c sim/kernel/*.c sim/experiment/*.c sim/interface/*.c models/*.c models/*/*.c)
GENERATED := $(BUILD)/generated/version.c $(BUILD)/generated/plots_embedded.c $(BUILD)/generated/presets_embedded.c $(BUILD)/generated/report_embedded.c
OBJECTS   := $(SOURCES:%.c=$(OUT)/%.o) $(GENERATED:$(BUILD)/%.c=$(OUT)/%.o)
PLOTS     := $(sort $(wildcard sim/interface/plots/*.gp))
PRESETS   := $(addsuffix .ini,$(sort $(basename $(wildcard inputs/presets/*.ini))))
UNITS     := $(patsubst tests/unit/%.c,$(OUT)/tests/%,$(wildcard tests/unit/test_*.c))
FUZZERS   := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
KIT       := $(OUT)/validate/load $(OUT)/validate/sample
KIT_C     := $(wildcard tests/validate/*.c)
C_FILES    = $(shell find sim models tests -name '*.[ch]')

.PHONY: build units deps demo test test-full check validate golden-update soak asan tsan valgrind fuzz coverage lint lint-full \
        format format-check strict strict-gcc strict-clang measured notebooks notebooks-update bench install uninstall clean distclean help FORCE
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
.SECONDARY:

build: $(LINGER) ## the program, build/linger (default)

$(LINGER): $(OBJECTS)
	$(call say,link,$@)
	$(Q)$(CC) $(OPTIMISE.$(MODE)) $(WERROR) $(CFLAGS) $(LDFLAGS) $^ $(PKG_LIBS) -o $@

# Unit tests link what they use of everything but main.
$(OUT)/liblinger.a: $(filter-out %/sim/interface/main.o,$(OBJECTS))
	@rm -f $@
	@$(AR) rcs $@ $^

units: $(UNITS) ## the unit tests' programs
$(OUT)/tests/test_%: $(OUT)/tests/unit/test_%.o $(OUT)/liblinger.a
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(CC) $(filter-out -flto%,$(OPTIMISE.$(MODE))) $(CFLAGS) $(LDFLAGS) $(if $(lto),-fno-lto) $^ -lcmocka $(PKG_LIBS) -o $@

# What soaks takes minutes and is no unit test.
$(OUT)/soak/%: $(OUT)/tests/soak/soak_%.o $(OUT)/liblinger.a
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(CC) $(filter-out -flto%,$(OPTIMISE.$(MODE))) $(CFLAGS) $(LDFLAGS) $(if $(lto),-fno-lto) $^ $(PKG_LIBS) -o $@

$(OUT)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,$(notdir $(CC)) ,$<)
	$(Q)$(COMPILE) -c $< -o $@

$(OUT)/generated/%.o: $(BUILD)/generated/%.c Makefile
	@mkdir -p $(@D)
	$(call say,$(notdir $(CC)) ,$<)
	$(Q)$(COMPILE) -c $< -o $@

# Users and sampler of `make validate`. They share nothing with the program.
$(OUT)/validate/%: $(KIT_C:%.c=$(OUT)/%.o)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(CC) $(OPTIMISE.$(MODE)) $(WERROR) $(CFLAGS) $(LDFLAGS) $(filter $(OUT)/tests/validate/$*%,$^) -lm -o $@

# Written anew only when the text differs, so that a commit does not rebuild the house.
replace_if_new = mkdir -p $(@D) && cat > $@.new && if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(BUILD)/generated/version.c: FORCE
	@version=$$(GIT_OPTIONAL_LOCKS=0 git describe --always --dirty 2>/dev/null || echo 0.1.0); \
	printf '#include "sim/interface/command.h"\nconst char linger_version[] = "%s";\n' "$$version" | ($(replace_if_new))

$(BUILD)/generated/plots_embedded.c: FORCE
	@LC_ALL=C awk -v header=sim/interface/plots_embedded.h -v type=plot_script -v table=plot_scripts \
	    -f tools/embed-texts.awk $(PLOTS) /dev/null | ($(replace_if_new))

$(BUILD)/generated/presets_embedded.c: FORCE
	@LC_ALL=C awk -v header=sim/interface/presets_embedded.h -v type=preset_text -v table=preset_texts -v cut=.ini \
	    -f tools/embed-texts.awk $(PRESETS) /dev/null | ($(replace_if_new))

$(BUILD)/generated/report_embedded.c: FORCE
	@LC_ALL=C awk -v header=sim/interface/report_embedded.h -v type=report_text -v table=report_texts \
	    -f tools/embed-texts.awk sim/interface/report.css | ($(replace_if_new))

-include $(OUT)/tests/bench/bench.d $(OUT)/tests/soak/soak_coverage.d $(OBJECTS:.o=.d) $(UNITS:$(OUT)/tests/%=$(OUT)/tests/unit/%.d) $(KIT_C:%.c=$(OUT)/%.d)

# ---- two commands for a stranger --------------------------------------------------------------

deps: ## install the packages that are missing
	@tools/install-dependencies build test plot

demo: ## the study of 100 users x 5 connections, with pictures, in outputs/demo
	@tools/install-dependencies build plot
	@$(MAKE) build
	@LINGER=$(LINGER) tools/demo

test: ## every test of the release build, a few minutes
	@tools/install-dependencies build test plot
	@$(MAKE) check

# ---- tests ------------------------------------------------------------------------------------

check: build units $(KIT)
	@LINGER=$(LINGER) UNITS=$(OUT)/tests OBJECTS=$(OUT) KIT=$(OUT)/validate tests/run $(TESTS)

test-full: ## test, and again under the address, undefined and thread sanitizers, both compilers, lint
	@$(MAKE) test
	@$(MAKE) asan
	@$(MAKE) tsan
	@$(MAKE) strict
	@$(MAKE) lint-full

validate: ## real Apache and nginx beside the simulation, 11 minutes; VALIDATE_POINTS="pf_5 ng_off" some
	@tools/install-dependencies build plot validate
	@$(MAKE) build $(KIT)
	@LINGER=$(LINGER) KIT=$(OUT)/validate tools/validate $(VALIDATE_OPTIONS)

golden-update: build ## rewrite tests/golden and the reference in inputs/README.md; review the diff
	@LINGER=$(LINGER) tests/golden/run.sh --update
	@sed -i '/^### the laboratory/,$$d' inputs/README.md && $(LINGER) params --markdown >> inputs/README.md

soak: build $(OUT)/soak/coverage ## coverage of intervals, then verify, with fresh seeds until stopped; SOAK_ROUNDS=n rounds
	@LINGER=$(LINGER) COVERAGE=$(OUT)/soak/coverage tools/soak $(SOAK_ROUNDS)

asan: ## all tests under the address and undefined sanitizers
	@$(MAKE) MODE=asan check

tsan: ## what runs in threads, under the thread sanitizer
	@$(MAKE) MODE=tsan check TESTS=identity
	@$(MAKE) MODE=tsan check TESTS=test_study

valgrind: ## the unit tests under valgrind
	@tools/install-dependencies full
	@$(MAKE) MODE=debug units
	@for unit in $(UNITS:$(OUT)/%=$(BUILD)/debug/%); do \
	    valgrind --quiet --error-exitcode=1 --leak-check=full $$unit || exit 1; done

fuzz: $(FUZZERS) ## each fuzzer for FUZZ_SECONDS=30
	@for fuzzer in $(FUZZERS); do mkdir -p $(BUILD)/corpus/$${fuzzer##*/}; \
	    $$fuzzer -verbosity=0 -max_total_time=$(or $(FUZZ_SECONDS),30) $(BUILD)/corpus/$${fuzzer##*/} || exit 1; done

$(BUILD)/fuzz/%: tests/fuzz/%.c $(SOURCES) $(GENERATED)
	@mkdir -p $(@D)
	$(call say,fuzz,$@)
	$(Q)clang -std=c17 -g -O1 -fsanitize=fuzzer,address,undefined -I. $(PKG_CFLAGS) \
	    $(filter-out sim/interface/main.c,$^) $(PKG_LIBS) -o $@

coverage: ## lines and branches that the tests reach, in build/cov/coverage.txt
	@$(MAKE) MODE=cov check
	@tools/coverage $(BUILD)/cov

lint: units ## floors, globals, banned calls, lengths
	@OBJECTS=$(OUT) tools/lint

lint-full: lint ## lint, clang-tidy, cppcheck and gcc -fanalyzer, as far as installed
	@tools/lint-full

strict: ## all tests with -Werror, by gcc and by clang
	@$(MAKE) strict-gcc
	@$(MAKE) strict-clang
strict-gcc:
	@tools/install-dependencies full
	@$(MAKE) CC=gcc BUILD=$(BUILD)/strict-gcc WERROR=-Werror check
strict-clang:
	@tools/install-dependencies full
	@$(MAKE) CC=clang BUILD=$(BUILD)/strict-clang WERROR=-Werror check

format: ## lay out all C files by .clang-format
	clang-format -i $(C_FILES)

format-check: ## fail when a C file is laid out otherwise
	clang-format --dry-run --Werror $(C_FILES)

measured: units ## real servers beside the simulation: the table, and a picture of every time line in outputs/measured
	@tools/install-dependencies plot
	@mkdir -p outputs/measured
	@MEASURED_OUT=outputs/measured $(OUT)/tests/test_measured 2>/dev/null | sed -n 's/^# //p' | tee outputs/measured/table.txt
	@gnuplot tests/measured/time_lines.gp && echo "Pictures: outputs/measured/time_lines.png and one for each point"

notebooks: ## run the lessons from scratch; fails when a number in a text is not what its run gives
	@tools/install-dependencies build plot notebooks
	@$(MAKE) build
	@LINGER=$(LINGER) tools/notebooks $(NOTEBOOKS)

notebooks-update: ## the same, and write their outputs for committing; NOTEBOOKS="notebooks/01*.ipynb" some
	@$(MAKE) notebooks NOTEBOOKS="--update $(NOTEBOOKS)"

bench: $(OUT)/bench ## events per second, bytes per connection, lines of a log per second; BENCH=--quick without 10 M users
	@$< $(BENCH)
$(OUT)/bench: $(OUT)/tests/bench/bench.o $(filter-out %/sim/interface/main.o,$(OBJECTS))
	$(call say,link,$@)
	$(Q)$(CC) $(OPTIMISE.$(MODE)) $(CFLAGS) $(LDFLAGS) $^ $(PKG_LIBS) -o $@

# ---- the rest ---------------------------------------------------------------------------------

THERE = $(DESTDIR)$(PREFIX)
install: build ## into DESTDIR/PREFIX
	$(LINGER) params --man > $(BUILD)/linger-params.5
	install -d $(THERE)/bin $(THERE)/share/man/man1 $(THERE)/share/man/man5 $(THERE)/share/doc/linger $(THERE)/share/linger
	install -m 755 $(LINGER) $(THERE)/bin/linger
	install -m 644 linger.1 $(THERE)/share/man/man1/linger.1
	install -m 644 $(BUILD)/linger-params.5 $(THERE)/share/man/man5/linger-params.5
	install -m 644 README.md COPYING $(THERE)/share/doc/linger/
	cp -R $(wildcard inputs/scenarios inputs/workloads inputs/presets inputs/logs inputs/servers) $(THERE)/share/linger/
	chmod -R u=rwX,go=rX $(THERE)/share/linger

uninstall: ## out of DESTDIR/PREFIX again
	rm -f $(THERE)/bin/linger $(THERE)/share/man/man1/linger.1 $(THERE)/share/man/man5/linger-params.5
	rm -rf $(THERE)/share/linger $(THERE)/share/doc/linger

clean: ## remove what was built
	rm -rf $(BUILD)

distclean: clean ## and what studies left
	find outputs -mindepth 1 -maxdepth 1 ! -name README.md ! -name figures -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile
