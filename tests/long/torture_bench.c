/* SPDX-License-Identifier: MIT */
#include "long/torture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/once.h"

#define ENTRIES 40
#define CODE_VALGRIND 99

static const char *const scenarios[] = {"once", "demo", "board"};
static const char *const kinds[] = {"allocation", "call"};
static const char *const board_phases[] = {"start",  "poll",   "renewal", "reload",
                                           "resize", "filter", "quit"};

const char *torture_scenario_name(enum torture_scenario scenario)
{
    return scenarios[scenario];
}

const char *torture_kind_name(enum torture_kind kind)
{
    return kinds[kind];
}

const char *torture_phase_name(enum torture_scenario scenario, int phase)
{
    return scenario == SCENARIO_BOARD ? board_phases[phase] : "whole";
}

int torture_phase_count(enum torture_scenario scenario)
{
    return scenario == SCENARIO_BOARD ? TORTURE_PHASES_MAX : 1;
}

bool torture_fail(struct torture_result *result, const char *format, ...)
{
    va_list args;
    if (result->outcome == OUTCOME_BAD)
        return false;
    result->outcome = OUTCOME_BAD;
    va_start(args, format);
    vsnprintf(result->reason, sizeof result->reason, format, args);
    va_end(args);
    for (char *at = result->reason; *at; at++)
        *at = (unsigned char)*at < ' ' ? ' ' : *at;
    return false;
}

/* Writes a fleet in every state whose answers are the same for ever. */
static const char *write_fleet(const char *folder)
{
    struct buffer text;
    buffer_init(&text, 0);
    buffer_puts(&text, "{\"entry\":[");
    for (int i = 0; i < ENTRIES; i++)
        buffer_printf(
            &text,
            "%s{\"extension\":\"0003*%d\",\"status\":%d,\"registration\":[{\"agent\":"
            "\"Phone %d\",\"registration\":\"%d\",\"expire\":\"2031-02-10T15:10:%02dZ\"}]}",
            i > 0 ? "," : "", 200 + i, i % 4, i, i % 5 - 2, i);
    buffer_puts(&text, "]}");
    const char *path = folder_write(folder, "fleet.json", "%s", text.data);
    buffer_clear(&text);
    return path;
}

/* The page both sides map. */
static bool open_page(struct torture_bench *bench)
{
    bench->page_path = mem_printf("%s/page", bench->folder);
    int fd = open(bench->page_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *bench->page) != 0)
        return false;
    void *memory = mmap(NULL, sizeof *bench->page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    bench->page = memory == MAP_FAILED ? NULL : memory;
    return bench->page != NULL;
}

/* Plays a scenario with no call failing and keeps what it is like. */
static bool play_untroubled(struct torture_bench *bench, enum torture_scenario scenario,
                            enum torture_kind kind)
{
    struct torture_point point = {.scenario = scenario, .kind = kind};
    struct torture_result result;
    torture_run(bench, &point, &result);
    if (result.outcome != OUTCOME_RIGHT)
        fprintf(stderr, "torture: %s is not right even untroubled: %s\n", scenarios[scenario],
                result.reason);
    return result.outcome == OUTCOME_RIGHT;
}

bool torture_open(struct torture_bench *bench)
{
    bench->folder = folder_new();
    const char *const options[] = {"--fleet",
                                   write_fleet(bench->folder),
                                   "--token-life",
                                   "2",
                                   "--client",
                                   ONCE_CLIENT ":" ONCE_SECRET,
                                   NULL};
    simulator_start(&bench->simulator, options);
    bench->config = mem_strdup(
        folder_write(bench->folder, "blftop.conf",
                     "server = { url = \"%s\"; " ONCE_CREDENTIALS " };\n"
                     "poll = { interval = 1.0; timeout = 3.0; page_size = 30; };\n"
                     "board = { sort = \"extension\"; };\n"
                     "names = ( { extension = \"0003*203\"; name = \"Front desk\"; } );\n",
                     bench->simulator.url));
    if (!open_page(bench)) {
        fprintf(stderr, "torture: cannot make %s\n", bench->page_path);
        return false;
    }
    return true;
}

bool torture_learn(struct torture_bench *bench)
{
    bool is_right = true;
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        for (int kind = 0; kind < KIND_COUNT; kind++)
            is_right = is_right && play_untroubled(bench, (enum torture_scenario)scenario,
                                                   (enum torture_kind)kind);
    }
    return is_right;
}

void torture_close(struct torture_bench *bench)
{
    simulator_stop(&bench->simulator);
    if (bench->page)
        munmap(bench->page, sizeof *bench->page);
    buffer_clear(&bench->once);
    for (int i = 0; i < TORTURE_PHASES_MAX; i++)
        buffer_clear(&bench->board[i]);
    free(bench->page_path);
    free(bench->config);
    folder_free(bench->folder);
}

void torture_set_page(struct torture_bench *bench, const struct torture_point *point, bool is_armed)
{
    *bench->page = (struct shim_page){
        .is_armed = is_armed,
        .is_for_good = point->for_good,
        .variant = point->variant,
        .fail_at = point->number,
    };
}

void torture_make_environment(const struct torture_bench *bench, enum torture_kind kind,
                              char *texts[2], const char *environment[3])
{
    texts[0] = mem_printf("LD_PRELOAD=%s", bench->shims[kind]);
    texts[1] = mem_printf(SHIM_VARIABLE "=%s", bench->page_path);
    environment[0] = texts[0];
    environment[1] = texts[1];
    environment[2] = NULL;
}

void torture_make_command(const struct torture_bench *bench, const char *argv[TORTURE_ARGS_MAX],
                          const char *const *arguments)
{
    /* somalloc: or it would stand in for the shim's malloc too. Its own words go nowhere. */
    static const char *const valgrind[] = {"/usr/bin/valgrind",
                                           "--quiet",
                                           "--log-file=/dev/null",
                                           "--error-exitcode=99",
                                           "--leak-check=full",
                                           "--errors-for-leak-kinds=definite",
                                           "--soname-synonyms=somalloc=nouserintercepts"};
    size_t count = 0;
    if (bench->is_under_valgrind) {
        memcpy(argv, valgrind, sizeof valgrind);
        count = sizeof valgrind / sizeof *valgrind;
    }
    argv[count++] = program_blftop();
    while (*arguments && count < TORTURE_ARGS_MAX - 1)
        argv[count++] = *arguments++;
    argv[count] = NULL;
}

bool torture_is_told(const char *said)
{
    return strstr(said, "blftop: ") || strstr(said, "Out of memory");
}

bool torture_judge_status(const struct torture_bench *bench, int status, const char *said,
                          struct torture_result *result, int *code)
{
    int library = bench->page->in_library ? bench->page->in_library : bench->page->was_library;
    bool is_scanner = library == SHIM_LIBRARY_CONFIG && WIFEXITED(status);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (strstr(said, ONCE_CANARY))
        return torture_fail(result, "a secret was written");
    /* A library crashes, or libconfig's scanner ends the program in words of its own. */
    if ((library && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV) ||
        (is_scanner && *code != 0 && !strstr(said, "blftop: "))) {
        result->outcome = OUTCOME_LIBRARY;
        result->library = (enum shim_library)library;
        return false;
    }
    if (*code == CODE_VALGRIND)
        return torture_fail(result, "valgrind found a wrong access or a lost block");
    if (!WIFEXITED(status))
        return torture_fail(result, "ended by signal %d (%s)", WTERMSIG(status),
                            strsignal(WTERMSIG(status)));
    return true;
}

/* Nothing that the program started may outlive it; orphans come to us. */
static void check_children(struct torture_result *result)
{
    for (int i = 0; i < 300; i++) {
        if (waitpid(-1, NULL, WNOHANG) < 0)
            return;
        usleep(10000);
    }
    torture_fail(result, "a child outlived the program");
}

void torture_run(struct torture_bench *bench, const struct torture_point *point,
                 struct torture_result *result)
{
    *result = (struct torture_result){.outcome = OUTCOME_RIGHT};
    if (point->scenario == SCENARIO_BOARD)
        torture_play_board(bench, point, result);
    else
        torture_play_once(bench, point, result);
    result->was_fired = bench->page->fired > 0;
    memcpy(result->name, bench->page->name, sizeof result->name);
    result->name[SHIM_NAME_MAX - 1] = '\0';
    if (point->number > 0)
        check_children(result);
}
