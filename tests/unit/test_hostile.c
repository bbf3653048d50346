/* SPDX-License-Identifier: MIT */
/*
 * Hostile text in every field, every view and every output: nothing of it orders a terminal, turns
 * text round or is unseen, and nothing leaves its place. Each payload of support/payloads is a
 * number, a phone's agent, a name in the settings, a server's name, an error and a filter at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "golden/fixture.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/report.h"
#include "report/text.h"
#include "support/escape_checker.h"
#include "support/payloads.h"
#include "uapi/entry.h"

#define FIELDS 6
#define SIZES 4
#define PLAIN "0003*299"
#define POISONED "0003*202"
#define HARMLESS "Evil phone"

/* Frames drawn and bytes written so far. */
static size_t frames;
static size_t outputs;

/* Puts an entry on the stage, as a server sends it. */
static void apply_entry(struct fixture *stage, const char *number, const char *agent)
{
    struct buffer json;
    struct extension extension;
    buffer_init(&json, 0);
    buffer_puts(&json, "{\"extension\":");
    payloads_append_json(&json, number);
    buffer_puts(&json, ",\"status\":1,\"registration\":[{\"agent\":");
    payloads_append_json(&json, agent);
    buffer_puts(&json, ",\"registration\":\"1\",\"expire\":\"2027-02-10T15:10:55Z\"}]}");
    assert_true(entry_decode(&extension, json.data, json.length, NULL));
    roster_apply(&stage->roster, 0, &extension, true, stage->now.ms);
    buffer_clear(&json);
}

/* Opens a stage with the payload as a number, an agent, a name and a server's name. */
static void set_stage(struct fixture *stage, const char *payload, struct roster_name *name)
{
    fixture_open(stage, 1);
    server_status_clear(&stage->feeds[0]);
    server_status_init(&stage->feeds[0], payload, "https://pbx.test", 5000);
    *name = (struct roster_name){PLAIN, text_safe_copy(payload, strlen(payload), 256, NULL)};
    stage->roster.names = name;
    stage->roster.name_count = 1;
    apply_entry(stage, payload, payload);
    apply_entry(stage, PLAIN, payload);
    apply_entry(stage, "0003*300", payload);
    fixture_succeed(stage, 0, 0);
    fixture_show(stage, 24, 80, false);
}

/* Closes it. */
static void close_stage(struct fixture *stage, struct roster_name *name)
{
    fixture_close(stage);
    free((char *)(uintptr_t)name->name);
}

/* Fails if the text holds what may not be in any. */
static void assert_harmless(const char *text, size_t length, bool has_colors, const char *payload)
{
    struct escape_checker *oracle = escape_checker_new_plain(has_colors);
    bool is_right = escape_checker_judge(oracle, text, length) && escape_checker_judge_end(oracle);
    if (!is_right) {
        struct buffer shown;
        buffer_init(&shown, 0);
        payloads_append_json(&shown, payload);
        fail_msg("%s lets out %s", shown.data, escape_checker_offence(oracle));
    }
    escape_checker_free(oracle);
}

/* Appends a row of a frame; false if a wide character has not two cells, or another not one. */
static bool append_row(const struct frame *frame, int row, struct buffer *out)
{
    const struct cell *cells = frame->cells + (size_t)row * (size_t)frame->cols;
    int col = 0;
    while (col < frame->cols) {
        char bytes[4];
        int width = text_width_of(cells[col].base);
        buffer_append(out, bytes, text_encode(bytes, cells[col].base));
        for (int i = 0; i < TEXT_MARKS_MAX && cells[col].marks[i] != 0; i++)
            buffer_append(out, bytes, text_encode(bytes, cells[col].marks[i]));
        if (width == 2 && (col + 1 == frame->cols || cells[col + 1].base != 0))
            return false;
        if (width != 1 && width != 2)
            return false;
        col += width;
    }
    return buffer_puts(out, "\n");
}

/* Draws, and judges each cell. */
static void check_frame(struct fixture *stage, const char *payload)
{
    struct buffer text;
    buffer_init(&text, 0);
    fixture_draw(stage);
    frames++;
    for (int row = 0; row < stage->frame.rows; row++)
        assert_true(append_row(&stage->frame, row, &text));
    assert_harmless(text.data, text.length, false, payload);
    buffer_clear(&text);
}

/* Each view in the first sizes, where text has room and where it has to be cut; returns how many.
 */
static size_t check_views(struct fixture *stage, const char *payload, size_t size_count)
{
    static const int sizes[SIZES][2] = {{24, 80}, {12, 37}, {40, 133}, {5, 20}};
    size_t before = frames;
    for (size_t i = 0; i < size_count; i++) {
        board_resize(&stage->board, sizes[i][0], sizes[i][1]);
        for (int view = VIEW_LAMPS; view <= VIEW_TABLE; view++) {
            stage->board.view = (enum view)view;
            for (int row = 0; row < 2; row++) {
                check_frame(stage, payload);
                fixture_press(stage, KEYCODE_ENTER); /* the whole story */
                check_frame(stage, payload);
                fixture_press(stage, KEYCODE_ESCAPE);
                fixture_press(stage, KEYCODE_DOWN);
            }
            fixture_type(stage, "d"); /* the pane */
            check_frame(stage, payload);
            fixture_type(stage, "d?"); /* the help over it */
            check_frame(stage, payload);
            fixture_press(stage, KEYCODE_ESCAPE);
            fixture_press(stage, KEYCODE_HOME);
        }
    }
    return frames - before;
}

/* The prompt with the payload as typed and as set, and a notice. */
static size_t check_words(struct fixture *stage, const char *payload)
{
    size_t before = frames;
    struct error error = {.kind = ERROR_NONE};
    fixture_type(stage, "/");
    for (const char *at = payload; *at; at++) {
        if ((unsigned char)*at >= ' ')
            fixture_press(stage, (unsigned char)*at);
    }
    check_frame(stage, payload);
    fixture_type(stage, "/");
    lineedit_set(&stage->board.prompt, payload);
    (void)board_set_filter(&stage->board, payload, stage->now);
    check_frame(stage, payload);
    fixture_press(stage, KEYCODE_ESCAPE);
    fixture_press(stage, KEYCODE_ESCAPE);
    (void)board_set_filter(&stage->board, "", stage->now);
    error_set(&error, ERROR_USAGE, "%s", payload);
    board_notify(&stage->board, stage->now, "%s", error.text);
    check_frame(stage, payload);
    return frames - before;
}

static void draw__hostile_text_in_every_field_and_view__stays_text__A1__A2__A3__A4__A7(void **state)
{
    (void)state;
    size_t views = 0;
    for (size_t i = 0; i < payloads_count(); i++) {
        char payload[PAYLOAD_BYTES_MAX];
        struct fixture stage;
        struct roster_name name;
        set_stage(&stage, payloads_write(i, payload), &name);
        views = check_views(&stage, payload, SIZES);
        views += check_words(&stage, payload);
        error_set(&stage.feeds[0].error, ERROR_REPLY, "%s", payload);
        fixture_fail(&stage, 0, 0, "not this one: the first stays");
        stage.now.ms += FIXTURE_MINUTE;
        views += check_views(&stage, payload, 1);
        close_stage(&stage, &name);
    }
    assert_true(payloads_count() >= PAYLOADS_LEAST);
    fprintf(stderr, "hostile: %zu payloads x %d fields x %zu frames of every view, %zu drawn\n",
            payloads_count(), FIELDS, views, frames);
}

/* Writes one report and judges it. */
static void check_report(void (*write)(const struct report *report, struct buffer *out),
                         const struct report *report, const char *payload)
{
    struct buffer out;
    buffer_init(&out, 0);
    write(report, &out);
    outputs++;
    assert_true(out.length > 0);
    assert_harmless(out.data, out.length, report->is_color, payload);
    buffer_clear(&out);
}

static void report__hostile_text_in_every_field__stays_text__A1__A2__A3__A4(void **state)
{
    (void)state;
    for (size_t i = 0; i < payloads_count(); i++) {
        char payload[PAYLOAD_BYTES_MAX];
        struct fixture stage;
        struct roster_name name;
        struct buffer out;
        set_stage(&stage, payloads_write(i, payload), &name);
        struct report report = {.roster = &stage.roster,
                                .listing = &stage.board.listing,
                                .feeds = stage.feeds,
                                .server_status_count = 1,
                                .now = stage.now};
        error_set(&stage.feeds[0].error, ERROR_REPLY, "%s", payload);
        for (int form = 0; form < 8; form++) {
            report.is_ascii = form & 1;
            report.is_color = form & 2;
            report.is_detailed = form & 4;
            check_report(report_write_text, &report, payload);
        }
        report.is_color = false;
        check_report(report_write_json, &report, payload);
        check_report(report_write_csv, &report, payload);
        buffer_init(&out, 0);
        report_write_failures(stage.feeds, 1, &out);
        outputs++;
        assert_harmless(out.data, out.length, false, payload);
        assert_ptr_equal(memchr(out.data, '\n', out.length), out.data + out.length - 1);
        buffer_clear(&out);
        close_stage(&stage, &name);
    }
    fprintf(stderr, "hostile: %zu payloads x %d fields x 11 outputs, %zu written\n",
            payloads_count(), FIELDS - 1, outputs);
}

/* A table of five phones, of which the third is this one. */
static void show_five(struct fixture *stage, const char *agent)
{
    fixture_open(stage, 1);
    for (int i = 0; i < 5; i++) {
        char number[24];
        snprintf(number, sizeof number, "0003*20%d", i);
        apply_entry(stage, number, strcmp(number, POISONED) == 0 ? agent : "Yealink T46");
    }
    fixture_succeed(stage, 0, 0);
    fixture_show(stage, 24, 80, false);
    stage->board.view = VIEW_TABLE;
    fixture_draw(stage);
}

/* The row of the frame that shows the poisoned phone. */
static int find_row(const struct frame *frame)
{
    for (int row = 0; row < frame->rows; row++) {
        struct buffer text;
        buffer_init(&text, 0);
        append_row(frame, row, &text);
        bool is_it = strstr(text.data, POISONED) != NULL;
        buffer_clear(&text);
        if (is_it && row > 2)
            return row;
    }
    return -1;
}

/* How many cells of two frames differ outside the last `cols` columns of a row. */
static int count_moved(const struct frame *a, const struct frame *b, int row, int from)
{
    int moved = 0;
    for (int i = 0; i < a->rows * a->cols; i++) {
        bool is_own = i / a->cols == row && i % a->cols >= from;
        moved += !is_own && !frame_cell_equals(&a->cells[i], &b->cells[i]);
    }
    return moved;
}

static void draw__hostile_agent__moves_no_cell_around_it__A1__A3__A7(void **state)
{
    (void)state;
    struct fixture harmless;
    show_five(&harmless, HARMLESS);
    int row = find_row(&harmless.frame);
    assert_true(row > 0);
    int from = 0; /* where the agent's column begins */
    while (from < 80 && harmless.frame.cells[row * 80 + from].base != 'E')
        from++;
    assert_true(from < 80);
    for (size_t i = 0; i < payloads_count(); i++) {
        char payload[PAYLOAD_BYTES_MAX];
        struct fixture stage;
        show_five(&stage, payloads_write(i, payload));
        int moved = count_moved(&harmless.frame, &stage.frame, row, from);
        if (moved > 0) {
            struct buffer shown;
            buffer_init(&shown, 0);
            payloads_append_json(&shown, payload);
            fail_msg("%s moved %d cells", shown.data, moved);
        }
        fixture_close(&stage);
    }
    fixture_close(&harmless);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            draw__hostile_text_in_every_field_and_view__stays_text__A1__A2__A3__A4__A7),
        cmocka_unit_test(report__hostile_text_in_every_field__stays_text__A1__A2__A3__A4),
        cmocka_unit_test(draw__hostile_agent__moves_no_cell_around_it__A1__A3__A7),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
