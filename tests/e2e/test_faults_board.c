/* SPDX-License-Identifier: MIT */
/* The board on a terminal while a server fails it: what it shows, how fast it answers keys, how
 * much memory it takes, and that the other servers do not notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/parallel.h"
#include "support/program.h"
#include "support/proxy.h"
#include "support/sanitized.h"
#include "support/terminal.h"

#define TOKEN "canary-board-token"
#define SECRET "canary-board-secret"
#define EXTENSIONS "24"
#define KEY_MS 100
#define KEY_TRIES 8
#define MEMORY_KIB 49152 /* two bodies at their limit of 8 MiB, and a good deal */
#define SERVERS 8
#define WATCHED_MS 4000
#define PAGE "/presence"

/* A board on one server with a proxy between. */
struct sim_state {
    struct simulator simulator;
    struct proxy *proxy;
    struct terminal *terminal;
    char *folder;
    char *config;
};

/* Starts a simulator and the proxy. */
static void open_servers(struct sim_state *world, const char *const *options)
{
    const char *all[16] = {"--token", TOKEN, "--client", ("app:" SECRET), "--churn", "0"};
    for (size_t i = 0; options != NULL && options[i] != NULL && i < 9; i++)
        all[6 + i] = options[i];
    *world = (struct sim_state){.folder = folder_new()};
    simulator_start(&world->simulator, all);
    world->proxy = proxy_start(world->simulator.port, PROXY_HTTP);
}

/* Starts the board on settings for the proxy; `access` is what the server's group holds of it. */
static void start_board(struct sim_state *world, const char *access, double timeout)
{
    world->config = mem_strdup(folder_write(
        world->folder, "blftop.conf",
        "server = { url = \"http://127.0.0.1:%d\"; %s };\n"
        "poll = { interval = 1.0; timeout = %.1f; };\nboard = { view = \"table\"; };\n",
        proxy_port(world->proxy), access, timeout));
    const char *argv[] = {program_blftop(), "--config", world->config, NULL};
    world->terminal = terminal_start(40, 100, "xterm-256color", argv, NULL);
}

/* A board that shows 24 extensions and is asked for no more than that. */
static void open_world(struct sim_state *world, double timeout)
{
    open_servers(world, (const char *const[]){"--extensions", EXTENSIONS, NULL});
    start_board(world, "token = \"" TOKEN "\";", timeout);
    assert_true(terminal_wait_for(world->terminal, "LIVE"));
    assert_true(terminal_wait_for(world->terminal, EXTENSIONS " ext"));
}

/* Ends the board by a key and checks that it ended well. */
static void close_world(struct sim_state *world)
{
    assert_null(strstr(terminal_text(world->terminal), "canary"));
    terminal_quit(world->terminal);
    terminal_free(world->terminal);
    proxy_stop(world->proxy);
    simulator_stop(&world->simulator);
    free(world->config);
    folder_free(world->folder);
}

/* Waits until the plan has struck. */
static void await_harm(struct sim_state *world, unsigned times)
{
    int64_t until = clock_read().ms + TERMINAL_WAIT_MS;
    while (proxy_counts(world->proxy).harmed < times && clock_read().ms < until)
        terminal_run(world->terminal, 20);
    assert_true(proxy_counts(world->proxy).harmed >= times);
}

/* Milliseconds from a key to what it brings on the screen. */
static int64_t time_key(struct sim_state *world, const char *key, const char *brings)
{
    int64_t before = clock_read().ms;
    terminal_type(world->terminal, key);
    while (strstr(terminal_text(world->terminal), brings) == NULL &&
           clock_read().ms - before < TERMINAL_WAIT_MS)
        terminal_run(world->terminal, 1);
    return clock_read().ms - before;
}

/* The best of some tries, as others use the machine too. */
static int64_t time_keys(struct sim_state *world)
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < KEY_TRIES && best >= KEY_MS; i++) {
        int64_t took = time_key(world, "?", "this page, and back");
        best = took < best ? took : best;
        terminal_type(world->terminal, "?");
        assert_true(terminal_wait_without(world->terminal, "this page, and back"));
    }
    return best;
}

static void board__server_that_never_answers__keeps_no_key_waiting__B2(void **state)
{
    (void)state;
    struct sim_state world;
    open_world(&world, 20.0);
    proxy_set_plan(world.proxy, &(struct proxy_plan){.act = PROXY_STALL});
    await_harm(&world, 1);
    assert_in_range(time_keys(&world), 0, KEY_MS - 1);
    assert_int_equal(proxy_counts(world.proxy).harmed, 1); /* it was hanging all the while */
    close_world(&world);
}

static void board__byte_by_byte__is_given_up_and_marked__B3(void **state)
{
    (void)state;
    struct sim_state world;
    open_world(&world, 1.0);
    proxy_set_plan(world.proxy, &(struct proxy_plan){.act = PROXY_DRIBBLE, .ms = 100});
    assert_true(terminal_wait_for(world.terminal, "within 1"));
    assert_true(terminal_wait_for(world.terminal, "STALE"));
    assert_true(terminal_wait_for(world.terminal, EXTENSIONS " ext"));
    proxy_set_plan(world.proxy, NULL);
    terminal_type(world.terminal, "r");
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    close_world(&world);
}

/* The most memory the board has had so far, KiB. */
static long read_peak(const struct sim_state *world)
{
    char path[64], line[128];
    long peak = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)terminal_pid(world->terminal));
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL && sscanf(line, "VmHWM: %ld", &peak) != 1)
        continue;
    fclose(file);
    assert_true(peak > 0);
    return peak;
}

static void board__bodies_without_end__take_bounded_memory__B4(void **state)
{
    (void)state;
    static const char *const bombs[] = {"huge", "gzip-bomb"};
    for (size_t i = 0; i < 2; i++) {
        struct sim_state world;
        open_servers(&world, (const char *const[]){"--fault", bombs[i], NULL});
        start_board(&world, "token = \"" TOKEN "\";", 10.0);
        assert_true(terminal_wait_for(world.terminal, "larger than 8 MiB"));
        for (int poll = 0; poll < 3; poll++) {
            terminal_type(world.terminal, "r");
            terminal_run(world.terminal, 700);
        }
        if (!IS_SANITIZED)
            assert_in_range(read_peak(&world), 1, MEMORY_KIB);
        close_world(&world);
    }
}

static void board__no_page_at_all__keeps_the_last_good_one_marked__A9__B1(void **state)
{
    (void)state;
    static const char *const answers[][2] = {
        {"HTTP/1.1 200 OK\r\n\r\n<!DOCTYPE html><html>x</html>", "HTML page"},
        {"HTTP/1.1 200 OK\r\n\r\n", "empty body"},
        {"HTTP/1.1 200 OK\r\n\r\n[]", "a list"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"entry\":[", "cut in the middle"},
    };
    struct sim_state world;
    open_world(&world, 3.0);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        proxy_set_plan(world.proxy, &(struct proxy_plan){.act = PROXY_ANSWER,
                                                         .answer = answers[i][0],
                                                         .answer_length = strlen(answers[i][0])});
        assert_true(terminal_wait_for(world.terminal, answers[i][1]));
        assert_true(terminal_wait_for(world.terminal, "STALE"));
        assert_true(terminal_wait_for(world.terminal, EXTENSIONS " ext"));
        proxy_set_plan(world.proxy, NULL);
        terminal_run(world.terminal, 100);
        terminal_type(world.terminal, "r");
        assert_true(terminal_wait_for(world.terminal, "LIVE"));
    }
    close_world(&world);
}

static void board__401_before_the_tokens_end__costs_one_renewal_and_no_poll__C2(void **state)
{
    (void)state;
    struct sim_state world;
    static const char refusal[] = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
    open_servers(&world, (const char *const[]){"--extensions", EXTENSIONS, NULL});
    start_board(&world, "client_id = \"app\"; client_secret = \"" SECRET "\";", 5.0);
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    assert_int_equal(simulator_stat(&world.simulator, "token_requests"), 1);
    proxy_set_plan(world.proxy, &(struct proxy_plan){.act = PROXY_ANSWER_KEEP,
                                                     .answer = refusal,
                                                     .answer_length = sizeof refusal - 1,
                                                     .only = PAGE,
                                                     .times = 1});
    await_harm(&world, 1);
    long pages = simulator_stat(&world.simulator, "presence_requests");
    while (simulator_stat(&world.simulator, "presence_requests") < pages + 2) {
        terminal_run(world.terminal, 50);
        assert_null(strstr(terminal_text(world.terminal), "401"));
        assert_null(strstr(terminal_text(world.terminal), "STALE"));
    }
    assert_int_equal(simulator_stat(&world.simulator, "token_requests"), 2);
    close_world(&world);
}

static void board__token_endpoint_down__goes_on_with_the_live_token__C7(void **state)
{
    (void)state;
    struct sim_state world;
    static const char down[] = "HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n";
    open_servers(&world,
                 (const char *const[]){"--extensions", EXTENSIONS, "--token-life", "8", NULL});
    start_board(&world, "client_id = \"app\"; client_secret = \"" SECRET "\";", 5.0);
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    proxy_set_plan(world.proxy, &(struct proxy_plan){.act = PROXY_ANSWER_KEEP,
                                                     .answer = down,
                                                     .answer_length = sizeof down - 1,
                                                     .only = "/oauth/"});
    await_harm(&world, 1);
    assert_non_null(strstr(terminal_text(world.terminal), "LIVE"));
    assert_true(terminal_wait_for(world.terminal, "no token"));
    proxy_set_plan(world.proxy, NULL);
    terminal_type(world.terminal, "r");
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    close_world(&world);
}

static void board__collection_that_is_suddenly_empty__leaves_tombstones__A19(void **state)
{
    (void)state;
    struct sim_state world;
    static const char nothing[] = "HTTP/1.1 200 OK\r\n\r\n{\"totalResults\":0,\"entry\":[]}";
    open_world(&world, 3.0);
    proxy_set_plan(world.proxy, &(struct proxy_plan){.act = PROXY_ANSWER,
                                                     .answer = nothing,
                                                     .answer_length = sizeof nothing - 1});
    assert_true(terminal_wait_for(world.terminal, "GONE"));
    assert_true(terminal_wait_without(world.terminal, "GONE"));
    proxy_set_plan(world.proxy, NULL);
    assert_true(terminal_wait_for(world.terminal, EXTENSIONS " ext"));
    close_world(&world);
}

/* The settings for eight servers. */
static char *write_servers(char *folder, struct proxy *const *proxies)
{
    struct buffer servers;
    buffer_init(&servers, 0);
    for (size_t i = 0; i < SERVERS; i++)
        buffer_printf(&servers,
                      "%s{ name = \"s%zu\"; url = \"http://127.0.0.1:%d\"; token = \"" TOKEN
                      "\"; }",
                      i > 0 ? ", " : "", i, proxy_port(proxies[i]));
    char *path = mem_strdup(folder_write(
        folder, "blftop.conf", "servers = (%s);\npoll = { interval = 1.0; timeout = 2.0; };\n",
        servers.data));
    buffer_clear(&servers);
    return path;
}

/* How many requests the last seven servers have had: the fewest. */
static unsigned fewest_requests(struct proxy *const *proxies)
{
    unsigned fewest = UINT32_MAX;
    for (size_t i = 1; i < SERVERS; i++) {
        unsigned requests = proxy_counts(proxies[i]).requests;
        fewest = requests < fewest ? requests : fewest;
    }
    return fewest;
}

/* A board on one simulator through eight proxies, each a server of its own to it. */
static void open_eight(struct sim_state *world, struct proxy *proxies[SERVERS])
{
    *world = (struct sim_state){.folder = folder_new()};
    simulator_start(&world->simulator,
                    (const char *const[]){"--token", TOKEN, "--extensions", EXTENSIONS, NULL});
    for (size_t i = 0; i < SERVERS; i++)
        proxies[i] = proxy_start(world->simulator.port, PROXY_HTTP);
    world->proxy = proxies[0];
    world->config = write_servers(world->folder, proxies);
    const char *argv[] = {program_blftop(), "--config", world->config, NULL};
    world->terminal = terminal_start(40, 100, "xterm-256color", argv, NULL);
    assert_true(terminal_wait_for(world->terminal, "192 ext"));
}

/* Ends all of it. */
static void close_eight(struct sim_state *world, struct proxy *proxies[SERVERS])
{
    for (size_t i = 1; i < SERVERS; i++)
        proxy_stop(proxies[i]);
    close_world(world);
}

static void board__one_bad_server_of_eight__holds_up_no_other__G8(void **state)
{
    (void)state;
    static const struct proxy_plan plans[] = {
        {.act = PROXY_STALL},
        {.act = PROXY_DRIBBLE, .ms = 20},
        {.act = PROXY_REFUSE},
        {.act = PROXY_RESET, .origin = PROXY_BODY, .offset = 99}};
    struct sim_state world;
    struct proxy *proxies[SERVERS];
    open_eight(&world, proxies);
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        proxy_set_plan(proxies[0], &plans[i]);
        unsigned before = fewest_requests(proxies);
        for (int step = 0; step < 30 && fewest_requests(proxies) < before + 3; step++)
            terminal_run(world.terminal, WATCHED_MS / 4);
        assert_true(fewest_requests(proxies) >= before + 3);
    }
    assert_true(terminal_wait_for(world.terminal, "1 of 8 servers"));
    close_eight(&world, proxies);
}

static void board__eight_servers__are_listed_and_opened_by_keys(void **state)
{
    (void)state;
    struct sim_state world;
    struct proxy *proxies[SERVERS];
    open_eight(&world, proxies);
    proxy_set_plan(proxies[0], &(struct proxy_plan){.act = PROXY_REFUSE});
    terminal_type(world.terminal, "S");
    assert_true(terminal_wait_for(world.terminal, "VIEW servers   SORT trouble"));
    assert_true(terminal_wait_for(world.terminal, "- s0      STALE"));
    assert_true(terminal_wait_for(world.terminal, "1-8 of 8"));
    terminal_type(world.terminal, "<G");
    assert_true(terminal_wait_for(world.terminal, "servers sorted by name"));
    assert_true(terminal_wait_for(world.terminal, "▶  s7      LIVE"));
    terminal_type(world.terminal, "\r");
    assert_true(terminal_wait_for(world.terminal, "SERVER s7   " EXTENSIONS " of 192"));
    terminal_type(world.terminal, "\033");
    assert_true(terminal_wait_for(world.terminal, "▶  s7      LIVE"));
    terminal_type(world.terminal, "S");
    assert_true(terminal_wait_for(world.terminal, "FILTER (none)"));
    close_eight(&world, proxies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(board__server_that_never_answers__keeps_no_key_waiting__B2),
        cmocka_unit_test(board__byte_by_byte__is_given_up_and_marked__B3),
        cmocka_unit_test(board__bodies_without_end__take_bounded_memory__B4),
        cmocka_unit_test(board__no_page_at_all__keeps_the_last_good_one_marked__A9__B1),
        cmocka_unit_test(board__401_before_the_tokens_end__costs_one_renewal_and_no_poll__C2),
        cmocka_unit_test(board__token_endpoint_down__goes_on_with_the_live_token__C7),
        cmocka_unit_test(board__collection_that_is_suddenly_empty__leaves_tombstones__A19),
        cmocka_unit_test(board__one_bad_server_of_eight__holds_up_no_other__G8),
        cmocka_unit_test(board__eight_servers__are_listed_and_opened_by_keys),
    };
    return parallel_run(tests, sizeof tests / sizeof *tests);
}
