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

#include "board/outlet.h"

#define MUCH ((size_t)1 << 20) /* more than any pseudo-terminal takes unread */
#define PIECE 1024             /* that is drawn at a time */

struct rig {
    int stdout_before;
    int reader; /* the terminal's other side */
    int given;
    struct outlet outlet;
};

static int set_up(void **state)
{
    static struct rig rig;
    struct termios settings;
    rig.stdout_before = dup(STDOUT_FILENO);
    if (openpty(&rig.reader, &rig.given, NULL, NULL, NULL) != 0 || rig.stdout_before < 0)
        return -1;
    tcgetattr(rig.given, &settings);
    cfmakeraw(&settings);
    tcsetattr(rig.given, TCSANOW, &settings);
    fcntl(rig.reader, F_SETFL, O_NONBLOCK);
    outlet_open(&rig.outlet, rig.given);
    *state = &rig;
    return 0;
}

/* Has the test's own standard output back. */
static void give_back(const struct rig *rig)
{
    dup2(rig->stdout_before, STDOUT_FILENO);
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    give_back(rig);
    outlet_close(&rig->outlet);
    close(rig->stdout_before);
    close(rig->reader);
    close(rig->given);
    return 0;
}

/* Writes to standard output as curses would, between catch and release. */
static void draw(struct rig *rig, const char *text)
{
    outlet_catch(&rig->outlet);
    ssize_t count = write(STDOUT_FILENO, text, strlen(text));
    outlet_release(&rig->outlet);
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
static void draw_much(struct rig *rig)
{
    static char bytes[MUCH];
    fill_much(bytes);
    outlet_catch(&rig->outlet);
    for (size_t i = 0; i < MUCH; i += PIECE)
        (void)!write(STDOUT_FILENO, bytes + i, PIECE);
    outlet_release(&rig->outlet);
    give_back(rig);
}

/* What the terminal has got. */
static size_t read_all(const struct rig *rig, char *out, size_t size)
{
    size_t length = 0;
    ssize_t count;
    while (length < size && (count = read(rig->reader, out + length, size - length)) > 0)
        length += (size_t)count;
    return length;
}

static void outlet__drawing__sends_nothing_before_it_is_told(void **state)
{
    struct rig *rig = *state;
    char bytes[64];
    draw(rig, "first ");
    draw(rig, "second");
    assert_true(outlet_is_waiting(&rig->outlet));
    assert_int_equal(read_all(rig, bytes, sizeof bytes), 0);
    assert_true(outlet_send(&rig->outlet));
    assert_false(outlet_is_waiting(&rig->outlet));
    assert_int_equal(read_all(rig, bytes, sizeof bytes), 12);
    assert_memory_equal(bytes, "first second", 12);
}

static void outlet__short_frame_after_longer_ones__is_all_that_comes(void **state)
{
    struct rig *rig = *state;
    char bytes[64];
    draw(rig, "a frame that is longer");
    outlet_drop(&rig->outlet);
    draw(rig, "short");
    draw_much(rig);
    outlet_drop(&rig->outlet);
    draw(rig, "est");
    draw(rig, "");
    outlet_drop(&rig->outlet);
    draw(rig, "frame");
    assert_true(outlet_send(&rig->outlet));
    assert_int_equal(read_all(rig, bytes, sizeof bytes), 5);
    assert_memory_equal(bytes, "frame", 5);
}

/* Sends until nothing waits, with the other side reading: just what was drawn has to come out. */
static void assert_much_comes(struct rig *rig)
{
    static char expected[MUCH];
    static char got[MUCH + 1];
    size_t length = 0;
    fill_much(expected);
    for (int turns = 0; outlet_is_waiting(&rig->outlet) && turns < 1000000; turns++) {
        (void)outlet_send(&rig->outlet);
        length += read_all(rig, got + length, sizeof got - length);
    }
    length += read_all(rig, got + length, sizeof got - length);
    assert_int_equal(length, MUCH);
    assert_memory_equal(got, expected, MUCH);
}

static void outlet__nobody_reads__waits_and_loses_nothing__E7(void **state)
{
    struct rig *rig = *state;
    draw_much(rig);
    while (outlet_send(&rig->outlet))
        assert_true(outlet_is_waiting(&rig->outlet));
    assert_much_comes(rig);
}

static void outlet__terminal_of_another_user__waits_likewise__E7(void **state)
{
    struct rig *rig = *state;
    close(rig->outlet.terminal); /* as if it could not be opened */
    rig->outlet.terminal = -1;
    draw_much(rig);
    while (outlet_send(&rig->outlet))
        assert_true(outlet_is_waiting(&rig->outlet));
    assert_much_comes(rig);
}

static void outlet__own_description__leaves_the_given_one_blocking__E8(void **state)
{
    struct rig *rig = *state;
    assert_true(rig->outlet.terminal >= 0);
    assert_int_equal(fcntl(rig->given, F_GETFL) & O_NONBLOCK, 0);
    assert_int_equal(fcntl(rig->outlet.terminal, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
}

static void outlet__no_memory_file__writes_directly__F9(void **state)
{
    struct rig *rig = *state;
    char bytes[64];
    close(rig->outlet.file);
    rig->outlet.file = -1;
    outlet_catch(&rig->outlet);
    dup2(rig->given, STDOUT_FILENO);
    ssize_t count = write(STDOUT_FILENO, "plain", 5);
    outlet_release(&rig->outlet);
    give_back(rig);
    assert_int_equal(count, 5);
    assert_int_equal(read_all(rig, bytes, sizeof bytes), 5);
    assert_false(outlet_is_waiting(&rig->outlet));
}

static void outlet__drop__forgets_what_waits(void **state)
{
    struct rig *rig = *state;
    char bytes[64];
    draw(rig, "half a frame");
    outlet_drop(&rig->outlet);
    draw(rig, "a whole one");
    assert_true(outlet_send(&rig->outlet));
    assert_int_equal(read_all(rig, bytes, sizeof bytes), 11);
    assert_memory_equal(bytes, "a whole one", 11);
}

static void outlet__rest__is_what_a_begun_sequence_lacks(void **state)
{
    struct rig *rig = *state;
    static const char frame[] = "ab\033[1;31m\342\227\217\033(Bx\033M";
    static const size_t whole[] = {0,  1,  2,  9,  9,  9,  9,  9,  9, 9,
                                   12, 12, 12, 15, 15, 15, 16, 18, 18};
    for (size_t sent = 0; sent < sizeof frame - 1; sent++) {
        draw(rig, frame);
        rig->outlet.sent = sent;
        const char *rest;
        assert_int_equal(outlet_rest(&rig->outlet, &rest), whole[sent] - sent);
        assert_memory_equal(rest, frame + sent, whole[sent] - sent);
        outlet_drop(&rig->outlet);
    }
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RIG(outlet__drawing__sends_nothing_before_it_is_told),
        WITH_RIG(outlet__nobody_reads__waits_and_loses_nothing__E7),
        WITH_RIG(outlet__terminal_of_another_user__waits_likewise__E7),
        WITH_RIG(outlet__own_description__leaves_the_given_one_blocking__E8),
        WITH_RIG(outlet__no_memory_file__writes_directly__F9),
        WITH_RIG(outlet__short_frame_after_longer_ones__is_all_that_comes),
        WITH_RIG(outlet__drop__forgets_what_waits),
        WITH_RIG(outlet__rest__is_what_a_begun_sequence_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
