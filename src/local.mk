# SPDX-License-Identifier: MIT
# The program and its simulator. All but their main.c are libraries, so that tests link what the
# programs are made of. A source stands beside its header. Objects of the product have flags of
# their own: none of the tests'.
product_cppflags = -D_GNU_SOURCE -DSYSCONFDIR='"$(sysconfdir)"' -I$(top_srcdir)/include
product_cflags = $(BUILD_CFLAGS) $(NCURSES_CFLAGS) $(CURL_CFLAGS) $(JANSSON_CFLAGS) $(LIBCONFIG_CFLAGS)

noinst_LIBRARIES = libblftop.a
libblftop_a_CPPFLAGS = $(product_cppflags)
libblftop_a_CFLAGS = $(product_cflags)
libblftop_a_SOURCES = \
	%D%/app.c include/app.h \
	%D%/demo.c include/demo.h \
	%D%/event_loop.c include/event_loop.h \
	%D%/monitor.c include/monitor.h \
	%D%/startup.c include/startup.h \
	%D%/term/keyboard.c include/term/keyboard.h \
	%D%/term/output.c include/term/output.h \
	%D%/term/screen.c include/term/screen.h \
	%D%/term/terminfo.c include/term/terminfo.h \
	%D%/term/tty.c include/term/tty.h \
	%D%/term/typed.c include/term/typed.h \
	%D%/draw/detail_words.c include/draw/detail_words.h \
	%D%/draw/draw.c include/draw/draw.h \
	%D%/draw/draw_detail.c include/draw/draw_detail.h \
	%D%/draw/draw_group.c include/draw/draw_group.h \
	%D%/draw/draw_header.c include/draw/draw_header.h \
	%D%/draw/draw_help.c include/draw/draw_help.h \
	%D%/draw/draw_lamps.c include/draw/draw_lamps.h \
	%D%/draw/draw_servers.c include/draw/draw_servers.h \
	%D%/draw/draw_status.c include/draw/draw_status.h \
	%D%/draw/draw_table.c include/draw/draw_table.h \
	%D%/draw/draw_totals.c include/draw/draw_totals.h \
	%D%/draw/draw_welcome.c include/draw/draw_welcome.h \
	%D%/draw/frame.c include/draw/frame.h \
	%D%/draw/palette.c include/draw/palette.h \
	%D%/draw/text_block.c include/draw/text_block.h \
	%D%/draw/widgets.c include/draw/widgets.h \
	%D%/ui/board.c include/ui/board.h \
	%D%/ui/board_measure.c include/ui/board_measure.h \
	%D%/ui/board_servers.c include/ui/board_servers.h \
	%D%/ui/commands.c include/ui/commands.h \
	%D%/ui/commands_servers.c include/ui/commands_servers.h \
	%D%/ui/cursor.c include/ui/cursor.h \
	%D%/ui/input.c include/ui/input.h \
	%D%/ui/keys.c include/ui/keys.h \
	%D%/ui/layout.c include/ui/layout.h \
	%D%/ui/lineedit.c include/ui/lineedit.h \
	%D%/ui/list_lines.c include/ui/list_lines.h \
	%D%/ui/server_list.c include/ui/server_list.h \
	%D%/report/csv.c include/report/csv.h \
	%D%/report/json.c include/report/json.h \
	%D%/report/report.c include/report/report.h \
	%D%/report/text.c include/report/text.h \
	%D%/log/event_log.c include/log/event_log.h \
	%D%/log/log_file.c include/log/log_file.h \
	%D%/poll/auth.c include/poll/auth.h \
	%D%/poll/cycle.c include/poll/cycle.h \
	%D%/poll/cycle_end.c include/poll/cycle_end.h \
	%D%/poll/page_cache.c include/poll/page_cache.h \
	%D%/poll/page_url.c include/poll/page_url.h \
	%D%/poll/pager.c include/poll/pager.h \
	%D%/poll/partition.c include/poll/partition.h \
	%D%/poll/partition_tree.c include/poll/partition_tree.h \
	%D%/poll/refusal.c include/poll/refusal.h \
	%D%/poll/schedule.c include/poll/schedule.h \
	%D%/poll/source.c include/poll/source.h \
	%D%/poll/vet.c include/poll/vet.h \
	%D%/http/client.c include/http/client.h \
	%D%/http/transfer.c include/http/transfer.h \
	%D%/uapi/entry.c include/uapi/entry.h \
	%D%/uapi/entry_fast.c include/uapi/entry_fast.h \
	%D%/uapi/json_repair.c include/uapi/json_repair.h \
	%D%/uapi/json_scan.c include/uapi/json_scan.h \
	%D%/uapi/json_value.c include/uapi/json_value.h \
	%D%/uapi/memory.c include/uapi/memory.h \
	%D%/uapi/page_diff.c include/uapi/page_diff.h \
	%D%/uapi/page_splitter.c include/uapi/page_splitter.h \
	%D%/uapi/request.c include/uapi/request.h \
	%D%/uapi/server_error.c include/uapi/server_error.h \
	%D%/uapi/token.c include/uapi/token.h \
	%D%/model/counts.c include/model/counts.h \
	%D%/model/diagnosis.c include/model/diagnosis.h \
	%D%/model/extension.c include/model/extension.h \
	%D%/model/filter.c include/model/filter.h \
	%D%/model/filter_regex.c include/model/filter_regex.h \
	%D%/model/filter_term.c include/model/filter_term.h \
	%D%/model/health.c include/model/health.h \
	%D%/model/last_seen.c include/model/last_seen.h \
	%D%/model/listing.c include/model/listing.h \
	%D%/model/record.c include/model/record.h \
	%D%/model/roster.c include/model/roster.h \
	%D%/model/server_status.c include/model/server_status.h \
	%D%/model/sort.c include/model/sort.h \
	%D%/model/sort_index.c include/model/sort_index.h \
	%D%/model/staleness.c include/model/staleness.h \
	%D%/model/user_agents.c include/model/user_agents.h \
	%D%/config/options.c include/config/options.h \
	%D%/config/secrets.c include/config/secrets.h \
	%D%/config/settings.c include/config/settings.h \
	%D%/config/settings_parse.c include/config/settings_parse.h \
	%D%/config/settings_path.c include/config/settings_path.h \
	%D%/config/settings_precheck.c include/config/settings_precheck.h \
	%D%/config/settings_print.c include/config/settings_print.h \
	%D%/config/settings_table.c include/config/settings_table.h \
	%D%/config/settings_validate.c include/config/settings_validate.h \
	%D%/base/buffer.c include/base/buffer.h \
	%D%/base/charset.c include/base/charset.h \
	%D%/base/clock.c include/base/clock.h \
	%D%/base/did_you_mean.c include/base/did_you_mean.h \
	%D%/base/error.c include/base/error.h \
	%D%/base/mem.c include/base/mem.h \
	%D%/base/process.c include/base/process.h \
	%D%/base/rng.c include/base/rng.h \
	%D%/base/signals.c include/base/signals.h \
	%D%/base/text.c include/base/text.h \
	%D%/base/text_table.c include/base/text_table.h \
	%D%/base/url.c include/base/url.h \
	include/base/ascii.h

blftop_libs = libblftop.a $(NCURSES_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) $(LIBCONFIG_LIBS)
bin_PROGRAMS = blftop
blftop_CPPFLAGS = $(product_cppflags)
blftop_CFLAGS = $(product_cflags)
blftop_SOURCES = %D%/main.c
blftop_LDFLAGS = $(HARDEN_LDFLAGS)
blftop_LDADD = $(blftop_libs)

if HAVE_MICROHTTPD
bin_PROGRAMS += uapi-sim
noinst_LIBRARIES += libuapisim.a
endif
libuapisim_a_CPPFLAGS = $(product_cppflags)
libuapisim_a_CFLAGS = $(product_cflags) $(MICROHTTPD_CFLAGS)
libuapisim_a_SOURCES = \
	%D%/sim/agent.c include/sim/agent.h \
	%D%/sim/broken_response.c include/sim/broken_response.h \
	%D%/sim/connection.c include/sim/connection.h \
	%D%/sim/corrupt.c include/sim/corrupt.h \
	%D%/sim/fault.c include/sim/fault.h \
	%D%/sim/fleet.c include/sim/fleet.h \
	%D%/sim/fleet_file.c include/sim/fleet_file.h \
	%D%/sim/fleet_generator.c include/sim/fleet_generator.h \
	%D%/sim/issued_tokens.c include/sim/issued_tokens.h \
	%D%/sim/json_write.c include/sim/json_write.h \
	%D%/sim/message.c include/sim/message.h \
	%D%/sim/oauth.c include/sim/oauth.h \
	%D%/sim/options.c include/sim/options.h \
	%D%/sim/params.c include/sim/params.h \
	%D%/sim/phone.c include/sim/phone.h \
	%D%/sim/presence.c include/sim/presence.h \
	%D%/sim/presence_query.c include/sim/presence_query.h \
	%D%/sim/router.c include/sim/router.h \
	%D%/sim/server.c include/sim/server.h \
	%D%/sim/state.c include/sim/state.h

uapi_sim_CPPFLAGS = $(product_cppflags)
uapi_sim_CFLAGS = $(product_cflags) $(MICROHTTPD_CFLAGS)
uapi_sim_SOURCES = %D%/sim/main.c
uapi_sim_LDFLAGS = $(HARDEN_LDFLAGS)
uapi_sim_LDADD = libuapisim.a libblftop.a $(MICROHTTPD_LIBS) $(JANSSON_LIBS) $(CURL_LIBS)
