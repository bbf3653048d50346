/* SPDX-License-Identifier: MIT */
#include "model/last_seen.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define MOMENTS_FIRST 16

void last_seen_init(struct last_seen *last_seen)
{
    *last_seen = (struct last_seen){.moments = NULL};
}

void last_seen_clear(struct last_seen *last_seen)
{
    free(last_seen->moments);
    last_seen_init(last_seen);
}

void last_seen_copy(struct last_seen *to, const struct last_seen *from)
{
    *to = *from;
    if (from->capacity == 0)
        return;
    to->moments = mem_new(from->capacity, sizeof *to->moments);
    memcpy(to->moments, from->moments, from->end * sizeof *to->moments);
}

/* Where the first moment stands that is not before `ms`. */
static size_t find_place(const struct last_seen *last_seen, int64_t ms)
{
    size_t low = last_seen->first;
    size_t high = last_seen->end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (last_seen->moments[middle].ms < ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Forgets the moments that no row has. */
static void compact(struct last_seen *last_seen)
{
    size_t kept = 0;
    for (size_t i = last_seen->first; i < last_seen->end; i++) {
        if (last_seen->moments[i].count > 0)
            last_seen->moments[kept++] = last_seen->moments[i];
    }
    last_seen->first = 0;
    last_seen->end = kept;
    last_seen->recent = 0;
}

/* Room for one more moment: at least half of the room is free after it was made, so that it is made
 * seldom. */
static void make_room(struct last_seen *last_seen)
{
    if (last_seen->end < last_seen->capacity)
        return;
    compact(last_seen);
    if (last_seen->end < last_seen->capacity / 2)
        return;
    last_seen->capacity = last_seen->capacity == 0 ? MOMENTS_FIRST : last_seen->capacity * 2;
    last_seen->moments =
        mem_resize(last_seen->moments, last_seen->capacity, sizeof *last_seen->moments);
}

/* Puts a new moment at its place, which is nearly always the end. */
static void insert_moment(struct last_seen *last_seen, int64_t ms)
{
    make_room(last_seen);
    size_t place = find_place(last_seen, ms);
    memmove(&last_seen->moments[place + 1], &last_seen->moments[place],
            (last_seen->end - place) * sizeof *last_seen->moments);
    last_seen->moments[place] = (struct last_seen_moment){.ms = ms, .count = 1};
    last_seen->end++;
}

void last_seen_add(struct last_seen *last_seen, int64_t ms)
{
    size_t end = last_seen->end;
    size_t place = end - 1;
    if (end == last_seen->first || last_seen->moments[place].ms != ms)
        place = find_place(last_seen, ms);
    if (place < end && last_seen->moments[place].ms == ms)
        last_seen->moments[place].count++;
    else
        insert_moment(last_seen, ms);
}

void last_seen_remove(struct last_seen *last_seen, int64_t ms)
{
    size_t place = last_seen->recent;
    if (place < last_seen->first || place >= last_seen->end || last_seen->moments[place].ms != ms)
        place = find_place(last_seen, ms);
    assert(place < last_seen->end && last_seen->moments[place].ms == ms);
    assert(last_seen->moments[place].count > 0);
    last_seen->recent = place;
    last_seen->moments[place].count--;
    while (last_seen->first < last_seen->end && last_seen->moments[last_seen->first].count == 0)
        last_seen->first++;
}

int64_t last_seen_after(const struct last_seen *last_seen, int64_t ms)
{
    size_t place = ms == INT64_MAX ? last_seen->end : find_place(last_seen, ms + 1);
    while (place < last_seen->end && last_seen->moments[place].count == 0)
        place++;
    return place < last_seen->end ? last_seen->moments[place].ms : LAST_SEEN_NONE;
}
