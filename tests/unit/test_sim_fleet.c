/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "sim/fleet.h"
#include "sim/fleet_file.h"
#include "sim/fleet_generator.h"

/* A fleet of these numbers, with `{}` as bytes; one that starts with '-' does not exist now. */
static void fill(struct fleet *fleet, const char *const *numbers)
{
    fleet_init(fleet);
    for (; *numbers != NULL; numbers++) {
        bool is_gone = **numbers == '-';
        fleet_add(fleet, mem_strdup(*numbers + is_gone), is_gone ? NULL : mem_strdup("{}"), 2);
    }
    fleet_index(fleet);
}

static const char *const few[] = {"0007*200",  "0003*210", "0003*201", "-0003*202",
                                  "0007*2101", "",         "0003*21",  NULL};

/* The numbers a choice gives, separated by blanks, and how many match in all. */
static void assert_choice(struct fleet_choice choice, const char *expected, size_t expected_total)
{
    struct fleet fleet;
    uint32_t page[16];
    char text[256] = "";
    size_t total;
    fill(&fleet, few);
    choice.limit = choice.limit > 0 ? choice.limit : 16;
    size_t used = fleet_choose(&fleet, &choice, page, &total);
    for (size_t i = 0; i < used; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "%s%s", i > 0 ? " " : "",
                 fleet.records[page[i]].number);
    }
    assert_string_equal(text, expected);
    assert_int_equal(total, expected_total);
    fleet_clear(&fleet);
}

/* An exact number, then the short form; what does not exist now is not found. */
static void fleet__find__exact_then_short(void **state)
{
    (void)state;
    struct fleet fleet;
    fill(&fleet, few);
    assert_int_equal(fleet_find(&fleet, "0003*210"), 1);
    assert_int_equal(fleet_find(&fleet, "210"), 1);
    assert_int_equal(fleet_find(&fleet, "200"), 0);
    assert_int_equal(fleet_find(&fleet, "2101"), 4);
    assert_true(fleet_find(&fleet, "0003*202") == FLEET_NONE);
    assert_true(fleet_find(&fleet, "202") == FLEET_NONE);
    assert_true(fleet_find(&fleet, "") == FLEET_NONE);
    assert_true(fleet_find(&fleet, "0003*2") == FLEET_NONE);
    assert_true(fleet_find(&fleet, "*210") == FLEET_NONE);
    fleet_clear(&fleet);
}

static void fleet__choose__every_match(void **state)
{
    (void)state;
    struct fleet_choice choice = {.only = FLEET_NONE};
    assert_choice(choice, "0007*200 0003*210 0003*201 0007*2101  0003*21", 6);
    choice.match = FLEET_PRESENT;
    assert_choice(choice, "0007*200 0003*210 0003*201 0007*2101 0003*21", 5);
    choice = (struct fleet_choice){.only = FLEET_NONE, .match = FLEET_CONTAINS, .value = "*21"};
    assert_choice(choice, "0003*210 0007*2101 0003*21", 3);
    choice.match = FLEET_EQUALS;
    choice.value = "0003*21";
    assert_choice(choice, "0003*21", 1);
    choice.match = FLEET_STARTS_WITH;
    assert_choice(choice, "0003*210 0003*21", 2);
    choice.match = FLEET_IN_ARRAY;
    assert_choice(choice, "0003*21", 1);
    choice.value = "0007*200,,0003*202,0003*21";
    assert_choice(choice, "0007*200  0003*21", 3);
    choice.value = "nothing";
    assert_choice(choice, "", 0);
}

static void fleet__choose__order_and_window(void **state)
{
    (void)state;
    struct fleet_choice choice = {.only = FLEET_NONE, .order = FLEET_ASCENDING};
    assert_choice(choice, " 0003*201 0003*21 0003*210 0007*200 0007*2101", 6);
    choice.order = FLEET_DESCENDING;
    choice.start = 1;
    choice.limit = 2;
    assert_choice(choice, "0007*200 0003*210", 6);
    choice.start = 5;
    assert_choice(choice, "", 6);
    choice.start = 6;
    assert_choice(choice, "", 6);
    choice = (struct fleet_choice){.only = 4};
    assert_choice(choice, "0007*2101", 1);
}

#define LIVING 3000

/* All bytes of a fleet at a time, reached in steps. */
static char *live(uint64_t seed, int64_t until_ms, int64_t step_ms, double speed)
{
    struct fleet fleet;
    struct fleet_generator life;
    struct buffer all;
    struct phone_rules rules = {.seed = seed, .churn = 0.01};
    struct moment start = {.ms = 5000, .wall_ms = 1700000000000};
    fleet_init(&fleet);
    buffer_init(&all, 0);
    fleet_generator_begin(&life, &fleet, LIVING, rules, speed, start);
    for (int64_t t = step_ms; t <= until_ms; t += step_ms)
        fleet_generator_advance(&life, &fleet, (struct moment){.ms = start.ms + t});
    for (size_t i = 0; i < fleet.count; i++)
        buffer_puts(&all, fleet.records[i].json != NULL ? fleet.records[i].json : "-");
    fleet_generator_clear(&life);
    fleet_clear(&fleet);
    return buffer_take(&all);
}

/* The state is a function of seed and simulated time, however it was reached. */
static void fleet_generator__advance__same_by_any_steps(void **state)
{
    (void)state;
    char *leap = live(3, 60000, 60000, 1);
    char *steps = live(3, 60000, 1000, 1);
    assert_string_equal(leap, steps);
    char *other_seed = live(4, 60000, 60000, 1);
    char *earlier = live(3, 59000, 59000, 1);
    assert_string_not_equal(leap, other_seed);
    assert_string_not_equal(leap, earlier);
    free(leap);
    free(steps);
    free(other_seed);
    free(earlier);
}

/* A year passes as quickly as a second. */
static void fleet_generator__advance__leaps_over_a_year(void **state)
{
    (void)state;
    char *year = live(3, (int64_t)365 * 86400 * 1000, (int64_t)365 * 86400 * 1000, 1000);
    assert_non_null(strstr(year, "\"extension\":\"0003*200\""));
    free(year);
}

/* As many as asked for, all different, of several tenants, with the documentation's example. */
static void fleet_generator__begin__numbers(void **state)
{
    (void)state;
    static const size_t counts[] = {11, 240, 100000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct fleet fleet;
        struct fleet_generator life;
        struct phone_rules rules = {.seed = i};
        fleet_init(&fleet);
        fleet_generator_begin(&life, &fleet, counts[i], rules, 1, (struct moment){0});
        assert_int_equal(fleet.count, counts[i]);
        assert_int_equal(fleet_present(&fleet), counts[i]);
        assert_true(fleet_find(&fleet, "0003*210") != FLEET_NONE);
        size_t ascents = 0;
        for (size_t n = 1; n < fleet.count; n++)
            ascents += strcmp(fleet.records[fleet.by_number[n - 1]].number,
                              fleet.records[fleet.by_number[n]].number) < 0;
        assert_int_equal(ascents, counts[i] - 1);
        const char *last = fleet.records[fleet.by_number[fleet.count - 1]].number;
        assert_int_equal(strlen(last), strlen("0003*210"));
        assert_true(counts[i] < 200 || strncmp(last, "0003", 4) != 0);
        fleet_generator_clear(&life);
        fleet_clear(&fleet);
    }
}

static char path[] = "/tmp/test_sim_fleet.XXXXXX";

/* Writes the album's file, dated `staleness_s` ago. */
static void write_file(const char *text, long staleness_s)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec -= staleness_s;
    struct timespec times[2] = {now, now};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

/* Entries are kept byte for byte, even those that cannot be decoded. */
static void fleet_file__refresh__keeps_bytes(void **state)
{
    (void)state;
    struct fleet fleet;
    struct fleet_file album;
    struct error error = {0};
    fleet_init(&fleet);
    fleet_file_init(&album, path);
    write_file("{\"totalResults\":9,\"entry\":[ { \"extension\" : \"0003*1\",\"x\":\"\xff\" },\n"
               "{\"status\":7}]}",
               10);
    assert_true(fleet_file_refresh(&album, &fleet, &error));
    assert_int_equal(fleet.count, 2);
    assert_string_equal(fleet.records[0].number, "0003*1");
    assert_string_equal(fleet.records[0].json, "{ \"extension\" : \"0003*1\",\"x\":\"\xff\" }");
    assert_string_equal(fleet.records[1].number, "");
    assert_string_equal(fleet.records[1].json, "{\"status\":7}");
    fleet_clear(&fleet);
}

/* A changed file is read again, one that has not changed is not. */
static void fleet_file__refresh__notices_changes(void **state)
{
    (void)state;
    struct fleet fleet;
    struct fleet_file album;
    struct error error = {0};
    fleet_init(&fleet);
    fleet_file_init(&album, path);
    write_file("{\"entry\":[{\"extension\":\"1\"}]}", 10);
    assert_true(fleet_file_refresh(&album, &fleet, &error));
    const struct record *records = fleet.records;
    assert_true(fleet_file_refresh(&album, &fleet, &error));
    assert_ptr_equal(records, fleet.records);
    assert_int_equal(fleet.changes, 1);
    write_file("{\"entry\":[{\"extension\":\"2\"}]}", 5);
    assert_true(fleet_file_refresh(&album, &fleet, &error));
    assert_string_equal(fleet.records[0].number, "2");
    assert_int_equal(fleet.changes, 2);
    fleet_clear(&fleet);
}

/* Written twice within a tick of the file system's clock: the second is noticed all the same. */
static void fleet_file__refresh__notices_a_quick_second_change(void **state)
{
    (void)state;
    struct fleet fleet;
    struct fleet_file album;
    struct stat first;
    struct error error = {0};
    fleet_init(&fleet);
    fleet_file_init(&album, path);
    write_file("{\"entry\":[{\"extension\":\"1\"}]}", 0);
    assert_int_equal(stat(path, &first), 0);
    assert_true(fleet_file_refresh(&album, &fleet, &error));
    write_file("{\"entry\":[{\"extension\":\"2\"}]}", 0);
    struct timespec times[2] = {first.st_mtim, first.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_true(fleet_file_refresh(&album, &fleet, &error));
    assert_string_equal(fleet.records[0].number, "2");
    fleet_clear(&fleet);
}

/* A broken or missing file leaves the fleet, tells so once, and mends. */
static void fleet_file__refresh__broken_file_keeps_the_fleet(void **state)
{
    (void)state;
    static const char *const broken[] = {"", "{\"entry\":[{\"extension\":\"1\"}", "{}", "[1]",
                                         "{\"entry\":[{}{}]}"};
    struct fleet fleet;
    struct fleet_file album;
    struct error error = {0};
    fleet_init(&fleet);
    fleet_file_init(&album, path);
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        write_file("{\"entry\":[{\"extension\":\"1\"}]}", 100);
        assert_true(fleet_file_refresh(&album, &fleet, &error));
        write_file(broken[i], 50);
        assert_false(fleet_file_refresh(&album, &fleet, &error));
        assert_non_null(strstr(error.text, path));
        error_clear(&error);
        assert_false(fleet_file_refresh(&album, &fleet, &error));
        assert_false(error_is_set(&error));
        assert_int_equal(fleet.count, 1);
        assert_string_equal(fleet.records[0].number, "1");
    }
    fleet_clear(&fleet);
}

/* A file that has gone is looked for on each request, and told of once. */
static void fleet_file__refresh__missing_file_is_told_once(void **state)
{
    (void)state;
    struct fleet fleet;
    struct fleet_file album;
    struct error error = {0};
    fleet_init(&fleet);
    fleet_file_init(&album, path);
    assert_int_equal(unlink(path), 0);
    assert_false(fleet_file_refresh(&album, &fleet, &error));
    assert_true(error_is_set(&error));
    error_clear(&error);
    assert_false(fleet_file_refresh(&album, &fleet, &error));
    assert_false(error_is_set(&error));
    write_file("{\"entry\":[{\"extension\":\"1\"}]}", 10);
    assert_true(fleet_file_refresh(&album, &fleet, &error));
    assert_int_equal(fleet.count, 1);
    fleet_clear(&fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fleet__find__exact_then_short),
        cmocka_unit_test(fleet__choose__every_match),
        cmocka_unit_test(fleet__choose__order_and_window),
        cmocka_unit_test(fleet_generator__advance__same_by_any_steps),
        cmocka_unit_test(fleet_generator__advance__leaps_over_a_year),
        cmocka_unit_test(fleet_generator__begin__numbers),
        cmocka_unit_test(fleet_file__refresh__keeps_bytes),
        cmocka_unit_test(fleet_file__refresh__notices_changes),
        cmocka_unit_test(fleet_file__refresh__notices_a_quick_second_change),
        cmocka_unit_test(fleet_file__refresh__broken_file_keeps_the_fleet),
        cmocka_unit_test(fleet_file__refresh__missing_file_is_told_once),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
