/* SPDX-License-Identifier: MIT */
#include "bench/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define TEXT_MAX 512
#define CELL_MAX 32
#define LINE_WIDTH 116
#define INDENT 4

void table_init(struct table *table)
{
    *table = (struct table){0};
}

void table_clear(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        struct table_row *row = &table->rows[i];
        figures_clear(&row->ours);
        figures_clear(&row->theirs);
        free(row->what);
        free(row->theirs_name);
        free(row->means);
        free(row->skipped);
    }
    free(table->rows);
    table_init(table);
}

struct table_row *table_add(struct table *table, int number, const char *unit, enum goal_kind kind,
                            double goal)
{
    table->rows = mem_resize(table->rows, table->count + 1, sizeof *table->rows);
    struct table_row *row = &table->rows[table->count++];
    *row = (struct table_row){
        .number = number, .unit = unit, .kind = kind, .goal = goal, .share = 0.5};
    return row;
}

void table_describe(struct table_row *row, const char *theirs, const char *means,
                    const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    row->what = mem_strdup(text);
    row->theirs_name = theirs != NULL ? mem_strdup(theirs) : NULL;
    row->means = mem_strdup(means);
}

void table_skip(struct table *table, int number, const char *what, const char *why)
{
    struct table_row *row = table_add(table, number, "", GOAL_NONE, 0);
    table_describe(row, NULL, "", "%s", what);
    row->skipped = mem_strdup(why);
}

/* The quantile that a row compares. */
static double told(const struct table_row *row, struct figures *figures)
{
    return figures_quantile(figures, row->share);
}

double table_score(struct table_row *row)
{
    if (row->kind == GOAL_OURS)
        return told(row, &row->ours);
    if (row->share == 0.5)
        return figures_ratio(&row->ours, &row->theirs);
    double theirs = told(row, &row->theirs);
    return theirs > 0 ? told(row, &row->ours) / theirs : (double)INFINITY;
}

/* A number with three figures that say something. */
static void write_number(char *out, size_t size, double value)
{
    int decimals = 0;
    if (!isfinite(value)) {
        snprintf(out, size, "%s", "inf");
        return;
    }
    double scaled = fabs(value);
    while (scaled < 100 && scaled > 0 && decimals < 5) {
        scaled *= 10;
        decimals++;
    }
    snprintf(out, size, "%.*f", decimals, value);
}

/* One side's figures: median and half the distance of the quartiles. */
static void write_side(char *out, size_t size, const struct table_row *row, struct figures *figures)
{
    char number[CELL_MAX];
    if (figures->count == 0) {
        snprintf(out, size, "-");
        return;
    }
    write_number(number, sizeof number, told(row, figures));
    if (row->share != 0.5)
        snprintf(out, size, "%s %s", number, row->unit);
    else
        snprintf(out, size, "%s %s ±%.0f%%", number, row->unit, 100 * figures_spread(figures));
}

/* Prints a text in a column; what is beyond ASCII takes more bytes than columns. */
static void print_cell(FILE *out, const char *text, int width)
{
    int columns = 0;
    for (const char *byte = text; *byte != '\0'; byte++)
        columns += (*byte & 0xc0) != 0x80;
    fprintf(out, "%s%*s ", text, columns < width ? width - columns : 0, "");
}

/* Prints what a row means, indented and broken into lines. */
static void print_words(FILE *out, const char *text)
{
    size_t room = LINE_WIDTH - INDENT;
    while (*text != '\0') {
        size_t length = strlen(text);
        if (length > room) {
            length = room;
            while (length > 1 && text[length] != ' ')
                length--;
        }
        fprintf(out, "%*s%.*s\n", INDENT, "", (int)length, text);
        text += length;
        text += *text == ' ';
    }
}

/* Prints a row: its cells, its verdict, what it means. */
static void print_row(FILE *out, struct table_row *row)
{
    char ours[64], theirs[64], score[CELL_MAX], goal[CELL_MAX];
    fprintf(out, "%2d  ", row->number);
    print_cell(out, row->what, 50);
    if (row->skipped != NULL) {
        fprintf(out, "skipped: %s\n", row->skipped);
        return;
    }
    write_side(ours, sizeof ours, row, &row->ours);
    write_side(theirs, sizeof theirs, row, &row->theirs);
    write_number(score, sizeof score, table_score(row));
    write_number(goal, sizeof goal, row->goal);
    print_cell(out, ours, 20);
    print_cell(out, theirs, 20);
    print_cell(out, row->kind == GOAL_OURS || row->theirs.count == 0 ? "" : score, 8);
    if (row->kind == GOAL_NONE)
        fprintf(out, "%8s\n", "-");
    else
        fprintf(out, "%8s  %s\n", goal, table_score(row) <= row->goal ? "reached" : "MISSED");
    if (row->theirs_name != NULL)
        fprintf(out, "%*sagainst %s\n", INDENT, "", row->theirs_name);
    print_words(out, row->means);
}

void table_print(struct table *table, FILE *out)
{
    fprintf(out, " #  %-50s %-20s %-20s %-8s %8s  verdict\n", "what", "blftop", "the other side",
            "ratio", "at most");
    int last = 0;
    for (size_t i = 0; i < table->count; i++)
        last = table->rows[i].number > last ? table->rows[i].number : last;
    for (int number = 0; number <= last; number++) {
        for (size_t i = 0; i < table->count; i++) {
            if (table->rows[i].number == number)
                print_row(out, &table->rows[i]);
        }
    }
}
