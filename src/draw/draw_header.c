/* SPDX-License-Identifier: MIT */
/* The first row: where, live or not, how old. It never scrolls and always tells the age. */
#include "draw/draw_header.h"

#include <stdio.h>
#include <string.h>

#include "draw/widgets.h"
#include "model/health.h"

#define NARROW_COLS 30 /* below this width words are shortened */
#define PLACE_COLS_MIN 18
#define REASON_COLS_MIN 32

/* What leaves as the screen narrows; the highest first. What never leaves has rank 0. */
enum rank {
    RANK_NEVER,
    RANK_REASON,
    RANK_PREFIX,
    RANK_COUNT,
    RANK_CLOCK,
    RANK_PLACE,
    RANK_TITLE,
    RANK_INTERVAL,
    RANK_LATENCY,
};

/* What the parts of the header are made from. */
struct scene {
    const struct board *board;
    struct health health; /* at the time that is shown */
    struct moment now;
    bool is_narrow;
    enum role role; /* of all that has no role of its own */
};

/* Program, server or number of servers, and what all numbers begin with. */
static void add_place(struct segments *line, const struct scene *scene)
{
    const struct board *board = scene->board;
    enum role title = scene->role == ROLE_DIM ? ROLE_TITLE : scene->role;
    struct segment *place;

    segments_add(line, title, RANK_TITLE, " blftop");
    if (board->server_status_count == 1)
        place = segments_add(line, scene->role, RANK_PLACE, "  %s", board->feeds[0].name);
    else
        place = segments_add(line, scene->role, RANK_PLACE, "  %zu servers",
                             board->server_status_count);
    place->cols_min = PLACE_COLS_MIN;
    if (board->view == VIEW_LAMPS && !board->is_servers && board->prefix_length > 0 &&
        board->listing.count > 0) {
        const struct row *first = &board->roster->rows[board->listing.ids[0]];
        segments_add(line, scene->role, RANK_PREFIX, "  %.*s%s", (int)board->prefix_length,
                     first->extension.number, board->is_ascii ? "..." : "…");
    }
}

/* How old the data is; 'narrow' says it in fewer words. */
static void add_age(struct segments *line, const struct scene *scene, int64_t staleness_ms)
{
    char age[CLOCK_SPAN_MAX];
    clock_format_wait(age, staleness_ms);
    if (staleness_ms < 0)
        segments_add(line, scene->role, RANK_NEVER, scene->is_narrow ? " none" : "  no data yet");
    else if (scene->is_narrow)
        segments_add(line, scene->role, RANK_NEVER, " %s old", age);
    else
        segments_add(line, scene->role, RANK_NEVER, "  data %s old", age);
}

/* The time of day: it stands still only if the program does. */
static void add_clock(struct segments *line, const struct scene *scene, const char *blanks)
{
    char time[CLOCK_SPAN_MAX];
    clock_format_time(time, scene->now.wall_ms / 1000);
    segments_add(line, scene->role, RANK_CLOCK, "%s%s", blanks, time);
}

/* How often is asked, and how long an answer takes. */
static void add_pace(struct segments *line, const struct scene *scene)
{
    const struct health *health = &scene->health;
    int64_t interval = health->worst->interval_ms;
    char text[CLOCK_SPAN_MAX];

    if (interval % 1000 == 0)
        clock_format_short(text, interval);
    else
        snprintf(text, sizeof text, "%.1fs", (double)interval / 1000);
    segments_add(line, scene->role, RANK_INTERVAL, "  every %s", text);
    if (health->slow == NULL)
        return;
    if (health->latency_ms < 10000)
        segments_add(line, scene->role, RANK_LATENCY, "  %dms", (int)health->latency_ms);
    else
        segments_add(line, scene->role, RANK_LATENCY, "  %.1fs", (double)health->latency_ms / 1000);
}

/* The mark that stays while a connection is not secure. */
static void add_insecurity(struct segments *line, const struct scene *scene)
{
    const struct server_status *feed = scene->health.insecure;
    if (feed == NULL)
        return;
    bool is_https = strncmp(feed->url, "https:", 6) == 0;
    if (scene->is_narrow)
        segments_add(line, ROLE_STALE, RANK_NEVER, " !TLS");
    else
        segments_add(line, ROLE_STALE, RANK_NEVER, is_https ? "  TLS NOT VERIFIED" : "  NO TLS");
}

/* With several servers, how many of them are live. */
static void add_live_count(struct segments *line, const struct scene *scene)
{
    if (scene->board->server_status_count > 1)
        segments_add(line, scene->role, RANK_COUNT, "  %zu of %zu servers live", scene->health.live,
                     scene->board->server_status_count);
}

/* All is well, or nothing has answered yet. */
static void compose_live(struct segments *line, const struct scene *scene)
{
    const struct health *health = &scene->health;
    bool is_live = health->kind == HEALTH_LIVE;
    enum role role = is_live ? ROLE_LIVE : ROLE_PAUSED;

    add_place(line, scene);
    segments_spring(line);
    if (scene->is_narrow)
        segments_add(line, role, RANK_NEVER, " %s", health_word(health->kind));
    else
        segments_add(line, role, RANK_NEVER, " %s %s", health_word(health->kind),
                     widget_symbol(SYMBOL_RUNNING, scene->board->is_ascii));
    add_clock(line, scene, " ");
    add_age(line, scene, health->staleness_ms);
    if (!is_live)
        add_live_count(line, scene);
    add_pace(line, scene);
    add_insecurity(line, scene);
}

/* The reason in few words: without what stands in parentheses, which the status line has. */
static int short_length(const char *reason)
{
    const char *end = strstr(reason, " (");
    return (int)(end != NULL ? (size_t)(end - reason) : strlen(reason));
}

/* What is wrong with the worst server. */
static void add_reason(struct segments *line, const struct scene *scene)
{
    const struct server_status *worst = scene->health.worst;
    bool is_one = scene->board->server_status_count == 1;
    struct segment *reason;

    if (error_is_set(&worst->error))
        reason =
            segments_add(line, ROLE_STALE, RANK_REASON, "  %s%s%.*s", is_one ? "" : worst->name,
                         is_one ? "" : ": ", short_length(worst->error.text), worst->error.text);
    else if (worst->latency_ms > worst->interval_ms)
        reason = segments_add(line, ROLE_STALE, RANK_REASON, "  %s%sslow answers",
                              is_one ? "" : worst->name, is_one ? "" : ": ");
    else
        return;
    reason->cols_min = REASON_COLS_MIN;
}

/* Some server is in trouble: which, since when, why. */
static void compose_trouble(struct segments *line, const struct scene *scene)
{
    const struct health *health = &scene->health;
    const char *blanks = scene->is_narrow ? " " : "  ";
    size_t servers = scene->board->server_status_count;

    if (servers == 1)
        add_place(line, scene);
    else
        segments_add(line, ROLE_STALE, RANK_TITLE, " blftop");
    segments_add(line, ROLE_STALE, RANK_NEVER, "%s%s", blanks, health_word(health->kind));
    if (servers > 1)
        segments_add(line, ROLE_STALE, RANK_COUNT, "  %zu of %zu servers", servers - health->live,
                     servers);
    bool is_heard = server_status_age(health->worst, scene->now.ms) >= 0;
    if (health->kind == HEALTH_STALE && is_heard && !scene->is_narrow) {
        char age[CLOCK_SPAN_MAX];
        clock_format_span(age, health->staleness_ms);
        segments_add(line, ROLE_STALE, RANK_NEVER, " %s", age);
    } else if (health->staleness_ms >= 0) {
        add_age(line, scene, health->staleness_ms);
    }
    add_reason(line, scene);
    segments_spring(line);
    add_clock(line, scene, "  ");
    add_insecurity(line, scene);
}

/* How much newer the newest of the live data is than what is shown. */
static int64_t newer_by(const struct board *board)
{
    int64_t newer = 0;
    for (size_t i = 0; i < board->server_status_count; i++) {
        int64_t live = board->live_feeds[i].last_good_ms;
        int64_t shown = board->feeds[i].last_good_ms;
        if (live == SERVER_STATUS_NEVER)
            continue;
        int64_t by = live - (shown == SERVER_STATUS_NEVER ? board->paused_at.ms : shown);
        newer = by > newer ? by : newer;
    }
    return newer;
}

/* What has become of the live data behind a paused screen. */
static void add_behind(struct segments *line, const struct scene *scene)
{
    const struct board *board = scene->board;
    struct health live = health_of(board->live_feeds, board->server_status_count, scene->now.ms);
    char newer[CLOCK_SPAN_MAX];

    if (scene->health.kind >= HEALTH_INCOMPLETE)
        segments_add(line, ROLE_STALE, RANK_NEVER, "  %s", health_word(scene->health.kind));
    if (live.kind >= HEALTH_INCOMPLETE) {
        segments_add(line, ROLE_STALE, RANK_REASON, "  (live data %s)", health_word(live.kind));
        return;
    }
    clock_format_span(newer, newer_by(board));
    segments_add(line, scene->role, RANK_REASON, "  (live data %s newer)", newer);
}

/* On a narrow screen: that the picture was old already when it was stopped, and how old it is. */
static void add_narrow_state(struct segments *line, const struct scene *scene, int64_t staleness_ms)
{
    bool is_partly = scene->health.kind == HEALTH_INCOMPLETE;
    char age[CLOCK_SPAN_MAX];
    clock_format_wait(age, staleness_ms);
    segments_add(line, ROLE_STALE, RANK_NEVER, " %s",
                 is_partly ? "PARTLY" : health_word(scene->health.kind));
    segments_add(line, scene->role, RANK_NEVER, " %s", staleness_ms < 0 ? "none" : age);
}

/* The viewer has stopped the picture. */
static void compose_paused(struct segments *line, const struct scene *scene)
{
    const struct board *board = scene->board;
    struct health aged = health_of(board->feeds, board->server_status_count, scene->now.ms);
    char span[CLOCK_SPAN_MAX];

    clock_format_span(span, scene->now.ms - board->paused_at.ms);
    add_place(line, scene);
    segments_add(line, scene->role, RANK_NEVER, scene->is_narrow ? " PAUSED" : "  PAUSED");
    segments_add(line, scene->role, RANK_COUNT, " for %s", span);
    if (scene->is_narrow && scene->health.kind >= HEALTH_INCOMPLETE) {
        add_narrow_state(line, scene, aged.staleness_ms);
    } else {
        add_age(line, scene, aged.staleness_ms);
        add_behind(line, scene);
    }
    segments_spring(line);
    add_clock(line, scene, "  ");
    add_insecurity(line, scene);
}

void draw_header(const struct board *board, const struct layout *layout, struct frame *frame,
                 struct moment now)
{
    const struct rect *place = &layout->header;
    struct scene scene = {
        .board = board,
        .health = health_of(board->feeds, board->server_status_count, board_time(board, now).ms),
        .now = now,
        .is_narrow = place->cols < NARROW_COLS,
        .role = ROLE_DIM,
    };
    struct segments line;

    segments_init(&line);
    if (board->is_paused) {
        scene.role = ROLE_PAUSED;
        frame_fill(frame, place->row, place->col, place->cols, ROLE_PAUSED, " ");
        compose_paused(&line, &scene);
    } else if (scene.health.kind >= HEALTH_INCOMPLETE) {
        scene.role = ROLE_STALE;
        frame_fill(frame, place->row, place->col, place->cols, ROLE_STALE, " ");
        compose_trouble(&line, &scene);
    } else {
        compose_live(&line, &scene);
    }
    segments_paint(&line, frame, place->row, place->col, place->cols);
}
