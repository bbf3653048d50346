/* SPDX-License-Identifier: MIT */
/* The second row, lamps counted, and the third, what the viewer chose. */
#include "draw/draw_totals.h"

#include "draw/widgets.h"
#include "model/health.h"
#include "model/staleness.h"

#define FILTER_COLS_MIN 24

/* Worst first: when room is scarce the good news leaves. */
static const enum lamp order[LAMP_COUNT] = {
    LAMP_OFFLINE, LAMP_EXPIRED, LAMP_MISMATCH, LAMP_UNKNOWN,
    LAMP_RINGING, LAMP_BUSY,    LAMP_ONLINE,   LAMP_STATIC,
};

/* How the totals are written, from roomy to tight. */
enum form {
    FORM_WORDS,      /* "× 9 offline", all of them */
    FORM_SOME_WORDS, /* words only where there is something to count */
    FORM_CODES,      /* "× 9 OFF", likewise */
    FORM_BARE,       /* "× 9" */
    FORM_TIGHT,      /* "×9", none of what counts nothing */
};

/* The word after a count, with a blank before it; empty if this form has none. */
static const char *word_of(enum form form, const char *name, const char *code, size_t count)
{
    if (form == FORM_WORDS || (form == FORM_SOME_WORDS && count > 0))
        return name;
    return form == FORM_CODES && count > 0 ? code : "";
}

/* One count. `rank` is when it leaves the tight form. */
static void add_count(struct segments *line, enum form form, int rank, enum role role,
                      const char *glyph, size_t count, const char *word, bool is_ascii)
{
    if (form == FORM_TIGHT) {
        if (count > 0)
            segments_add(line, role, rank, " %s%zu", glyph, count);
        return;
    }
    role = count > 0 ? role : ROLE_DIM;
    segments_add(line, ROLE_DIM, 0, " %s ", widget_symbol(SYMBOL_BAR, is_ascii));
    segments_add(line, role, 0, "%s %zu%s%s", glyph, count, word[0] != '\0' ? " " : "", word);
}

/* The columns of one count in any but the tight form, without making it. */
static int count_cols(size_t count, const char *word)
{
    int digits = 1;
    for (size_t rest = count / 10; rest > 0; rest /= 10)
        digits++;
    return 5 + digits + (word[0] != '\0' ? 1 + text_columns(word) : 0);
}

/* How many extensions there are, and of how many, or that there were many more a moment ago. */
static void add_sum(struct segments *line, enum form form, const struct board *board,
                    const struct health *health)
{
    size_t count = board->roster->count - board->roster->gone;
    const char *unit = form == FORM_TIGHT ? "" : " ext";
    if (health->has_shrunk)
        segments_add(line, ROLE_STALE, 0, " %zu%s (was %zu)", count, unit, health->was);
    else if (health->is_short && health->told > count)
        segments_add(line, ROLE_STALE, 0, " %zu of %zu%s", count, health->told, unit);
    else
        segments_add(line, ROLE_STRONG, 0, " %zu%s", count, unit);
}

/* All counts in one form. */
static void compose(struct segments *line, enum form form, const struct board *board,
                    const struct health *health)
{
    const struct roster *roster = board->roster;
    segments_init(line);
    add_sum(line, form, board, health);
    if (roster->gone > 0)
        add_count(line, form, 1, ROLE_GONE, widget_symbol(SYMBOL_GONE, board->is_ascii),
                  roster->gone, word_of(form, "gone", "gone", roster->gone), board->is_ascii);
    for (int i = 0; i < LAMP_COUNT; i++) {
        const struct lamp_info *info = lamp_info(order[i]);
        size_t count = roster->lamps[order[i]];
        add_count(line, form, i + 2, (enum role)(ROLE_LAMP + order[i]),
                  board->is_ascii ? info->ascii : info->glyph, count,
                  word_of(form, info->name, info->code, count), board->is_ascii);
    }
}

/* The columns of all counts in a form. To make them for each that is tried would be a fifth of a
 * frame (measured). */
static int form_cols(enum form form, const struct board *board, const struct health *health)
{
    struct segments sum;
    const struct roster *roster = board->roster;
    segments_init(&sum);
    add_sum(&sum, form, board, health);
    int cols = segments_cols(&sum);
    if (roster->gone > 0)
        cols += count_cols(roster->gone, word_of(form, "gone", "gone", roster->gone));
    for (int i = 0; i < LAMP_COUNT; i++) {
        const struct lamp_info *info = lamp_info((enum lamp)i);
        size_t count = roster->lamps[i];
        cols += count_cols(count, word_of(form, info->name, info->code, count));
    }
    return cols;
}

/* The counts in the roomiest form that fits. */
static void draw_counts(const struct board *board, const struct health *health,
                        const struct rect *place, struct frame *frame)
{
    struct segments line;
    enum form form = FORM_WORDS;
    while (form != FORM_TIGHT && form_cols(form, board, health) >= place->cols)
        form++;
    compose(&line, form, board, health);
    segments_paint(&line, frame, place->row, place->col, place->cols - 1);
}

/* Is some of what is counted old at a time? */
static bool is_old(const struct board *board, int64_t now)
{
    struct health health = health_of(board->feeds, board->server_status_count, now);
    return health.kind >= HEALTH_INCOMPLETE ||
           staleness_has_stale(board->feeds, board->server_status_count, board->roster, now);
}

/* Marks the lines of sums if some of what they count is old by now. */
static void mark_old(const struct board *board, const struct layout *layout, struct frame *frame,
                     struct moment now)
{
    if (!is_old(board, now.ms))
        return;
    bool was_old = !board->is_paused || is_old(board, board->paused_at.ms);
    widget_old_line(frame, layout->totals.row, layout->totals.cols, was_old);
    if (layout->summary.rows > 0)
        widget_old_line(frame, layout->summary.row, layout->summary.cols, was_old);
}

/* The second row. */
static void draw_totals(const struct board *board, const struct layout *layout, struct frame *frame,
                        struct moment now)
{
    const struct rect *place = &layout->totals;
    struct health health =
        health_of(board->feeds, board->server_status_count, board_time(board, now).ms);

    if (health.staleness_ms < 0 && board->roster->count == 0)
        frame_put(frame, place->row, place->col, place->cols, ROLE_DIM, " no extensions yet");
    else
        draw_counts(board, &health, place, frame);
}

/* "SORT severity ▼ then extension" */
static void add_sort(struct segments *line, const struct board *board)
{
    const struct sort_order *sort = &board->sort;
    if (sort->count == 0)
        return;
    segments_add(line, ROLE_DIM, 3, "   SORT ");
    segments_add(line, ROLE_TEXT, 3, "%s %s", sort_key_name(sort->keys[0]),
                 widget_symbol(widget_direction(sort), board->is_ascii));
    for (size_t i = 1; i < sort->count; i++)
        segments_add(line, ROLE_DIM, 6, ", %s", sort_key_name(sort->keys[i]));
}

/* "SORT trouble ▼", of servers */
static void add_servers_sort(struct segments *line, const struct server_list *servers,
                             bool is_ascii)
{
    bool is_falling = (servers->order != SERVER_ORDER_NAME) != servers->is_reversed;
    segments_add(line, ROLE_DIM, 3, "   SORT ");
    segments_add(line, ROLE_TEXT, 3, "%s %s", server_list_order_name(servers->order),
                 widget_symbol(is_falling ? SYMBOL_DOWN : SYMBOL_UP, is_ascii));
}

/* "SERVER hq" */
static void add_server(struct segments *line, const struct board *board)
{
    if (!board->is_one_server)
        return;
    segments_add(line, ROLE_DIM, 1, "   SERVER");
    segments_add(line, ROLE_STRONG, 1, " %s", board->server_name)->cols_min = FILTER_COLS_MIN;
}

/* "FILTER lamp:busy   38 of 412" */
static void add_filter(struct segments *line, const struct board *board)
{
    if (!board_is_filtered(board)) {
        segments_add(line, ROLE_DIM, 4, "   FILTER (none)");
        return;
    }
    if (board->filter[0] != '\0') {
        segments_add(line, ROLE_DIM, 2, "   FILTER");
        segments_add(line, ROLE_STRONG, 1, " %s", board->filter)->cols_min = FILTER_COLS_MIN;
    }
    segments_add(line, ROLE_STRONG, 0, "   %zu of %zu", board->listing.count, board->roster->count);
}

/* "PROBLEMS 14" */
static void add_problems(struct segments *line, const struct board *board)
{
    size_t count = board->roster->gone;
    for (int i = 0; i < LAMP_COUNT; i++) {
        if (lamp_info((enum lamp)i)->severity >= SEVERITY_PROBLEM)
            count += board->roster->lamps[i];
    }
    if (board->roster->count == 0)
        return;
    segments_add(line, ROLE_DIM, 0, "   PROBLEMS ");
    segments_add(line, count > 0 ? ROLE_STRONG : ROLE_DIM, 0, "%zu", count);
    if (board->is_problems_only)
        segments_add(line, ROLE_STRONG, 0, ", only these");
}

/* What stands in the body. */
static const char *view_name(const struct board *board)
{
    if (board->is_servers)
        return "servers";
    return board->view == VIEW_LAMPS ? "lamps" : "table";
}

/* The third row, and the rule below it where there is room. */
static void draw_summary(const struct board *board, const struct layout *layout,
                         struct frame *frame)
{
    const struct rect *place = &layout->summary;
    struct segments line;

    if (place->rows == 0)
        return;
    segments_init(&line);
    segments_add(&line, ROLE_DIM, 5, " VIEW ");
    segments_add(&line, ROLE_TEXT, 5, "%s", view_name(board));
    if (board->is_servers) {
        add_servers_sort(&line, &board->servers, board->is_ascii);
    } else {
        add_sort(&line, board);
        add_server(&line, board);
        add_filter(&line, board);
    }
    add_problems(&line, board);
    segments_paint(&line, frame, place->row, place->col, place->cols - 1);
    if (place->rows > 1)
        widget_rule(frame, place->row + 1, place->col, place->cols, NULL);
}

void draw_sums(const struct board *board, const struct layout *layout, struct frame *frame,
               struct moment now)
{
    draw_totals(board, layout, frame, now);
    draw_summary(board, layout, frame);
    mark_old(board, layout, frame, now);
}
