/* SPDX-License-Identifier: MIT */
/*
 * apart: tests of one program, several at a time, each in a process of its own.
 *
 * For tests that wait much more than they work: boards on terminals, servers that hang. Nothing is
 * shared between them but what was there before.
 */
#ifndef BLFTOP_TESTS_SUPPORT_PARALLEL_H
#define BLFTOP_TESTS_SUPPORT_PARALLEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Runs them; returns how many failed. */
int parallel_run(const struct CMUnitTest *tests, size_t count);

#endif
