/* SPDX-License-Identifier: MIT */
#include "model/hearings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define MOMENTS_FIRST 16

void hearings_init(struct hearings *hearings)
{
    *hearings = (struct hearings){.moments = NULL};
}

void hearings_clear(struct hearings *hearings)
{
    free(hearings->moments);
    hearings_init(hearings);
}

void hearings_copy(struct hearings *to, const struct hearings *from)
{
    *to = *from;
    if (from->capacity == 0)
        return;
    to->moments = mem_new(from->capacity, sizeof *to->moments);
    memcpy(to->moments, from->moments, from->end * sizeof *to->moments);
}

/* Where the first moment stands that is not before `ms`. */
static size_t find_place(const struct hearings *hearings, int64_t ms)
{
    size_t low = hearings->first;
    size_t high = hearings->end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hearings->moments[middle].ms < ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Forgets the moments that no row has. */
static void compact(struct hearings *hearings)
{
    size_t kept = 0;
    for (size_t i = hearings->first; i < hearings->end; i++) {
        if (hearings->moments[i].count > 0)
            hearings->moments[kept++] = hearings->moments[i];
    }
    hearings->first = 0;
    hearings->end = kept;
    hearings->recent = 0;
}

/* Room for one more moment: at least half of the room is free after it was made, so that it is made
 * seldom. */
static void make_room(struct hearings *hearings)
{
    if (hearings->end < hearings->capacity)
        return;
    compact(hearings);
    if (hearings->end < hearings->capacity / 2)
        return;
    hearings->capacity = hearings->capacity == 0 ? MOMENTS_FIRST : hearings->capacity * 2;
    hearings->moments =
        mem_resize(hearings->moments, hearings->capacity, sizeof *hearings->moments);
}

/* Puts a new moment at its place, which is nearly always the end. */
static void insert_moment(struct hearings *hearings, int64_t ms)
{
    make_room(hearings);
    size_t place = find_place(hearings, ms);
    memmove(&hearings->moments[place + 1], &hearings->moments[place],
            (hearings->end - place) * sizeof *hearings->moments);
    hearings->moments[place] = (struct hearing){.ms = ms, .count = 1};
    hearings->end++;
}

void hearings_add(struct hearings *hearings, int64_t ms)
{
    size_t end = hearings->end;
    size_t place = end - 1;
    if (end == hearings->first || hearings->moments[place].ms != ms)
        place = find_place(hearings, ms);
    if (place < end && hearings->moments[place].ms == ms)
        hearings->moments[place].count++;
    else
        insert_moment(hearings, ms);
}

void hearings_remove(struct hearings *hearings, int64_t ms)
{
    size_t place = hearings->recent;
    if (place < hearings->first || place >= hearings->end || hearings->moments[place].ms != ms)
        place = find_place(hearings, ms);
    assert(place < hearings->end && hearings->moments[place].ms == ms);
    assert(hearings->moments[place].count > 0);
    hearings->recent = place;
    hearings->moments[place].count--;
    while (hearings->first < hearings->end && hearings->moments[hearings->first].count == 0)
        hearings->first++;
}

int64_t hearings_after(const struct hearings *hearings, int64_t ms)
{
    size_t place = ms == INT64_MAX ? hearings->end : find_place(hearings, ms + 1);
    while (place < hearings->end && hearings->moments[place].count == 0)
        place++;
    return place < hearings->end ? hearings->moments[place].ms : HEARING_NONE;
}
