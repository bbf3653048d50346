/* SPDX-License-Identifier: MIT */
/* The judge of screens: all golden frames are right, and none of them is with a mark less. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/screen_checker.h"

#define FRAMES TESTS_DIR "/golden/frames"
#define END "==== roles ===="
#define INTERVAL_MS 5000 /* of all that golden frames show */
#define TEXT_MAX 200000

/* Reads the text of a golden frame and the size from its name; false if it is none. */
static bool read_frame(const char *name, char text[static TEXT_MAX], struct screen_checker *sight)
{
    char path[512];
    const char *size = name;
    *sight = (struct screen_checker){.interval_ms = INTERVAL_MS, .time_s = -1, .is_ours = true};
    while ((size = strchr(size, '-')) && sscanf(size, "-%dx%d", &sight->cols, &sight->rows) != 2)
        size++;
    snprintf(path, sizeof path, FRAMES "/%s", name);
    FILE *file = size ? fopen(path, "r") : NULL;
    if (!file)
        return false;
    text[fread(text, 1, TEXT_MAX - 1, file)] = '\0';
    fclose(file);
    char *end = strstr(text, END);
    assert_non_null(end);
    *end = '\0';
    return true;
}

/* Reads one frame that there has to be. */
static struct screen_checker read_one(const char *name, char text[static TEXT_MAX])
{
    struct screen_checker sight;
    assert_true(read_frame(name, text, &sight));
    return sight;
}

static void screen_checker__every_golden_frame__holds(void **state)
{
    (void)state;
    static char text[TEXT_MAX];
    char why[SCREEN_CHECKER_TEXT_MAX];
    int count = 0;
    DIR *folder = opendir(FRAMES);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct screen_checker sight;
        if (!read_frame(entry->d_name, text, &sight))
            continue;
        count++;
        if (!screen_checker_holds(&sight, text, why))
            fail_msg("%s: %s\n%s", entry->d_name, why, text);
    }
    closedir(folder);
    assert_true(count > 50);
}

/* Puts something in place of the first `from` after `after`. */
static void replace(char text[static TEXT_MAX], const char *after, const char *from, const char *to)
{
    char *at = strstr(text, after);
    assert_non_null(at);
    at = strstr(at, from);
    assert_non_null(at);
    char *rest = mem_strdup(at + strlen(from));
    snprintf(at, TEXT_MAX - (size_t)(at - text), "%s%s", to, rest);
    free(rest);
}

/* No frame that lacks one mark of those before lamps passes; returns how many there were. */
static int count_noticed(const char *name)
{
    static char text[TEXT_MAX];
    static char less[TEXT_MAX];
    static const char *const marks[] = {"-\xE2\x97\x8F", "-\xE2\x96\xA0", "-\xE2\x97\x86",
                                        "-\xC3\x97", "{\xE2\x97\x86"};
    char why[SCREEN_CHECKER_TEXT_MAX];
    struct screen_checker sight = read_one(name, text);
    int noticed = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        for (const char *at = text; (at = strstr(at, marks[i])) != NULL; at++, noticed++) {
            memcpy(less, text, sizeof less);
            less[at - text] = *at == '{' ? '[' : ' ';
            if (screen_checker_holds(&sight, less, why))
                fail_msg("%s: not noticed at %d", name, (int)(at - text));
        }
    return noticed;
}

static void screen_checker__any_mark_missing__is_noticed(void **state)
{
    (void)state;
    assert_true(count_noticed("stale-80x24.txt") > 300);
    assert_true(count_noticed("stale-40x12.txt") > 30);
    assert_true(count_noticed("stale-20x5.txt") > 5);
    assert_true(count_noticed("stale-table-80x24.txt") > 10);
    assert_true(count_noticed("stale-200x60.txt") > 400);
    assert_true(count_noticed("paused-80x24.txt") > 100);
}

static void screen_checker__screen_made_a_lie_of__says_which(void **state)
{
    (void)state;
    static char text[TEXT_MAX];
    char why[SCREEN_CHECKER_TEXT_MAX];
    static const struct {
        const char *frame;
        const char *after;
        const char *from;
        const char *to;
        const char *says;
    } lies[] = {
        {"lamps-80x24.txt", "LIVE", "data 2s old", "data 11s old", "LIVE, and 11 s old"},
        {"lamps-80x24.txt", "LIVE", "data 2s old", "", "age of the data"},
        {"lamps-80x24.txt", "LIVE", "data 2s old", "no data yet", "without any data"},
        {"lamps-80x24.txt", "LIVE", "LIVE", "", "does not tell the state"},
        {"stale-80x24.txt", "STALE", "00:02:14", "00:00:09", "STALE, and only 9 s old"},
        {"stale-80x24.txt", "STALE", "-412", " 412", "totals"},
        {"stale-80x24.txt", "STALE", "-VIEW", " VIEW", "summary"},
        {"partial-80x24.txt", "INCOMPLETE", "-412", " 412", "totals"},
        {"first-failure-80x24.txt", "NO DATA", "-no ext", " no ext", "totals"},
        {"paused-80x24.txt", "PAUSED", "\n-", "\n ", "totals"},
        {"stale-200x60.txt", "\n", ", STALE", "", ""},
        {"stale-200x60.txt", "\n", "STALE, heard", "heard", "story"},
        {"servers-80x24.txt", "STALE", "-90", " 90", "totals"},
        {"stale-19x4.txt", "STALE", "STALE ", "", "the line"},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct screen_checker sight = read_one(lies[i].frame, text);
        replace(text, lies[i].after, lies[i].from, lies[i].to);
        bool holds = screen_checker_holds(&sight, text, why);
        if (holds != (lies[i].says[0] == '\0') || !strstr(why, lies[i].says))
            fail_msg("%s without \"%s\": \"%s\"", lies[i].frame, lies[i].from, why);
    }
}

static void screen_checker__interval_not_told__is_read_from_the_header(void **state)
{
    (void)state;
    static char text[TEXT_MAX];
    char why[SCREEN_CHECKER_TEXT_MAX];
    struct screen_checker sight = read_one("lamps-80x24.txt", text);
    sight.interval_ms = 0;
    assert_true(screen_checker_holds(&sight, text, why));
    replace(text, "LIVE", "every 5s", "every 0.5s");
    assert_false(screen_checker_holds(&sight, text, why));
}

static void screen_checker__clock_that_stands__is_noticed(void **state)
{
    (void)state;
    static char text[TEXT_MAX];
    char why[SCREEN_CHECKER_TEXT_MAX];
    struct screen_checker sight = read_one("lamps-80x24.txt", text);
    sight.time_s = INT64_C(86400) * 20000 + 14 * 3600 + 2 * 60 + 11;
    assert_true(screen_checker_holds(&sight, text, why));
    sight.time_s += 5;
    assert_true(screen_checker_holds(&sight, text, why));
    sight.time_s += 1;
    assert_false(screen_checker_holds(&sight, text, why));
    assert_non_null(strstr(why, "clock"));
}

static void screen_checker__no_board__is_not_judged(void **state)
{
    (void)state;
    char why[SCREEN_CHECKER_TEXT_MAX];
    struct screen_checker sight = {.rows = 24, .cols = 80, .time_s = -1};
    assert_true(screen_checker_holds(&sight, "\n\n\n", why));
    assert_true(screen_checker_holds(&sight, "some pager\n", why));
    sight.is_ours = true;
    assert_true(screen_checker_holds(&sight, "\n\n\n", why));
    assert_false(screen_checker_holds(&sight, "some pager\n", why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screen_checker__every_golden_frame__holds),
        cmocka_unit_test(screen_checker__any_mark_missing__is_noticed),
        cmocka_unit_test(screen_checker__screen_made_a_lie_of__says_which),
        cmocka_unit_test(screen_checker__interval_not_told__is_read_from_the_header),
        cmocka_unit_test(screen_checker__clock_that_stands__is_noticed),
        cmocka_unit_test(screen_checker__no_board__is_not_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
