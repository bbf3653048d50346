/* SPDX-License-Identifier: MIT */
/*
 * Hostile text through the real program, on a terminal and without one, from a server that serves
 * it. terminal and program judge each byte of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "support/once.h"
#include "support/payloads.h"
#include "support/program.h"
#include "support/stub_server.h"
#include "support/terminal.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define TERM_KIND "xterm-256color"
#define SERVERS 64 /* as many as settings may have */
#define ROWS 50
#define COLS 120
#define NUMBER_COLUMN 4
#define LINE_BYTES (4 * COLS + 1)
#define KEY_PAGE_DOWN "\033[6~"

/* Writes a fleet whose phones send one payload each, and whose numbers are payloads too. */
static char *write_fleet(const char *folder)
{
    struct buffer text;
    buffer_init(&text, 0);
    buffer_puts(&text, "{\"entry\":[");
    for (size_t i = 0; i < payloads_count(); i++) {
        char payload[PAYLOAD_BYTES_MAX];
        payloads_write(i, payload);
        for (int is_number = 0; is_number < 2; is_number++) {
            char number[PAYLOAD_BYTES_MAX + 32];
            snprintf(number, sizeof number, "%s%s%04zu", is_number ? payload : "0003*",
                     is_number ? " " : "", i);
            buffer_puts(&text, i + (size_t)is_number > 0 ? ",{\"extension\":" : "{\"extension\":");
            payloads_append_json(&text, number);
            buffer_puts(&text, ",\"status\":1,\"registration\":[{\"agent\":");
            payloads_append_json(&text, payload);
            buffer_puts(&text, ",\"registration\":\"1\"}]}");
        }
    }
    buffer_puts(&text, "]}");
    char *path = mem_strdup(folder_write(folder, "fleet.json", "%s", text.data));
    buffer_clear(&text);
    return path;
}

static void once__hostile_fleet__is_text_in_every_format__A1__A2__A3__A4(void **state)
{
    (void)state;
    static const char *const formats[] = {"text", "json", "csv"};
    struct once once;
    once_open(&once);
    char *fleet = write_fleet(once.folder);
    once_start_simulator(&once, (const char *const[]){"--fleet", fleet, NULL});
    once_configure(&once, "server = { url = \"%s\"; name = \"\\x1b[2J \\x7f\"; " ONCE_READY " };",
                   once.simulator.url);
    once_run(&once, "--once", NULL);
    once_assert_failure(&once, 2, "control");
    once_configure(&once, "server = { url = \"%s\"; " ONCE_READY " };", once.simulator.url);
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        once_run(&once, "--once", "--format", formats[i], NULL);
        assert_true(WIFEXITED(once.status) && WEXITSTATUS(once.status) == 0);
        size_t lines = 0;
        for (const char *at = once_out(&once); (at = strchr(at, '\n')) != NULL; at++)
            lines++;
        assert_in_range(lines, 2 * payloads_count(), 2 * payloads_count() + 8);
    }
    once_run(&once, "--once", "--color", "always", NULL);
    assert_non_null(strstr(once_out(&once), "\033["));
    fprintf(stderr, "hostile: %zu payloads x 2 fields x 4 outputs of the program\n",
            payloads_count());
    free(fleet);
    once_close(&once);
}

static void board__hostile_fleet__orders_no_terminal_in_any_view__A1__A2__A3__A4(void **state)
{
    (void)state;
    struct once once;
    char total[16];
    once_open(&once);
    char *fleet = write_fleet(once.folder);
    once_start_simulator(&once, (const char *const[]){"--fleet", fleet, NULL});
    once_configure(&once, "server = { url = \"%s\"; " ONCE_READY " };", once.simulator.url);
    const char *argv[] = {program_blftop(), "--config", once.config, NULL};
    struct terminal *terminal = terminal_start(ROWS, COLS, TERM_KIND, argv, NULL);
    snprintf(total, sizeof total, "%zu", 2 * payloads_count());
    assert_true(terminal_wait_for(terminal, total));
    assert_true(terminal_wait_for(terminal, "LIVE"));
    for (int view = 0; view < 2; view++) {
        int pages = (int)(2 * payloads_count()) / (ROWS - 15) + 1;
        terminal_type(terminal, "g");
        for (int page = 0; page < pages; page++) {
            terminal_type(terminal, KEY_PAGE_DOWN "d");
            terminal_run(terminal, 5);
            terminal_type(terminal, "d\r");
            terminal_run(terminal, 5);
            terminal_type(terminal, "\033");
            terminal_run(terminal, 30); /* Esc alone waits for what may follow it */
        }
        terminal_type(terminal, "v");
    }
    terminal_type(terminal, "/\xC2\x9B\xE2\x80\xAE\x1b");
    terminal_run(terminal, 200);
    terminal_quit(terminal);
    fprintf(stderr, "hostile: %zu payloads x 2 fields x 2 views, panes and stories on a terminal\n",
            payloads_count());
    terminal_free(terminal);
    free(fleet);
    once_close(&once);
}

/* An answer with a payload in its middle. */
struct answer {
    const char *before;
    const char *after;
};

/* Reads 64 servers at once, each of which answers in its own hostile way. */
static void read_hostile_servers(const struct answer *form, size_t first)
{
    struct stub_server *traps[SERVERS] = {NULL};
    char *answers[SERVERS] = {NULL};
    struct buffer servers;
    struct once once;
    once_open(&once);
    buffer_init(&servers, 0);
    for (size_t i = 0; i < SERVERS; i++) {
        char payload[PAYLOAD_BYTES_MAX];
        payloads_write((first + i) % payloads_count(), payload);
        answers[i] = mem_printf("%s%s%s", form->before, payload, form->after);
        traps[i] = stub_server_start(answers[i]);
        buffer_printf(&servers,
                      "%s{ name = \"s%02zu\"; url = \"http://127.0.0.1:%d\"; " ONCE_READY " }",
                      i > 0 ? ",\n" : "", i, stub_server_port(traps[i]));
    }
    char *config =
        mem_strdup(folder_write(once.folder, "many.conf", "servers = (%s);\n", servers.data));
    free(once.config);
    once.config = config;
    once_run(&once, "--once", NULL);
    assert_true(WIFEXITED(once.status) && WEXITSTATUS(once.status) >= 3);
    size_t lines = 0;
    for (const char *at = once_err(&once); (at = strstr(at, "blftop: ")) != NULL; at++)
        lines++;
    assert_int_equal(lines, SERVERS);
    for (size_t i = 0; i < SERVERS; i++) {
        stub_server_stop(traps[i]);
        free(answers[i]);
    }
    buffer_clear(&servers);
    once_close(&once);
}

static void once__hostile_answers__are_told_as_text__A1__A2__A3__A4__A20(void **state)
{
    (void)state;
    static const struct answer forms[] = {
        {"HTTP/1.1 500 ", "\r\nContent-Length: 0\r\n\r\n"},
        {"HTTP/1.1 302 Found\r\nLocation: http://evil", ".test/\r\nContent-Length: 0\r\n\r\n"},
        {"HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n{\"error\":{\"code\":\"bad\",\"message\":\"",
         "\"}}"},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"entry\":[", ""},
    };
    size_t answers = 0;
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        for (size_t first = 0; first < payloads_count(); first += SERVERS) {
            read_hostile_servers(&forms[i], first);
            answers += SERVERS;
        }
    }
    fprintf(stderr, "hostile: %zu payloads x %zu fields of an answer, %zu read\n", payloads_count(),
            COUNT_OF(forms), answers);
}

/* What the program is given, each with a payload in it, and refuses. */
static void once__hostile_arguments_and_paths__are_told_as_text__D12(void **state)
{
    (void)state;
    static const char *const options[] = {"--filter=~(", "--sort=",   "--view=", "--palette=",
                                          "--format=",   "--config=", "--",      "--log=/none/"};
    struct once once;
    size_t runs = 0;
    once_open(&once);
    once_configure_port(&once, 1);
    for (size_t i = 0; i < payloads_count(); i += 4 * 7 + 1) {
        for (size_t way = 0; way < COUNT_OF(options); way++) {
            char payload[PAYLOAD_BYTES_MAX];
            char *argument = mem_printf("%sx%s", options[way], payloads_write(i, payload));
            once_run(&once, argument, NULL);
            once_assert_failure(&once, 2, "");
            free(argument);
            runs++;
        }
    }
    fprintf(stderr, "hostile: %zu runs with a payload as an argument or a path\n", runs);
    once_close(&once);
}

/* Where a word begins in a line of the screen, in columns; -1: it is not there. */
static int column_of(const char *line, const char *word)
{
    const char *at = strstr(line, word);
    int column = 0;
    for (const char *c = line; at && c < at; c++)
        column += ((unsigned char)*c & 0xC0) != 0x80;
    return at ? column : -1;
}

/* Writes blanks over the columns `from` up to `to` of a line of narrow characters; more behind its
 * end. */
static void blank(char *line, int from, int to)
{
    char out[LINE_BYTES];
    size_t length = 0;
    int column = 0;
    for (const char *c = line; *c && length < sizeof out - 1; c++) {
        bool is_start = ((unsigned char)*c & 0xC0) != 0x80;
        column += is_start;
        bool is_kept = column <= from || column > to;
        if (is_kept)
            out[length++] = *c;
        else if (is_start)
            out[length++] = ' ';
    }
    while (length > 0 && out[length - 1] == ' ')
        length--;
    memcpy(line, out, length);
    line[length] = '\0';
}

/* A table of the fleet with this fault (NULL: none): a line a phone, without the times, and without
 * the first phone, whose agent must begin with what is `marked`, in its column. */
static char *show_table(const char *fault, const char *marked)
{
    struct once once;
    struct buffer table;
    char line[LINE_BYTES];
    int from = -1, to = -1, agent_from = -1, agent_to = -1;
    once_open(&once);
    char *fleet = mem_strdup(once_write_fleet(&once, "fleet.json", 30));
    once_start_simulator(
        &once, (const char *const[]){"--fleet", fleet, fault ? "--fault" : NULL, fault, NULL});
    once_configure(&once,
                   "server = { url = \"%s\"; " ONCE_READY " };\nboard = { view = \"table\"; "
                   "sort = \"extension\"; };",
                   once.simulator.url);
    const char *argv[] = {program_blftop(), "--config", once.config, NULL};
    struct terminal *terminal = terminal_start(ROWS, COLS, TERM_KIND, argv, NULL);
    assert_true(terminal_wait_for(terminal, "0001*0029"));
    assert_true(terminal_wait_for(terminal, "LIVE"));
    buffer_init(&table, 0);
    for (const char *at = terminal_text(terminal); *at; at += strcspn(at, "\n") + 1) {
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
        if (strstr(line, "EXTENSION\xE2\x96\xB2")) {
            from = column_of(line, "FOR");
            to = column_of(line, "REG");
            agent_from = column_of(line, "AGENT");
            agent_to = column_of(line, "EXPIRES");
        } else if (column_of(line, "0001*") != NUMBER_COLUMN) { /* nor the pane */
            continue;
        }
        assert_true(from > 0 && to > from && agent_from > to && agent_to > agent_from);
        blank(line, from, to);
        blank(line, agent_to, COLS);
        if (strstr(line, "0001*0000")) {
            assert_int_equal(column_of(line, marked), agent_from);
            continue;
        }
        buffer_printf(&table, "%s\n", line);
    }
    terminal_free(terminal);
    free(fleet);
    once_close(&once);
    return buffer_take(&table);
}

static void
board__poisoned_phone__marks_its_own_row_and_moves_no_other__A1__A2__A3__A4(void **state)
{
    (void)state;
    static const char *const faults[][2] = {
        {"poison-esc", "Evil \xE2\x90\x9B]0;"}, {"poison-c1", "Evil \xEF\xBF\xBD"},
        {"poison-bidi", "Evil \xEF\xBF\xBD"},   {"poison-nul", "Evil \xEF\xBF\xBD"},
        {"poison-bytes", "Evil \xEF\xBF\xBD"},  {"poison-marks", "e\xCC\x81\xCC\x81"},
    };
    char *good = show_table(NULL, "Phone 0");
    assert_non_null(strstr(good, "Phone 29"));
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        char *table = show_table(faults[i][0], faults[i][1]);
        assert_string_equal(table, good);
        free(table);
    }
    free(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(once__hostile_fleet__is_text_in_every_format__A1__A2__A3__A4),
        cmocka_unit_test(once__hostile_answers__are_told_as_text__A1__A2__A3__A4__A20),
        cmocka_unit_test(
            board__poisoned_phone__marks_its_own_row_and_moves_no_other__A1__A2__A3__A4),
        cmocka_unit_test(once__hostile_arguments_and_paths__are_told_as_text__D12),
        cmocka_unit_test(board__hostile_fleet__orders_no_terminal_in_any_view__A1__A2__A3__A4),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
