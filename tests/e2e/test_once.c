/* SPDX-License-Identifier: MIT */
/* The real program without a terminal, against the simulator over real HTTP: what it prints. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "model/extension.h"
#include "support/once.h"
#include "support/stub_server.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define AT_ONCE_MS 4000 /* an interval is 5 s, a time-out 10 s */

/* The example of the vendor's page "List presence": it says two and carries one. */
static const char documented[] =
    "{\n \"startIndex\":0,\n \"totalResults\":2,\n \"itemsPerPage\":20,\n \"filtered\":false,\n"
    " \"sorted\":false,\n \"entry\":[\n  {\n   \"extension\":\"0003*210\",\n   \"status\":0,\n"
    "   \"registration\": [\n\t\t{ \n        \t\"agent\": \"3CXPhone 5.0.14439.0\",\n"
    "\t        \"registration\": \"-1\",\n    \t    \"expire\": \"2011-02-10T15:10:55Z\"\n"
    "\t    }\n\t]\n  }\n ]\n}\n";

/* What phones may call themselves: a formula, cells and lines, and orders to a terminal. */
static const char hostile[] =
    "{\"entry\":[{\"extension\":\"1\",\"status\":1,\"registration\":[{\"agent\":"
    "\"=1+cmd|'/c calc'!A1\",\"registration\":1}]},{\"extension\":\"2\",\"status\":1,"
    "\"registration\":[{\"agent\":\"a\\\"b,c\\r\\nd\",\"registration\":1}]},{\"extension\":\"3\","
    "\"status\":1,\"registration\":[{\"agent\":\"\\u001b]0;x\\u0007\\u001b[2J\\u009b2J\","
    "\"registration\":1}]}]}";

/* Opens a simulator on a fleet that is written to a file. */
static void open_fleet(struct once *once, const char *fleet)
{
    once_open(once);
    const char *path = folder_write(once->folder, "fleet.json", "%s", fleet);
    once_start_simulator(once, (const char *const[]){"--fleet", path, NULL});
    once_configure(once, "server = { url = \"%s\"; " ONCE_READY " };", once->simulator.url);
}

/* Opens a simulator on a made-up fleet that does not change. */
static void open_frozen(struct once *once, const char *extensions)
{
    once_open_simulator(once,
                        (const char *const[]){"--extensions", extensions, "--churn", "0", NULL});
}

/* The keys of an object, in their order, each with a blank behind. */
static const char *keys_of(char *keys, size_t size, json_t *object)
{
    const char *key;
    json_t *value;
    keys[0] = '\0';
    json_object_foreach(object, key, value)
    {
        size_t length = strlen(keys);
        snprintf(keys + length, size - length, "%s ", key);
    }
    return keys;
}

static void once__documented_example__is_one_offline_row_at_once(void **state)
{
    (void)state;
    struct once once;
    char *answer = stub_server_write_answer("200 OK", documented);
    struct stub_server *trap = stub_server_start(answer);
    once_open(&once);
    once_configure_port(&once, stub_server_port(trap));
    int64_t started = clock_read().ms;
    once_run(&once, "--once", "--format", "json", NULL);
    assert_in_range(clock_read().ms - started, 0, AT_ONCE_MS);
    once_assert_success(&once);
    assert_int_equal(json_array_size(once_rows(&once)), 1);
    assert_string_equal(once_row_text(&once, 0, "extension"), "0003*210");
    assert_string_equal(once_row_text(&once, 0, "lamp"), "offline");
    assert_true(json_is_true(json_object_get(once_json(&once), "complete")));
    assert_in_range(stub_server_stop(trap), 1, 2);
    free(answer);
    once_close(&once);
}

static void once__text__tells_lamp_agent_and_totals_without_escapes(void **state)
{
    (void)state;
    struct once once;
    open_fleet(&once, documented);
    once_run(&once, "--once", NULL);
    once_assert_success(&once);
    once_assert_holds(once_out(&once), "0003*210   × offline ");
    once_assert_holds(once_out(&once), " 3CXPhone 5.0.14439.0\n");
    once_assert_holds(once_out(&once), " ago ");
    once_assert_holds(once_out(&once), "\n1 extension: 1 offline\n");
    assert_null(strchr(once_out(&once), '\033'));
    once_close(&once);
}

static void once__no_mode_and_no_terminal__prints_once__E3(void **state)
{
    (void)state;
    struct once once;
    open_fleet(&once, documented);
    once_run(&once, NULL);
    once_assert_success(&once);
    once_assert_holds(once_out(&once), "1 extension: 1 offline\n");
    once_close(&once);
}

static void once__csv__is_a_header_and_a_line_an_extension(void **state)
{
    (void)state;
    struct once once;
    open_fleet(&once, documented);
    once_run(&once, "--once", "--format", "csv", NULL);
    once_assert_success(&once);
    assert_string_equal(
        once_out(&once),
        "server,extension,name,lamp,status,registrations,agent,state,expires\r\n127.0.0.1,"
        "0003*210,,offline,0,1,\"3CXPhone 5.0.14439.0\",-1,2011-02-10T15:10:55Z\r\n");
    once_close(&once);
}

static void once__csv__hostile_agent_is_one_harmless_cell(void **state)
{
    (void)state;
    struct once once;
    size_t lines = 0;
    open_fleet(&once, hostile);
    once_run(&once, "--once", "--format", "csv", NULL);
    once_assert_success(&once);
    once_assert_holds(once_out(&once), ",1,,online,1,1,\"'=1+cmd|'/c calc'!A1\",1,\r\n");
    once_assert_holds(once_out(&once), ",2,,online,1,1,\"a\"\"b,c");
    for (const char *at = once_out(&once); (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, 4);
    once_close(&once);
}

static void once__hostile_agent__orders_no_terminal_in_any_format(void **state)
{
    (void)state;
    static const char *const formats[] = {"text", "json", "csv"};
    struct once once;
    open_fleet(&once, hostile);
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        once_run(&once, "--format", formats[i], NULL);
        once_assert_success(&once);
        assert_null(strpbrk(once_out(&once), "\033\a"));
        assert_null(strstr(once_out(&once), "\302\233"));
    }
    once_close(&once);
}

static void once__json__keys_stand_in_the_order_of_the_contract(void **state)
{
    (void)state;
    struct once once;
    char keys[256];
    open_fleet(&once, documented);
    once_run(&once, "--format", "json", NULL);
    once_assert_success(&once);
    json_t *root = once_json(&once);
    json_t *row = json_array_get(once_rows(&once), 0);
    json_t *contact = json_array_get(json_object_get(row, "registrations"), 0);
    assert_string_equal(keys_of(keys, sizeof keys, root),
                        "version complete servers total counts extensions ");
    assert_string_equal(
        keys_of(keys, sizeof keys, json_array_get(json_object_get(root, "servers"), 0)),
        "name url fetched_at complete error ");
    assert_string_equal(keys_of(keys, sizeof keys, json_object_get(root, "counts")),
                        "online ringing busy offline expired mismatch unknown static ");
    assert_string_equal(keys_of(keys, sizeof keys, row),
                        "server extension name lamp status registrations ");
    assert_string_equal(keys_of(keys, sizeof keys, contact), "agent state expires ");
    assert_int_equal(json_integer_value(json_object_get(contact, "state")), -1);
    assert_string_equal(json_string_value(json_object_get(contact, "expires")),
                        "2011-02-10T15:10:55Z");
    once_close(&once);
}

static void once__json__holds_every_extension_sorted_by_number(void **state)
{
    (void)state;
    struct once once;
    open_frozen(&once, "412");
    once_run(&once, "--format", "json", NULL);
    once_assert_success(&once);
    assert_int_equal(json_array_size(once_rows(&once)), 412);
    for (size_t i = 1; i < 412; i++)
        assert_true(strcmp(once_row_text(&once, i - 1, "extension"),
                           once_row_text(&once, i, "extension")) < 0);
    once_close(&once);
}

/* More than one query can reach: it is read by prefixes. */
static void once__json__is_whole_beyond_the_window__A18(void **state)
{
    (void)state;
    struct once once;
    open_frozen(&once, "20000");
    once_run(&once, "--format", "json", NULL);
    once_assert_success(&once);
    assert_true(json_is_true(json_object_get(once_json(&once), "complete")));
    assert_int_equal(json_array_size(once_rows(&once)), 20000);
    for (size_t i = 1; i < 20000; i++)
        assert_true(strcmp(once_row_text(&once, i - 1, "extension"),
                           once_row_text(&once, i, "extension")) < 0);
    once_close(&once);
}

/* The severity of a row's lamp. */
static int severity_of(struct once *once, size_t index)
{
    enum lamp lamp;
    const char *name = once_row_text(once, index, "lamp");
    assert_true(lamp_find(name, strlen(name), &lamp));
    return lamp_info(lamp)->severity;
}

static void once__sort__is_heeded(void **state)
{
    (void)state;
    struct once once;
    open_frozen(&once, "300");
    once_run(&once, "--format", "json", "--sort", "severity,-extension", NULL);
    once_assert_success(&once);
    assert_true(severity_of(&once, 0) > severity_of(&once, 299));
    for (size_t i = 1; i < 300; i++) {
        int before = severity_of(&once, i - 1), here = severity_of(&once, i);
        assert_true(before >= here);
        if (before == here)
            assert_true(strcmp(once_row_text(&once, i - 1, "extension"),
                               once_row_text(&once, i, "extension")) > 0);
    }
    once_close(&once);
}

static void once__filter__counts_cover_the_rows_printed(void **state)
{
    (void)state;
    struct once once;
    open_frozen(&once, "300");
    once_run(&once, "--format", "json", NULL);
    json_t *counts = json_object_get(once_json(&once), "counts");
    json_int_t online = json_integer_value(json_object_get(counts, "online"));
    assert_in_range(online, 1, 299);
    once_run(&once, "--format", "json", "--filter", "lamp:online", NULL);
    once_assert_success(&once);
    assert_int_equal(json_array_size(once_rows(&once)), online);
    for (size_t i = 0; i < (size_t)online; i++)
        assert_string_equal(once_row_text(&once, i, "lamp"), "online");
    once_close(&once);
}

/* Reads a fleet with this page size; the rows, which the caller owns. */
static json_t *read_paged(struct once *once, int page_size)
{
    once_configure(once, "server = { url = \"%s\"; " ONCE_READY " }; poll = { page_size = %d; };",
                   once->simulator.url, page_size);
    once_run(once, "--format", "json", NULL);
    once_assert_success(once);
    return json_incref(once_rows(once));
}

/* Reads a fleet of `count` with each of these page sizes (ending with 0): all rows are the same. */
static void check_page_sizes(int count, const char *cap, const int *sizes)
{
    struct once once;
    once_open(&once);
    const char *path = once_write_fleet(&once, "fleet.json", count);
    once_start_simulator(
        &once, (const char *const[]){"--fleet", path, cap ? "--page-cap" : NULL, cap, NULL});
    json_t *expected = read_paged(&once, sizes[0]);
    assert_int_equal(json_array_size(expected), count);
    for (size_t i = 1; sizes[i] > 0; i++) {
        json_t *rows = read_paged(&once, sizes[i]);
        if (!json_equal(rows, expected))
            fail_msg("page_size %d changes the rows", sizes[i]);
        json_decref(rows);
    }
    json_decref(expected);
    once_close(&once);
}

static void once__page_size__never_changes_the_rows(void **state)
{
    (void)state;
    check_page_sizes(1200, NULL, (const int[]){1200, 19, 20, 100, 999, 1199, 1201, 4999, 0});
}

static void once__tiny_pages__never_change_the_rows(void **state)
{
    (void)state;
    check_page_sizes(60, NULL, (const int[]){60, 1, 2, 7, 19, 20, 59, 61, 0});
}

static void once__page_cap_of_the_server__never_changes_the_rows(void **state)
{
    (void)state;
    check_page_sizes(1200, "50", (const int[]){20, 49, 50, 51, 1000, 4999, 0});
}

static void once__extensions__are_each_told_by_their_own_url(void **state)
{
    (void)state;
    struct once once;
    open_frozen(&once, "40");
    once_run(&once, "0003*210", "0003*211", "--once", NULL);
    once_assert_success(&once);
    const char *first = strstr(once_out(&once), "0003*210\n  Lamp  ");
    const char *second = strstr(once_out(&once), "\n0003*211\n  Lamp  ");
    assert_true(first && second && first < second);
    assert_null(strstr(once_out(&once), "0003*212"));
    once_assert_holds(first, "\n  Presence  ");
    once_assert_holds(first, "\n  Verdict  ");
    assert_int_equal(simulator_stat(&once.simulator, "presence_requests"), 2);
    assert_int_equal(simulator_stat(&once.simulator, "entries"), 2);
    once_close(&once);
}

static void once__unknown_extension__is_usage_and_the_others_are_printed(void **state)
{
    (void)state;
    struct once once;
    open_frozen(&once, "40");
    once_run(&once, "0003*210", "9999*999", "0003*211", "--format", "json", NULL);
    once_assert_failure(&once, 2, "9999*999: ");
    once_assert_holds(once_err(&once), "extension_invalid");
    assert_int_equal(json_array_size(once_rows(&once)), 2);
    assert_string_equal(once_row_text(&once, 0, "extension"), "0003*210");
    assert_string_equal(once_row_text(&once, 1, "extension"), "0003*211");
    assert_true(json_is_false(json_object_get(once_json(&once), "complete")));
    once_close(&once);
}

static void once__empty_collection__is_no_failure(void **state)
{
    (void)state;
    struct once once;
    struct stub_server *trap =
        stub_server_start("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    once_open(&once);
    once_configure_port(&once, stub_server_port(trap));
    once_run(&once, "--format", "json", NULL);
    once_assert_success(&once);
    assert_int_equal(json_array_size(once_rows(&once)), 0);
    assert_true(json_is_true(json_object_get(once_json(&once), "complete")));
    assert_int_equal(stub_server_stop(trap), 1);
    once_close(&once);
}

static void once__one_server_of_two_dead__rows_of_the_other_are_printed(void **state)
{
    (void)state;
    struct once once;
    int port;
    int dead = stub_server_bind_dead(&port);
    open_frozen(&once, "30");
    once_configure(&once,
                   "servers = ( { name = \"dead\"; url = \"http://127.0.0.1:%d\"; " ONCE_READY
                   " }, { name = \"alive\"; url = \"%s\"; " ONCE_READY " } );",
                   port, once.simulator.url);
    once_run(&once, "--format", "json", NULL);
    once_assert_failure(&once, 3, "dead: connection refused");
    assert_null(strstr(once_err(&once), "alive"));
    json_t *root = once_json(&once);
    json_t *servers = json_object_get(root, "servers");
    assert_int_equal(json_array_size(once_rows(&once)), 30);
    assert_string_equal(once_row_text(&once, 0, "server"), "alive");
    assert_true(json_is_false(json_object_get(root, "complete")));
    json_t *first = json_array_get(servers, 0), *second = json_array_get(servers, 1);
    assert_true(json_is_false(json_object_get(first, "complete")));
    assert_true(json_is_string(json_object_get(first, "error")));
    assert_true(json_is_null(json_object_get(first, "fetched_at")));
    assert_true(json_is_true(json_object_get(second, "complete")));
    assert_true(json_is_null(json_object_get(second, "error")));
    close(dead);
    once_close(&once);
}

static void once__client_credentials__take_one_token_and_one_connection(void **state)
{
    (void)state;
    struct once once;
    open_frozen(&once, "400");
    once_configure(&once,
                   "server = { url = \"%s\"; " ONCE_CREDENTIALS " }; poll = { page_size = 40; };",
                   once.simulator.url);
    once_run(&once, "--format", "json", NULL);
    once_assert_success(&once);
    assert_int_equal(json_array_size(once_rows(&once)), 400);
    /* Asking for a count is a connection, too. */
    assert_int_equal(simulator_stat(&once.simulator, "connections"), 2);
    assert_int_equal(simulator_stat(&once.simulator, "token_requests"), 1);
    assert_int_equal(simulator_stat(&once.simulator, "tokens_issued"), 1);
    assert_in_range(simulator_stat(&once.simulator, "presence_requests"), 10, 11);
    assert_int_equal(simulator_stat(&once.simulator, "unauthorized"), 0);
    once_close(&once);
}

static void once__demo__is_whole_and_adds_up(void **state)
{
    (void)state;
    struct once once;
    once_open(&once);
    once_run_program(&once, (const char *const[]){program_blftop(), "--demo", "--once", "--format",
                                                  "json", NULL});
    once_assert_success(&once);
    assert_in_range(json_array_size(once_rows(&once)), 300, 412);
    assert_true(json_is_true(json_object_get(once_json(&once), "complete")));
    once_close(&once);
}

static void once__help_and_version__go_to_standard_output(void **state)
{
    (void)state;
    struct once once;
    once_open(&once);
    once_configure(&once, "nonsense");
    once_run(&once, "--help", NULL);
    once_assert_success(&once);
    once_assert_holds(once_out(&once), "Usage: blftop");
    once_run(&once, "--version", NULL);
    once_assert_success(&once);
    once_assert_holds(once_out(&once), "blftop " PACKAGE_VERSION);
    once_close(&once);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(once__documented_example__is_one_offline_row_at_once),
        cmocka_unit_test(once__text__tells_lamp_agent_and_totals_without_escapes),
        cmocka_unit_test(once__no_mode_and_no_terminal__prints_once__E3),
        cmocka_unit_test(once__csv__is_a_header_and_a_line_an_extension),
        cmocka_unit_test(once__csv__hostile_agent_is_one_harmless_cell),
        cmocka_unit_test(once__hostile_agent__orders_no_terminal_in_any_format),
        cmocka_unit_test(once__json__keys_stand_in_the_order_of_the_contract),
        cmocka_unit_test(once__json__holds_every_extension_sorted_by_number),
        cmocka_unit_test(once__json__is_whole_beyond_the_window__A18),
        cmocka_unit_test(once__sort__is_heeded),
        cmocka_unit_test(once__filter__counts_cover_the_rows_printed),
        cmocka_unit_test(once__page_size__never_changes_the_rows),
        cmocka_unit_test(once__tiny_pages__never_change_the_rows),
        cmocka_unit_test(once__page_cap_of_the_server__never_changes_the_rows),
        cmocka_unit_test(once__extensions__are_each_told_by_their_own_url),
        cmocka_unit_test(once__unknown_extension__is_usage_and_the_others_are_printed),
        cmocka_unit_test(once__empty_collection__is_no_failure),
        cmocka_unit_test(once__one_server_of_two_dead__rows_of_the_other_are_printed),
        cmocka_unit_test(once__client_credentials__take_one_token_and_one_connection),
        cmocka_unit_test(once__demo__is_whole_and_adds_up),
        cmocka_unit_test(once__help_and_version__go_to_standard_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
