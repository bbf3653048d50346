/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "term/output.h"

#define MUCH ((size_t)1 << 20) /* more than any pseudo-terminal takes unread */
#define PIECE 1024             /* that is drawn at a time */

struct source_fixture {
    int stdout_before;
    int reader; /* the terminal's other side */
    int given;
    struct output output;
};

static int set_up(void **state)
{
    static struct source_fixture rig;
    struct termios settings;
    rig.stdout_before = dup(STDOUT_FILENO);
    if (openpty(&rig.reader, &rig.given, NULL, NULL, NULL) != 0 || rig.stdout_before < 0)
        return -1;
    tcgetattr(rig.given, &settings);
    cfmakeraw(&settings);
    tcsetattr(rig.given, TCSANOW, &settings);
    fcntl(rig.reader, F_SETFL, O_NONBLOCK);
    output_open(&rig.output, rig.given);
    *state = &rig;
    return 0;
}

/* Has the test's own standard output back. */
static void give_back(const struct source_fixture *rig)
{
    dup2(rig->stdout_before, STDOUT_FILENO);
}

static int tear_down(void **state)
{
    struct source_fixture *rig = *state;
    give_back(rig);
    output_close(&rig->output);
    close(rig->stdout_before);
    close(rig->reader);
    close(rig->given);
    return 0;
}

/* Writes to standard output as curses would, between catch and release. */
static void draw(struct source_fixture *rig, const char *text)
{
    output_begin_capture(&rig->output);
    ssize_t count = write(STDOUT_FILENO, text, strlen(text));
    output_end_capture(&rig->output);
    give_back(rig);
    assert_int_equal(count, strlen(text));
}

/* Fills a place with bytes of which no two parts are alike. */
static void fill_much(char bytes[static MUCH])
{
    uint32_t random = 1;
    for (size_t i = 0; i < MUCH; i++) {
        random = random * 1103515245U + 12345U;
        bytes[i] = (char)(random >> 16);
    }
}

/* Draws a million bytes. */
static void draw_much(struct source_fixture *rig)
{
    static char bytes[MUCH];
    fill_much(bytes);
    output_begin_capture(&rig->output);
    for (size_t i = 0; i < MUCH; i += PIECE)
        (void)!write(STDOUT_FILENO, bytes + i, PIECE);
    output_end_capture(&rig->output);
    give_back(rig);
}

/* What the terminal has got. */
static size_t read_all(const struct source_fixture *rig, char *out, size_t size)
{
    size_t length = 0;
    ssize_t count;
    while (length < size && (count = read(rig->reader, out + length, size - length)) > 0)
        length += (size_t)count;
    return length;
}

static void output__drawing__sends_nothing_before_it_is_told(void **state)
{
    struct source_fixture *rig = *state;
    char bytes[64];
    draw(rig, "first ");
    draw(rig, "second");
    assert_true(output_is_waiting(&rig->output));
    assert_int_equal(read_all(rig, bytes, sizeof bytes), 0);
    assert_true(output_send(&rig->output));
    assert_false(output_is_waiting(&rig->output));
    assert_int_equal(read_all(rig, bytes, sizeof bytes), 12);
    assert_memory_equal(bytes, "first second", 12);
}

static void output__short_frame_after_longer_ones__is_all_that_comes(void **state)
{
    struct source_fixture *rig = *state;
    char bytes[64];
    draw(rig, "a frame that is longer");
    output_drop(&rig->output);
    draw(rig, "short");
    draw_much(rig);
    output_drop(&rig->output);
    draw(rig, "est");
    draw(rig, "");
    output_drop(&rig->output);
    draw(rig, "frame");
    assert_true(output_send(&rig->output));
    assert_int_equal(read_all(rig, bytes, sizeof bytes), 5);
    assert_memory_equal(bytes, "frame", 5);
}

/* Sends until nothing waits, with the other side reading: just what was drawn has to come out. */
static void assert_much_comes(struct source_fixture *rig)
{
    static char expected[MUCH];
    static char got[MUCH + 1];
    size_t length = 0;
    fill_much(expected);
    for (int turns = 0; output_is_waiting(&rig->output) && turns < 1000000; turns++) {
        (void)output_send(&rig->output);
        length += read_all(rig, got + length, sizeof got - length);
    }
    length += read_all(rig, got + length, sizeof got - length);
    assert_int_equal(length, MUCH);
    assert_memory_equal(got, expected, MUCH);
}

static void output__nobody_reads__waits_and_loses_nothing__E7(void **state)
{
    struct source_fixture *rig = *state;
    draw_much(rig);
    while (output_send(&rig->output))
        assert_true(output_is_waiting(&rig->output));
    assert_much_comes(rig);
}

static void output__terminal_of_another_user__waits_likewise__E7(void **state)
{
    struct source_fixture *rig = *state;
    close(rig->output.terminal); /* as if it could not be opened */
    rig->output.terminal = -1;
    draw_much(rig);
    while (output_send(&rig->output))
        assert_true(output_is_waiting(&rig->output));
    assert_much_comes(rig);
}

static void output__own_description__leaves_the_given_one_blocking__E8(void **state)
{
    struct source_fixture *rig = *state;
    assert_true(rig->output.terminal >= 0);
    assert_int_equal(fcntl(rig->given, F_GETFL) & O_NONBLOCK, 0);
    assert_int_equal(fcntl(rig->output.terminal, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
}

static void output__no_memory_file__writes_directly__F9(void **state)
{
    struct source_fixture *rig = *state;
    char bytes[64];
    close(rig->output.file);
    rig->output.file = -1;
    output_begin_capture(&rig->output);
    dup2(rig->given, STDOUT_FILENO);
    ssize_t count = write(STDOUT_FILENO, "plain", 5);
    output_end_capture(&rig->output);
    give_back(rig);
    assert_int_equal(count, 5);
    assert_int_equal(read_all(rig, bytes, sizeof bytes), 5);
    assert_false(output_is_waiting(&rig->output));
}

static void output__drop__forgets_what_waits(void **state)
{
    struct source_fixture *rig = *state;
    char bytes[64];
    draw(rig, "half a frame");
    output_drop(&rig->output);
    draw(rig, "a whole one");
    assert_true(output_send(&rig->output));
    assert_int_equal(read_all(rig, bytes, sizeof bytes), 11);
    assert_memory_equal(bytes, "a whole one", 11);
}

static void output__rest__is_what_a_begun_sequence_lacks(void **state)
{
    struct source_fixture *rig = *state;
    static const char frame[] = "ab\033[1;31m\342\227\217\033(Bx\033M";
    static const size_t whole[] = {0,  1,  2,  9,  9,  9,  9,  9,  9, 9,
                                   12, 12, 12, 15, 15, 15, 16, 18, 18};
    for (size_t sent = 0; sent < sizeof frame - 1; sent++) {
        draw(rig, frame);
        rig->output.sent = sent;
        const char *rest;
        assert_int_equal(output_rest(&rig->output, &rest), whole[sent] - sent);
        assert_memory_equal(rest, frame + sent, whole[sent] - sent);
        output_drop(&rig->output);
    }
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RIG(output__drawing__sends_nothing_before_it_is_told),
        WITH_RIG(output__nobody_reads__waits_and_loses_nothing__E7),
        WITH_RIG(output__terminal_of_another_user__waits_likewise__E7),
        WITH_RIG(output__own_description__leaves_the_given_one_blocking__E8),
        WITH_RIG(output__no_memory_file__writes_directly__F9),
        WITH_RIG(output__short_frame_after_longer_ones__is_all_that_comes),
        WITH_RIG(output__drop__forgets_what_waits),
        WITH_RIG(output__rest__is_what_a_begun_sequence_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
