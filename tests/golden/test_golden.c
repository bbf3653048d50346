/* SPDX-License-Identifier: MIT */
/* Whole screens, text and roles, against files. With GOLDEN_UPDATE in the environment the files
 * are written instead: look at every one before it is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "draw/draw.h"
#include "draw/draw_welcome.h"
#include "golden/fixture.h"
#include "support/invariant.h"

#define FLEET 412

typedef void (*scene_fn)(struct fixture *stage, int rows, int cols, bool is_ascii);

/* One screen and the file it is compared with. */
struct golden {
    const char *name;
    scene_fn scene;
    int rows;
    int cols;
    bool is_ascii;
};

/* One server that was read 2 seconds ago. */
static void open_live(struct fixture *stage, size_t count)
{
    fixture_open(stage, 1);
    fixture_fill(stage, 0, count, 2 * FIXTURE_SECOND);
    fixture_succeed(stage, 0, 2 * FIXTURE_SECOND);
}

/* Lamps with the detail pane, one that rings selected. */
static void scene_lamps(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    open_live(stage, FLEET);
    fixture_show(stage, rows, cols, is_ascii);
    fixture_select(stage, "0003*220");
}

/* Lamps without the pane. */
static void scene_lamps_alone(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_lamps(stage, rows, cols, is_ascii);
    fixture_type(stage, "d");
}

/* So few lamps that names have room. */
static void scene_cards(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 1);
    fixture_name(stage);
    fixture_fill(stage, 0, 48, 2 * FIXTURE_SECOND);
    fixture_succeed(stage, 0, 2 * FIXTURE_SECOND);
    fixture_show(stage, rows, cols, is_ascii);
    fixture_select(stage, "0003*204");
}

/* More lamps than any screen holds, in the middle of them. */
static void scene_crowd(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    open_live(stage, 5000);
    fixture_show(stage, rows, cols, is_ascii);
    fixture_type(stage, "  j");
}

/* The table, worst first. */
static void scene_table(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 1);
    fixture_name(stage);
    fixture_fill(stage, 0, FLEET, 2 * FIXTURE_SECOND);
    fixture_succeed(stage, 0, 2 * FIXTURE_SECOND);
    fixture_show(stage, rows, cols, is_ascii);
    fixture_type(stage, "dv<<<<<<<<jjj");
    stage->board.notice[0] = '\0';
}

/* The table while a filter is being typed, with a mistake in it. */
static void scene_mistake(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_table(stage, rows, cols, is_ascii);
    fixture_type(stage, "/lamp:busy");
    fixture_press(stage, KEYCODE_ENTER);
    fixture_type(stage, "/");
    fixture_press(stage, KEYCODE_END);
    fixture_type(stage, " for>1x");
}

/* The same without a mistake. */
static void scene_prompt(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_table(stage, rows, cols, is_ascii);
    fixture_type(stage, "/lamp:busy yealink");
}

/* A filter in effect. */
static void scene_filtered(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_lamps(stage, rows, cols, is_ascii);
    fixture_type(stage, "/lamp:busy,ringing yealink");
    fixture_press(stage, KEYCODE_ENTER);
}

/* Digits of a number being typed. */
static void scene_jump(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_lamps(stage, rows, cols, is_ascii);
    fixture_type(stage, "23");
}

/* One extension with these contacts, its whole detail open. */
static void open_detail(struct fixture *stage, int32_t status,
                        const struct fixture_contact *contacts, size_t count, int rows, int cols,
                        bool is_ascii)
{
    open_live(stage, 30);
    fixture_apply(stage, 0, "0003*210", status, contacts, count, 724 * FIXTURE_SECOND, false);
    uint32_t id = roster_find(&stage->roster, 0, "0003*210");
    roster_confirm(&stage->roster, id, stage->now.ms - 2 * FIXTURE_SECOND);
    fixture_show(stage, rows, cols, is_ascii);
    fixture_select(stage, "0003*210");
    fixture_press(stage, KEYCODE_ENTER);
}

/* No contact at all. */
static void scene_detail_none(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    open_detail(stage, STATUS_UNKNOWN, NULL, 0, rows, cols, is_ascii);
}

/* One contact, not registered: what the server's documentation shows. */
static void scene_detail_one(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    static const struct fixture_contact contacts[] = {
        {"3CXPhone 5.0.14439.0", REGISTRATION_NOT_REGISTERED, -498004276}};
    open_detail(stage, STATUS_UNKNOWN, contacts, 1, rows, cols, is_ascii);
}

/* Three contacts, one of them with a long agent. */
static void scene_detail_three(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    static const struct fixture_contact contacts[] = {
        {"Yealink SIP-T46S 66.86.0.15", REGISTRATION_REGISTERED, 2472},
        {"Bria 6.5.1 (iOS)", REGISTRATION_REGISTERED, 235},
        {"Softphone with the longest name that anybody ever gave to one, and then some more of it "
         "so that no screen of ordinary width holds it, 12.34.56.78 (build 2026-11-23)",
         REGISTRATION_UNKNOWN, EXPIRES_NONE}};
    open_detail(stage, STATUS_BUSY, contacts, 3, rows, cols, is_ascii);
}

/* The same in the pane. */
static void scene_pane_three(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_detail_three(stage, rows, cols, is_ascii);
    fixture_press(stage, KEYCODE_ENTER);
}

/* Expired, one overdue, numbers nobody documented. */
static void scene_detail_expired(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    static const struct fixture_contact contacts[] = {
        {"Cisco-CP8841/12.8.1", REGISTRATION_EXPIRED, EXPIRES_NONE},
        {"MicroSIP/3.21.3", REGISTRATION_NOT_REGISTERED, -552},
        {NULL, 7, 93784}};
    open_detail(stage, 9, contacts, 3, rows, cols, is_ascii);
}

/* A name in wide characters, text that was damaged. */
static void scene_detail_damaged(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    open_live(stage, 4);
    fixture_name(stage);
    struct extension extension = {
        .number = mem_strdup("0003*207"),
        .registrations = mem_new(1, sizeof *extension.registrations),
        .registration_count = 1,
        .status = STATUS_ONLINE,
        .has_list = true,
        .was_repaired = true,
    };
    extension.registrations[0] = (struct registration){
        .agent = mem_strdup("Ph\xEF\xBF\xBDne \xE2\x90\x9B[2J \xE9\x9B\xBB\xE8\xA9\xB1"),
        .state = REGISTRATION_REGISTERED,
        .expires = stage->now.wall_ms / 1000 + 60};
    roster_apply(&stage->roster, 0, &extension, true, stage->now.ms - 2 * FIXTURE_SECOND);
    fixture_succeed(stage, 0, 2 * FIXTURE_SECOND);
    fixture_show(stage, rows, cols, is_ascii);
    fixture_select(stage, "0003*207");
    fixture_press(stage, KEYCODE_ENTER);
}

/* The help, and its end. */
static void scene_help(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_lamps(stage, rows, cols, is_ascii);
    fixture_type(stage, "?");
}

/* The end of the help. */
static void scene_help_end(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_help(stage, rows, cols, is_ascii);
    fixture_type(stage, "G");
}

/* Paused for 68 seconds while data went on coming. */
static void scene_paused(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_lamps(stage, rows, cols, is_ascii);
    fixture_type(stage, "p");
    stage->now.ms += 68 * FIXTURE_SECOND;
    stage->now.wall_ms += 68 * FIXTURE_SECOND;
    stage->feeds[0].last_good_ms += 65 * FIXTURE_SECOND;
}

/* Paused while the server stopped answering. */
static void scene_paused_stale(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_lamps(stage, rows, cols, is_ascii);
    fixture_type(stage, "p");
    stage->now.ms += 90 * FIXTURE_SECOND;
    stage->now.wall_ms += 90 * FIXTURE_SECOND;
}

/* The server cannot be reached any more. */
static void open_stale(struct fixture *stage)
{
    fixture_open(stage, 1);
    fixture_fill(stage, 0, FLEET, 134 * FIXTURE_SECOND);
    fixture_succeed(stage, 0, 134 * FIXTURE_SECOND);
    fixture_fail(stage, 0, 129 * FIXTURE_SECOND,
                 "cannot connect: Failed to connect to voip.example.net port 443: Connection "
                 "refused");
}

/* Lamps that are all old. */
static void scene_stale(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    open_stale(stage);
    fixture_show(stage, rows, cols, is_ascii);
    fixture_select(stage, "0003*220");
}

/* The table likewise. */
static void scene_stale_table(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_stale(stage, rows, cols, is_ascii);
    fixture_type(stage, "v");
}

/* One failed poll, not yet old. */
static void scene_failing(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 1);
    fixture_fill(stage, 0, FLEET, 6 * FIXTURE_SECOND);
    fixture_succeed(stage, 0, 6 * FIXTURE_SECOND);
    fixture_fail(stage, 0, FIXTURE_SECOND, "the server is in trouble (HTTP 503)");
    fixture_show(stage, rows, cols, is_ascii);
}

/* Started just now. */
static void scene_waiting(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 1);
    stage->feeds[0].is_polling = true;
    fixture_show(stage, rows, cols, is_ascii);
}

/* The very first attempt failed. */
static void scene_first_failure(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 1);
    fixture_fail(stage, 0, 3 * FIXTURE_SECOND,
                 "voip.example.net: the token was refused (401 access_denied): get a new one, or "
                 "set client_id and client_secret");
    fixture_show(stage, rows, cols, is_ascii);
}

/* 204: nothing to list. */
static void scene_empty(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 1);
    fixture_succeed(stage, 0, 2 * FIXTURE_SECOND);
    fixture_show(stage, rows, cols, is_ascii);
}

/* A filter that nothing matches. */
static void scene_no_match(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_lamps(stage, rows, cols, is_ascii);
    fixture_type(stage, "/grandstraem");
    fixture_press(stage, KEYCODE_ENTER);
}

/* Problems only, and there are none. */
static void scene_no_problems(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    open_live(stage, 10);
    fixture_show(stage, rows, cols, is_ascii);
    fixture_type(stage, "!");
}

/* Three servers, one of which has gone silent. */
static void scene_servers(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    static const int64_t ages[] = {2 * FIXTURE_SECOND, 75 * FIXTURE_SECOND, 3 * FIXTURE_SECOND};
    fixture_open(stage, 3);
    for (uint16_t i = 0; i < 3; i++) {
        fixture_fill(stage, i, 30, ages[i]);
        fixture_succeed(stage, i, ages[i]);
    }
    fixture_fail(stage, 1, 70 * FIXTURE_SECOND, "no answer within 10 s");
    fixture_show(stage, rows, cols, is_ascii);
}

/* The same as a table. */
static void scene_servers_table(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_servers(stage, rows, cols, is_ascii);
    fixture_type(stage, "v");
}

/* The same sorted by server, further down. */
static void scene_groups_table(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_servers(stage, rows, cols, is_ascii);
    fixture_type(stage, "v>G");
}

/* Three servers, all well. */
static void scene_servers_live(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 3);
    for (uint16_t i = 0; i < 3; i++) {
        fixture_fill(stage, i, 30, 2 * FIXTURE_SECOND);
        fixture_succeed(stage, i, 2 * FIXTURE_SECOND);
    }
    fixture_show(stage, rows, cols, is_ascii);
}

/* Three servers in a line each, one of them silent. */
static void scene_summary(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_servers(stage, rows, cols, is_ascii);
    fixture_type(stage, "S");
}

/* The same, held. */
static void scene_summary_paused(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_summary(stage, rows, cols, is_ascii);
    fixture_type(stage, "p");
    stage->now.ms += 12 * FIXTURE_SECOND;
    stage->now.wall_ms += 12 * FIXTURE_SECOND;
}

/* Thirty-two servers: most are well, one is silent, one has never answered, one is slow, one was
 * read in part, one has not been asked yet. */
static void scene_many(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 32);
    for (uint16_t i = 0; i < 32; i++) {
        int64_t ago = i == 7 ? 75 * FIXTURE_SECOND : (1 + i % 4) * FIXTURE_SECOND;
        if (i == 20 || i == 25)
            continue;
        fixture_fill(stage, i, 20 + (size_t)i * 9, ago);
        fixture_succeed(stage, i, ago);
    }
    fixture_fail(stage, 7, 70 * FIXTURE_SECOND, "no answer within 10 s");
    fixture_fail(stage, 20, 3 * FIXTURE_SECOND, "connection refused (Failed to connect)");
    stage->feeds[11].latency_ms = 6300;
    stage->feeds[14].partial_since_ms = stage->now.ms - FIXTURE_SECOND;
    stage->feeds[16].total = 1200;
    fixture_show(stage, rows, cols, is_ascii);
    fixture_type(stage, "S");
}

/* The last of thirty-two, with a filter. */
static void scene_groups_many(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_many(stage, rows, cols, is_ascii);
    fixture_type(stage, "S!G");
}

/* The last of them, by name. */
static void scene_many_end(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_many(stage, rows, cols, is_ascii);
    fixture_type(stage, "<G");
}

/* The extensions of one of them. */
static void scene_one_server(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_summary(stage, rows, cols, is_ascii);
    fixture_type(stage, "j");
    fixture_press(stage, KEYCODE_ENTER);
}

/* One that has none to show. */
static void scene_bare_server(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_many(stage, rows, cols, is_ascii);
    fixture_press(stage, KEYCODE_ENTER);
}

/* The last poll read the first of its pages only. */
static void scene_partial(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 1);
    fixture_fill(stage, 0, FLEET, 6 * FIXTURE_SECOND);
    fixture_succeed(stage, 0, 6 * FIXTURE_SECOND);
    for (uint32_t id = 0; id < 200; id++)
        roster_confirm(&stage->roster, id, stage->now.ms - FIXTURE_SECOND);
    stage->feeds[0].partial_since_ms = stage->now.ms - FIXTURE_SECOND;
    fixture_fail(stage, 0, FIXTURE_SECOND, "page 2 of 3: the reply ends in the middle of an entry");
    fixture_show(stage, rows, cols, is_ascii);
}

/* The server says there are more than it lists. */
static void scene_short(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    open_live(stage, FLEET);
    stage->feeds[0].total = 5200;
    stage->feeds[0].rejected = 2;
    fixture_show(stage, rows, cols, is_ascii);
}

/* Two extensions are no longer listed. */
static void scene_gone(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    open_live(stage, 60);
    for (uint32_t id = 0; id < 60; id++) {
        if (id != 5 && id != 11)
            roster_confirm(&stage->roster, id, stage->now.ms - FIXTURE_SECOND);
    }
    roster_end_poll(&stage->roster, 0, stage->now.ms - 1500, stage->now.ms - FIXTURE_SECOND);
    fixture_succeed(stage, 0, FIXTURE_SECOND);
    fixture_show(stage, rows, cols, is_ascii);
    fixture_select(stage, "0003*205");
}

/* The server suddenly lists nothing. */
static void scene_emptied(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    open_live(stage, FLEET);
    roster_end_poll(&stage->roster, 0, stage->now.ms - 1500, stage->now.ms - FIXTURE_SECOND);
    fixture_succeed(stage, 0, FIXTURE_SECOND);
    server_status_note_read(&stage->feeds[0], FLEET);
    server_status_note_read(&stage->feeds[0], 0);
    stage->feeds[0].total = 0;
    fixture_show(stage, rows, cols, is_ascii);
}

/* Two are gone, as a table. */
static void scene_gone_table(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_gone(stage, rows, cols, is_ascii);
    fixture_type(stage, "v");
}

/* Certificates are not looked at. */
static void scene_insecure(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    open_live(stage, FLEET);
    stage->feeds[0].is_insecure = true;
    fixture_show(stage, rows, cols, is_ascii);
}

/* Answers that take longer than the interval, so that polls are left out. */
static void scene_slow(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    open_live(stage, 30);
    stage->feeds[0].latency_ms = 11200;
    stage->feeds[0].skipped = 42;
    fixture_show(stage, rows, cols, is_ascii);
}

/* The same when the last one is older than it may be. */
static void scene_slow_stale(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 1);
    fixture_fill(stage, 0, 30, 11 * FIXTURE_SECOND);
    fixture_succeed(stage, 0, 11 * FIXTURE_SECOND);
    stage->feeds[0].latency_ms = 11200;
    stage->feeds[0].skipped = 42;
    fixture_show(stage, rows, cols, is_ascii);
}

/* A registration that should have been renewed long ago. */
static void scene_overdue(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    static const struct fixture_contact contacts[] = {
        {"MicroSIP/3.21.3", REGISTRATION_NOT_REGISTERED, -2900000},
        {"Yealink SIP-T46S 66.86.0.15", REGISTRATION_REGISTERED, -683}};
    open_detail(stage, STATUS_ONLINE, contacts, 2, rows, cols, is_ascii);
    fixture_press(stage, KEYCODE_ENTER);
}

/* The same once nobody has heard of it for long. */
static void scene_overdue_stale(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_overdue(stage, rows, cols, is_ascii);
    stage->now.ms += 90 * FIXTURE_SECOND;
    stage->now.wall_ms += 90 * FIXTURE_SECOND;
    fixture_fail(stage, 0, 85 * FIXTURE_SECOND, "connection refused");
}

/* A story whose extension the filter has let go. */
static void scene_unlisted(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    static const struct fixture_contact contact = {"Cisco-CP7841/11.1", REGISTRATION_REGISTERED,
                                                   60};
    scene_lamps(stage, rows, cols, is_ascii);
    fixture_type(stage, "/lamp:busy");
    fixture_press(stage, KEYCODE_ENTER);
    fixture_press(stage, KEYCODE_ENTER);
    fixture_apply(stage, 0, "0003*201", STATUS_ONLINE, &contact, 1, FIXTURE_SECOND, false);
    stage->board.hold_until_ms = 0;
}

/* A number nobody has. */
static void scene_no_jump(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_lamps(stage, rows, cols, is_ascii);
    fixture_type(stage, "999");
}

/* A number one extension has. */
static void scene_one_jump(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_lamps(stage, rows, cols, is_ascii);
    fixture_type(stage, "239");
}

/* The prompt opened again: what is typed takes the place of the filter. */
static void scene_prompt_again(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_filtered(stage, rows, cols, is_ascii);
    fixture_type(stage, "/");
}

/* Three servers, one of which has never answered. */
static void scene_blind(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 3);
    for (uint16_t i = 0; i < 2; i++) {
        fixture_fill(stage, i, 30, 2 * FIXTURE_SECOND);
        fixture_succeed(stage, i, 2 * FIXTURE_SECOND);
    }
    fixture_fail(stage, 2, 70 * FIXTURE_SECOND,
                 "the server refuses the token: it is unknown or has expired (401)");
    fixture_show(stage, rows, cols, is_ascii);
}

/* One number is much longer than the others. */
static void scene_long_number(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    static const struct fixture_contact contact = {"Cisco-CP7841/11.1", REGISTRATION_REGISTERED,
                                                   60};
    open_live(stage, 100);
    fixture_apply(stage, 0, "0003*12345678901234567890", STATUS_BUSY, &contact, 1, FIXTURE_SECOND,
                  false);
    fixture_succeed(stage, 0, 2 * FIXTURE_SECOND);
    fixture_show(stage, rows, cols, is_ascii);
    fixture_select(stage, "0003*12345678901234567890");
}

/* The same in a table. */
static void scene_long_number_table(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_long_number(stage, rows, cols, is_ascii);
    fixture_type(stage, "v");
}

/* Marks sorted by severity: their places tell nothing. */
static void scene_marks(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    scene_lamps(stage, rows, cols, is_ascii);
    fixture_type(stage, "zzz<");
    stage->board.notice[0] = '\0';
}

/* A first run. */
static void scene_welcome(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    fixture_open(stage, 0);
    frame_reset(&stage->frame, rows, cols, is_ascii);
    draw_welcome(&stage->frame, "/home/noc/.config/blftop/blftop.conf");
}

/* clang-format off */
static const struct golden goldens[] = {
    {"lamps-19x4", scene_lamps, 4, 19, false},
    {"lamps-19x4-ascii", scene_lamps, 4, 19, true},
    {"lamps-20x5", scene_lamps, 5, 20, false},
    {"lamps-40x12", scene_lamps, 12, 40, false},
    {"lamps-80x24", scene_lamps, 24, 80, false},
    {"lamps-80x24-ascii", scene_lamps, 24, 80, true},
    {"lamps-120x36", scene_lamps, 36, 120, false},
    {"lamps-200x60", scene_lamps, 60, 200, false},
    {"lamps-alone-80x24", scene_lamps_alone, 24, 80, false},
    {"lamps-alone-120x36-ascii", scene_lamps_alone, 36, 120, true},
    {"cards-80x24", scene_cards, 24, 80, false},
    {"cards-120x36", scene_cards, 36, 120, false},
    {"cards-120x36-ascii", scene_cards, 36, 120, true},
    {"crowd-80x24", scene_crowd, 24, 80, false},
    {"crowd-40x12-ascii", scene_crowd, 12, 40, true},
    {"table-20x5", scene_table, 5, 20, false},
    {"table-40x12", scene_table, 12, 40, false},
    {"table-80x24", scene_table, 24, 80, false},
    {"table-80x24-ascii", scene_table, 24, 80, true},
    {"table-120x36", scene_table, 36, 120, false},
    {"table-200x60", scene_table, 60, 200, false},
    {"prompt-80x24", scene_prompt, 24, 80, false},
    {"mistake-20x5", scene_mistake, 5, 20, false},
    {"mistake-40x12", scene_mistake, 12, 40, false},
    {"mistake-80x24", scene_mistake, 24, 80, false},
    {"filtered-80x24", scene_filtered, 24, 80, false},
    {"filtered-40x12", scene_filtered, 12, 40, false},
    {"jump-80x24", scene_jump, 24, 80, false},
    {"detail-none-80x24", scene_detail_none, 24, 80, false},
    {"detail-one-80x24", scene_detail_one, 24, 80, false},
    {"detail-one-40x12", scene_detail_one, 12, 40, false},
    {"detail-three-80x24", scene_detail_three, 24, 80, false},
    {"detail-three-120x36-ascii", scene_detail_three, 36, 120, true},
    {"detail-three-20x5", scene_detail_three, 5, 20, false},
    {"pane-three-80x24", scene_pane_three, 24, 80, false},
    {"pane-three-120x36", scene_pane_three, 36, 120, false},
    {"pane-three-200x60", scene_pane_three, 60, 200, false},
    {"detail-expired-80x24", scene_detail_expired, 24, 80, false},
    {"detail-damaged-80x24", scene_detail_damaged, 24, 80, false},
    {"detail-damaged-80x24-ascii", scene_detail_damaged, 24, 80, true},
    {"help-20x5", scene_help, 5, 20, false},
    {"help-40x12-ascii", scene_help, 12, 40, true},
    {"help-80x24", scene_help, 24, 80, false},
    {"help-end-80x24", scene_help_end, 24, 80, false},
    {"help-120x36", scene_help, 36, 120, false},
    {"help-200x60", scene_help, 60, 200, false},
    {"paused-20x5", scene_paused, 5, 20, false},
    {"paused-19x4", scene_paused, 4, 19, false},
    {"paused-80x24", scene_paused, 24, 80, false},
    {"paused-120x36", scene_paused, 36, 120, false},
    {"paused-stale-80x24", scene_paused_stale, 24, 80, false},
    {"stale-19x4", scene_stale, 4, 19, false},
    {"stale-20x5", scene_stale, 5, 20, false},
    {"stale-40x12", scene_stale, 12, 40, false},
    {"stale-80x24", scene_stale, 24, 80, false},
    {"stale-80x24-ascii", scene_stale, 24, 80, true},
    {"stale-200x60", scene_stale, 60, 200, false},
    {"stale-table-80x24", scene_stale_table, 24, 80, false},
    {"failing-80x24", scene_failing, 24, 80, false},
    {"waiting-80x24", scene_waiting, 24, 80, false},
    {"waiting-20x5", scene_waiting, 5, 20, false},
    {"first-failure-80x24", scene_first_failure, 24, 80, false},
    {"first-failure-40x12-ascii", scene_first_failure, 12, 40, true},
    {"empty-80x24", scene_empty, 24, 80, false},
    {"no-match-80x24", scene_no_match, 24, 80, false},
    {"no-problems-80x24", scene_no_problems, 24, 80, false},
    {"servers-80x24", scene_servers, 24, 80, false},
    {"servers-table-120x36", scene_servers_table, 36, 120, false},
    {"servers-live-80x24", scene_servers_live, 24, 80, false},
    {"groups-40x12", scene_servers, 12, 40, false},
    {"groups-200x60", scene_servers, 60, 200, false},
    {"groups-120x36-ascii", scene_servers, 36, 120, true},
    {"groups-table-80x24", scene_groups_table, 24, 80, false},
    {"groups-many-80x24", scene_groups_many, 24, 80, false},
    {"summary-80x24", scene_summary, 24, 80, false},
    {"summary-40x12-ascii", scene_summary, 12, 40, true},
    {"summary-20x5", scene_summary, 5, 20, false},
    {"summary-paused-80x24", scene_summary_paused, 24, 80, false},
    {"many-200x60", scene_many, 60, 200, false},
    {"many-120x36-ascii", scene_many, 36, 120, true},
    {"many-end-80x24", scene_many_end, 24, 80, false},
    {"many-end-40x12", scene_many_end, 12, 40, false},
    {"one-server-80x24", scene_one_server, 24, 80, false},
    {"one-server-40x12", scene_one_server, 12, 40, false},
    {"bare-server-80x24", scene_bare_server, 24, 80, false},
    {"partial-80x24", scene_partial, 24, 80, false},
    {"short-80x24", scene_short, 24, 80, false},
    {"emptied-80x24", scene_emptied, 24, 80, false},
    {"emptied-20x5", scene_emptied, 5, 20, false},
    {"gone-80x24", scene_gone, 24, 80, false},
    {"gone-table-80x24", scene_gone_table, 24, 80, false},
    {"insecure-80x24", scene_insecure, 24, 80, false},
    {"insecure-20x5", scene_insecure, 5, 20, false},
    {"slow-80x24", scene_slow, 24, 80, false},
    {"slow-stale-80x24", scene_slow_stale, 24, 80, false},
    {"overdue-80x24", scene_overdue, 24, 80, false},
    {"overdue-120x36", scene_overdue, 36, 120, false},
    {"overdue-stale-80x24", scene_overdue_stale, 24, 80, false},
    {"unlisted-80x24", scene_unlisted, 24, 80, false},
    {"no-jump-80x24", scene_no_jump, 24, 80, false},
    {"one-jump-80x24", scene_one_jump, 24, 80, false},
    {"prompt-again-80x24", scene_prompt_again, 24, 80, false},
    {"prompt-again-19x4", scene_prompt_again, 4, 19, false},
    {"blind-80x24", scene_blind, 24, 80, false},
    {"long-number-80x24", scene_long_number, 24, 80, false},
    {"long-number-table-80x24", scene_long_number_table, 24, 80, false},
    {"marks-80x24", scene_marks, 24, 80, false},
    {"welcome-40x12-ascii", scene_welcome, 12, 40, true},
    {"welcome-80x24", scene_welcome, 24, 80, false},
};
/* clang-format on */

#define GOLDEN_COUNT (sizeof goldens / sizeof *goldens)

/* The file of a screen. */
static FILE *open_file(const struct golden *golden, const char *mode)
{
    char *path = mem_printf("%s/golden/frames/%s.txt", TESTS_DIR, golden->name);
    FILE *file = fopen(path, mode);
    if (file == NULL)
        print_error("%s: cannot be opened\n", path);
    free(path);
    assert_non_null(file);
    return file;
}

/* Writes what is drawn to the file. */
static void write_file(const struct golden *golden, const struct buffer *drawn)
{
    FILE *file = open_file(golden, "w");
    assert_int_equal(fwrite(drawn->data, 1, drawn->length, file), drawn->length);
    assert_int_equal(fclose(file), 0);
}

/* Reads the file. */
static void read_file(const struct golden *golden, struct buffer *kept)
{
    char bytes[4096];
    size_t length;
    FILE *file = open_file(golden, "r");
    while ((length = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_append(kept, bytes, length);
    fclose(file);
}

/* The length of the line that begins here. */
static int line_length(const char *text)
{
    return (int)strcspn(text, "\n");
}

/* Prints the first line that differs. */
static void print_difference(const char *name, const char *drawn, const char *kept)
{
    int line = 1;
    while (line_length(drawn) == line_length(kept) &&
           strncmp(drawn, kept, (size_t)line_length(drawn)) == 0 && drawn[line_length(drawn)]) {
        drawn += line_length(drawn) + 1;
        kept += line_length(kept) + (kept[line_length(kept)] == '\n');
        line++;
    }
    print_error("%s, line %d:\n  drawn |%.*s|\n  kept  |%.*s|\n", name, line, line_length(drawn),
                drawn, line_length(kept), kept);
}

/* The frame as it stands in the file: text, roles, cursor. */
static void describe(const struct frame *frame, struct buffer *out)
{
    frame_write_text(frame, out);
    buffer_puts(out, "==== roles ====\n");
    frame_write_roles(frame, out);
    buffer_printf(out, "==== cursor %d %d%s ====\n", frame->cursor_row, frame->cursor_col,
                  frame->is_cursor_shown ? " shown" : "");
}

/* Draws one screen, judges it and compares it with its file. */
static void golden__frame__is_as_kept(void **state)
{
    const struct golden *golden = *state;
    struct fixture stage;
    struct buffer drawn, kept;

    buffer_init(&drawn, 0);
    buffer_init(&kept, 0);
    golden->scene(&stage, golden->rows, golden->cols, golden->is_ascii);
    if (stage.is_board_open) {
        char why[INVARIANT_TEXT_MAX];
        fixture_draw(&stage);
        bool holds = invariant_holds(&stage.frame, &stage.board, stage.now, why);
        if (!holds)
            print_error("%s: %s\n", golden->name, why);
        assert_true(holds);
    }
    describe(&stage.frame, &drawn);
    if (getenv("GOLDEN_UPDATE"))
        write_file(golden, &drawn);
    read_file(golden, &kept);
    bool is_same = kept.length == drawn.length && memcmp(kept.data, drawn.data, kept.length) == 0;
    if (!is_same)
        print_difference(golden->name, drawn.data, kept.data ? kept.data : "");
    assert_true(is_same);
    fixture_close(&stage);
    buffer_clear(&drawn);
    buffer_clear(&kept);
}

/* Every scene holds at sizes between those that are kept. */
static void golden__any_size__holds_the_invariant(void **state)
{
    static const scene_fn scenes[] = {
        scene_lamps,          scene_stale,         scene_stale_table,   scene_table,
        scene_cards,          scene_mistake,       scene_help,          scene_paused,
        scene_detail_three,   scene_partial,       scene_first_failure, scene_gone,
        scene_servers,        scene_servers_table, scene_insecure,      scene_summary,
        scene_summary_paused, scene_many,          scene_one_server,
    };
    char why[INVARIANT_TEXT_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        struct fixture stage;
        scenes[i](&stage, 24, 80, i % 2 == 0);
        for (int size = 0; size < 90; size++) {
            int rows = 1 + size * 7 % 64;
            int cols = 1 + size * 31 % 223;
            board_resize(&stage.board, rows, cols);
            fixture_draw(&stage);
            bool holds = invariant_holds(&stage.frame, &stage.board, stage.now, why);
            if (!holds)
                print_error("scene %zu, %d rows, %d columns: %s\n", i, rows, cols, why);
            assert_true(holds);
        }
        fixture_close(&stage);
    }
}

int main(void)
{
    struct CMUnitTest tests[GOLDEN_COUNT + 1];
    setenv("TZ", "UTC0", 1);
    tzset();
    for (size_t i = 0; i < GOLDEN_COUNT; i++)
        tests[i] = (struct CMUnitTest){
            .name = goldens[i].name,
            .test_func = golden__frame__is_as_kept,
            .initial_state = (void *)(uintptr_t)&goldens[i],
        };
    tests[GOLDEN_COUNT] =
        (struct CMUnitTest)cmocka_unit_test(golden__any_size__holds_the_invariant);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
