/* SPDX-License-Identifier: MIT */
/*
 * board_measure: how wide the listed numbers and names are.
 */
#ifndef BLFTOP_UI_BOARD_MEASURE_H
#define BLFTOP_UI_BOARD_MEASURE_H

#include "ui/board.h"

/* Measures the listed numbers and names, which decide how wide a lamp cell is. Costs nothing while
 * the same ones are listed. */
void board_measure(struct board *board);

#endif
