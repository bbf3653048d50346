/* SPDX-License-Identifier: MIT */
/*
 * shim: failing calls in a program that is not told of them. The part both libraries share.
 *
 * shim_malloc.so and shim_calls.so are loaded with LD_PRELOAD and stand before the C library's
 * entry points of the same names. They find a file in SHIM_PAGE, map it, and count the calls of
 * their kind while it is armed; the call it names fails, once or with all that follow. Whoever
 * made the file arms it whenever it likes, and reads there what happened, however the program
 * ended. A child goes on counting in the same page; a program it starts is left alone.
 *
 * Out of reach are calls that do not go through the dynamic linker: those the C library makes
 * inside itself (the write below fwrite, the open below fopen), the vDSO, the linker's own.
 */
#ifndef BLFTOP_TESTS_SUPPORT_SHIM_H
#define BLFTOP_TESTS_SUPPORT_SHIM_H

#include <stdbool.h>

#define SHIM_VARIABLE "SHIM_PAGE"
#define SHIM_PROGRAM "blftop" /* whose calls count */
#define SHIM_NAME_MAX 24

/* Libraries that go on without the memory they did not get. */
enum shim_library {
    SHIM_LIBRARY_NONE,
    SHIM_LIBRARY_CONFIG, /* libconfig 1.5 reads settings */
    SHIM_LIBRARY_CURSES, /* ncurses 6.4 reads about a terminal, begins with it, or draws */
    SHIM_LIBRARY_COUNT
};

/* What the program and its tester share. Numbers are written by one side at a time, except count
 * and fired, which are atomic. */
struct shim_page {
    int is_armed;             /* calls count */
    int is_for_good;          /* all that follow fail too; of calls, those of the same name */
    int variant;              /* which of a call's errors, counted round */
    long fail_at;             /* the call that fails, from 1; 0: none does */
    long count;               /* calls so far */
    long fired;               /* calls that have failed */
    int in_library;           /* one that does not check its memory runs now: enum shim_library */
    int was_library;          /* and this one did when the first call failed */
    char name[SHIM_NAME_MAX]; /* of the first that failed */
};

/* Counts a call of this name; true if it has to fail. */
bool shim_has_to_fail(const char *name);

/* The page, or NULL if there is none. */
struct shim_page *shim_page(void);

/* The entry point that stands behind ours, or the end of the program. */
void *shim_find_next(const char *name);

#endif
