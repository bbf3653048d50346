/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/report.h"
#include "report/text.h"

#define NOW_WALL_MS 1297350000000 /* 2011-02-10T15:00:00Z */

/* A fleet of four extensions on one server, and a report on it. */
struct sim_state {
    struct roster roster;
    struct server_status feed;
    struct listing listing;
    struct filter query;
    struct report report;
    struct buffer out;
};

/* Adds an extension with up to one contact. */
static void add(struct sim_state *world, const char *number, int status, const char *agent,
                int state, int64_t expires)
{
    struct extension extension = {.number = mem_strdup(number), .status = status, .has_list = true};
    if (agent) {
        extension.registrations = mem_new(1, sizeof *extension.registrations);
        extension.registrations[0] = (struct registration){mem_strdup(agent), expires, state};
        extension.registration_count = 1;
    }
    roster_apply(&world->roster, 0, &extension, true, 1000);
}

static const struct roster_name names[] = {{"0003*210", "Front, \"desk\""}};

/* Builds the world. */
static int set_up(void **state)
{
    struct sim_state *world = mem_new(1, sizeof *world);
    struct error error = {0};
    roster_init(&world->roster, names, 1);
    server_status_init(&world->feed, "hq", "https://pbx.example.net", 5000);
    world->feed.last_good_ms = 1000;
    world->feed.last_good_wall = 1297350000;
    world->feed.is_complete = true;
    add(world, "0003*210", 0, "3CXPhone 5.0.14439.0", -1, 1297350655);
    add(world, "0003*211", 1, "=cmd|' /C calc'!A0", 1, 1297349999);
    add(world, "0003*212", 3, "Telef\xC3\xB3n \xE4\xB8\xAD", 1, EXPIRES_NONE);
    add(world, "0003*213", NUMBER_NONE, NULL, 0, 0);
    assert_true(filter_compile(&world->query, "", NULL, &error));
    struct sort_order order = {.keys = {SORT_EXTENSION}, .count = 1};
    struct filter_scope scope = {{1000, NOW_WALL_MS}, &world->feed, 1};
    listing_init(&world->listing);
    listing_update(&world->listing, &world->roster, &world->query, &order, &scope);
    world->report = (struct report){.roster = &world->roster,
                                    .listing = &world->listing,
                                    .feeds = &world->feed,
                                    .server_status_count = 1,
                                    .now = scope.now};
    buffer_init(&world->out, 0);
    *state = world;
    return 0;
}

/* Takes the world down. */
static int tear_down(void **state)
{
    struct sim_state *world = *state;
    buffer_clear(&world->out);
    listing_clear(&world->listing);
    filter_clear(&world->query);
    roster_clear(&world->roster);
    server_status_clear(&world->feed);
    free(world);
    return 0;
}

static void report_write_json__seed_example__is_the_contract_byte_for_byte(void **state)
{
    struct sim_state *world = *state;
    report_write_json(&world->report, &world->out);
    static const char expected[] =
        "{\"version\":1,\"complete\":true,\"servers\":[{\"name\":\"hq\",\"url\":"
        "\"https://pbx.example.net\",\"fetched_at\":\"2011-02-10T15:00:00Z\",\"complete\":true,"
        "\"error\":null}],\n \"total\":4,\"counts\":{\"online\":1,\"ringing\":0,\"busy\":1,"
        "\"offline\":2,\"expired\":0,\"mismatch\":0,\"unknown\":0,\"static\":0},\n"
        " \"extensions\":[\n"
        "  {\"server\":\"hq\",\"extension\":\"0003*210\",\"name\":\"Front, \\\"desk\\\"\","
        "\"lamp\":\"offline\",\"status\":0,\"registrations\":[{\"agent\":\"3CXPhone 5.0.14439.0\","
        "\"state\":-1,\"expires\":\"2011-02-10T15:10:55Z\"}]},\n";
    assert_memory_equal(world->out.data, expected, sizeof expected - 1);
    assert_non_null(strstr(world->out.data, "\"status\":null,\"registrations\":[]}]}\n"));
    assert_non_null(strstr(world->out.data, "\"state\":1,\"expires\":null}"));
}

static void report_write_json__failed_server__is_told_and_incomplete(void **state)
{
    struct sim_state *world = *state;
    world->feed.is_complete = false;
    world->feed.last_good_ms = SERVER_STATUS_NEVER;
    error_set(&world->feed.error, ERROR_UNREACHABLE, "connection refused");
    report_write_json(&world->report, &world->out);
    assert_non_null(strstr(world->out.data, "\"complete\":false,\"servers\":"));
    assert_non_null(strstr(world->out.data, "\"fetched_at\":null,\"complete\":false,\"error\":"
                                            "\"connection refused\"}"));
}

static void report_write_csv__cells__are_quoted_and_never_a_formula__A1(void **state)
{
    struct sim_state *world = *state;
    report_write_csv(&world->report, &world->out);
    assert_string_equal(
        world->out.data,
        "server,extension,name,lamp,status,registrations,agent,state,expires\r\n"
        "hq,0003*210,\"Front, \"\"desk\"\"\",offline,0,1,\"3CXPhone 5.0.14439.0\",-1,"
        "2011-02-10T15:10:55Z\r\n"
        "hq,0003*211,,online,1,1,\"'=cmd|' /C calc'!A0\",1,2011-02-10T14:59:59Z\r\n"
        "hq,0003*212,,busy,3,1,\"Telef\xC3\xB3n \xE4\xB8\xAD\",1,\r\n"
        "hq,0003*213,,offline,,0,,,\r\n");
}

static void report_write_text__table__is_aligned_and_counts(void **state)
{
    struct sim_state *world = *state;
    report_write_text(&world->report, &world->out);
    assert_string_equal(
        world->out.data,
        "EXTENSION  NAME           LAMP        CONTACTS  EXPIRES       AGENT\n"
        "0003*210   Front, \"desk\"  \xC3\x97 offline          1  in 00:10:55   3CXPhone "
        "5.0.14439.0\n"
        "0003*211   -              \xE2\x97\x8F online           1  00:00:01 ago  =cmd|' /C "
        "calc'!A0\n"
        "0003*212   -              \xE2\x96\xA0 busy             1  -             "
        "Telef\xC3\xB3n \xE4\xB8\xAD\n"
        "0003*213   -              \xC3\x97 offline          0  -             -\n"
        "4 extensions: 1 online, 1 busy, 2 offline\n");
}

static void report_write_text__ascii__has_no_byte_beyond(void **state)
{
    struct sim_state *world = *state;
    world->report.is_ascii = true;
    report_write_text(&world->report, &world->out);
    for (size_t i = 0; i < world->out.length; i++)
        assert_true((unsigned char)world->out.data[i] < 0x80);
    assert_non_null(strstr(world->out.data, "Telef?n ??"));
    assert_non_null(strstr(world->out.data, "x offline"));
}

static void report_write_text__detailed__tells_the_whole_story(void **state)
{
    struct sim_state *world = *state;
    world->report.is_detailed = true;
    world->listing.count = 1;
    report_write_text(&world->report, &world->out);
    static const char *const parts[] = {
        "0003*210  Front, \"desk\"\n",
        "Lamp        \xC3\x97 offline\n",
        "Presence    unknown (0)\n",
        "Verdict     ",
        "Contact 1   3CXPhone 5.0.14439.0\n",
        "not registered (-1), expires 2011-02-10 15:10:55 +00:00, in 00:10:55\n",
        "Server      hq, asked 2011-02-10 15:00:00 +00:00\n"};
    const char *at = world->out.data;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        at = strstr(at, parts[i]);
        if (!at)
            fail_msg("\"%s\" is missing in:\n%s", parts[i], world->out.data);
    }
}

static void report_write_text__color__is_only_there_when_asked_for(void **state)
{
    struct sim_state *world = *state;
    report_write_text(&world->report, &world->out);
    assert_null(strchr(world->out.data, '\033'));
    world->report.is_color = true;
    report_write_text(&world->report, &world->out);
    assert_non_null(strchr(world->out.data, '\033'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            report_write_json__seed_example__is_the_contract_byte_for_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(report_write_json__failed_server__is_told_and_incomplete,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(report_write_csv__cells__are_quoted_and_never_a_formula__A1,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(report_write_text__table__is_aligned_and_counts, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(report_write_text__ascii__has_no_byte_beyond, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(report_write_text__detailed__tells_the_whole_story, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(report_write_text__color__is_only_there_when_asked_for,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
