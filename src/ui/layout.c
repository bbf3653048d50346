/* SPDX-License-Identifier: MIT */
#include "ui/layout.h"

#define STATUS_ROWS_MIN 7  /* the screen has a status line from this height on */
#define SUMMARY_ROWS_MIN 9 /* a summary line */
#define RULE_ROWS_MIN 18   /* a rule below the summary */
#define PANE_ROWS_MIN 5    /* of the detail pane below the list */
#define PANE_ROWS_MAX 8
#define PANE_ROWS_GROWN 16 /* where the list leaves that many */
#define LIST_ROWS_MIN 5    /* of the list above or beside the pane */
#define SIDE_COLS_MIN 60
#define SIDE_COLS_MAX 80
#define NUMBERS_WORTH_PAGES 2 /* pages of numbers that are better than one of marks */
#define SCROLL_COLS 2         /* the scroll bar and a gap */
#define TIME_COLS 4           /* of a time in state: "12m", "≥3h" */
#define NAME_COLS_WIDE 24     /* of a name, while there is room for all cards */
#define NAME_COLS 14
#define TITLE_ROWS 1 /* the table's column titles */

/* One way to show the lamps. */
struct form {
    enum density density;
    int extra_cols;
    bool is_in_tens; /* rows of marks hold whole groups of ten */
};

/* The smaller one. */
static int min_of(int a, int b)
{
    return a < b ? a : b;
}

/* The value, or the bound it is beyond. */
static int clamp(int value, int low, int high)
{
    return value < low ? low : min_of(value, high);
}

/* A whole line of the screen. */
static struct rect line_at(int row, int cols)
{
    return (struct rect){.row = row, .rows = 1, .cols = cols};
}

/* Gives the lines above and below the list their places; what is left is the body's. */
static void place_lines(const struct layout_input *input, struct layout *layout)
{
    int top = 2;
    int bottom = input->rows - 1;

    layout->header = line_at(0, input->cols);
    layout->totals = line_at(1, input->cols);
    if (input->rows >= SUMMARY_ROWS_MIN) {
        layout->summary = line_at(2, input->cols);
        layout->summary.rows = input->rows >= RULE_ROWS_MIN ? 2 : 1;
        top += layout->summary.rows;
    }
    layout->footer = line_at(bottom, input->cols);
    if (input->rows >= STATUS_ROWS_MIN)
        layout->status = line_at(--bottom, input->cols);
    layout->body = (struct rect){.row = top, .rows = bottom - top, .cols = input->cols};
}

/* Takes the detail's part off the body, if there is enough of it. */
static void place_detail(const struct layout_input *input, struct layout *layout)
{
    struct rect *body = &layout->body;
    struct rect *detail = &layout->detail;
    bool is_pane = input->detail == DETAIL_PANE;
    enum layout_detail asked = is_pane && input->count == 0 ? DETAIL_OFF : input->detail;
    int pane_rows = clamp(input->rows / 4, PANE_ROWS_MIN, PANE_ROWS_MAX);

    if (asked == DETAIL_FULL) {
        *detail = *body;
        body->rows = 0;
    } else if (asked == DETAIL_PANE && input->cols >= LAYOUT_SIDE_COLS_MIN) {
        if (body->rows < LIST_ROWS_MIN)
            return;
        *detail = *body;
        detail->cols = clamp(input->cols * 2 / 5, SIDE_COLS_MIN, SIDE_COLS_MAX);
        body->cols -= detail->cols;
        detail->col = body->cols;
    } else if (asked == DETAIL_PANE && body->rows - pane_rows >= LIST_ROWS_MIN) {
        *detail = *body;
        body->rows -= pane_rows;
        detail->row += body->rows;
        detail->rows = pane_rows;
    }
}

/* How many marks, with a gap after each ten, fit into so many columns. */
static int count_marks(int cols, bool is_in_tens)
{
    int pair = 2 * LAYOUT_TEN + 1;
    int count = cols / pair * LAYOUT_TEN + min_of(cols % pair / 2, LAYOUT_TEN);
    return is_in_tens && count > LAYOUT_TEN ? count / LAYOUT_TEN * LAYOUT_TEN : count;
}

/* Measures the grid in one form; per_row 0 if not even one cell fits. */
static void measure_grid(const struct layout_input *input, const struct form *form, int cols,
                         struct layout *layout)
{
    int number_cols = input->number_cols > 0 ? input->number_cols : 1;

    layout->density = form->density;
    layout->extra_cols = form->extra_cols;
    layout->label_cols = 0;
    if (form->density == DENSITY_MARK) {
        layout->cell_cols = 2;
        layout->label_cols = input->is_in_order ? number_cols + 2 : 0;
        int room = cols - layout->label_cols;
        layout->per_row = room > 0 ? count_marks(room, form->is_in_tens) : 0;
        return;
    }
    layout->cell_cols = 3 + number_cols; /* lead, glyph, gap */
    if (form->density == DENSITY_CARD)
        layout->cell_cols += 1 + form->extra_cols;
    layout->per_row = cols / layout->cell_cols;
}

/* Lines that the list has with so many extensions in one. */
static size_t count_lines(const struct layout_input *input, int per_row)
{
    struct list_lines none = {.total = input->count};
    return list_lines_lines(input->groups != NULL ? input->groups : &none, (size_t)per_row);
}

/* Does the grid as measured show everything at once? */
static bool shows_all(const struct layout_input *input, const struct layout *layout)
{
    return layout->per_row > 0 && count_lines(input, layout->per_row) <= (size_t)layout->body.rows;
}

/* Are marks too little to go by? They are worth it only where numbers would leave most lamps out of
 * sight: a mark says that something is wrong, a number says where. */
static bool is_too_terse(const struct layout_input *input, const struct layout *layout, int cols)
{
    const struct form numbers = {DENSITY_NUMBER, 0, false};
    struct layout wider = *layout;
    measure_grid(input, &numbers, cols - SCROLL_COLS, &wider);
    size_t lines = (size_t)wider.body.rows * NUMBERS_WORTH_PAGES;
    return layout->density == DENSITY_MARK && wider.per_row > 0 &&
           count_lines(input, wider.per_row) <= lines;
}

/* Is a form one that the viewer has asked for, or at least not asked against? */
static bool is_wished(const struct layout_input *input, enum density density)
{
    return input->density_choice == DENSITY_COUNT || input->density_choice == density;
}

/* Chooses the largest cell that shows all lamps at once; if none does, numbers that scroll. The
 * viewer's choice of a cell goes before both. */
static void fit_grid(const struct layout_input *input, struct layout *layout)
{
    const struct form forms[] = {
        {DENSITY_CARD, clamp(input->name_cols, TIME_COLS, NAME_COLS_WIDE), false},
        {DENSITY_CARD, clamp(input->name_cols, TIME_COLS, NAME_COLS), false},
        {DENSITY_CARD, TIME_COLS, false},
        {DENSITY_NUMBER, 0, false},
        {DENSITY_MARK, 0, true},
        {DENSITY_MARK, 0, false},
    };
    const struct form scrolled = {
        .density = input->density_choice == DENSITY_COUNT ? DENSITY_NUMBER : input->density_choice,
        .extra_cols = input->density_choice == DENSITY_CARD ? TIME_COLS : 0,
        .is_in_tens = true,
    };
    int cols = layout->body.cols;

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        measure_grid(input, &forms[i], cols, layout);
        bool is_terse = input->density_choice == DENSITY_COUNT && is_too_terse(input, layout, cols);
        if (is_wished(input, forms[i].density) && shows_all(input, layout) && !is_terse)
            return;
    }
    cols -= SCROLL_COLS;
    measure_grid(input, &scrolled, cols, layout);
    layout->is_scrolled = true;
    if (layout->per_row == 0) {
        layout->per_row = 1;
        layout->cell_cols = cols;
    }
}

/* Lines of the body that the list needs, at most all. */
static int lines_needed(const struct layout_input *input, const struct layout *layout)
{
    size_t lines = count_lines(input, layout->per_row) + (input->is_lamps ? 0 : TITLE_ROWS);
    return lines < (size_t)layout->body.rows ? (int)lines : layout->body.rows;
}

/* Lets a pane below the list have lines that the list does not need. */
static void grow_pane(const struct layout_input *input, struct layout *layout)
{
    struct rect *body = &layout->body;
    struct rect *detail = &layout->detail;
    int needed = clamp(lines_needed(input, layout), LIST_ROWS_MIN, body->rows);
    int grown = min_of(detail->rows + body->rows - needed, PANE_ROWS_GROWN);

    if (detail->rows == 0 || detail->col > 0 || grown <= detail->rows)
        return;
    body->rows -= grown - detail->rows;
    detail->row -= grown - detail->rows;
    detail->rows = grown;
}

struct layout layout_compute(const struct layout_input *input)
{
    struct layout layout = {.density = DENSITY_NUMBER, .cell_cols = 1, .per_row = 1};

    layout.is_too_small = input->rows < LAYOUT_ROWS_MIN || input->cols < LAYOUT_COLS_MIN;
    if (layout.is_too_small)
        return layout;
    place_lines(input, &layout);
    place_detail(input, &layout);
    if (layout.body.rows == 0)
        return layout;
    if (input->is_lamps)
        fit_grid(input, &layout);
    if (!layout.is_scrolled)
        grow_pane(input, &layout);
    layout.visible = layout.body.rows - (input->is_lamps ? 0 : TITLE_ROWS);
    if (!input->is_lamps)
        layout.is_scrolled = count_lines(input, 1) > (size_t)layout.visible;
    return layout;
}

int layout_cell_col(const struct layout *layout, int place)
{
    int col = layout->body.col + layout->label_cols + place * layout->cell_cols;
    return layout->density == DENSITY_MARK ? col + place / LAYOUT_TEN : col;
}
