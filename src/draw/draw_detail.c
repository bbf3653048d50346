/* SPDX-License-Identifier: MIT */
/* The detail: what is known of one extension. A low pane holds the gist, a tall one and the full
 * screen hold everything. */
#include "draw/draw_detail.h"

#include <stdio.h>
#include <string.h>

#include "draw/detail_words.h"
#include "draw/text_block.h"
#include "draw/widgets.h"
#include "model/diagnosis.h"
#include "model/staleness.h"

#define LABEL_COLS 22
#define INDENT_COLS 3     /* of what is told of a contact */
#define STATE_COLS 21     /* "not registered (-1)" and a gap */
#define COUNTDOWN_COLS 20 /* "expires in 00:41:12" and a gap */
#define DATE_COLS 28      /* "  2026-11-23 14:43:23 +00:00" */
#define AGENT_COLS_MIN 16

/* What it means, for the customer on the line. */
static void put_verdict(struct text_block *text_block, const struct subject *subject)
{
    char verdict[DIAGNOSIS_MAX];
    char overdue[DIAGNOSIS_MAX] = "";
    char text[2 * DIAGNOSIS_MAX];
    if (subject->row->gone_polls > 0) {
        text_block_wrap(text_block, 0, ROLE_TEXT,
                        "The server lists this extension no more; this is what it said last.");
        return;
    }
    extension_describe(&subject->row->extension, verdict, sizeof verdict);
    if (!subject->is_stale)
        extension_write_overdue(&subject->row->extension, subject->now.wall_ms / 1000, overdue,
                                sizeof overdue);
    snprintf(text, sizeof text, "%s%s", verdict, overdue);
    text_block_wrap(text_block, 0, ROLE_TEXT, text);
}

/* Columns that agents get in a pane: what the rest of the line leaves, or less if all are short.
 * The date gives way first. */
static int measure_agents(const struct extension *extension, int cols)
{
    int longest = AGENT_COLS_MIN;
    int room = cols - STATE_COLS - COUNTDOWN_COLS - 2;
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        int agent = text_columns(detail_agent(&extension->registrations[i]));
        longest = agent > longest ? agent : longest;
    }
    if (room - DATE_COLS >= AGENT_COLS_MIN && longest > room - DATE_COLS)
        longest = room - DATE_COLS;
    longest = longest < room ? longest : room;
    return longest > AGENT_COLS_MIN ? longest : AGENT_COLS_MIN;
}

/* One contact in one line. */
static void put_contact_line(struct text_block *text_block, const struct subject *subject,
                             const struct registration *contact, int agent_cols)
{
    struct segments line;
    char text[DETAIL_TEXT_MAX];

    segments_init(&line);
    segments_add(&line, ROLE_STRONG, 0, "%s", detail_agent(contact))->cols = agent_cols;
    detail_write_number(text, registration_words(contact->state), contact->state);
    segments_add(&line, ROLE_TEXT, 0, "  %s", text)->cols = STATE_COLS + 2;
    detail_write_countdown(text, subject, contact, "expires in");
    segments_add(&line, ROLE_TEXT, 1, "%s", text);
    detail_write_date(text, contact);
    segments_add(&line, ROLE_DIM, 2, "  %s", text);
    text_block_segments(text_block, 0, &line);
}

/* As many contacts as there are lines left, the one that decides the lamp first. */
static void put_contact_lines(struct text_block *text_block, const struct subject *subject)
{
    const struct extension *extension = &subject->row->extension;
    const struct registration *best = extension_best_registration(extension);
    size_t room = (size_t)text_block->rect.rows;
    int agent_cols = measure_agents(extension, text_block->rect.cols);
    uint32_t count = extension->registration_count;
    uint32_t first = best == NULL ? 0 : (uint32_t)(best - extension->registrations);

    for (uint32_t i = 0; i < count && text_block->line < room; i++) {
        if (text_block->line + 1 == room && i + 1 < count) {
            char text[DETAIL_TEXT_MAX];
            snprintf(text, sizeof text, "%s%u %scontacts; Enter shows all", i > 0 ? "and " : "",
                     (unsigned)(count - i), i > 0 ? "more " : "");
            text_block_put(text_block, 0, ROLE_DIM, text);
            return;
        }
        uint32_t index = i == 0 ? first : i <= first ? i - 1 : i;
        put_contact_line(text_block, subject, &extension->registrations[index], agent_cols);
    }
}

/* What a low pane holds. */
static void put_gist(struct text_block *text_block, const struct subject *subject)
{
    const struct extension *extension = &subject->row->extension;
    struct segments line;
    char text[DETAIL_TEXT_MAX];

    segments_init(&line);
    detail_add_state(&line, subject);
    detail_write_number(text, status_words(extension->status), extension->status);
    segments_add(&line, ROLE_TEXT, 2, "   presence %s", text);
    detail_write_contacts(text, extension);
    if (extension->has_list)
        segments_add(&line, ROLE_TEXT, 3, "   %s", text);
    text_block_segments(text_block, 0, &line);
    put_verdict(text_block, subject);
    put_contact_lines(text_block, subject);
}

/* A label and what it says. */
static void put_pair(struct text_block *text_block, const char *label, enum role role,
                     const char *text)
{
    text_block_pair(text_block, 0, LABEL_COLS, ROLE_DIM, label, role, text);
}

/* Presence and registration; what was before, where, how old. */
static void put_facts(struct text_block *text_block, const struct subject *subject,
                      const struct board *board)
{
    const struct row *row = subject->row;
    const struct lamp_info *before = lamp_info((enum lamp)row->previous);
    int64_t age = subject->now.ms - row->last_seen_ms;
    char span[CLOCK_SPAN_MAX];
    char text[DETAIL_TEXT_MAX];

    detail_write_number(text, status_words(row->extension.status), row->extension.status);
    put_pair(text_block, "Presence", ROLE_TEXT, text);
    detail_write_contacts(text, &row->extension);
    put_pair(text_block, "Registration", ROLE_TEXT, text);
    snprintf(text, sizeof text, "%s %s", subject->is_ascii ? before->ascii : before->glyph,
             before->name);
    put_pair(text_block, "Previous state", ROLE_TEXT,
             row->previous == row->lamp ? "not seen yet" : text);
    if (row->server < board->server_status_count)
        put_pair(text_block, "Server", ROLE_TEXT, board->feeds[row->server].name);
    clock_format_span(span, age > 0 ? age : 0);
    snprintf(text, sizeof text, "%s ago%s", span, subject->is_stale ? ", STALE" : "");
    put_pair(text_block, "Server last answered", subject->is_stale ? ROLE_STALE : ROLE_TEXT, text);
}

/* One contact in all its lines. */
static void put_contact(struct text_block *text_block, const struct subject *subject,
                        uint32_t index)
{
    const struct registration *contact = &subject->row->extension.registrations[index];
    int label_cols = LABEL_COLS - INDENT_COLS;
    char label[12];
    char date[DETAIL_TEXT_MAX];
    char text[DETAIL_TEXT_MAX];
    char both[2 * DETAIL_TEXT_MAX + 2];

    snprintf(label, sizeof label, "%u", (unsigned)index + 1);
    text_block_pair(text_block, 0, INDENT_COLS, ROLE_DIM, label, ROLE_STRONG,
                    detail_agent(contact));
    detail_write_number(text, registration_words(contact->state), contact->state);
    text_block_pair(text_block, INDENT_COLS, label_cols, ROLE_DIM, "State", ROLE_TEXT, text);
    detail_write_date(date, contact);
    detail_write_countdown(text, subject, contact, "in");
    snprintf(both, sizeof both, "%s%s%s", date, date[0] != '\0' ? ", " : "", text);
    text_block_pair(text_block, INDENT_COLS, label_cols, ROLE_DIM, "Expires", ROLE_TEXT, both);
}

/* Everything. */
static void put_whole(struct text_block *text_block, const struct subject *subject,
                      const struct board *board)
{
    const struct extension *extension = &subject->row->extension;
    struct segments line;

    segments_init(&line);
    detail_add_state(&line, subject);
    text_block_segments(text_block, 0, &line);
    put_verdict(text_block, subject);
    if (!board_lists_selected(board))
        text_block_wrap(text_block, 0, ROLE_STALE, "The filter does not match it any more.");
    text_block_skip(text_block);
    put_facts(text_block, subject, board);
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        text_block_skip(text_block);
        put_contact(text_block, subject, i);
    }
    if (extension->was_repaired) {
        text_block_skip(text_block);
        text_block_wrap(text_block, 0, ROLE_STALE,
                        "Some of its text was damaged or too long, and is marked.");
    }
}

/* The place of the text: below the rule, right of the bar. */
static struct rect text_place(const struct layout *layout)
{
    struct rect place = layout->detail;
    int margin = layout->detail.col > 0 ? 2 : 1;
    place.row++;
    place.rows--;
    place.col += margin;
    place.cols -= margin + 2;
    return place;
}

/* Is everything told, scrolled if need be? A pane below the list tells it only if it fits. */
static bool is_whole(const struct board *board, const struct layout *layout,
                     const struct subject *subject)
{
    struct text_block text_block = text_block_begin(NULL, text_place(layout), 0);
    if (board_detail(board) == DETAIL_FULL || layout->detail.col > 0)
        return true;
    put_whole(&text_block, subject, board);
    return text_block.line <= (size_t)text_block.rect.rows;
}

/* The selected extension; row NULL if there is none. */
static struct subject subject_of(const struct board *board, struct moment now)
{
    struct subject subject = {
        .row = board_selected(board), .now = board_time(board, now), .is_ascii = board->is_ascii};
    if (subject.row == NULL)
        return subject;
    subject.is_stale =
        staleness_is_stale(board->feeds, board->server_status_count, subject.row, subject.now.ms);
    subject.age =
        staleness_in_state(board->feeds, board->server_status_count, subject.row, subject.now.ms);
    return subject;
}

size_t draw_detail_lines(const struct board *board, const struct layout *layout, struct moment now,
                         size_t *visible)
{
    struct subject subject = subject_of(board, now);
    struct text_block text_block = text_block_begin(NULL, text_place(layout), 0);
    *visible = 0;
    if (subject.row == NULL || layout->detail.rows <= 1 || !is_whole(board, layout, &subject))
        return 0;
    *visible = (size_t)text_block.rect.rows;
    put_whole(&text_block, &subject, board);
    return text_block.line;
}

/* The rule with number, name and (of several) server, and the bar beside a pane that stands at the
 * side. */
static void draw_border(const struct subject *subject, const struct board *board,
                        const struct rect *place, struct frame *frame, struct moment now)
{
    char title[SEGMENT_BYTES];
    char safe[SEGMENT_BYTES];
    char span[CLOCK_SPAN_MAX];
    const struct row *row = subject->row;
    int limit = place->col + place->cols;

    for (int i = 1; place->col > 0 && i < place->rows; i++)
        frame_put(frame, place->row + i, place->col, limit, ROLE_DIM,
                  widget_symbol(SYMBOL_BAR, frame->is_ascii));
    bool has_server = board->server_status_count > 1 && row->server < board->server_status_count;
    snprintf(title, sizeof title, "%s%s%s%s%s", row->extension.number, row->name ? "  " : "",
             row->name ? row->name : "", has_server ? "  at " : "",
             has_server ? board->feeds[row->server].name : "");
    text_make_safe(safe, sizeof safe, title, strlen(title));
    int col = widget_rule(frame, place->row, place->col, place->cols, safe);
    if (!board_is_old(board, row, now))
        return;
    clock_format_span(span, now.ms - row->last_seen_ms);
    snprintf(title, sizeof title, " STALE, heard %s ago ", span);
    if (col + 1 + (int)strlen(title) > limit)
        snprintf(title, sizeof title, " STALE ");
    int start = limit - 2 - (int)strlen(title);
    frame_put(frame, place->row, start < place->col ? place->col : start, limit, ROLE_STALE, title);
}

void draw_detail(const struct board *board, const struct layout *layout, struct frame *frame,
                 struct moment now)
{
    const struct rect *place = &layout->detail;
    struct subject subject = subject_of(board, now);
    size_t visible;
    if (place->rows == 0 || subject.row == NULL)
        return;
    size_t lines = draw_detail_lines(board, layout, now, &visible);
    size_t last_top = lines > visible ? lines - visible : 0;
    size_t top = board->detail_top < last_top ? board->detail_top : last_top;
    struct text_block text_block = text_block_begin(frame, text_place(layout), top);

    draw_border(&subject, board, place, frame, now);
    if (visible > 0)
        put_whole(&text_block, &subject, board);
    else
        put_gist(&text_block, &subject);
    if (last_top > 0)
        widget_scroll_bar(
            frame, (struct rect){place->row + 1, place->col + place->cols - 1, place->rows - 1, 1},
            top, visible, lines);
    for (int i = 0; subject.is_stale && i < place->rows; i++)
        frame_flag(frame, place->row + i, place->col, place->cols, STYLE_STALE);
}
