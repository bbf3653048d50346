/* SPDX-License-Identifier: MIT */
#include "support/screen_checker.h"

#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/layout.h"

#define TOKENS_MAX 64
#define TOKEN_BYTES 64
#define NO_AGE (-1)
#define STALENESS_MISSING (-2)
#define CLOCK_OFF_S 5 /* that a busy machine may be late with a frame */
#define DAY_S 86400
#define LINE_COLS_MIN 12 /* a screen of one line tells the age from here on */
#define SUMMARY_ROWS_MIN 9
#define RULE_ROWS_MIN 18
#define STATUS_ROWS_MIN 7
#define BAR "\xE2\x94\x82"
#define RULE "\xE2\x94\x80"

enum state {
    STATE_NONE,
    STATE_LIVE,
    STATE_WAITING,
    STATE_INCOMPLETE,
    STATE_STALE,
    STATE_NO_DATA,
    STATE_PAUSED,
};

static const struct {
    const char *word;
    enum state state;
} state_words[] = {
    {"LIVE", STATE_LIVE},   {"WAITING", STATE_WAITING}, {"INCOMPLETE", STATE_INCOMPLETE},
    {"STALE", STATE_STALE}, {"NO", STATE_NO_DATA},      {"PAUSED", STATE_PAUSED},
};

static const char *const lamps[] = {"\xE2\x97\x8F", "\xE2\x96\xA0", "\xE2\x97\x86", "\xC3\x97",
                                    "\xE2\x97\x8B"};

/* One screen being judged. */
struct scene {
    const struct screen_checker *sight;
    char *text; /* its lines end in NUL */
    char **lines;
    char tokens[TOKENS_MAX][TOKEN_BYTES]; /* of the header */
    int token_count;
    enum state state;
    int state_at;         /* the token */
    int64_t staleness_ms; /* of the oldest data */
    int64_t interval_ms;
    bool has_one_server;
    char *why;
};

/* Says what does not hold. */
__attribute__((format(printf, 2, 3))) static bool fail(const struct scene *scene,
                                                       const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(scene->why, SCREEN_CHECKER_TEXT_MAX, format, args);
    va_end(args);
    return false;
}

/* Splits a line at its blanks. */
static void split(struct scene *scene, const char *line)
{
    scene->token_count = 0;
    while (scene->token_count < TOKENS_MAX) {
        line += strspn(line, " ");
        size_t length = strcspn(line, " ");
        if (length == 0)
            return;
        snprintf(scene->tokens[scene->token_count++], TOKEN_BYTES, "%.*s", (int)length, line);
        line += length;
    }
}

/* Reads "14:02:11" as seconds; -1: it is something else. */
static int64_t read_time(const char *token)
{
    int hours, minutes, seconds, length = 0;
    if (sscanf(token, "%2d:%2d:%2d%n", &hours, &minutes, &seconds, &length) != 3 || length != 8 ||
        token[8] != '\0')
        return -1;
    return (int64_t)hours * 3600 + minutes * 60 + seconds;
}

/* Reads "5s", "1m38s", "2d03h" as milliseconds; -1: it is something else. */
static int64_t read_wait(const char *token)
{
    int64_t total_s = 0;
    if (*token == '\0')
        return -1;
    while (*token != '\0') {
        char *end;
        if (!isdigit((unsigned char)*token))
            return -1;
        int64_t number = strtoll(token, &end, 10);
        int64_t unit = *end == 's'   ? 1
                       : *end == 'm' ? 60
                       : *end == 'h' ? 3600
                       : *end == 'd' ? DAY_S
                                     : 0;
        if (unit == 0)
            return -1;
        total_s += number * unit;
        token = end + 1;
    }
    return total_s * 1000;
}

/* Finds the header's word for the state. */
static void find_state(struct scene *scene)
{
    for (int i = 0; i < scene->token_count; i++) {
        for (size_t w = 0; w < sizeof state_words / sizeof *state_words; w++) {
            bool is_it = strcmp(scene->tokens[i], state_words[w].word) == 0;
            if (is_it && state_words[w].state == STATE_NO_DATA)
                is_it = i + 1 < scene->token_count && strcmp(scene->tokens[i + 1], "DATA") == 0;
            if (!is_it)
                continue;
            scene->state = state_words[w].state;
            scene->state_at = i;
            return;
        }
    }
}

/* Is the token at a place this word? */
static bool is_token(const struct scene *scene, int at, const char *word)
{
    return at >= 0 && at < scene->token_count && strcmp(scene->tokens[at], word) == 0;
}

/* The age that the header tells. */
static int64_t find_age(const struct scene *scene)
{
    for (int i = scene->state_at + 1; i < scene->token_count; i++) {
        const char *token = scene->tokens[i];
        int64_t wait_ms = read_wait(token);
        int64_t time_s = read_time(token);
        bool is_after_word = is_token(scene, i - 1, "STALE") || is_token(scene, i - 1, "PARTLY");
        if (wait_ms >= 0 && (is_token(scene, i + 1, "old") || is_after_word))
            return wait_ms;
        if (scene->state == STATE_STALE && time_s >= 0) {
            int64_t days_ms = read_wait(scene->tokens[i - 1]);
            return time_s * 1000 + (days_ms > 0 ? days_ms : 0);
        }
        if (strcmp(token, "none") == 0 ||
            (is_token(scene, i, "no") && is_token(scene, i + 1, "data")))
            return NO_AGE;
    }
    return STALENESS_MISSING;
}

/* The interval, from who asks or from the header ("every 5s", "every 0.5s"). */
static int64_t find_interval(const struct scene *scene)
{
    if (scene->sight->interval_ms > 0)
        return scene->sight->interval_ms;
    for (int i = 1; i < scene->token_count; i++) {
        double seconds = strtod(scene->tokens[i], NULL);
        if (is_token(scene, i - 1, "every") && strchr(scene->tokens[i], '.'))
            return (int64_t)(seconds * 1000);
        if (is_token(scene, i - 1, "every"))
            return read_wait(scene->tokens[i]);
    }
    return 0;
}

/* Is all that is shown older than two intervals, as far as one server's age tells? Ages are told
 * without their fractions. */
static bool is_old(const struct scene *scene)
{
    return scene->interval_ms > 0 && scene->staleness_ms > 2 * scene->interval_ms;
}

/* The header: a word for the state that goes with the age. */
static bool check_header(const struct scene *scene)
{
    int64_t staleness_s = scene->staleness_ms / 1000;
    bool is_fresh = scene->interval_ms > 0 && scene->staleness_ms >= 0 &&
                    scene->staleness_ms + 1000 <= 2 * scene->interval_ms;
    if (scene->staleness_ms == STALENESS_MISSING && scene->state != STATE_NO_DATA)
        return fail(scene, "the header does not tell the age of the data");
    if (scene->state == STATE_LIVE && scene->staleness_ms == NO_AGE)
        return fail(scene, "LIVE without any data");
    if (scene->state == STATE_LIVE && is_old(scene))
        return fail(scene, "LIVE, and %d s old", (int)staleness_s);
    if (scene->state == STATE_STALE && scene->has_one_server && is_fresh)
        return fail(scene, "STALE, and only %d s old", (int)staleness_s);
    return true;
}

/* The clock of a board that is live is right. */
static bool check_clock(const struct scene *scene)
{
    if (scene->sight->time_s < 0 || scene->state != STATE_LIVE)
        return true;
    for (int i = scene->state_at + 1; i < scene->token_count; i++) {
        int64_t shown_s = read_time(scene->tokens[i]);
        if (shown_s < 0)
            continue;
        int64_t late_s = (scene->sight->time_s - shown_s + DAY_S) % DAY_S;
        if (late_s > CLOCK_OFF_S && late_s < DAY_S - CLOCK_OFF_S)
            return fail(scene, "its clock is %d s late", (int)late_s);
        return true;
    }
    return true;
}

/* Does the line count extensions ("412 ext", "412 ×9"), or say that there are none? */
static bool is_totals(const char *line)
{
    const char *at = line + (*line != '\0');
    return isdigit((unsigned char)*at) || strncmp(at, "no extensions yet", 17) == 0;
}

/* Both lines of sums have their mark if anything is old. */
static bool check_sums(const struct scene *scene)
{
    bool is_told = scene->state == STATE_INCOMPLETE || scene->state == STATE_STALE ||
                   scene->state == STATE_NO_DATA;
    const char *summary = scene->lines[2];
    if (!is_told && !is_old(scene))
        return true;
    if (is_totals(scene->lines[1]) && scene->lines[1][0] != '-')
        return fail(scene, "the totals are old and not marked");
    bool is_summary = scene->sight->rows >= SUMMARY_ROWS_MIN && is_totals(scene->lines[1]) &&
                      (strstr(summary, "SORT ") || strstr(summary, "PROBLEMS "));
    if (is_summary && summary[0] != '-')
        return fail(scene, "the summary is old and not marked");
    return true;
}

/* Where a column of a line begins; at its end if it is shorter. No character is wide here. */
static char *column_of(char *line, int col)
{
    while (*line != '\0' && col > 0) {
        line++;
        while (((unsigned char)*line & 0xc0) == 0x80)
            line++;
        col--;
    }
    return line;
}

/* Does the text begin so? */
static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Every lamp in this line of the grid has its mark. */
static bool check_lamps(const struct scene *scene, const char *line, int row)
{
    for (const char *at = line; *at != '\0'; at++) {
        for (size_t i = 0; i < sizeof lamps / sizeof *lamps; i++) {
            bool is_marked = at > line && (at[-1] == '-' || at[-1] == '{');
            if (begins(at, lamps[i]) && !is_marked)
                return fail(scene, "row %d: a lamp is old and not marked: %.20s", row, at);
        }
    }
    return true;
}

/* So has an extension in the table: its mark stands after the cursor and before the lamp. */
static bool check_table_row(const struct scene *scene, char *line, int row)
{
    const char *lamp = column_of(line, 2);
    const char *mark = column_of(line, 1);
    if (*lamp == '\0' || *lamp == ' ' || *mark == '-')
        return true;
    return fail(scene, "row %d: an extension is old and not marked", row);
}

/* The story's title says so. */
static bool check_story(const struct scene *scene, const char *title)
{
    return strstr(title, "STALE") || fail(scene, "the story is old and does not say STALE");
}

/* Takes a pane beside the list off the lines; its title, or NULL without one. */
static char *cut_pane(const struct scene *scene, int top, int bottom)
{
    int cols = scene->sight->cols * 2 / 5;
    cols = cols < 60 ? 60 : cols > 80 ? 80 : cols;
    char *title = NULL;
    if (scene->sight->cols < LAYOUT_SIDE_COLS_MIN)
        return NULL;
    for (int row = top; row < bottom; row++) {
        const char *at = column_of(scene->lines[row], scene->sight->cols - cols);
        if (!begins(at, BAR) && !begins(at, RULE))
            return NULL;
    }
    for (int row = bottom - 1; row >= top; row--) {
        char *at = column_of(scene->lines[row], scene->sight->cols - cols);
        title = row == top ? mem_strdup(at) : NULL;
        *at = '\0';
    }
    return title;
}

/* The list and the story below or beside it. */
static bool check_body(const struct scene *scene)
{
    int rows = scene->sight->rows;
    int top = 2 + (rows >= RULE_ROWS_MIN ? 2 : rows >= SUMMARY_ROWS_MIN ? 1 : 0);
    int bottom = rows - (rows >= STATUS_ROWS_MIN ? 2 : 1);
    if (!scene->has_one_server || !is_old(scene) || !is_totals(scene->lines[1]) || top >= bottom)
        return true;
    char *title = cut_pane(scene, top, bottom);
    bool holds = title == NULL || check_story(scene, title);
    free(title);
    bool is_table = strstr(scene->lines[top], "EXTENSION") != NULL;
    for (int row = top + is_table; row < bottom && holds; row++) {
        if (begins(scene->lines[row], RULE))
            return check_story(scene, scene->lines[row]);
        holds = is_table ? check_table_row(scene, scene->lines[row], row)
                         : check_lamps(scene, scene->lines[row], row);
    }
    return holds;
}

/* A screen too small for more than one line: "STALE 412: ×9 2m14s". */
static bool check_line(struct scene *scene)
{
    split(scene, scene->lines[(scene->sight->rows - 1) / 2]);
    bool is_sum = false;
    for (int i = 0; i < scene->token_count && i < 3; i++)
        is_sum = is_sum || (isdigit((unsigned char)scene->tokens[i][0]) &&
                            scene->tokens[i][strlen(scene->tokens[i]) - 1] == ':');
    if (!is_sum || scene->sight->cols < LINE_COLS_MIN)
        return true;
    scene->interval_ms = scene->sight->interval_ms;
    scene->staleness_ms = read_wait(scene->tokens[scene->token_count - 1]);
    if (is_old(scene) && !is_token(scene, 0, "STALE") && !is_token(scene, 0, "PARTLY") &&
        !is_token(scene, 0, "PAUSED"))
        return fail(scene, "the line is old and does not say STALE");
    return true;
}

/* What there is instead of a board for who has no settings. */
static bool is_welcome(const char *text)
{
    return strstr(text, "no settings yet") != NULL;
}

/* Is it the line above the extensions of one of several servers ("hq  100 ext  ×7")? */
static bool is_head(const char *line)
{
    const char *at = strstr(line, " ext ");
    const char *digits = at;
    while (digits && digits > line && isdigit((unsigned char)digits[-1]))
        digits--;
    return digits && digits < at && digits - line > 2 && digits[-1] == ' ' && digits[-2] == ' ';
}

/* Is the board on one server only, as far as the screen tells? Narrow headers do not. */
static bool has_one_server(const struct scene *scene)
{
    bool has_several = strstr(scene->lines[0], " servers") || strstr(scene->lines[2], "SERVER ");
    for (int row = 2; row < scene->sight->rows && !has_several; row++)
        has_several = is_head(scene->lines[row]);
    return !has_several;
}

/* Judges a screen that has been cut into lines. */
static bool judge(struct scene *scene, bool is_blank, bool is_welcome_page)
{
    if (is_blank || is_welcome_page)
        return true;
    if (scene->sight->rows < LAYOUT_ROWS_MIN || scene->sight->cols < LAYOUT_COLS_MIN)
        return check_line(scene);
    split(scene, scene->lines[0]);
    find_state(scene);
    if (scene->state == STATE_NONE)
        return !scene->sight->is_ours || fail(scene, "the header does not tell the state");
    scene->staleness_ms = find_age(scene);
    scene->interval_ms = find_interval(scene);
    scene->has_one_server = has_one_server(scene);
    return check_header(scene) && check_clock(scene) && check_sums(scene) && check_body(scene);
}

bool screen_checker_holds(const struct screen_checker *sight, const char *text,
                          char why[static SCREEN_CHECKER_TEXT_MAX])
{
    struct scene scene = {.sight = sight, .text = mem_strdup(text), .why = why};
    int rows = sight->rows > 3 ? sight->rows : 3;
    char *at = scene.text;
    static char empty[] = "";
    why[0] = '\0';
    scene.lines = mem_new((size_t)rows, sizeof *scene.lines);
    for (int row = 0; row < rows; row++) {
        scene.lines[row] = at ? at : empty;
        at = at ? strchr(at, '\n') : NULL;
        if (at)
            *at++ = '\0';
    }
    bool holds = judge(&scene, text[strspn(text, " \n")] == '\0', is_welcome(text));
    free(scene.lines);
    free(scene.text);
    return holds;
}

int64_t screen_checker_read_interval(const char *path)
{
    char line[4096];
    double seconds = 0;
    FILE *file = fopen(path, "re");
    while (file && seconds <= 0 && fgets(line, sizeof line, file)) {
        const char *at = strstr(line, "interval =");
        if (at)
            seconds = strtod(at + strlen("interval ="), NULL);
    }
    if (file)
        fclose(file);
    return (int64_t)(seconds * 1000);
}
