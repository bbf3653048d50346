# SPDX-License-Identifier: MIT
# The whole sweep of cuts over a socket, and faults x phases: minutes.
.PHONY: faults
faults: all $(check_LIBRARIES) $(check_PROGRAMS)
	@$(AM_TESTS_ENVIRONMENT) BLFTOP_FAULTS=all; export BLFTOP_FAULTS; \
	for test in $(simulator_tests) $(terminal_tests); do \
		case $$test in *test_faults*) ./$$test || exit 1 ;; esac; \
	done

# Tests: one cmocka program a module, golden frames, the real program on a pty. Each is made of the
# one file that bears its name and of libtests.a.
AM_TESTS_ENVIRONMENT = \
	BLFTOP=$(abs_builddir)/blftop; export BLFTOP; \
	UAPI_SIM=$(abs_builddir)/uapi-sim; export UAPI_SIM; \
	SHIM_MALLOC=$(abs_builddir)/%D%/support/shim_malloc.so; export SHIM_MALLOC; \
	SHIM_CALLS=$(abs_builddir)/%D%/support/shim_calls.so; export SHIM_CALLS; \
	SHIM_RESOLVER=$(abs_builddir)/%D%/support/shim_resolver.so; export SHIM_RESOLVER; \
	srcdir=$(srcdir); export srcdir; \
	LC_ALL=C.UTF-8; export LC_ALL; TZ=UTC; export TZ;
dist_check_SCRIPTS = \
	%D%/e2e/privileges.sh \
	%D%/e2e/recipes.sh \
	%D%/e2e/sim.sh \
	%D%/e2e/tmux.sh \
	%D%/fuzz/check_corpus.sh \
	%D%/unit/test_faults_list.sh \
	%D%/fuzz/run_fuzz.sh \
	%D%/unit/test_hardening.sh \
	%D%/unit/test_layering.sh \
	%D%/unit/test_modules.sh
check_LIBRARIES = libtests.a
check_PROGRAMS = $(fuzz_targets)
TESTS = %D%/unit/test_faults_list.sh %D%/unit/test_hardening.sh %D%/unit/test_layering.sh %D%/unit/test_modules.sh
LDADD = libtests.a $(simulator_libs) $(blftop_libs) $(TEST_LIBRARIES_LIBS) $(PTY_LIBS)
%C%_unit_test_buffer_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=free,--wrap=realloc

libtests_a_SOURCES = \
	%D%/bench/figures.c \
	%D%/bench/figures.h \
	%D%/bench/table.c \
	%D%/bench/table.h \
	%D%/support/invariant.c \
	%D%/support/invariant.h \
	%D%/golden/fixture.c \
	%D%/golden/fixture.h \
	%D%/support/reference_parser.c \
	%D%/support/reference_parser.h \
	%D%/support/sanitized.h \
	%D%/support/source_fixture.c \
	%D%/support/source_fixture.h

if HAVE_TESTS
libtests_a_SOURCES += \
	%D%/support/board_fixture.c \
	%D%/support/board_fixture.h \
	%D%/support/window_fixture.c \
	%D%/support/window_fixture.h \
	%D%/support/secret_scanner.c \
	%D%/support/secret_scanner.h \
	%D%/support/corpora.c \
	%D%/support/corpora.h \
	%D%/support/parallel.c \
	%D%/support/parallel.h \
	%D%/support/loopback.c \
	%D%/support/loopback.h \
	%D%/support/once.c \
	%D%/support/once.h \
	%D%/support/escape_checker.c \
	%D%/support/escape_checker.h \
	%D%/support/program.c \
	%D%/support/program.h \
	%D%/support/payloads.c \
	%D%/support/payloads.h \
	%D%/support/proxy.c \
	%D%/support/proxy.h \
	%D%/support/proxy_link.c \
	%D%/support/proxy_link.h \
	%D%/support/screen_checker.c \
	%D%/support/screen_checker.h \
	%D%/support/counters.c \
	%D%/support/counters.h \
	%D%/support/tls.c \
	%D%/support/tls.h \
	%D%/support/stub_server.c \
	%D%/support/stub_server.h \
	%D%/support/output_checker.c \
	%D%/support/output_checker.h
unit_tests = \
	%D%/golden/test_golden \
	%D%/unit/test_auth \
	%D%/unit/test_staleness \
	%D%/unit/test_user_agents \
	%D%/unit/test_board \
	%D%/unit/test_buffer \
	%D%/unit/test_cadence \
	%D%/unit/test_event_log \
	%D%/unit/test_clock \
	%D%/unit/test_page_splitter \
	%D%/unit/test_decoder_model \
	%D%/unit/test_demo \
	%D%/unit/test_entry \
	%D%/unit/test_error \
	%D%/unit/test_extension \
	%D%/unit/test_server_error \
	%D%/unit/test_server_status \
	%D%/unit/test_figures \
	%D%/unit/test_http_client \
	%D%/unit/test_http_failure \
	%D%/unit/test_http_time \
	%D%/unit/test_fleet_memory \
	%D%/unit/test_frame \
	%D%/unit/test_list_lines \
	%D%/unit/test_herd \
	%D%/unit/test_last_seen \
	%D%/unit/test_hostile \
	%D%/unit/test_keys \
	%D%/unit/test_layout \
	%D%/unit/test_lineedit \
	%D%/unit/test_listing \
	%D%/unit/test_listing_walk \
	%D%/unit/test_log_file \
	%D%/unit/test_mem \
	%D%/unit/test_memory \
	%D%/unit/test_options \
	%D%/unit/test_output \
	%D%/unit/test_outside_json \
	%D%/unit/test_outside_text \
	%D%/unit/test_page_cache \
	%D%/unit/test_widgets \
	%D%/unit/test_palette \
	%D%/unit/test_filter_regex \
	%D%/unit/test_entry_fast \
	%D%/unit/test_partition \
	%D%/unit/test_schedule \
	%D%/unit/test_filter \
	%D%/unit/test_report \
	%D%/unit/test_request \
	%D%/unit/test_rng \
	%D%/unit/test_roster \
	%D%/unit/test_roster_walk \
	%D%/unit/test_screen \
	%D%/unit/test_server_list \
	%D%/unit/test_settings \
	%D%/unit/test_settings_values \
	%D%/unit/test_screen_checker \
	%D%/unit/test_sort \
	%D%/unit/test_source \
	%D%/unit/test_source_paging \
	%D%/unit/test_source_parts \
	%D%/unit/test_source_time \
	%D%/unit/test_source_token \
	%D%/unit/test_source_window \
	%D%/unit/test_text \
	%D%/unit/test_token \
	%D%/unit/test_typed \
	%D%/unit/test_url \
	%D%/unit/test_diagnosis \
	%D%/unit/test_vet \
	%D%/unit/test_pager
if !FUZZING
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
endif

if HAVE_MICROHTTPD
simulator_libs = libuapisim.a $(MICROHTTPD_LIBS)
TESTS += %D%/e2e/privileges.sh %D%/e2e/recipes.sh %D%/e2e/sim.sh %D%/e2e/tmux.sh
if HAVE_TESTS
simulator_tests = \
	%D%/e2e/test_once \
	%D%/e2e/test_once_failure \
	%D%/e2e/test_tls \
	%D%/e2e/test_faults \
	%D%/e2e/test_faults_proxy \
	%D%/e2e/test_faults_sweep \
	%D%/unit/test_sim_router \
	%D%/unit/test_sim_fault \
	%D%/unit/test_sim_fleet \
	%D%/unit/test_sim_phone \
	%D%/unit/test_sim_json_write
if !FUZZING
check_PROGRAMS += $(simulator_tests)
TESTS += $(simulator_tests)
endif
libtests_a_SOURCES += \
	%D%/support/pty.c %D%/support/pty.h \
	%D%/support/terminal.c \
	%D%/support/terminal.h
terminal_tests = \
	%D%/long/test_soak \
	%D%/long/torture \
	%D%/e2e/test_board \
	%D%/e2e/test_faults_board \
	%D%/e2e/test_faults_matrix \
	%D%/e2e/test_hostile \
	%D%/e2e/test_latency \
	%D%/e2e/test_log \
	%D%/e2e/test_lost \
	%D%/e2e/test_settings_change \
	%D%/e2e/test_signals \
	%D%/e2e/test_stalled \
	%D%/e2e/test_terminals \
	%D%/e2e/test_output_checker
%C%_long_test_soak_SOURCES = \
	%D%/long/soak_answer.c \
	%D%/long/soak_answer.h \
	%D%/long/soak_model.c \
	%D%/long/soak_model.h \
	%D%/long/soak_report.c \
	%D%/long/soak_report.h \
	%D%/long/soak_screen.c \
	%D%/long/soak_screen.h \
	%D%/long/soak_server.c \
	%D%/long/soak_server.h \
	%D%/long/soak_watch.c \
	%D%/long/soak_watch.h \
	%D%/long/test_soak.c
if !FUZZING
check_PROGRAMS += $(terminal_tests) $(shims)
TESTS += $(terminal_tests)
endif
endif
endif

# What reads the program instead of running it, and what tells how much of it the tests run.
# Coverage is measured in a tree of its own, unpacked from what a release would hold.
EXTRA_DIST += \
	.clang-tidy \
	%D%/lint/coverage.awk \
	%D%/lint/explain.awk \
	%D%/lint/known.list \
	%D%/lint/run_coverage.sh \
	%D%/lint/run_builds.sh \
	%D%/lint/run_lint.sh \
	%D%/lint/run_valgrind.sh \
	%D%/lint/valgrind.supp
LINT_FLAGS = $(DEFS) $(AM_CPPFLAGS) -DSYSCONFDIR='"$(sysconfdir)"' -I. $(CPPFLAGS) $(STANDARD_CFLAGS) $(NCURSES_CFLAGS) \
	$(CURL_CFLAGS) $(JANSSON_CFLAGS) $(LIBCONFIG_CFLAGS) $(MICROHTTPD_CFLAGS) \
	$(TEST_LIBRARIES_CFLAGS)
.PHONY: builds lint coverage valgrind
builds:
	$(MAKE) $(AM_MAKEFLAGS) distdir distdir=build-here
	CC='$(CC)' CFLAGS='$(CFLAGS)' sh $(srcdir)/%D%/lint/run_builds.sh build-here
lint: export LINT_FLAGS := $(LINT_FLAGS)
lint:
	@srcdir=$(srcdir) sh $(srcdir)/%D%/lint/run_lint.sh
coverage:
	$(MAKE) $(AM_MAKEFLAGS) distdir distdir=build-coverage
	cd build-coverage && sh %D%/lint/run_coverage.sh $(COVERAGE_OPTIONS)
VALGRIND_TESTS = $(TESTS)
valgrind: export VALGRIND_TESTS := $(VALGRIND_TESTS)
valgrind: all $(check_LIBRARIES) $(check_PROGRAMS)
	@$(AM_TESTS_ENVIRONMENT) sh $(srcdir)/%D%/lint/run_valgrind.sh
# What reads the recorder's files in a test.
EXTRA_DIST += %D%/support/prometheus.awk
# What the shell of a test that suspends the board reads.
EXTRA_DIST += %D%/support/inputrc
# A clock that runs faster, put before the program under test. Not one of automake's libraries: it
# is never installed, and no flags of the program's (sanitizers) may be in it.
EXTRA_DIST += %D%/support/shim_clock.c %D%/support/shim_clock.h
CLEANFILES += %D%/support/shim_clock.so
%D%/support/shim_clock.so: %D%/support/shim_clock.c %D%/support/shim_clock.h
	$(AM_V_GEN)$(MKDIR_P) %D%/support && $(CC) -std=c17 -O1 -Wall -Wextra -D_GNU_SOURCE \
		-I$(top_srcdir)/%D% -shared -fPIC -o $@ $(srcdir)/%D%/support/shim_clock.c
check_DATA = %D%/support/shim_clock.so

# A million polls at accelerated time; POLLS and SEED choose others. Its short form is a test.
.PHONY: soak
soak: all %D%/long/test_soak$(EXEEXT) %D%/support/shim_clock.so
	@$(AM_TESTS_ENVIRONMENT) POLLS=$${POLLS:-1000000} %D%/long/test_soak

# Libraries for LD_PRELOAD: no program, but made like one. Without a name valgrind takes their malloc
# for the program's own.
shims = \
	%D%/support/shim_calls.so \
	%D%/support/shim_malloc.so \
	%D%/support/shim_resolver.so
shim_flags = $(STANDARD_CFLAGS) $(WARN_CFLAGS) -fPIC
%C%_support_shim_calls_so_SOURCES = %D%/support/shim.c %D%/support/shim.h %D%/support/shim_calls.c
%C%_support_shim_calls_so_CFLAGS = $(shim_flags)
%C%_support_shim_calls_so_LDFLAGS = -shared -Wl,-soname,shim_calls.so
%C%_support_shim_calls_so_LDADD =
%C%_support_shim_malloc_so_SOURCES = %D%/support/shim.c %D%/support/shim.h %D%/support/shim_malloc.c
%C%_support_shim_malloc_so_CFLAGS = $(shim_flags) $(LIBCONFIG_CFLAGS)
%C%_support_shim_malloc_so_LDFLAGS = -shared -Wl,-soname,shim_malloc.so
%C%_support_shim_malloc_so_LDADD =
%C%_support_shim_resolver_so_SOURCES = %D%/support/shim_resolver.c
%C%_support_shim_resolver_so_CFLAGS = $(shim_flags)
%C%_support_shim_resolver_so_LDFLAGS = -shared -Wl,-soname,shim_resolver.so
%C%_support_shim_resolver_so_LDADD =
%C%_long_torture_SOURCES = \
	%D%/long/torture.c \
	%D%/long/torture.h \
	%D%/long/torture_apart.c \
	%D%/long/torture_bench.c \
	%D%/long/torture_board.c \
	%D%/long/torture_once.c

# Every allocation and every system call of the program fails in turn. POINTS=n: a sample of them,
# SEED=s: another one.
.PHONY: torture
torture: all
	$(MAKE) $(AM_MAKEFLAGS) %D%/long/torture $(shims)
	$(AM_TESTS_ENVIRONMENT) %D%/long/torture --all $${POINTS:+--points "$$POINTS"} $${SEED:+--seed "$$SEED"}

# What blftop costs beside what people use instead: BENCH="decode filter" chooses parts, BENCH_RUNS
# turns. It judges nothing by its exit status: times are told, not asserted.
bench_programs = \
	%D%/bench/bench \
	%D%/bench/variant
%C%_bench_bench_SOURCES = \
	%D%/bench/bench.h \
	%D%/bench/child.c \
	%D%/bench/child.h \
	%D%/bench/crowd.c \
	%D%/bench/crowd.h \
	%D%/bench/host.c \
	%D%/bench/host.h \
	%D%/bench/keys.c \
	%D%/bench/keys.h \
	%D%/bench/main.c \
	%D%/bench/painter.c \
	%D%/bench/painter.h \
	%D%/bench/part_decode.c \
	%D%/bench/part_filter.c \
	%D%/bench/part_idle.c \
	%D%/bench/part_keys.c \
	%D%/bench/part_link.c \
	%D%/bench/part_memory.c \
	%D%/bench/part_paint.c \
	%D%/bench/part_refresh.c \
	%D%/bench/part_servers.c \
	%D%/bench/part_start.c \
	%D%/bench/part_window.c \
	%D%/bench/sides.c \
	%D%/bench/sides.h \
	%D%/bench/subject.c \
	%D%/bench/subject.h
# Only what differs is measured in one program: functions are wrapped by the linker.
bench_wraps = \
	-Wl,--wrap=page_splitter_split \
	-Wl,--wrap=entry_decode \
	-Wl,--wrap=http_start \
	-Wl,--wrap=page_cache_take \
	-Wl,--wrap=page_cache_work \
	-Wl,--wrap=settings_read
%C%_bench_variant_SOURCES = src/main.c %D%/bench/variant.c
%C%_bench_variant_LDFLAGS = $(AM_LDFLAGS) $(bench_wraps)
if !FUZZING
check_PROGRAMS += $(bench_programs)
endif
.PHONY: bench
bench: all %D%/support/shim_clock.so
	$(MAKE) $(AM_MAKEFLAGS) $(bench_programs)
	@$(AM_TESTS_ENVIRONMENT) BENCH_VARIANT=$(abs_builddir)/%D%/bench/variant; \
		export BENCH_VARIANT; BENCH_CLOCK=$(abs_builddir)/%D%/support/shim_clock.so; \
		export BENCH_CLOCK; %D%/bench/bench

# What polling costs a server, the network and a board, page by page and reckoned farther out: minutes,
# by hand. It judges nothing by its exit status.
costs_programs =
if HAVE_MICROHTTPD
costs_programs += %D%/bench/costs
endif
%C%_bench_costs_SOURCES = \
	%D%/bench/child.c \
	%D%/bench/child.h \
	%D%/bench/costs.c \
	%D%/bench/costs.h \
	%D%/bench/costs_poll.c \
	%D%/bench/costs_print.c \
	%D%/bench/costs_server.c \
	%D%/bench/crowd.c \
	%D%/bench/crowd.h \
	%D%/bench/subject.c \
	%D%/bench/subject.h
if !FUZZING
check_PROGRAMS += $(costs_programs)
endif
.PHONY: costs
costs: all
	$(MAKE) $(AM_MAKEFLAGS) %D%/bench/costs
	@$(AM_TESTS_ENVIRONMENT) %D%/bench/costs

# Fuzz targets. make check runs each over its corpus, with a main of ours; --enable-fuzzing builds
# them for libFuzzer, which brings its own.
fuzz_targets = \
	%D%/fuzz/fuzz_board \
	%D%/fuzz/fuzz_clock \
	%D%/fuzz/fuzz_page_splitter \
	%D%/fuzz/fuzz_entry \
	%D%/fuzz/fuzz_lineedit \
	%D%/fuzz/fuzz_page_cache \
	%D%/fuzz/fuzz_filter \
	%D%/fuzz/fuzz_settings \
	%D%/fuzz/fuzz_source \
	%D%/fuzz/fuzz_text \
	%D%/fuzz/fuzz_token \
	%D%/fuzz/fuzz_url
if !FUZZING
libtests_a_SOURCES += %D%/fuzz/run_corpus.c
TESTS += %D%/fuzz/check_corpus.sh
endif

# make fuzz SECONDS=n TARGETS="source board": each target for n seconds, in a build of its own.
SECONDS = 60
TARGETS = $(fuzz_targets:%D%/fuzz/fuzz_%=%)
.PHONY: fuzz
fuzz:
	@sh $(srcdir)/%D%/fuzz/run_fuzz.sh "$(abs_srcdir)" "$(SECONDS)" $(TARGETS)

