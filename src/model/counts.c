/* SPDX-License-Identifier: MIT */
#include "model/counts.h"

size_t counts_present(const struct counts *counts)
{
    size_t sum = 0;
    for (size_t i = 0; i < LAMP_COUNT; i++)
        sum += counts->lamps[i];
    return sum;
}

size_t counts_problems(const struct counts *counts)
{
    size_t problems = counts->gone;
    for (size_t i = 0; i < LAMP_COUNT; i++) {
        if (lamp_info((enum lamp)i)->severity >= SEVERITY_PROBLEM)
            problems += counts->lamps[i];
    }
    return problems;
}
