/* SPDX-License-Identifier: MIT */
/* Row 4: bytes to the terminal, when nothing changed and for each lamp that did. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "bench/bench.h"
#include "bench/child.h"
#include "bench/host.h"
#include "bench/painter.h"
#include "bench/sides.h"
#include "golden/fixture.h"

#define LAMPS 400 /* all of them fit on the screen */
#define FRAMES 41
#define STILL_S 10.0
#define CALM_INTERVAL 5 /* seconds between polls that change nothing */

/* Frames of a fleet, copied as they were drawn. */
struct film {
    struct frame frames[FRAMES];
    size_t bytes[3][FRAMES]; /* by enum painter_kind */
};

/* Gives an extension another status. */
static void flip(struct fixture *stage, size_t index)
{
    char number[32];
    struct fixture_contact contact = {"Yealink SIP-T46U", REGISTRATION_REGISTERED, 3600};
    snprintf(number, sizeof number, "0003*%zu", 200 + index);
    const struct row *row = roster_row(&stage->roster, roster_find(&stage->roster, 0, number));
    int32_t status = row->lamp == LAMP_ONLINE ? STATUS_BUSY : STATUS_ONLINE;
    fixture_apply(stage, 0, number, status, &contact, 1, 0, false);
}

/* Keeps the frame that was drawn last. */
static void keep(struct film *film, size_t index, const struct frame *frame)
{
    size_t count = (size_t)frame->rows * (size_t)frame->cols;
    film->frames[index] = *frame;
    film->frames[index].cells = mem_new(count, sizeof *frame->cells);
    memcpy(film->frames[index].cells, frame->cells, count * sizeof *frame->cells);
}

/* A lamp that is not on the screen would be counted and cost nothing. */
static void check_all_are_shown(const struct frame *frame)
{
    struct buffer text;
    char last[16];
    buffer_init(&text, 0);
    frame_write_text(frame, &text);
    snprintf(last, sizeof last, "%d", 200 + LAMPS - 1);
    if (strstr(text.data, last) == NULL)
        die("not all %d lamps fit on the screen", LAMPS);
    buffer_clear(&text);
}

/* Draws frames between which `changing` lamps, drawn by lot and none twice, change. */
static void shoot(struct film *film, size_t changing)
{
    struct fixture stage;
    struct rng rng;
    rng_seed(&rng, 1);
    fixture_open(&stage, 1);
    fixture_fill(&stage, 0, LAMPS, 0);
    fixture_succeed(&stage, 0, 0);
    fixture_show(&stage, CHILD_ROWS, CHILD_COLS, false);
    for (size_t frame = 0; frame < FRAMES; frame++) {
        size_t left = frame > 0 ? changing : 0;
        for (size_t i = 0; i < LAMPS && left > 0; i++) {
            if (rng_below(&rng, LAMPS - i) >= left)
                continue;
            flip(&stage, i);
            left--;
        }
        fixture_draw(&stage);
        keep(film, frame, &stage.frame);
    }
    check_all_are_shown(&stage.frame);
    fixture_close(&stage);
}

/* Draws, shows in all three ways and adds the rows. */
static void measure(struct bench *bench, size_t changing)
{
    static struct film film;
    shoot(&film, changing);
    for (int kind = PAINTER_SCREEN; kind <= PAINTER_CLEAR; kind++)
        painter_show((enum painter_kind)kind, film.frames, FRAMES, film.bytes[kind]);
    struct table_row *lamp = table_add(&bench->table, 4, "B", GOAL_OURS, 30);
    for (size_t i = 1; i < FRAMES; i++)
        figures_add(&lamp->ours, (double)film.bytes[PAINTER_SCREEN][i] / (double)changing);
    table_describe(lamp, NULL,
                   "What a frame took, its totals too, by the lamps that changed in it.",
                   "bytes for each of %zu lamps of %d that changed", changing, LAMPS);
    static const struct {
        const char *name;
        const char *means;
        enum goal_kind kind;
        double goal;
    } others[] = {
        {"a curses program that touches only the cells that changed", "The same frames.",
         GOAL_RATIO, 1.02},
        {"clear() and repaint with curses", "For reference.", GOAL_NONE, 0},
    };
    for (int kind = PAINTER_TOUCH; kind <= PAINTER_CLEAR; kind++) {
        int other = kind - PAINTER_TOUCH;
        struct table_row *row =
            table_add(&bench->table, 4, "B", others[other].kind, others[other].goal);
        for (size_t i = 1; i < FRAMES; i++) {
            figures_add(&row->ours, (double)film.bytes[PAINTER_SCREEN][i]);
            figures_add(&row->theirs, (double)film.bytes[kind][i]);
        }
        table_describe(row, others[other].name, others[other].means,
                       "bytes of a frame with %zu changed lamps", changing);
    }
    for (size_t i = 0; i < FRAMES; i++)
        frame_clear(&film.frames[i]);
}

/* Shows the same frame again and again. */
static void measure_same(struct bench *bench)
{
    static struct film film;
    shoot(&film, 0);
    painter_show(PAINTER_SCREEN, film.frames, FRAMES, film.bytes[PAINTER_SCREEN]);
    struct table_row *row = table_add(&bench->table, 4, "B", GOAL_OURS, 0);
    for (size_t i = 1; i < FRAMES; i++)
        figures_add(&row->ours, (double)film.bytes[PAINTER_SCREEN][i]);
    table_describe(row, NULL, "The frame is compared with what is shown, and curses is not called.",
                   "bytes of a frame in which nothing changed");
    for (size_t i = 0; i < FRAMES; i++)
        frame_clear(&film.frames[i]);
}

/* Lets the real board stand with polls that change nothing: only its clock and ages move. */
static void measure_clock(struct bench *bench)
{
    struct host host;
    struct child board;
    struct child *const boards[] = {&board};
    struct table_row *row = table_add(&bench->table, 4, "B", GOAL_NONE, 0);
    host_start(&host, &(struct host_options){.extensions = LAMPS});
    sides_start_board(bench, &board,
                      &(struct board_options){
                          .program = bench->blftop, .port = host.port, .interval = CALM_INTERVAL});
    child_await(&board, "LIVE");
    child_settle(&board, 0.5);
    for (size_t i = 0; i < bench->runs; i++) {
        size_t before = board.bytes;
        child_pump(boards, 1, STILL_S);
        figures_add(&row->ours, (double)(board.bytes - before) / STILL_S);
    }
    child_end(&board, SIGTERM);
    host_stop(&host);
    table_describe(row, NULL,
                   "The real board while no phone changes, polls every 5 s: the clock and the age "
                   "of the data are on screen and change each second, so something visible did.",
                   "bytes a second for the clock and the age of data");
}

void part_paint(struct bench *bench)
{
    measure_same(bench);
    measure_clock(bench);
    measure(bench, LAMPS / 100);
    measure(bench, LAMPS / 10);
}
