/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "log/log_file.h"
#include "support/program.h"

#define WALL_MS ((int64_t)1764090000 * 1000) /* 2025-11-25T17:00:00Z */
#define TEXT_MAX 65536

struct source_fixture {
    char *folder;
    char *path;
    struct log_file log_file;
};

/* A moment so many ms after the log began. */
static struct moment at(int64_t ms)
{
    return (struct moment){.ms = 1000 + ms, .wall_ms = WALL_MS + ms};
}

static int set_up(void **state)
{
    static struct source_fixture rig;
    rig.folder = folder_new();
    rig.path = mem_printf("%s/blftop.log", rig.folder);
    *state = &rig;
    return log_file_open(&rig.log_file, rig.path, at(0), NULL) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct source_fixture *rig = *state;
    log_file_close(&rig->log_file);
    free(rig->path);
    folder_free(rig->folder);
    return 0;
}

/* What a file holds, valid until the next call. */
static const char *text_of(const char *path)
{
    static char text[TEXT_MAX];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* How many lines a text has. */
static int count_lines(const char *text)
{
    int count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

/* From here on nothing can be written, or it can again. */
static void fill_disk(struct source_fixture *rig, const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND);
    assert_true(fd >= 0);
    dup2(fd, rig->log_file.fd);
    close(fd);
}

static void log_file__line__has_the_time_in_utc(void **state)
{
    struct source_fixture *rig = *state;
    log_file_add(&rig->log_file, at(0), "hq: fails: %d", 503);
    log_file_add(&rig->log_file, at(61000), "hq: is back");
    assert_string_equal(text_of(rig->path), "2025-11-25T17:00:00Z hq: fails: 503\n"
                                            "2025-11-25T17:01:01Z hq: is back\n");
}

static void log_file__present_file__is_appended_to(void **state)
{
    struct source_fixture *rig = *state;
    struct log_file second;
    log_file_add(&rig->log_file, at(0), "one");
    assert_true(log_file_open(&second, rig->path, at(0), NULL));
    log_file_add(&second, at(0), "two");
    log_file_add(&rig->log_file, at(0), "three");
    log_file_close(&second);
    assert_int_equal(count_lines(text_of(rig->path)), 3);
}

static void log_file__control_bytes__never_reach_the_file__A1__A20(void **state)
{
    struct source_fixture *rig = *state;
    log_file_add(&rig->log_file, at(0), "hq: \033[2J\r\nforged\302\2332J\342\200\256");
    const char *text = text_of(rig->path);
    assert_int_equal(count_lines(text), 1);
    assert_null(strchr(text, '\033'));
    assert_null(strchr(text, '\r'));
    assert_null(strstr(text, "\302\233"));
    assert_null(strstr(text, "\342\200\256"));
    assert_non_null(strstr(text, "forged"));
}

static void log_file__long_line__is_cut_to_one(void **state)
{
    struct source_fixture *rig = *state;
    char text[4 * LOG_FILE_LINE_MAX];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_file_add(&rig->log_file, at(0), "%s", text);
    const char *written = text_of(rig->path);
    assert_int_equal(count_lines(written), 1);
    assert_true(strlen(written) <= LOG_FILE_LINE_MAX);
}

static void log_file__flood__is_bounded_and_counted(void **state)
{
    struct source_fixture *rig = *state;
    for (int i = 0; i < 10 * LOG_FILE_BURST; i++)
        log_file_add(&rig->log_file, at(0), "line %d", i);
    assert_int_equal(count_lines(text_of(rig->path)), LOG_FILE_BURST);
    log_file_add(&rig->log_file, at(LOG_FILE_EVERY_MS), "later");
    const char *text = text_of(rig->path);
    assert_int_equal(count_lines(text), LOG_FILE_BURST + 2);
    assert_non_null(strstr(text, "blftop: 1800 lines left out here: too many\n"));
    assert_non_null(strstr(text, "later\n"));
}

static void log_file__quiet_years__do_not_add_up_to_a_flood(void **state)
{
    struct source_fixture *rig = *state;
    for (int i = 0; i < 2 * LOG_FILE_BURST; i++)
        log_file_add(&rig->log_file, at(INT64_C(1) << 38), "line %d", i);
    assert_int_equal(count_lines(text_of(rig->path)), LOG_FILE_BURST);
}

static void log_file__disk_full__counts_what_is_lost_and_goes_on__F9(void **state)
{
    struct source_fixture *rig = *state;
    log_file_add(&rig->log_file, at(0), "before");
    fill_disk(rig, "/dev/full");
    for (int i = 0; i < 3; i++)
        log_file_add(&rig->log_file, at(0), "lost");
    assert_int_equal(rig->log_file.trouble, ENOSPC);
    fill_disk(rig, rig->path);
    log_file_add(&rig->log_file, at(0), "after");
    assert_int_equal(rig->log_file.trouble, 0);
    assert_string_equal(text_of(rig->path),
                        "2025-11-25T17:00:00Z before\n"
                        "2025-11-25T17:00:00Z blftop: 3 lines could not be written here: "
                        "No space left on device\n"
                        "2025-11-25T17:00:00Z after\n");
}

static void log_file__line_cut_short__is_followed_by_a_new_line__F9(void **state)
{
    struct source_fixture *rig = *state;
    struct rlimit before;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    struct rlimit little = {.rlim_cur = 30, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    log_file_add(&rig->log_file, at(0), "is cut short");
    log_file_add(&rig->log_file, at(0), "is lost");
    setrlimit(RLIMIT_FSIZE, &before);
    log_file_add(&rig->log_file, at(0), "after");
    assert_string_equal(text_of(rig->path),
                        "2025-11-25T17:00:00Z is cut sh\n"
                        "2025-11-25T17:00:00Z blftop: 2 lines could not be written here: "
                        "File too large\n"
                        "2025-11-25T17:00:00Z after\n");
}

static void log_file__rotated__goes_on_in_a_new_file__F9(void **state)
{
    struct source_fixture *rig = *state;
    char *old = mem_printf("%s.1", rig->path);
    log_file_add(&rig->log_file, at(0), "one");
    assert_int_equal(rename(rig->path, old), 0);
    log_file_add(&rig->log_file, at(0), "two");
    assert_true(log_file_reopen(&rig->log_file, NULL));
    log_file_add(&rig->log_file, at(0), "three");
    assert_int_equal(count_lines(text_of(old)), 2);
    assert_string_equal(text_of(rig->path), "2025-11-25T17:00:00Z three\n");
    free(old);
}

static void log_file__reopening_fails__stays_with_the_old_file(void **state)
{
    struct source_fixture *rig = *state;
    struct error error = {0};
    char *old = mem_printf("%s.1", rig->path);
    assert_int_equal(rename(rig->path, old), 0);
    assert_int_equal(mkdir(rig->path, 0700), 0);
    assert_false(log_file_reopen(&rig->log_file, &error));
    assert_non_null(strstr(error.text, "Is a directory"));
    log_file_add(&rig->log_file, at(0), "still here");
    assert_int_equal(count_lines(text_of(old)), 1);
    assert_int_equal(rmdir(rig->path), 0);
    free(old);
}

static void log_file__pipe_that_nobody_reads__is_refused_at_once(void **state)
{
    struct source_fixture *rig = *state;
    struct log_file second;
    struct error error = {0};
    char *path = mem_printf("%s/pipe", rig->folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(log_file_open(&second, path, at(0), &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    free(path);
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RIG(log_file__line__has_the_time_in_utc),
        WITH_RIG(log_file__present_file__is_appended_to),
        WITH_RIG(log_file__control_bytes__never_reach_the_file__A1__A20),
        WITH_RIG(log_file__long_line__is_cut_to_one),
        WITH_RIG(log_file__flood__is_bounded_and_counted),
        WITH_RIG(log_file__quiet_years__do_not_add_up_to_a_flood),
        WITH_RIG(log_file__disk_full__counts_what_is_lost_and_goes_on__F9),
        WITH_RIG(log_file__line_cut_short__is_followed_by_a_new_line__F9),
        WITH_RIG(log_file__rotated__goes_on_in_a_new_file__F9),
        WITH_RIG(log_file__reopening_fails__stays_with_the_old_file),
        WITH_RIG(log_file__pipe_that_nobody_reads__is_refused_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
