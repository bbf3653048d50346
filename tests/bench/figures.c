/* SPDX-License-Identifier: MIT */
#include "bench/figures.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

void figures_init(struct figures *figures)
{
    *figures = (struct figures){0};
}

void figures_clear(struct figures *figures)
{
    free(figures->values);
    figures_init(figures);
}

void figures_add(struct figures *figures, double value)
{
    if (figures->count == figures->capacity) {
        figures->capacity = figures->capacity > 0 ? 2 * figures->capacity : 16;
        figures->values = mem_resize(figures->values, figures->capacity, sizeof *figures->values);
    }
    figures->values[figures->count++] = value;
}

/* Orders two measurements, for qsort. */
static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

double figures_quantile(struct figures *figures, double share)
{
    if (figures->count == 0)
        return 0;
    qsort(figures->values, figures->count, sizeof *figures->values, compare);
    double place = share * (double)(figures->count - 1);
    size_t below = (size_t)place;
    size_t above = below + 1 < figures->count ? below + 1 : below;
    double gap = figures->values[above] - figures->values[below];
    return figures->values[below] + gap * (place - (double)below);
}

double figures_median(struct figures *figures)
{
    return figures_quantile(figures, 0.5);
}

double figures_spread(struct figures *figures)
{
    double median = figures_median(figures);
    double between = figures_quantile(figures, 0.75) - figures_quantile(figures, 0.25);
    return median > 0 ? between / 2 / median : 0;
}

double figures_ratio(struct figures *ours, struct figures *theirs)
{
    double a = figures_median(ours);
    double b = figures_median(theirs);
    if (b > 0)
        return a / b;
    return a > 0 ? (double)INFINITY : 0;
}
