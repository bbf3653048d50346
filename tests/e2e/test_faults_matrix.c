/* SPDX-License-Identifier: MIT */
/* Every fault of a table in every phase of a board's life. One board a phase watches one server a
 * fault, each behind a proxy of its own that plays it; then all are healed, the phones have other
 * states meanwhile, and every row must show what the server then says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/parallel.h"
#include "support/program.h"
#include "support/proxy.h"
#include "support/terminal.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define SECRET "canary-matrix-secret"
#define PER_SERVER 3 /* extensions; on two pages of two */
#define ROWS 190
#define COLS 120
#define SERVER_LIST_MAX 64
#define LONG_LINE 200000
#define MANY_LINES 400000
#define PATIENCE_MS 30000
#define GIVEN_UP_MS 1300 /* a bit longer than the time-out in the settings */
#define FIRST_PAGE "/presence"
#define REFERENCE_PARSER_PAGE "startIndex=2"
#define TOKEN "/oauth/"

/* An answer in the server's place, ended by the end of the connection. */
#define INSTEAD(text) .act = PROXY_ANSWER, .answer = (text), .answer_length = sizeof(text) - 1
#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

/* A fault by its name. */
struct fault {
    const char *name;
    struct proxy_plan partition;
};

static const struct fault faults[] = {
    {"refused", {.act = PROXY_REFUSE}},
    {"cut before the head", {.act = PROXY_CUT}},
    {"cut in the status line", {.act = PROXY_CUT, .offset = 9}},
    {"cut in the head", {.act = PROXY_CUT, .offset = 40}},
    {"cut after the head", {.act = PROXY_CUT, .origin = PROXY_BODY}},
    {"cut in the body", {.act = PROXY_CUT, .origin = PROXY_BODY, .offset = 60}},
    {"reset before the head", {.act = PROXY_RESET}},
    {"reset in the head", {.act = PROXY_RESET, .offset = 40}},
    {"reset in the body", {.act = PROXY_RESET, .origin = PROXY_BODY, .offset = 60}},
    {"never answered", {.act = PROXY_STALL}},
    {"stalled in the head", {.act = PROXY_STALL, .offset = 40}},
    {"stalled in the body", {.act = PROXY_STALL, .origin = PROXY_BODY, .offset = 60}},
    {"byte by byte", {.act = PROXY_DRIBBLE, .count = 1, .ms = 50}},
    {"late", {.act = PROXY_DELAY, .ms = 400}},
    {"late in the body", {.act = PROXY_DELAY, .origin = PROXY_BODY, .offset = 60, .ms = 400}},
    {"corrupt status line", {.act = PROXY_CORRUPT, .flip = 0x80}},
    {"corrupt head", {.act = PROXY_CORRUPT, .offset = 22, .flip = 0x1a}},
    {"corrupt body", {.act = PROXY_CORRUPT, .origin = PROXY_BODY, .flip = 0xff}},
    {"head twice", {.act = PROXY_DUPLICATE, .count = 17}},
    {"body twice", {.act = PROXY_DUPLICATE, .origin = PROXY_BODY, .count = 50}},
    {"500", {INSTEAD("HTTP/1.1 500 Oops\r\n\r\n{\"error\":{\"code\":\"x\"}}")}},
    {"502", {INSTEAD("HTTP/1.1 502 Bad Gateway\r\n\r\n<html>502</html>")}},
    {"503", {INSTEAD("HTTP/1.1 503 Later\r\nRetry-After: 1\r\n\r\n")}},
    {"504", {INSTEAD("HTTP/1.1 504 Gateway Timeout\r\n\r\n")}},
    {"429", {INSTEAD("HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\n\r\n")}},
    {"400", {INSTEAD("HTTP/1.1 400 Bad\r\n\r\n{\"error\":{\"code\":\"count_invalid\"}}")}},
    {"401", {INSTEAD("HTTP/1.1 401 Unauthorized\r\n\r\n")}},
    {"403", {INSTEAD("HTTP/1.1 403 Forbidden\r\n\r\n")}},
    {"404", {INSTEAD("HTTP/1.1 404 Not Found\r\n\r\n<html>404</html>")}},
    {"405", {INSTEAD("HTTP/1.1 405 Not Allowed\r\n\r\n")}},
    {"999", {INSTEAD("HTTP/1.1 999 \033]0;x\007\r\n\r\n")}},
    {"redirect", {INSTEAD("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n")}},
    {"HTTP/0.9", {INSTEAD("{\"entry\":[]}")}},
    {"NUL in the head", {INSTEAD("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n{\"entry\":[]}")}},
    {"long header line", {.act = PROXY_ANSWER, .answer = "", .count = LONG_LINE}},
    {"endless head", {.act = PROXY_ANSWER, .answer = "", .count = MANY_LINES}},
    {"too large", {INSTEAD(OK_HEAD "Content-Length: 99999999\r\n\r\n{")}},
    {"HTML", {INSTEAD(OK_HEAD "\r\n<!DOCTYPE html><html>log in</html>")}},
    {"empty body", {INSTEAD(OK_HEAD "\r\n")}},
    {"null", {INSTEAD(OK_HEAD "\r\nnull")}},
    {"a list", {INSTEAD(OK_HEAD "\r\n[]")}},
    {"{}", {INSTEAD(OK_HEAD "\r\n{}")}},
    {"truncated JSON", {INSTEAD(OK_HEAD "\r\n{\"entry\":[{\"extension\":\"01")}},
    {"commas", {INSTEAD(OK_HEAD "\r\n{\"entry\":[{},,{}]}")}},
    {"not gzip", {INSTEAD(OK_HEAD "Content-Encoding: gzip\r\n\r\n{\"entry\":[]}")}},
    {"bad chunks", {INSTEAD(OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n{\"entry\"")}},
};

_Static_assert(COUNT_OF(faults) <= SERVER_LIST_MAX, "one server a fault");

struct sim_state {
    char *folder;
    char *config;
    struct simulator simulator;
    struct proxy *proxies[COUNT_OF(faults)];
    struct terminal *terminal;
    unsigned generation; /* of the phones' states */
};

/* When the fault strikes, and what the board is in the middle of. */
struct phase {
    const char *name;
    const char *only;       /* which requests are hit */
    const char *token_life; /* seconds */
    bool is_from_start;     /* before the board has seen anything good */
    bool is_in_shell;
    bool is_last; /* ends the board instead of healing it */
    void (*meanwhile)(struct sim_state *world);
};

/* The state that an extension of a server has in a generation. */
static int state_of(size_t server, size_t extension, unsigned generation)
{
    return 1 + (int)((server + extension + generation) % 3);
}

/* Gives all phones their states, in one step as seen by the simulator. */
static void write_fleet(struct sim_state *world)
{
    struct buffer text;
    char *path = mem_printf("%s/fleet.json", world->folder);
    buffer_init(&text, 0);
    buffer_puts(&text, "{\"entry\":[");
    for (size_t i = 0; i < COUNT_OF(faults) * PER_SERVER; i++)
        buffer_printf(&text,
                      "%s{\"extension\":\"01%02zu*00%zu\",\"status\":%d,\"registration\":"
                      "[{\"agent\":\"Phone\",\"registration\":\"1\"}]}",
                      i > 0 ? "," : "", i / PER_SERVER, i % PER_SERVER,
                      state_of(i / PER_SERVER, i % PER_SERVER, world->generation));
    buffer_puts(&text, "]}");
    const char *fresh = folder_write(world->folder, "fleet.new", "%s", text.data);
    assert_int_equal(rename(fresh, path), 0);
    buffer_clear(&text);
    free(path);
}

/* Writes settings for a server a proxy. */
static void write_config(struct sim_state *world)
{
    struct buffer servers;
    buffer_init(&servers, 0);
    for (size_t i = 0; i < COUNT_OF(faults); i++)
        buffer_printf(&servers,
                      "%s{ name = \"s%02zu\"; url = \"http://127.0.0.1:%d\"; filter = \"01%02zu\"; "
                      "client_id = \"app\"; client_secret = \"" SECRET "\"; }",
                      i > 0 ? ",\n" : "", i, proxy_port(world->proxies[i]), i);
    world->config = mem_strdup(
        folder_write(world->folder, "blftop.conf",
                     "servers = (%s);\npoll = { interval = 1.0; timeout = 1.0; page_size = 2; };\n"
                     "board = { view = \"table\"; sort = \"extension\"; };\n",
                     servers.data));
    buffer_clear(&servers);
}

/* Starts the simulator and a proxy a fault. */
static void open_world(struct sim_state *world, const struct phase *phase)
{
    *world = (struct sim_state){.folder = folder_new()};
    write_fleet(world);
    char *fleet = mem_printf("%s/fleet.json", world->folder);
    simulator_start(&world->simulator,
                    (const char *const[]){"--fleet", fleet, "--client", "app:" SECRET,
                                          "--token-life", phase->token_life, NULL});
    free(fleet);
    for (size_t i = 0; i < COUNT_OF(faults); i++)
        world->proxies[i] = proxy_start(world->simulator.port, PROXY_HTTP);
    write_config(world);
}

/* Ends everything. */
static void close_world(struct sim_state *world)
{
    terminal_free(world->terminal);
    for (size_t i = 0; i < COUNT_OF(faults); i++)
        proxy_stop(world->proxies[i]);
    simulator_stop(&world->simulator);
    free(world->config);
    folder_free(world->folder);
}

/* Starts the board, from a shell if it is to be suspended. */
static void start_board(struct sim_state *world, bool is_in_shell)
{
    static const char *const environment[] = {"PS1=shell-prompt> ", NULL};
    const char *argv[] = {program_blftop(), "--config", world->config, NULL};
    const char *shell[] = {"/bin/bash", "--norc", "--noprofile", "-i", NULL};
    world->terminal = terminal_start(ROWS, COLS, "xterm-256color", is_in_shell ? shell : argv,
                                     is_in_shell ? environment : NULL);
    if (!is_in_shell)
        return;
    assert_true(terminal_wait_for(world->terminal, "shell-prompt>"));
    char *path = realpath(program_blftop(), NULL);
    char *command = mem_printf("%s --config %s\n", path, world->config);
    terminal_type(world->terminal, command);
    free(command);
    free(path);
}

/* Plays every server its fault. */
static void strike(struct sim_state *world, const char *only)
{
    char *line = mem_new(MANY_LINES + 64, 1);
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct proxy_plan partition = faults[i].partition;
        partition.only = only;
        if (partition.act == PROXY_ANSWER && partition.count > 0) {
            size_t length = (size_t)snprintf(line, 64, "%sX: ", OK_HEAD);
            memset(line + length, 'x', partition.count);
            for (size_t at = length;
                 partition.count == MANY_LINES && at + 8 < length + partition.count; at += 100)
                memcpy(line + at, "\r\nX: y", 6);
            partition.answer = line;
            partition.answer_length = length + partition.count;
        }
        proxy_set_plan(world->proxies[i], &partition);
    }
    free(line);
}

/* The word for an extension's lamp on the screen, or NULL if it has no row there; *is_marked: as
 * old. */
static const char *find_lamp(const char *screen, size_t server, size_t extension, bool *is_marked)
{
    char row[32];
    snprintf(row, sizeof row, "01%02zu*00%zu   s%02zu ", server, extension, server);
    const char *at = strstr(screen, row);
    if (at == NULL)
        return NULL;
    const char *line = at;
    while (line > screen && line[-1] != '\n')
        line--;
    *is_marked = memchr(line, '-', (size_t)(at - line)) != NULL;
    at += strlen(row);
    return at + strspn(at, " ");
}

static const char *const words[] = {"", "ONLINE ", "RINGING ", "BUSY "};

/* Is a row on the screen as the server has it in this generation? */
static bool is_row_right(const struct sim_state *world, const char *screen, size_t server,
                         size_t extension)
{
    bool is_marked;
    const char *lamp = find_lamp(screen, server, extension, &is_marked);
    const char *word = words[state_of(server, extension, world->generation)];
    return lamp != NULL && !is_marked && strncmp(lamp, word, strlen(word)) == 0;
}

/* The first server with a row that is not right, or the number of servers. */
static size_t find_wrong(struct sim_state *world)
{
    const char *screen = terminal_text(world->terminal);
    for (size_t i = 0; i < COUNT_OF(faults) * PER_SERVER; i++)
        if (!is_row_right(world, screen, i / PER_SERVER, i % PER_SERVER))
            return i / PER_SERVER;
    return COUNT_OF(faults);
}

/* Waits until every row is right; `press` is typed now and then. */
static void await_right(struct sim_state *world, const struct phase *phase, const char *press)
{
    int64_t until = clock_read().ms + PATIENCE_MS;
    size_t wrong;
    while ((wrong = find_wrong(world)) < COUNT_OF(faults) && clock_read().ms < until) {
        terminal_type(world->terminal, press);
        terminal_run(world->terminal, 100);
    }
    if (wrong < COUNT_OF(faults))
        fail_msg("%s: after \"%s\" the rows are not right:\n%s", phase->name, faults[wrong].name,
                 terminal_text(world->terminal));
}

/* The first server with a row that shows what no server has said, or the number of servers: all
 * have to be as before the fault, gone, or not there. */
static size_t find_made_up(struct sim_state *world)
{
    const char *screen = terminal_text(world->terminal);
    for (size_t i = 0; i < COUNT_OF(faults) * PER_SERVER; i++) {
        bool is_marked;
        size_t server = i / PER_SERVER;
        const char *lamp = find_lamp(screen, server, i % PER_SERVER, &is_marked);
        const char *word = words[state_of(server, i % PER_SERVER, world->generation)];
        if (lamp != NULL && strncmp(lamp, word, strlen(word)) != 0)
            return server;
    }
    return COUNT_OF(faults);
}

/* Nothing is made up, or if so then not for long: a frame that is half written, or that the
 * terminal has wrapped, is gone with the next one; what was half applied stays. */
static void assert_nothing_made_up(struct sim_state *world, const struct phase *phase)
{
    int64_t until = clock_read().ms + PATIENCE_MS / 3;
    size_t server;
    while ((server = find_made_up(world)) < COUNT_OF(faults) && clock_read().ms < until)
        terminal_run(world->terminal, 50);
    if (server < COUNT_OF(faults))
        fail_msg("%s: \"%s\" made something up:\n%s", phase->name, faults[server].name,
                 terminal_text(world->terminal));
}

/* How many servers have been hit. A refused connection is nobody's to count. */
static size_t count_hit(struct sim_state *world)
{
    size_t hit = 0;
    for (size_t i = 0; i < COUNT_OF(faults); i++)
        hit +=
            faults[i].partition.act == PROXY_REFUSE || proxy_counts(world->proxies[i]).harmed > 0;
    return hit;
}

/* The window is dragged to another size. */
static void resize(struct sim_state *world)
{
    static int turn;
    static const int sizes[][2] = {{24, 80}, {5, 20}, {ROWS, 60}, {1, 1}, {ROWS, COLS}};
    const int *size = sizes[(size_t)turn++ % COUNT_OF(sizes)];
    terminal_resize(world->terminal, size[0], size[1]);
}

/* A filter is being typed. */
static void type_filter(struct sim_state *world)
{
    static int turn;
    terminal_type(world->terminal, turn++ % 5 < 3 ? "1" : "\b");
}

/* The board is stopped and goes on. */
static void suspend(struct sim_state *world)
{
    terminal_type(world->terminal, "\032");
    assert_true(terminal_wait_for(world->terminal, "Stopped"));
    terminal_type(world->terminal, "tput -x clear; fg\n");
    assert_true(terminal_wait_without(world->terminal, "Stopped"));
    terminal_run(world->terminal, 200);
}

/* Waits until every fault has struck, and long enough that what hangs is given up. */
static void await_hits(struct sim_state *world, const struct phase *phase)
{
    int64_t until = clock_read().ms + PATIENCE_MS;
    while (count_hit(world) < COUNT_OF(faults) && clock_read().ms < until) {
        if (phase->meanwhile)
            phase->meanwhile(world);
        terminal_run(world->terminal, 50);
    }
    assert_int_equal(count_hit(world), COUNT_OF(faults));
    if (phase->meanwhile == resize)
        terminal_resize(world->terminal, ROWS, COLS);
    terminal_run(world->terminal, GIVEN_UP_MS);
    assert_nothing_made_up(world, phase);
}

/* Heals all servers, whose phones have gone on meanwhile. */
static void heal(struct sim_state *world, const struct phase *phase)
{
    if (phase->meanwhile == type_filter) {
        terminal_type(world->terminal, "\025"); /* Ctrl-U: the line is empty */
        terminal_type(world->terminal, "\r");
    }
    world->generation++;
    write_fleet(world);
    for (size_t i = 0; i < COUNT_OF(faults); i++)
        proxy_set_plan(world->proxies[i], NULL);
    await_right(world, phase, "r");
}

/* One phase with all faults. */
static void run_phase(const struct phase *phase)
{
    struct sim_state world;
    int64_t started = clock_read().ms;
    open_world(&world, phase);
    if (phase->is_from_start)
        strike(&world, phase->only);
    start_board(&world, phase->is_in_shell);
    if (!phase->is_from_start) {
        await_right(&world, phase, "");
        if (phase->meanwhile == type_filter)
            terminal_type(world.terminal, "/");
        strike(&world, phase->only);
    }
    await_hits(&world, phase);
    if (phase->is_last)
        terminal_quit(world.terminal);
    else
        heal(&world, phase);
    assert_null(strstr(terminal_text(world.terminal), "canary"));
    close_world(&world);
    print_message("%s: %zu cells in %.1f s\n", phase->name, COUNT_OF(faults),
                  (double)(clock_read().ms - started) / 1000);
}

static void matrix__start__next_poll_is_right(void **state)
{
    (void)state;
    run_phase(&(struct phase){.name = "start", .token_life = "3600", .is_from_start = true});
}

static void matrix__first_poll__next_poll_is_right(void **state)
{
    (void)state;
    run_phase(&(struct phase){
        .name = "first poll", .only = FIRST_PAGE, .token_life = "3600", .is_from_start = true});
}

static void matrix__mid_page__next_poll_is_right(void **state)
{
    (void)state;
    run_phase(
        &(struct phase){.name = "mid-page", .only = REFERENCE_PARSER_PAGE, .token_life = "3600"});
}

static void matrix__token_renewal__next_poll_is_right(void **state)
{
    (void)state;
    run_phase(&(struct phase){.name = "token renewal", .only = TOKEN, .token_life = "4"});
}

static void matrix__resize__next_poll_is_right(void **state)
{
    (void)state;
    run_phase(&(struct phase){
        .name = "resize", .only = FIRST_PAGE, .token_life = "3600", .meanwhile = resize});
}

static void matrix__filter_prompt__next_poll_is_right(void **state)
{
    (void)state;
    run_phase(&(struct phase){.name = "filter prompt",
                              .only = FIRST_PAGE,
                              .token_life = "3600",
                              .meanwhile = type_filter});
}

static void matrix__suspended__next_poll_is_right(void **state)
{
    (void)state;
    run_phase(&(struct phase){.name = "suspended",
                              .only = FIRST_PAGE,
                              .token_life = "3600",
                              .is_in_shell = true,
                              .meanwhile = suspend});
}

static void matrix__quitting__ends_well_and_restores_the_terminal(void **state)
{
    (void)state;
    run_phase(&(struct phase){
        .name = "quitting", .only = FIRST_PAGE, .token_life = "3600", .is_last = true});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrix__start__next_poll_is_right),
        cmocka_unit_test(matrix__first_poll__next_poll_is_right),
        cmocka_unit_test(matrix__mid_page__next_poll_is_right),
        cmocka_unit_test(matrix__token_renewal__next_poll_is_right),
        cmocka_unit_test(matrix__resize__next_poll_is_right),
        cmocka_unit_test(matrix__filter_prompt__next_poll_is_right),
        cmocka_unit_test(matrix__suspended__next_poll_is_right),
        cmocka_unit_test(matrix__quitting__ends_well_and_restores_the_terminal),
    };
    print_message("%zu faults in %zu phases: %zu cells\n", COUNT_OF(faults), COUNT_OF(tests),
                  COUNT_OF(faults) * COUNT_OF(tests));
    return parallel_run(tests, COUNT_OF(tests));
}
