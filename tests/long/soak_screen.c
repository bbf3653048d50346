/* SPDX-License-Identifier: MIT */
#include "long/soak_screen.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOTALS_ROW 1
#define BODY_ROW 4
#define NUMBER_DIGITS 3

/* A comparison under way. */
struct check {
    const struct soak_model *model;
    bool is_seen[SOAK_PHONES];
    size_t cells;
    char *why;
};

/* Says what is wrong. */
__attribute__((format(printf, 2, 3))) static bool fail(struct check *check, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(check->why, SOAK_WHY_MAX, format, args);
    va_end(args);
    return false;
}

/* The line with this number; the last, empty one if there are fewer. */
static const char *line_at(const char *text, int number)
{
    while (number-- > 0 && *text != '\0') {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return text;
}

/* The extension with this number, listed or not; NULL if there is none. */
static const struct soak_phone *phone_of(struct check *check, long number)
{
    if (number < SOAK_FIRST || number >= SOAK_FIRST + SOAK_PHONES)
        return NULL;
    return &check->model->phones[number - SOAK_FIRST];
}

/* Is there an extension of this number, for the first time on this screen, and with this lamp? */
static bool check_lamp(struct check *check, long number, enum soak_lamp lamp, char mark)
{
    const struct soak_phone *phone = phone_of(check, number);
    if (phone == NULL || !phone->is_listed)
        return fail(check, "0003*%ld is shown, and is not listed", number);
    if (check->is_seen[number - SOAK_FIRST])
        return fail(check, "0003*%ld is shown twice", number);
    if (lamp != soak_phone_lamp(phone))
        return fail(check, "0003*%ld is shown as %s, and is %s", number,
                    lamp < SOAK_LAMPS ? soak_lamp_word(lamp) : "nothing known",
                    soak_lamp_word(soak_phone_lamp(phone)));
    if (mark == '-' || mark == '{')
        return fail(check, "0003*%ld is marked as old", number);
    check->is_seen[number - SOAK_FIRST] = true;
    check->cells++;
    return true;
}

/* The table's cells of a row after the number: state, how long, registered, contacts, agent. */
static bool check_columns(struct check *check, long number, const char *columns)
{
    const struct soak_phone *phone = phone_of(check, number);
    char state[16], age[32], registered[8], agent[80];
    unsigned contacts;
    if (sscanf(columns, "%15s %31s %7s %u %79s", state, age, registered, &contacts, agent) != 5)
        return fail(check, "0003*%ld: cells are missing: %.60s", number, columns);
    const char *word = soak_lamp_word(soak_phone_lamp(phone));
    const char *has = !phone->has_contact  ? "no"
                      : phone->state == 1  ? "yes"
                      : phone->state == 2  ? "n/a"
                      : phone->state == -2 ? "exp"
                      : phone->state == -1 ? "no"
                                           : "?";
    if (strcmp(state, word) != 0)
        return fail(check, "0003*%ld: STATE is %s, not %s", number, state, word);
    if (strcmp(registered, has) != 0)
        return fail(check, "0003*%ld: REG is %s, not %s", number, registered, has);
    if (contacts != phone->has_contact)
        return fail(check, "0003*%ld: N is %u, not %d", number, contacts, phone->has_contact);
    if (strcmp(agent, phone->has_contact ? phone->agent : "-") != 0)
        return fail(check, "0003*%ld: AGENT is %s, not %s", number, agent, phone->agent);
    check->cells += 4;
    return true;
}

/* A row of the table: cursor, mark, glyph, number, and the other columns. */
static bool check_table_row(struct check *check, const char *line)
{
    size_t length;
    const char *at = line + (strncmp(line, "\u25b6", 3) == 0 ? 3 : 1);
    char mark = *at++;
    enum soak_lamp lamp = soak_lamp_of_glyph(at, &length);
    if (lamp == SOAK_LAMPS || strncmp(at + length, " 0003*", 6) != 0)
        return fail(check, "this is no row of the table: %.60s", line);
    char *end;
    long number = strtol(at + length + 6, &end, 10);
    return check_lamp(check, number, lamp, mark) && check_columns(check, number, end);
}

/* A row of the lamps: a mark, a glyph and three digits each. */
static bool check_lamps_row(struct check *check, const char *line)
{
    const char *end = line + strcspn(line, "\n");
    for (const char *at = line + 1; at < end; at++) {
        size_t length;
        enum soak_lamp lamp = soak_lamp_of_glyph(at, &length);
        if (lamp == SOAK_LAMPS || !isdigit((unsigned char)at[length]))
            continue;
        long number = strtol(at + length, NULL, 10);
        if (!check_lamp(check, number, lamp, at[-1]))
            return false;
        at += length + NUMBER_DIGITS - 1;
    }
    return true;
}

/* The counts. */
static bool check_totals(struct check *check, const char *text)
{
    const char *line = line_at(text, TOTALS_ROW);
    size_t counts[SOAK_LAMPS] = {0};
    char wanted[32];
    for (size_t i = 0; i < SOAK_PHONES; i++) {
        if (check->model->phones[i].is_listed)
            counts[soak_phone_lamp(&check->model->phones[i])]++;
    }
    if (strtoul(line, NULL, 10) != soak_model_count(check->model))
        return fail(check, "the sum is wrong, %zu are listed: %.60s",
                    soak_model_count(check->model), line);
    for (int lamp = 0; lamp < SOAK_LAMPS; lamp++) {
        snprintf(wanted, sizeof wanted, "%s %zu ", soak_lamp_glyph((enum soak_lamp)lamp),
                 counts[lamp]);
        const char *at = strstr(line, wanted);
        if (at == NULL || at > line + strcspn(line, "\n"))
            return fail(check, "the count should be \"%s\": %.150s", wanted, line);
        check->cells++;
    }
    return true;
}

/* All that are listed have been seen. */
static bool check_all_seen(struct check *check)
{
    for (size_t i = 0; i < SOAK_PHONES; i++) {
        if (check->model->phones[i].is_listed && !check->is_seen[i])
            return fail(check, "0003*%zu is missing", SOAK_FIRST + i);
    }
    return true;
}

/* Is this a line that the body ends before? */
static bool is_end(const char *line)
{
    return *line == '\0' || *line == '\n';
}

bool soak_screen_check_table(const char *text, const struct soak_model *model, size_t *cells,
                             char why[static SOAK_WHY_MAX])
{
    struct check check = {.model = model, .why = why};
    if (!check_totals(&check, text))
        return false;
    for (int row = BODY_ROW + 1; !is_end(line_at(text, row)); row++) {
        if (!check_table_row(&check, line_at(text, row)))
            return false;
    }
    *cells += check.cells;
    return check_all_seen(&check);
}

bool soak_screen_check_lamps(const char *text, const struct soak_model *model, size_t *cells,
                             char why[static SOAK_WHY_MAX])
{
    struct check check = {.model = model, .why = why};
    if (!check_totals(&check, text))
        return false;
    for (int row = BODY_ROW; !is_end(line_at(text, row)); row++) {
        if (!check_lamps_row(&check, line_at(text, row)))
            return false;
    }
    *cells += check.cells;
    return check_all_seen(&check);
}
