/* SPDX-License-Identifier: MIT */
/*
 * Text that nobody here wrote: the Big List of Naughty Strings
 * (github.com/minimaxir/big-list-of-naughty-strings), each as an extension's number, a phone's
 * agent, a name in the settings, a server's name, a filter and an error, in every view and every
 * output: no byte orders a terminal, no cell leaves its place, no spreadsheet runs anything.
 *
 * The strings are not part of the project: BLFTOP_CORPORA names the folder that holds naughty/.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "config/settings.h"
#include "config/settings_validate.h"
#include "golden/fixture.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/report.h"
#include "report/text.h"
#include "support/corpora.h"
#include "support/invariant.h"
#include "uapi/entry.h"

#define STRINGS_MIN 500
#define CUT "\xE2\x80\xA6" /* stands at the end of a text that was too long */
#define PLAIN "0003*299"   /* an extension without anything naughty, beside the other */

/* The strings; NULL, and the reason printed, where they are not. */
static json_t *load_strings(void)
{
    char *path = corpora_find("naughty/blns.json");
    if (path == NULL)
        return NULL;
    json_t *strings = json_load_file(path, 0, NULL);
    assert_true(json_array_size(strings) >= STRINGS_MIN);
    free(path);
    return strings;
}

/* Does a character order a terminal, turn text round, or stand unseen? Said here once more, apart
 * from base/text: C0, C1, soft hyphen, zero width, bidirectional controls, tags, and halves of
 * surrogate pairs (Unicode 15, general categories Cc, Cf and Cs, for what the list holds). */
static bool is_forbidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xD800 && c < 0xE000) || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE007F);
}

/* The bytes are characters that may be shown, and ends of lines. */
static void assert_harmless(const char *bytes, size_t length, const char *of)
{
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        bool is_valid;
        at += text_decode(bytes + at, length - at, &code_point, &is_valid);
        bool is_end = code_point == '\n' || code_point == '\r';
        if (!is_valid || (!is_end && is_forbidden(code_point)))
            fail_msg("U+%04X gets out of \"%s\"", (unsigned)code_point, of);
    }
}

/* An entry with the string for a number and an agent, as a server sends it. */
static char *make_entry(const char *string, bool has_number)
{
    json_t *entry =
        json_pack("{s:s, s:i, s:[{s:s, s:s}]}", "extension", has_number ? string : "0003*200",
                  "status", 1, "registration", "agent", string, "registration", "1");
    char *text = json_dumps(entry, 0);
    json_decref(entry);
    return text;
}

/* Puts the entry on the stage. */
static void apply_entry(struct fixture *stage, const char *string, bool has_number)
{
    struct extension extension;
    char *json = make_entry(string, has_number);
    assert_true(entry_decode(&extension, json, strlen(json), NULL));
    roster_apply(&stage->roster, 0, &extension, true, stage->now.ms);
    free(json);
}

/* Sets a stage on which the string stands wherever it can. `names` is for the stage's life. */
static void set_stage(struct fixture *stage, const char *string, struct roster_name *names)
{
    static const struct fixture_contact contact = {"Yealink T46", REGISTRATION_REGISTERED, 60};
    fixture_open(stage, 1);
    server_status_clear(&stage->feeds[0]);
    server_status_init(&stage->feeds[0], string, "https://pbx.test", 5000);
    names[0] = (struct roster_name){PLAIN, text_safe_copy(string, strlen(string), 256, NULL)};
    stage->roster.names = names;
    stage->roster.name_count = 1;
    apply_entry(stage, string, string[0] != '\0');
    fixture_apply(stage, 0, PLAIN, STATUS_BUSY, &contact, 1, 0, true);
    fixture_succeed(stage, 0, 0);
}

/* Every cell holds one character of its width, and the frame is true. */
static void assert_frame(struct fixture *stage, const char *string)
{
    char why[INVARIANT_TEXT_MAX];
    fixture_draw(stage);
    for (int i = 0; i < stage->frame.rows * stage->frame.cols; i++) {
        const struct cell *cell = &stage->frame.cells[i];
        assert_false(cell->base != 0 && is_forbidden(cell->base));
        bool is_last = i % stage->frame.cols == stage->frame.cols - 1;
        if (cell->base == 0)
            assert_true(i > 0 && text_width_of(cell[-1].base) == 2);
        else if (text_width_of(cell->base) == 2)
            assert_true(!is_last && cell[1].base == 0);
        else
            assert_int_equal(text_width_of(cell->base), 1);
    }
    if (!invariant_holds(&stage->frame, &stage->board, stage->now, why))
        fail_msg("%s: %s", string, why);
}

/* Draws every view, in sizes where text has to be cut. */
static void check_views(struct fixture *stage, const char *string)
{
    static const int sizes[][2] = {{24, 80}, {12, 37}, {40, 133}, {5, 20}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        board_resize(&stage->board, sizes[i][0], sizes[i][1]);
        for (int view = VIEW_LAMPS; view <= VIEW_TABLE; view++) {
            stage->board.view = (enum view)view;
            assert_frame(stage, string);
            fixture_press(stage, KEYCODE_ENTER);
            assert_frame(stage, string);
            fixture_press(stage, KEYCODE_ESCAPE);
        }
    }
}

static void draw__naughty_strings_everywhere__every_cell_keeps_its_place__A5__A7__A20(void **state)
{
    (void)state;
    json_t *strings = load_strings();
    size_t index;
    json_t *value;
    if (strings == NULL)
        skip();
    json_array_foreach(strings, index, value)
    {
        struct fixture stage;
        struct roster_name names[1];
        const char *string = json_string_value(value);
        set_stage(&stage, string, names);
        fixture_show(&stage, 24, 80, false);
        check_views(&stage, string);
        fixture_type(&stage, "/");
        lineedit_set(&stage.board.prompt, string);
        (void)board_set_filter(&stage.board, string, stage.now);
        assert_frame(&stage, string);
        fixture_press(&stage, KEYCODE_ESCAPE);
        error_set(&stage.feeds[0].error, ERROR_REPLY, "%s", string);
        fixture_fail(&stage, 0, 0, "not this one");
        stage.now.ms += FIXTURE_MINUTE;
        check_views(&stage, string);
        fixture_close(&stage);
        free((char *)(uintptr_t)names[0].name);
    }
    json_decref(strings);
}

/* Reads one CSV cell into `cell`; returns what follows it. */
static const char *read_cell(const char *at, struct buffer *cell)
{
    bool is_quoted = *at == '"';
    buffer_reset(cell);
    buffer_puts(cell, "");
    for (at += is_quoted; *at != '\0'; at++) {
        if (is_quoted && *at == '"' && at[1] == '"')
            at++;
        else if (is_quoted ? *at == '"' : strchr(",\r\n", *at) != NULL)
            break;
        buffer_append(cell, at, 1);
    }
    at += is_quoted;
    assert_true(*at == ',' || (at[0] == '\r' && at[1] == '\n'));
    return at;
}

/* No cell is a formula, and each line has as many cells as the header. */
static void check_csv(const struct buffer *csv, size_t lines)
{
    struct buffer cell;
    size_t cells = 0, first = 0, count = 0;
    buffer_init(&cell, 0);
    for (const char *at = csv->data; *at != '\0';) {
        at = read_cell(at, &cell);
        cells++;
        bool is_number = cell.length > 0 && cell.data[strspn(cell.data, "-0123456789")] == '\0';
        assert_true(cell.length == 0 || is_number || strchr("=+-@", cell.data[0]) == NULL);
        if (*at++ == ',')
            continue;
        at++;
        first = first == 0 ? cells : first;
        assert_int_equal(cells, first);
        cells = 0;
        count++;
    }
    assert_int_equal(count, lines);
    buffer_clear(&cell);
}

/* JSON reads back, with the texts as they were made safe. */
static void check_json(const struct buffer *json, const struct fixture *stage)
{
    json_t *root = json_loadb(json->data, json->length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    json_t *rows = json_object_get(root, "extensions");
    assert_int_equal(json_array_size(rows), 2);
    for (size_t i = 0; i < 2; i++) {
        json_t *row = json_array_get(rows, i);
        const char *number = json_string_value(json_object_get(row, "extension"));
        const struct row *known =
            roster_row(&stage->roster, roster_find(&stage->roster, 0, number));
        assert_non_null(known);
        json_t *contact = json_array_get(json_object_get(row, "registrations"), 0);
        const char *agent = json_string_value(json_object_get(contact, "agent"));
        const char *safe = known->extension.registrations[0].agent;
        assert_true(agent == NULL ? safe == NULL : strcmp(agent, safe) == 0);
        json_t *name = json_object_get(row, "name");
        assert_true(known->name == NULL ? json_is_null(name)
                                        : strcmp(json_string_value(name), known->name) == 0);
    }
    json_decref(root);
}

/* In the table for people both rows have their lamps in the same column. */
static void check_text(const struct buffer *text)
{
    int columns[2] = {-1, -1};
    static const char *const lamps[2] = {"\xE2\x97\x8F online", "\xE2\x96\xA0 busy"};
    for (size_t i = 0; i < 2; i++) {
        const char *lamp = strstr(text->data, lamps[i]);
        assert_non_null(lamp);
        const char *line = lamp;
        while (line > text->data && line[-1] != '\n')
            line--;
        char *before = mem_strndup(line, (size_t)(lamp - line));
        columns[i] = text_columns(before);
        free(before);
    }
    assert_int_equal(columns[0], columns[1]);
}

/* Writes every report on the stage. */
static void check_reports(struct fixture *stage, const char *string)
{
    struct report report = {.roster = &stage->roster,
                            .listing = &stage->board.listing,
                            .feeds = stage->feeds,
                            .server_status_count = 1,
                            .now = stage->now};
    struct buffer out;
    buffer_init(&out, 0);
    report_write_text(&report, &out);
    assert_harmless(out.data, out.length, string);
    check_text(&out);
    buffer_reset(&out);
    report.is_detailed = true;
    report_write_text(&report, &out);
    assert_harmless(out.data, out.length, string);
    buffer_reset(&out);
    report_write_json(&report, &out);
    assert_harmless(out.data, out.length, string);
    check_json(&out, stage);
    buffer_reset(&out);
    report_write_csv(&report, &out);
    assert_harmless(out.data, out.length, string);
    check_csv(&out, 3);
    buffer_reset(&out);
    error_set(&stage->feeds[0].error, ERROR_REPLY, "%s", string);
    report_write_failures(stage->feeds, 1, &out);
    assert_harmless(out.data, out.length, string);
    assert_ptr_equal(memchr(out.data, '\n', out.length), out.data + out.length - 1);
    buffer_clear(&out);
}

static void report__naughty_strings_everywhere__every_output_is_harmless__A5__A20(void **state)
{
    (void)state;
    json_t *strings = load_strings();
    size_t index;
    json_t *value;
    if (strings == NULL)
        skip();
    json_array_foreach(strings, index, value)
    {
        struct fixture stage;
        struct roster_name names[1];
        const char *string = json_string_value(value);
        set_stage(&stage, string, names);
        fixture_show(&stage, 24, 80, false);
        check_reports(&stage, string);
        fixture_close(&stage);
        free((char *)(uintptr_t)names[0].name);
    }
    json_decref(strings);
}

/* Writes settings in which the string names an extension and a server. */
static void write_settings(const char *path, const char *string)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 2; i++) {
        fputs(i == 0 ? "server = { url = \"https://a.test\"; token = \"t\"; name = \""
                     : "\"; };\nnames = ( { extension = \"1\"; name = \"",
              file);
        for (const char *at = string; *at != '\0'; at++) {
            if (*at == '"' || *at == '\\')
                fprintf(file, "\\%c", *at);
            else if ((unsigned char)*at < ' ')
                fprintf(file, "\\x%02x", (unsigned)*at);
            else
                fputc(*at, file);
        }
    }
    fputs("\"; } );\n", file);
    fclose(file);
}

/* Reads settings with the string in them. True if they were taken. */
static bool read_names(const char *path, const char *string)
{
    struct settings settings;
    struct error error = {.kind = ERROR_NONE};
    write_settings(path, string);
    settings_init(&settings);
    bool is_taken = settings_read(&settings, path, &error);
    if (is_taken) {
        const char *name = settings.names[0].name;
        char *safe = text_safe_copy(string, strlen(string), 3 * strlen(string) + 1, NULL);
        assert_harmless(name, strlen(name), string);
        size_t length = strlen(name);
        if (strcmp(name, safe) != 0) { /* cut, and so marked */
            assert_true(length > strlen(CUT));
            length -= strlen(CUT);
            assert_string_equal(name + length, CUT);
        }
        assert_memory_equal(name, safe, length);
        free(safe);
    } else {
        assert_harmless(error.text, strlen(error.text), string);
        assert_null(strchr(error.text, '\n'));
    }
    settings_clear(&settings);
    return is_taken;
}

static void settings__naughty_names__are_read_safe_or_refused_in_a_safe_line__A20(void **state)
{
    (void)state;
    json_t *strings = load_strings();
    size_t index;
    size_t taken = 0;
    json_t *value;
    char path[] = "/tmp/blftop-outside-XXXXXX";
    if (strings == NULL)
        skip();
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    json_array_foreach(strings, index, value)
    {
        taken += read_names(path, json_string_value(value));
    }
    unlink(path);
    json_decref(strings);
    assert_true(taken > STRINGS_MIN * 8 / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draw__naughty_strings_everywhere__every_cell_keeps_its_place__A5__A7__A20),
        cmocka_unit_test(report__naughty_strings_everywhere__every_output_is_harmless__A5__A20),
        cmocka_unit_test(settings__naughty_names__are_read_safe_or_refused_in_a_safe_line__A20),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
