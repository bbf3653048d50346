/* SPDX-License-Identifier: MIT */
/* A board on a terminal from its start to its end, judged by what the screen shows. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"
#include "long/torture.h"
#include "support/once.h"
#include "support/terminal.h"

#define ONCE_MS 20000 /* so long a board may take to be right again: time-out, back-off, poll */
#define GOOD_MS 1500  /* so long a call that fails for good is watched */
#define END_MS 9000   /* so long it may take to end; the sanitizers and valgrind are slow */
#define CODE_HUNG_UP 129
#define CODE_TERMINATED 143
#define SETTLE_MS 300 /* after which a screen is drawn whole */
#define ROW_COUNTS 1  /* the screen's rows that tell how many extensions are in which state */
#define ROW_LAMPS 4

enum {
    PHASE_START,
    PHASE_POLL,
    PHASE_RENEWAL,
    PHASE_RELOAD,
    PHASE_RESIZE,
    PHASE_FILTER,
    PHASE_QUIT
};

struct fixture {
    struct torture_bench *bench;
    const struct torture_point *point;
    struct torture_result *result;
    struct terminal *terminal;
    int status; /* -1: still runs */
    long polls; /* the server has heard before the phase */
    long tokens;
};

/* Is it a duration, like 12s, ≥12s or >12s? Two right runs differ in them. */
static bool is_duration(const char *word, size_t length)
{
    size_t start = strcspn(word, "0123456789 ");
    bool is_open = start == 0 || strncmp(word, "≥", start) == 0 || strncmp(word, ">", start) == 0;
    return is_open && length > start && strspn(word + start, "0123456789") == length - start - 1 &&
           strchr("smhdy", word[length - 1]);
}

/* Appends a word, its signs as they are where there is but ASCII: with no memory for a locale the
 * board is drawn so, and is right. */
static void append_word(struct buffer *figures, const char *word, size_t length)
{
    static const char *const signs[][2] = {{"×", "x"}, {"◆", "*"}, {"■", "#"},
                                           {"●", "o"}, {"○", "."}, {"│", "|"}};
    size_t count = sizeof signs / sizeof *signs;
    for (size_t at = 0; at < length;) {
        size_t which = 0;
        while (which < count && strncmp(word + at, signs[which][0], strlen(signs[which][0])) != 0)
            which++;
        buffer_append(figures, which < count ? signs[which][1] : word + at, 1);
        at += which < count ? strlen(signs[which][0]) : 1;
    }
    buffer_puts(figures, " ");
}

/* Appends a row word by word, without durations. */
static void append_row(struct buffer *figures, const char *row, size_t length)
{
    const char *after = row + length;
    while (row < after) {
        size_t word = strcspn(row, " \n");
        if (word > 0 && !is_duration(row, word))
            append_word(figures, row, word);
        row += word + 1;
    }
    buffer_puts(figures, "\n");
}

/* The rows of the screen that show figures, up to the first without a lamp. */
static void read_figures(struct terminal *terminal, struct buffer *figures)
{
    const char *line = terminal_text(terminal);
    buffer_reset(figures);
    for (int row = 0; *line; row++) {
        size_t length = strcspn(line, "\n");
        bool is_lamps = row >= ROW_LAMPS;
        if (is_lamps && (length < 3 || strncmp(line, "─", 3) == 0 || strncmp(line, "--", 2) == 0))
            return;
        if (row == ROW_COUNTS || is_lamps)
            append_row(figures, line, length);
        line += length + (line[length] == '\n');
    }
}

/* Does the header say that all is well? */
static bool says_live(struct terminal *terminal)
{
    const char *text = terminal_text(terminal);
    const char *live = strstr(text, "LIVE");
    return live && live < strchr(text, '\n');
}

/* Does the screen show what it shows after this phase in an untroubled run? */
static bool is_right(struct fixture *stage, int phase)
{
    struct buffer figures;
    const struct buffer *wanted = &stage->bench->board[phase];
    buffer_init(&figures, 0);
    read_figures(stage->terminal, &figures);
    bool is_same = wanted->length > 0 && figures.length == wanted->length &&
                   strcmp(figures.data, wanted->data) == 0;
    buffer_clear(&figures);
    return is_same && says_live(stage->terminal);
}

/* Has the server heard what belongs to the phase? */
static bool is_heard(const struct fixture *stage, int phase)
{
    const struct simulator *simulator = &stage->bench->simulator;
    if (phase == PHASE_POLL || phase == PHASE_RELOAD)
        return simulator_stat(simulator, "presence_requests") >= stage->polls + 2;
    if (phase == PHASE_RENEWAL)
        return simulator_stat(simulator, "tokens_issued") > stage->tokens &&
               simulator_stat(simulator, "presence_requests") >= stage->polls + 2;
    return true;
}

/* In an untroubled run: what the screen shows once it is at rest. The first figures are known by
 * their count; a new size and a filter change them. */
static bool learn(struct fixture *stage, int phase)
{
    struct buffer *kept = &stage->bench->board[phase];
    const struct buffer *first = &stage->bench->board[PHASE_START];
    int64_t until = clock_read().ms + ONCE_MS;
    while (clock_read().ms < until) {
        terminal_run(stage->terminal, 20);
        read_figures(stage->terminal, kept);
        bool is_new = phase < PHASE_RESIZE || strcmp(kept->data, first->data) != 0;
        if (is_new && is_heard(stage, phase) && says_live(stage->terminal) &&
            strstr(kept->data, "40 ext ")) {
            terminal_run(stage->terminal, SETTLE_MS);
            read_figures(stage->terminal, kept);
            return true;
        }
    }
    buffer_reset(kept);
    return torture_fail(stage->result, "the phase \"%s\" never came to its end:%s",
                        torture_phase_name(SCENARIO_BOARD, phase), terminal_text(stage->terminal));
}

/* Plays on until the phase has come to its right end. False if it has not, or the program has
 * ended. */
static bool wait_right(struct fixture *stage, int phase, int shown)
{
    if (stage->point->number == 0 && stage->bench->board[phase].length == 0)
        return learn(stage, phase);
    int64_t start = clock_read().ms;
    for (int ms = 10;; ms = 30) {
        stage->status = terminal_wait_end(stage->terminal, ms);
        if (stage->status != -1)
            return false;
        if (is_right(stage, shown) && is_heard(stage, phase))
            return true;
        bool is_for_good = stage->point->for_good && stage->bench->page->fired > 0;
        if (clock_read().ms - start > (is_for_good ? GOOD_MS : ONCE_MS))
            return false;
    }
}

/* Does what a viewer does in a phase. */
static void act(struct fixture *stage, int phase)
{
    stage->polls = simulator_stat(&stage->bench->simulator, "presence_requests");
    stage->tokens = simulator_stat(&stage->bench->simulator, "tokens_issued");
    if (phase == PHASE_POLL)
        terminal_type(stage->terminal, "r");
    else if (phase == PHASE_RELOAD)
        kill(terminal_pid(stage->terminal), SIGUSR2);
    else if (phase == PHASE_RESIZE)
        terminal_resize(stage->terminal, 30, 60);
    else if (phase == PHASE_FILTER)
        terminal_type(stage->terminal, "/*21\r");
}

/* How many descriptors the board has open. */
static int count_descriptors(pid_t pid)
{
    char path[64];
    int count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

/* A board that has come through: has it lost descriptors on the way? One connection more or less
 * is no loss. Without getpeername libcurl (7.88) takes no kept connection for its own, and keeps a
 * new one a poll, up to the limit it is given. */
static void check_descriptors(struct fixture *stage)
{
    if (stage->point->for_good && strcmp(stage->bench->page->name, "getpeername") == 0)
        return;
    int count = count_descriptors(terminal_pid(stage->terminal));
    if (stage->point->number == 0)
        stage->bench->descriptors = count;
    else if (count > stage->bench->descriptors + 2)
        torture_fail(stage->result, "%d descriptors are open, %d in an untroubled run", count,
                     stage->bench->descriptors);
}

/* Ends the board: as a viewer does, if need be by SIGTERM. */
static void end(struct fixture *stage)
{
    terminal_type(stage->terminal, "\033q");
    stage->status = terminal_wait_end(stage->terminal, END_MS);
    if (stage->status != -1)
        return;
    if (!stage->point->for_good)
        torture_fail(stage->result, "q did not end the board");
    kill(terminal_pid(stage->terminal), SIGTERM);
    stage->status = terminal_wait_end(stage->terminal, END_MS);
    if (stage->status == -1)
        torture_fail(stage->result, "neither q nor SIGTERM ended the board");
}

/* Judges the end of a board that has shown the right figures all along, or has not. */
static void judge_end(struct fixture *stage, bool was_right)
{
    struct torture_result *result = stage->result;
    const char *name = stage->bench->page->name;
    bool for_good = stage->point->for_good;
    const char *said = terminal_text(stage->terminal);
    bool is_mute = for_good && (strstr(name, "write") || strstr(name, "fputs"));
    int code;
    bool is_told = torture_judge_status(stage->bench, stage->status, said, result, &code);
    if (result->outcome == OUTCOME_LIBRARY && !terminal_is_restored(stage->terminal))
        torture_fail(result, "a library ended a board and did not give the terminal back");
    if (!is_told)
        return;
    if (code != 0 || !was_right)
        result->outcome = result->outcome == OUTCOME_RIGHT ? OUTCOME_CLEAN : result->outcome;
    if (!terminal_is_restored(stage->terminal) &&
        !(for_good && (is_mute || strcmp(name, "tcsetattr") == 0)))
        torture_fail(result, "ended with %d, the terminal was not given back", code);
    if (code == 0 && !was_right && !for_good)
        torture_fail(result, "the figures never became right again");
    if (code == 0 || (for_good && (code == CODE_HUNG_UP || code == CODE_TERMINATED)))
        return;
    if (code < 1 || code > 5)
        torture_fail(result, "ended with %d", code);
    else if (!torture_is_told(said) && !is_mute)
        torture_fail(result, "ended with %d, but did not say why: %s", code, said);
}

/* Begins to count, or to fail. */
static void arm(struct fixture *stage, int phase)
{
    if (stage->point->number == 0)
        stage->bench->page->count = 0;
    if (stage->point->number == 0 || stage->point->phase == phase)
        __atomic_store_n(&stage->bench->page->is_armed, 1, __ATOMIC_RELEASE);
}

/* Keeps how many calls an untroubled phase has made. */
static void keep_count(struct fixture *stage, int phase)
{
    if (stage->point->number == 0)
        stage->bench->counts[SCENARIO_BOARD][stage->point->kind][phase] = stage->bench->page->count;
}

/* Plays one phase, after which the screen has to show what it shows after phase `shown`. */
static bool play_phase(struct fixture *stage, int phase, int shown)
{
    if (phase > PHASE_START)
        arm(stage, phase);
    act(stage, phase);
    if (!wait_right(stage, phase, shown))
        return false;
    if (strstr(terminal_text(stage->terminal), ONCE_CANARY))
        return torture_fail(stage->result, "a secret is on the screen");
    keep_count(stage, phase);
    return true;
}

/* Back to the first size, in which all phases but one are played. */
static bool restore_size(struct fixture *stage)
{
    terminal_resize(stage->terminal, 24, 80);
    return wait_right(stage, PHASE_START, PHASE_START);
}

/* Plays the phases up to the last: all of them, or the one that is to fail, and a poll after it.
 * False if one has not come to its right end. */
static bool play_phases(struct fixture *stage)
{
    int failing = stage->point->phase;
    bool is_whole = stage->point->number == 0;
    for (int phase = PHASE_START; phase < PHASE_QUIT; phase++) {
        bool is_played = is_whole || phase == PHASE_START || phase == failing;
        if (is_whole && phase == PHASE_FILTER && !restore_size(stage))
            return false;
        if (is_played && !play_phase(stage, phase, phase))
            return false;
    }
    if (!is_whole && failing != PHASE_QUIT && !play_phase(stage, PHASE_POLL, failing))
        return false;
    check_descriptors(stage);
    return true;
}

void torture_play_board(struct torture_bench *bench, const struct torture_point *point,
                        struct torture_result *result)
{
    const char *const arguments[] = {"--config", bench->config, NULL};
    const char *argv[TORTURE_ARGS_MAX];
    struct fixture stage = {.bench = bench, .point = point, .result = result, .status = -1};
    char *texts[2];
    const char *environment[3];
    torture_set_page(bench, point, point->number == 0 || point->phase == PHASE_START);
    torture_make_environment(bench, point->kind, texts, environment);
    torture_make_command(bench, argv, arguments);
    stage.terminal = terminal_start(24, 80, "xterm-256color", argv, environment);
    terminal_only_tell(stage.terminal);
    terminal_allow(stage.terminal, "vt100"); /* what it does with where the database fails it */
    bool was_right = play_phases(&stage);
    if (stage.status == -1) {
        if (!was_right && !point->for_good)
            torture_fail(result, "the figures never became right again:%s",
                         terminal_text(stage.terminal));
        arm(&stage, PHASE_QUIT);
        end(&stage);
        keep_count(&stage, PHASE_QUIT);
    }
    if (stage.status != -1)
        judge_end(&stage, was_right);
    if (terminal_trouble(stage.terminal))
        torture_fail(result, "%s", terminal_trouble(stage.terminal));
    terminal_free(stage.terminal);
    free(texts[0]);
    free(texts[1]);
}
