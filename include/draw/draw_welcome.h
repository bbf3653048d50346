/* SPDX-License-Identifier: MIT */
/*
 * draw_welcome: the screen of a first run without settings.
 */
#ifndef BLFTOP_DRAW_DRAW_WELCOME_H
#define BLFTOP_DRAW_DRAW_WELCOME_H

#include "draw/frame.h"

/* The screen of a first run without settings: what to put where (`path`, any bytes), and --demo.
 * The frame has been reset to the screen's size. */
void draw_welcome(struct frame *frame, const char *path);

#endif
