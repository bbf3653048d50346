/* SPDX-License-Identifier: MIT */
#include "ui/list_lines.h"

#include <stdlib.h>

#include "base/mem.h"

void list_lines_init(struct list_lines *groups)
{
    *groups = (struct list_lines){.starts = NULL};
}

void list_lines_clear(struct list_lines *groups)
{
    free(groups->starts);
    list_lines_init(groups);
}

/* Where the group ends that begins at a place: rows of other servers come after it only. */
static size_t find_end(const uint32_t *ids, size_t start, size_t count, const struct roster *roster)
{
    uint16_t server = roster->rows[ids[start]].server;
    size_t low = start + 1;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (roster->rows[ids[middle]].server == server)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void list_lines_update(struct list_lines *groups, bool is_grouped, const uint32_t *ids,
                       size_t count, const struct roster *roster)
{
    groups->count = 0;
    groups->total = count;
    for (size_t start = 0; is_grouped && start < count;) {
        groups->starts = mem_resize(groups->starts, groups->count + 1, sizeof *groups->starts);
        groups->starts[groups->count++] = start;
        start = find_end(ids, start, count, roster);
    }
}

/* Rows of a group; without groups all rows are one. */
static size_t size_of(const struct list_lines *groups, size_t group)
{
    if (groups->count == 0)
        return groups->total;
    size_t end = group + 1 < groups->count ? groups->starts[group + 1] : groups->total;
    return end - groups->starts[group];
}

/* Lines of so many rows. */
static size_t lines_of(size_t rows, size_t per_row)
{
    return (rows + per_row - 1) / per_row;
}

size_t list_lines_lines(const struct list_lines *groups, size_t per_row)
{
    size_t lines = groups->count;
    for (size_t i = 0; i == 0 || i < groups->count; i++)
        lines += lines_of(size_of(groups, i), per_row);
    return lines;
}

size_t list_lines_line_of(const struct list_lines *groups, size_t per_row, size_t place)
{
    size_t line = 0;
    size_t group = 0;
    if (groups->count == 0)
        return place / per_row;
    for (; group + 1 < groups->count && groups->starts[group + 1] <= place; group++)
        line += 1 + lines_of(size_of(groups, group), per_row);
    return line + 1 + (place - groups->starts[group]) / per_row;
}

/* A full line of rows, or what there is for one. */
static struct list_line rows_from(size_t start, size_t size, size_t skipped, size_t per_row)
{
    size_t left = skipped < size ? size - skipped : 0;
    return (struct list_line){.first = start + skipped, .count = left < per_row ? left : per_row};
}

struct list_line list_lines_line(const struct list_lines *groups, size_t per_row, size_t line)
{
    if (groups->count == 0)
        return rows_from(0, groups->total, line * per_row, per_row);
    for (size_t i = 0; i < groups->count; i++) {
        size_t size = size_of(groups, i);
        if (line == 0)
            return (struct list_line){.is_head = true, .first = groups->starts[i]};
        if (line <= lines_of(size, per_row))
            return rows_from(groups->starts[i], size, (line - 1) * per_row, per_row);
        line -= 1 + lines_of(size, per_row);
    }
    return (struct list_line){.first = groups->total};
}
